#include "fleet/fleet_result.h"

#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "fleet/fleet_word.h"
#include "t/unit/tap.h"

static void
test_failed(void)
{
	struct run run = {0};
	auto_buffer struct buffer text = {0};
	auto_end(fleet_result_release) struct fleet_result result = {0};

	fleet_result_write(&run, "first: it failed\n  its last words", &text);
	fleet_result_read(&result, view_of(text.data));
	is_text(result.error, "first: it failed\nits last words", "why");
	is_text(result.password_file, NULL, "and nothing else");
	is_text(result.host_keys, NULL, "no keys");
}

static void
test_made(void)
{
	char rsa[] = "3072 SHA256:aaa root@web1 (RSA)";
	char ed25519[] = "256 SHA256:bbb root@web1 (ED25519)";
	char ecdsa[] = "256 SHA256:ccc root@web1 (ECDSA)";
	char password[] = "/srv/passwords/web1";
	struct host_key keys[] = {
		{.fingerprint = rsa}, {.fingerprint = ed25519},
		{.fingerprint = ecdsa},
	};
	struct guest guest = {.host_keys = {keys, 3, 3}};
	struct run_disk disks[] = {{.used = 5}, {.used = 7}};
	struct run run = {.guest = &guest, .disks = {disks, 2, 2},
		.password_file = password};
	auto_buffer struct buffer text = {0};
	auto_end(fleet_result_release) struct fleet_result result = {0};
	auto_free char *fingerprint = NULL;

	fleet_result_write(&run, NULL, &text);
	fleet_result_read(&result, view_of(text.data));
	is_text(result.error, NULL, "nothing failed");
	is_text(result.password_file, "/srv/passwords/web1", "its password");
	is_number((long long)result.used, 12, "what it takes");
	is_text(result.host_keys, "3072 SHA256:aaa root@web1 (RSA)\n"
	    "256 SHA256:bbb root@web1 (ED25519)\n"
	    "256 SHA256:ccc root@web1 (ECDSA)", "its keys");
	fingerprint = fleet_result_fingerprint(&result);
	is_text(fingerprint, "SHA256:bbb", "what clients ask for first");
}

/* Too long a text is cut, and an end is an end. */
static void
test_words(void)
{
	struct fleet_word sent = {WORD_PROGRESS, EVENT_PACKAGES, 3, 4};
	struct fleet_word got = {0};
	auto_free char *text = NULL, *cut = NULL, *none = NULL;
	auto_free char *large = memory_zeroed(WORD_TEXT_MAX + 100, 1);
	int sockets[2];

	if (!is_number(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets), 0,
	    "two sockets"))
		return;
	memset(large, 'x', WORD_TEXT_MAX + 99);
	fleet_word_send(sockets[1], &sent, "unpack");
	fleet_word_send(sockets[1], &sent, large);
	close(sockets[1]);
	is_number(fleet_word_receive(sockets[0], &got, &text), 1, "a word");
	is_text(text, "unpack", "its text");
	ok(got.kind == WORD_PROGRESS && got.done == 3 && got.total == 4,
	    "its numbers");
	is_number(fleet_word_receive(sockets[0], &got, &cut), 1, "another");
	is_number((long long)strlen(cut), WORD_TEXT_MAX, "which is cut");
	is_number(fleet_word_receive(sockets[0], &got, &none), 0, "the end");
	close(sockets[0]);
}

int
main(void)
{
	test_failed();
	test_made();
	test_words();
	return done();
}
