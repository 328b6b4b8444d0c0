#include "guest/description.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/guest_file.h"
#include "t/unit/tap.h"

#define auto_guest __attribute__((cleanup(guest_release)))

/* As read from a file. */
static struct guest
described(const char *text)
{
	struct guest guest = {.name = memory_string("web1")};
	struct stanza_reader reader = stanza_reader("a.guest", view_of(text));
	auto_stanza struct stanza stanza = {0};
	auto_error struct error err = {0};

	ok(stanza_read(&reader, &stanza, &err) >= 0 &&
	    guest_file_stanza("a.guest", &stanza, &guest, &err) == 0,
	    "a description is read");
	return guest;
}

static char *
text_of(const char *fields)
{
	auto_guest struct guest guest = described(fields);
	auto_error struct error err = {0};
	struct buffer text = {0};

	is_number(description_text(&guest, &text, &err), 0, "and written");
	return buffer_steal(&text);
}

static void
test_text(void)
{
	auto_free char *plain = text_of("Memory: 01024\nsuite: trixie\n"
	    "Nic: ip=192.0.2.7/24\n  bridge=xenbr1\nForce: yes\n"
	    "Cache-Dir: /c\nWipe: yes\nKeyring: /k\n");
	auto_free char *none = text_of("Force: yes\n");

	is_text(plain, "Suite: trixie\nMemory: 1024\n"
	    "Nic: ip=192.0.2.7/24\n bridge=xenbr1",
	    "what it is, in the options' order, and not how it is made");
	is_text(none, "", "a guest of defaults has no description");
}

static void
test_secrets(void)
{
	auto_free char *text = text_of("Mirror: http://ann:hidden@192.0.2.1/d\n"
	    "Write: /etc/key:hidden\nAppend-Line: /etc/a:b:hidden\n"
	    "Customize-Hook: echo root:hidden | chpasswd\n"
	    "Hook-Directory: /srv/hooks\nDelete: /etc/motd\n"
	    "Root-Password: file:/root/password\n"
	    "User: ann,password-file=/root/ann\n");

	ok(!strstr(text, "hidden"), "no secret in '%s'", text);
	ok(strstr(text, "Mirror: http://192.0.2.1/d\n") != NULL,
	    "an address without its login");
	ok(strstr(text, "Write: /etc/key:sha256=") != NULL,
	    "the path of a file, and the digest of its text");
	ok(strstr(text, "Customize-Hook: sha256=") != NULL,
	    "the digest of a command");
	ok(strstr(text, "Hook-Directory: /srv/hooks\n") &&
	    strstr(text, "Delete: /etc/motd") &&
	    strstr(text, "Root-Password: file:/root/password\n") &&
	    strstr(text, "User: ann,password-file=/root/ann"),
	    "what only names something is as it is");
}

/* The fields that differ, each with a blank before it. */
static char *
differing(const char *before, const char *after)
{
	auto_free char *old = text_of(before);
	struct manifest manifest = {.name = (char[]){"web1"},
	    .description = old};
	auto_guest struct guest guest = described(after);
	auto_differences struct differences differences = {0};
	auto_error struct error err = {0};
	struct buffer names = {0};

	is_number(description_compare(&manifest, &guest, &differences, &err),
	    0, "they are compared");
	vector_each(difference, &differences)
		buffer_printf(&names, " %s", difference->field);
	return buffer_steal(&names);
}

static void
test_compare(void)
{
	static const struct {
		const char *before, *after, *names, *what;
	} cases[] = {
		{"Size: 1024M\n", "Size: 1G\n", "", "one value, two ways"},
		{"", "Memory: 512\nVcpus: 1\nTimezone: Etc/UTC\n", "",
		    "a default, said or not"},
		{"Memory: 600\n", "", " Memory", "taken back to the default"},
		{"", "Force: yes\nCache-Dir: /c\n", "", "how it is made"},
		{"Suite: trixie\nNic: ip=192.0.2.7/24\n",
		    "Suite: bookworm\nNic: ip=192.0.2.8/24\n", " Suite Nic",
		    "two"},
		{"Write: /a:1\n", "Write: /a:1\n", "", "a text"},
		{"Write: /a:1\n", "Write: /a:2\n", " Write", "another text"},
		{"Customize-Hook: a\nCustomize-Hook: b\n",
		    "Customize-Hook: a\n", " Customize-Hook", "a hook less"},
		{"Autostart: yes\n", "", " Autostart", "a flag"},
		{"Include: a, b\n", "Include: a b\n", "", "a list"},
		{"Mac: 00:16:3E:00:00:01\n", "Mac: 00:16:3e:00:00:01\n", "",
		    "an address in any case"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		auto_free char *names = differing(cases[i].before,
		    cases[i].after);

		is_text(names, cases[i].names, "%s", cases[i].what);
	}
}

static void
test_values(void)
{
	auto_free char *old = text_of("Memory: 600\nUser: ann\n  bob\n");
	struct manifest manifest = {.name = (char[]){"web1"},
	    .description = old};
	auto_guest struct guest guest = described("Memory: 700\n");
	auto_differences struct differences differences = {0};
	auto_error struct error err = {0};

	description_compare(&manifest, &guest, &differences, &err);
	is_number((long long)differences.count, 2, "two differences");
	is_text(differences.items[0].before, "600", "before");
	is_text(differences.items[0].after, "700", "after");
	is_text(differences.items[1].before, "ann\nbob", "a line a value");
	is_text(differences.items[1].after, NULL, "none");
	is_number((long long)guest.nics.count, 0, "the guest stays as it is");
}

static void
test_unknown(void)
{
	struct manifest manifest = {.name = (char[]){"web1"}};
	auto_guest struct guest guest = described("");
	auto_differences struct differences differences = {0}, none = {0};
	auto_error struct error err = {0};

	description_compare(&manifest, &guest, &differences, &err);
	is_number((long long)differences.count, 1, "an old manifest");
	is_text(differences.items[0].field, "Description", "has none");
	manifest.description = (char[]){"Colour: red"};
	ok(description_compare(&manifest, &guest, &none, &err) < 0 &&
	    strstr(err.text, "the manifest of 'web1': Description:1: Colour: "
	    "unknown field"), "a field that nobody knows");
}

int
main(void)
{
	unsetenv("SOURCE_DATE_EPOCH");
	setenv("MKGUEST_CONFIG", "/nonexistent", 1);
	test_text();
	test_secrets();
	test_compare();
	test_values();
	test_unknown();
	return done();
}
