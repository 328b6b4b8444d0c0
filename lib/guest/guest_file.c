#include "guest/guest_file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/config.h"
#include "base/fields.h"
#include "base/file.h"

enum { FILE_SIZE_MAX = 1 << 20 };

/* Of two that exclude each other, the nearer hides the farther. */
static const char *const exclusive[][2] = {
	{"lvm", "lvm-thin"}, {"lvm", "zpool"}, {"lvm-thin", "zpool"},
	{"nic", "mac"}, {"nic", "bridge"},
};

static bool
is_there(const struct origins *origins, const char *option)
{
	const struct origin *origin = origins_find(origins, option, 0);

	return origin && !origin->is_none;
}

static bool
is_hidden(const struct origins *nearer, const struct option *option)
{
	for (size_t i = 0; i < sizeof(exclusive) / sizeof(*exclusive); i++)
		for (size_t side = 0; side < 2; side++)
			if (!strcmp(exclusive[i][side], option->name) &&
			    is_there(nearer, exclusive[i][!side]))
				return true;
	return false;
}

static struct fields
guest_fields(const struct option *const *tables, struct guest *guest)
{
	return (struct fields){tables, guest, &guest->origins, is_hidden};
}

/* All fields of a text with one stanza, also of one with lines that are none. */
static int
stanza_collect(const char *path, struct view text, struct stanza *whole,
    struct error *err)
{
	struct stanza_reader reader = stanza_reader(path, text);
	auto_stanza struct stanza part = {0};
	bool has_ended = false;
	int more, result = 0;

	do {
		auto_error struct error one = {0};

		more = stanza_read(&reader, &part, &one);
		if (more < 0)
			error_add(err, &one);
		if (has_ended && more > 0) {
			error_usage(&one, "%s:%u: a second guest; a file "
			    "describes one", path, part.line);
			return error_add(err, &one);
		}
		vector_each(field, &part.fields)
			*vector_push(&whole->fields) = *field;
		has_ended = has_ended || more > 0;
		result = more < 0 ? -1 : result;
	} while (more);
	return result;
}

static int
text_read(const char *path, struct view text,
    const struct option *const *tables, struct guest *guest,
    struct error *err)
{
	struct fields fields = guest_fields(tables, guest);
	auto_stanza struct stanza stanza = {0};
	auto_error struct error one = {0};
	int result = stanza_collect(path, text, &stanza, err);

	if (fields_read(&fields, path, &stanza, &one) < 0)
		result = error_add(err, &one);
	if (result < 0)
		err->kind = ERROR_USAGE;
	return result;
}

/* Who can write to it decides what is made, and where. */
static int
file_check(int fd, const char *path, bool was_named, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_errno(err, "look at '%s'", path);
	if (S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode) ||
	    status.st_size > FILE_SIZE_MAX)
		return error_set(err, "'%s' is no guest file", path);
	if (!S_ISREG(status.st_mode))
		return 0;
	if (status.st_mode & (was_named ? S_IWOTH : S_IWOTH | S_IWGRP))
		return error_set(err, "others can write to '%s'; chmod go-w "
		    "'%s'", path, path);
	if (!was_named && status.st_uid && status.st_uid != geteuid())
		return error_set(err, "'%s' belongs to user %u, neither to "
		    "root nor to you", path, (unsigned)status.st_uid);
	return 0;
}

static int
file_text(const char *path, bool was_named, struct buffer *text,
    struct error *err)
{
	bool is_input = was_named && !strcmp(path, "-");
	auto_close int fd = is_input ? dup(STDIN_FILENO)
	    : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return error_errno(err, "open '%s'", path);
	if (file_check(fd, path, was_named, err) < 0)
		return -1;
	if (file_read(fd, text, err) < 0)
		return error_prefix(err, "reading '%s'", path);
	return 0;
}

/* A name that is there already is an operand. */
static void
operand_is_nearest(struct guest *guest)
{
	if (guest->name && !origins_find(&guest->origins, "name", 0))
		origins_add(&guest->origins, guest_file_tables[0], NULL, 0);
}

static int
named_read(const char *path, struct guest *guest, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (file_text(path, true, &text, err) < 0)
		return -1;
	if (!strcmp(path, "-"))
		path = "standard input";
	operand_is_nearest(guest);
	return text_read(path, (struct view){text.data, text.length},
	    guest_file_tables, guest, err);
}

static int
defaults_read(struct guest *guest, struct error *err)
{
	auto_strings struct strings paths = {0};
	int result = 0;

	config_paths("mkguest.conf", &paths);
	vector_each(path, &paths) {
		auto_buffer struct buffer text = {0};
		auto_error struct error one = {0};

		if (!file_exists(AT_FDCWD, *path))
			continue;
		if (file_text(*path, false, &text, &one) < 0 ||
		    text_read(*path, (struct view){text.data, text.length},
		    guest_tables, guest, &one) < 0)
			result = error_add(err, &one);
	}
	return result;
}

int
guest_file_read(const char *path, struct guest *guest, struct error *err)
{
	auto_error struct error defaults = {0}, rest = {0};
	int result = path ? named_read(path, guest, err) : 0;

	if (result < 0 && err->kind != ERROR_USAGE)
		return -1;
	if (defaults_read(guest, &defaults) < 0)
		result = error_add(err, &defaults);
	if (result < 0 && guest_complete(guest, &rest) < 0)
		error_add(err, &rest);
	return result;
}

int
guest_file_stanza(const char *path, const struct stanza *stanza,
    struct guest *guest, struct error *err)
{
	struct fields fields = guest_fields(guest_file_tables, guest);

	return fields_read(&fields, path, stanza, err);
}

int
guest_file_text(struct guest *guest, struct buffer *text, struct error *err)
{
	struct fields fields = guest_fields(guest_file_tables, guest);

	operand_is_nearest(guest);
	return fields_write(&fields, text, err);
}
