#include "emulate/qmp.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "t/unit/tap.h"

/* As QEMU 7.2 sends them. */
static const char greeting[] =
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, "
    "\"major\": 7}, \"package\": \"Debian\"}, \"capabilities\": [\"oob\"]}}"
    "\r\n{\"return\": {}}\r\n";
static const char stop[] =
    "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, "
    "\"event\": \"STOP\"}\r\n";
static const char internal_error[] =
    "{\"return\": {\"status\": \"internal-error\", \"singlestep\": false, "
    "\"running\": false}}\r\n";
static const char shutdown_event[] =
    "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": "
    "\"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": \"guest-reset\"}}"
    "\r\n";

struct line {
	int qemu;
	struct qmp qmp;
};

static int
say(struct line *line, const char *text, size_t piece)
{
	auto_error struct error err = {0};
	size_t length = strlen(text);

	for (size_t at = 0; at < length; at += piece)
		if (write(line->qemu, text + at, piece < length - at ? piece
		    : length - at) < 0 || qmp_read(&line->qmp, &err) < 0)
			return -1;
	return 0;
}

static void
hears(struct line *line, const char *expected, const char *what)
{
	char block[256];
	ssize_t length = recv(line->qemu, block, sizeof(block) - 1,
	    MSG_DONTWAIT);

	block[length > 0 ? length : 0] = '\0';
	is_text(block, expected, "%s", what);
}

static void
test(size_t piece)
{
	struct line line = {0};
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		return;
	line.qemu = ends[0];
	line.qmp.fd = ends[1];
	ok(say(&line, greeting, piece) == 0, "greeting, by %zu", piece);
	hears(&line, "{\"execute\": \"qmp_capabilities\"}\n", "the answer");
	say(&line, stop, piece);
	hears(&line, "{\"execute\": \"query-status\"}\n", "asks why");
	ok(!line.qmp.internal_error, "a stop alone says nothing");
	say(&line, internal_error, piece);
	ok(line.qmp.internal_error, "an internal error is seen");
	is_text(line.qmp.shutdown, NULL, "no shutdown yet");
	say(&line, shutdown_event, piece);
	is_text(line.qmp.shutdown, "guest-reset", "shutdown and its reason");
	ok(say(&line, "[1]\n", piece) < 0, "no QMP is an error");
	close(ends[0]);
	close(ends[1]);
	qmp_release(&line.qmp);
}

int
main(void)
{
	test(1);
	test(7);
	test(4096);
	return done();
}
