#include "guest/authorized_keys.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/file.h"
#include "base/memory.h"

enum { KEY_MAX_LENGTH = 16384 };	/* of sshd's own buffer */

static bool
line_is_key(struct view line)
{
	auto_command struct command command = {.input = line};
	auto_error struct error why = {0};

	command_add(&command, "ssh-keygen");
	command_add(&command, "-l");
	command_add(&command, "-f");
	command_add(&command, "/dev/stdin");
	return line.length <= KEY_MAX_LENGTH &&
	    command_run(&command, &why) == 0;
}

static int
keys_add(struct view text, struct buffer *keys, const char *path,
    struct error *err)
{
	static const char private[] = "PRIVATE KEY-----";
	size_t before = keys->length;
	struct view line;
	unsigned number = 0;

	if (memmem(text.data, text.length, private, strlen(private)))
		return error_set(err, "'%s' is a private key, which nobody "
		    "else may have; the public one is mostly '%s.pub'", path,
		    path);
	while (view_cut(&text, '\n', &line)) {
		number++;
		line = view_trim(line);
		if (!line.length || line.data[0] == '#')
			continue;
		if (!line_is_key(line))
			return error_set(err, "%s:%u: not a public ssh key",
			    path, number);
		buffer_view(keys, line);
		buffer_text(keys, "\n");
	}
	if (keys->length == before)
		return error_set(err, "'%s' holds no public ssh key", path);
	return 0;
}

static int
file_add(const char *path, struct buffer *keys, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (file_read_at(AT_FDCWD, path, &text, err) < 0)
		return -1;
	return keys_add((struct view){text.data, text.length}, keys, path, err);
}

char *
authorized_keys_read(const struct strings *files, struct error *err)
{
	auto_buffer struct buffer keys = {0};

	if (!command_exists("ssh-keygen")) {
		error_set(err, "no ssh-keygen to look at keys with; apt-get "
		    "install openssh-client");
		return NULL;
	}
	vector_each(path, files)
		if (file_add(*path, &keys, err) < 0)
			return NULL;
	return buffer_steal(&keys);
}

/* ---- in the guest -------------------------------------------------------- */

static bool
text_has_line(struct view text, struct view wanted)
{
	struct view line;

	while (view_cut(&text, '\n', &line))
		if (view_equal(view_trim(line), wanted))
			return true;
	return false;
}

static void
lines_add(struct buffer *text, struct view keys)
{
	struct view line;

	if (text->length && text->data[text->length - 1] != '\n')
		buffer_text(text, "\n");
	while (keys.length && view_cut(&keys, '\n', &line)) {
		if (text_has_line((struct view){text->data, text->length},
		    line))
			continue;
		buffer_view(text, line);
		buffer_text(text, "\n");
	}
}

int
authorized_keys_add(struct tree_edit *edit, const struct account *account,
    const char *keys, struct error *err)
{
	auto_free char *directory = memory_printf("%s/.ssh", account->home);
	auto_free char *path = memory_printf("%s/authorized_keys", directory);
	auto_buffer struct buffer text = {0};

	if (edit->read(edit, path, &text, err) < 0) {
		if (err->number != ENOENT)
			return -1;
		error_release(err);
	}
	lines_add(&text, view_of(keys));
	if (edit->make_directory(edit, directory, 0700, err) < 0 ||
	    edit->set_owner(edit, directory, account->uid, account->gid,
	    err) < 0 || edit->write(edit, path,
	    (struct view){text.data, text.length}, 0600, err) < 0)
		return -1;
	return edit->set_owner(edit, path, account->uid, account->gid, err);
}
