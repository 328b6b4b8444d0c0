/* The options of changes_add. */
#include "guest/change.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"

/* The value of an option, cut at its colon. */
struct words {
	const char *whole;
	struct view front;
	const char *rest;
};

static int
add_copy_in(struct changes *changes, const struct words *words,
    struct error *err)
{
	auto_free char *source = view_string(words->front);
	struct view name = words->front;
	const char *slash;

	while (name.length > 1 && name.data[name.length - 1] == '/')
		name.length--;
	slash = memrchr(name.data, '/', name.length);
	if (slash) {
		name.length -= (size_t)(slash + 1 - name.data);
		name.data = slash + 1;
	}
	if (!name.length || view_is(name, ".") || view_is(name, ".."))
		return error_usage(err, "'%s' has no name of its own", source);
	change_new(changes, change_needs_directory, memory_string(words->rest));
	return change_new_from(changes, source, memory_printf("%s/" VIEW_FORMAT,
	    words->rest, VIEW_ARGUMENTS(name)), err);
}

static int
add_upload(struct changes *changes, const struct words *words,
    struct error *err)
{
	auto_free char *source = view_string(words->front);

	return change_new_from(changes, source, memory_string(words->rest),
	    err);
}

static int
add_write(struct changes *changes, const struct words *words,
    struct error *err)
{
	struct change *change = change_new(changes, change_file,
	    view_string(words->front));

	change->mode = 0644;
	return change_store(changes, change, words->rest, strlen(words->rest),
	    err);
}

static int
add_line(struct changes *changes, const struct words *words,
    struct error *err)
{
	(void)err;
	change_new(changes, change_line, view_string(words->front))->text =
	    memory_string(words->rest);
	return 0;
}

static int
add_link(struct changes *changes, const struct words *words,
    struct error *err)
{
	struct view rest = view_of(words->rest), name;

	while (view_cut(&rest, ':', &name)) {
		if (!name.length || name.data[0] != '/')
			return error_usage(err, "'" VIEW_FORMAT "' is no "
			    "absolute path in the guest",
			    VIEW_ARGUMENTS(name));
		change_new(changes, change_symlink, view_string(name))->text =
		    view_string(words->front);
	}
	return 0;
}

static int
add_mkdir(struct changes *changes, const struct words *words,
    struct error *err)
{
	(void)err;
	change_new(changes, change_directory,
	    memory_string(words->whole))->mode = 0755;
	return 0;
}

static int
add_delete(struct changes *changes, const struct words *words,
    struct error *err)
{
	(void)err;
	change_new(changes, change_delete, memory_string(words->whole));
	return 0;
}

static int
add_truncate(struct changes *changes, const struct words *words,
    struct error *err)
{
	(void)err;
	change_new(changes, change_truncate, memory_string(words->whole));
	return 0;
}

static int
add_chmod(struct changes *changes, const struct words *words,
    struct error *err)
{
	auto_free char *mode = view_string(words->front);
	char *end;
	unsigned long bits = strtoul(mode, &end, 8);

	if (!*mode || *end || strspn(mode, "01234567") != strlen(mode) ||
	    bits > 07777)
		return error_usage(err, "'%s' is no mode; write it as 0644",
		    mode);
	change_new(changes, change_mode, memory_string(words->rest))->mode =
	    (mode_t)bits;
	return 0;
}

/* Digits before a colon. */
static bool
cut_id(const char **text, unsigned *id)
{
	char *end;
	unsigned long number = strtoul(*text, &end, 10);

	if (**text < '0' || **text > '9' || *end != ':' ||
	    number >= UINT32_MAX)
		return false;
	*id = (unsigned)number;
	*text = end + 1;
	return true;
}

static int
add_chown(struct changes *changes, const struct words *words,
    struct error *err)
{
	const char *rest = words->whole;
	unsigned uid, gid;
	struct change *change;

	if (!cut_id(&rest, &uid) || !cut_id(&rest, &gid) || *rest != '/')
		return error_usage(err, "'%s' is not UID:GID:PATH, with "
		    "numbers", words->whole);
	change = change_new(changes, change_owner, memory_string(rest));
	change->uid = uid;
	change->gid = gid;
	return 0;
}

/* Where the path in the guest is that must be absolute. */
enum place { WHOLE, FRONT, REST, NOWHERE };

static const struct change_option {
	const char *name;
	const char *form;
	enum place path;
	int (*add)(struct changes *changes, const struct words *words,
	    struct error *err);
} change_options[] = {
	{"copy-in", "SOURCE:DIRECTORY", REST, add_copy_in},
	{"upload", "FILE:PATH", REST, add_upload},
	{"write", "PATH:TEXT", FRONT, add_write},
	{"append-line", "PATH:LINE", FRONT, add_line},
	{"mkdir", "DIRECTORY", WHOLE, add_mkdir},
	{"delete", "PATH", WHOLE, add_delete},
	{"link", "TARGET:PATH", REST, add_link},
	{"chmod", "MODE:PATH", REST, add_chmod},
	{"chown", "UID:GID:PATH", NOWHERE, add_chown},
	{"truncate", "PATH", WHOLE, add_truncate},
};

static const struct change_option *
option_find(const char *name)
{
	const struct change_option *option = change_options;

	while (strcmp(option->name, name))
		option++;
	return option;
}

static int
option_check(const struct change_option *option, const struct words *words,
    struct error *err)
{
	const char *path = option->path == REST ? words->rest : words->whole;

	if (option->path != WHOLE && (!words->rest || !words->front.length))
		return error_usage(err, "'%s' is not %s", words->whole,
		    option->form);
	if (option->path != NOWHERE && *path != '/')
		return error_usage(err, "'%s' is no absolute path in the "
		    "guest", path);
	return 0;
}

/* A file of this host may have colons in its name. */
int
changes_add(struct changes *changes, const char *name, const char *value,
    struct error *err)
{
	const struct change_option *option = option_find(name);
	const char *colon = option->add == add_copy_in ||
	    option->add == add_upload ? strrchr(value, ':')
	    : strchr(value, ':');
	struct words words = {
		value, {value, colon ? (size_t)(colon - value) : 0},
		colon ? colon + 1 : NULL,
	};

	if (option_check(option, &words, err) < 0 ||
	    option->add(changes, &words, err) < 0)
		return error_prefix(err, "--%s", name);
	return 0;
}
