/* Keys in files, with gpg as the judge of their fingerprints. */
#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/file.h"
#include "base/memory.h"
#include "repo/key_file.h"
#include "t/unit/tap.h"

static char *
joined(struct strings *words)
{
	struct buffer text = {0};

	strings_sort(words);
	vector_each(word, words)
		buffer_printf(&text, "%s\n", *word);
	return buffer_steal(&text);
}

static void
gpg_fingerprints(const char *file, struct strings *fingerprints)
{
	auto_command struct command command = {0};
	auto_buffer struct buffer output = {0};
	auto_error struct error err = {0};
	struct view rest, line;

	command_add(&command, "gpg");
	command_add(&command, "--batch");
	command_add(&command, "--no-autostart");
	command_add(&command, "--with-colons");
	command_add(&command, "--show-keys");
	command_add(&command, file);
	command.output = &output;
	ok(command_run(&command, &err) == 0, "gpg reads '%s'", file);
	rest = (struct view){output.data, output.length};
	while (view_cut(&rest, '\n', &line)) {
		struct view part = {0};

		if (!view_starts(line, "fpr:"))
			continue;
		for (int i = 0; i < 10; i++)
			view_cut(&line, ':', &part);
		*vector_push(fingerprints) = view_string(part);
	}
}

static void
test_against_gpg(const char *file)
{
	auto_strings struct strings ours = {0}, theirs = {0}, files = {0};
	auto_free char *our_text = NULL, *their_text = NULL;
	auto_buffer struct buffer keys = {0};
	auto_error struct error err = {0};

	strings_add(&files, file);
	ok(key_files_read(&files, &keys, &err) == 0, "'%s' is read", file);
	key_fingerprints((struct view){keys.data, keys.length}, &ours);
	gpg_fingerprints(file, &theirs);
	ok(theirs.count > 0, "gpg finds keys");
	our_text = joined(&ours);
	their_text = joined(&theirs);
	is_text(our_text, their_text, "the same fingerprints");
}

static void
test_split(const char *text, const char *expected)
{
	auto_strings struct strings files = {0};
	auto_free char *got = NULL;

	key_files_split(text, &files);
	got = joined(&files);
	is_text(got, expected, "the parts of '%.20s'", text);
}

static void
test_packets(const char *what, const char *bytes, size_t length)
{
	auto_strings struct strings fingerprints = {0};

	key_fingerprints((struct view){bytes, length}, &fingerprints);
	is_number((long long)fingerprints.count, 0, "%s", what);
}

int
main(void)
{
	static const char keyring[] =
	    "/usr/share/keyrings/debian-archive-keyring.gpg";

	test_against_gpg(keyring);
	test_split("/a.gpg,/b.gpg /c.gpg", "/a.gpg\n/b.gpg\n/c.gpg\n");
	test_split("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nab, c\n",
	    "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nab, c\n\n");
	test_split(keyring, "/usr/share/keyrings/debian-archive-keyring.gpg\n");
	ok(key_is_fingerprint("0123456789ABCDEF!"), "a fingerprint");
	ok(!key_is_fingerprint("/a.gpg") && !key_is_fingerprint(NULL),
	    "a path is none");
	test_packets("a key of version 3", "\x99\x00\x02\x03\x00", 5);
	test_packets("a packet that ends too early", "\x99\x00\x09\x04", 4);
	test_packets("a length of four bytes that are not there",
	    "\xc6\xff\xff\xff\xff\xff\x04", 7);
	test_packets("a partial length", "\xc6\xe0\x04", 3);
	return done();
}
