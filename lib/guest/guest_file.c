#include "guest/guest_file.h"

#include <string.h>

#include "base/fields.h"
#include "guest/guest_defaults.h"

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

int
guest_file_parse(const struct guest_text *text,
    const struct option *const *tables, struct guest *guest,
    struct error *err)
{
	struct fields fields = guest_fields(tables, guest);
	auto_stanza struct stanza stanza = {0};
	auto_error struct error one = {0};
	int result = stanza_collect(text->path, guest_text_view(text), &stanza,
	    err);

	if (fields_read(&fields, text->path, &stanza, &one) < 0)
		result = error_add(err, &one);
	if (result < 0)
		err->kind = ERROR_USAGE;
	return result;
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
	auto_guest_text struct guest_text text = {0};

	if (guest_text_read(&text, path, true, err) < 0)
		return -1;
	operand_is_nearest(guest);
	return guest_file_parse(&text, guest_file_tables, guest, err);
}

int
guest_file_read(const char *path, struct guest *guest, struct error *err)
{
	auto_guest_defaults struct guest_defaults defaults = {0};
	auto_error struct error unread = {0}, wrong = {0}, rest = {0};
	int result = path ? named_read(path, guest, err) : 0;

	if (result < 0 && err->kind != ERROR_USAGE)
		return -1;
	if (guest_defaults_read(&defaults, &unread) < 0)
		result = error_add(err, &unread);
	if (guest_defaults_apply(&defaults, guest, &wrong) < 0)
		result = error_add(err, &wrong);
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
