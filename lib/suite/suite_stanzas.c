#include "suite/suite_stanzas.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/config.h"
#include "base/data.h"
#include "base/file.h"

enum { LIKE_DEPTH = 16 };

static const char table_name[] = "suites.deb822";

/* What makes a release itself, and what is no field of it. */
static const char *const own_fields[] = {"Version", "Aliases", "Codename"};

static bool
is_own(struct view name)
{
	for (size_t i = 0; i < sizeof(own_fields) / sizeof(*own_fields); i++)
		if (view_equal_fold(name, view_of(own_fields[i])))
			return true;
	return false;
}

static int
file_parse(struct suite_stanzas *raw, const char *path, struct view text,
    struct error *err)
{
	struct stanza_reader reader = stanza_reader(path, text);
	int more, result = 0;

	do {
		auto_error struct error one = {0};
		struct suite_stanza stanza = {.path = path};

		more = stanza_read(&reader, &stanza.fields, &one);
		if (more > 0)
			*vector_push(&raw->list) = stanza;
		else
			stanza_release(&stanza.fields);
		if (more < 0)
			result = error_add(err, &one);
	} while (more);
	return result;
}

static int
file_read_stanzas(struct suite_stanzas *raw, const char *path,
    struct error *err)
{
	struct buffer text = {0};
	int result = file_read_at(AT_FDCWD, path, &text, err);

	*vector_push(&raw->texts) = text;
	strings_add(&raw->paths, path);
	return result < 0 ? -1 : file_parse(raw,
	    raw->paths.items[raw->paths.count - 1],
	    (struct view){text.data, text.length}, err);
}

static int
files_read(struct suite_stanzas *raw, struct error *err)
{
	auto_free char *shipped = data_path("templates/suites.deb822");
	auto_strings struct strings paths = {0};
	int result = 0;

	config_paths(table_name, &paths);
	vector_each(path, &paths) {
		auto_error struct error one = {0};

		if (file_exists(AT_FDCWD, *path) &&
		    file_read_stanzas(raw, *path, &one) < 0)
			result = error_add(err, &one);
	}
	return file_read_stanzas(raw, shipped, err) < 0 ? -1 : result;
}

/* The first that bears the name, from number `first` on. */
static const struct suite_stanza *
stanza_find(const struct suite_stanzas *raw, size_t first, struct view codename)
{
	for (size_t i = first; i < raw->list.count; i++)
		if (view_equal(codename, stanza_get(&raw->list.items[i].fields,
		    "Codename")))
			return &raw->list.items[i];
	return NULL;
}

static void
fields_add(const struct stanza *from, bool is_same, struct stanza *fields)
{
	vector_each(field, &from->fields) {
		struct stanza_field copy = *field;
		auto_free char *name = view_string(field->name);

		if (!stanza_get(fields, name).data &&
		    (is_same || !is_own(field->name)))
			*vector_push(&fields->fields) = copy;
	}
}

static struct view
codename_of(const struct suite_stanza *stanza)
{
	return stanza_get(&stanza->fields, "Codename");
}

/* What the stanza's Like names; NULL if there is nothing to be named. */
static int
like_find(const struct suite_stanzas *raw, const struct suite_stanza *stanza,
    const struct suite_stanza **like, struct error *err)
{
	struct view name = stanza_get(&stanza->fields, "Like");
	size_t next = (size_t)(stanza - raw->list.items) + 1;

	*like = NULL;
	if (!name.length)
		return 0;
	*like = stanza_find(raw, view_equal(name, codename_of(stanza)) ? next
	    : 0, name);
	if (!*like)
		return error_set(err, "%s:%u: Like: there is no '" VIEW_FORMAT
		    "'", stanza->path, stanza->fields.line,
		    VIEW_ARGUMENTS(name));
	return 0;
}

static int
fields_collect(const struct suite_stanzas *raw,
    const struct suite_stanza *stanza, struct stanza *fields,
    struct error *err)
{
	struct view codename = codename_of(stanza);
	const struct suite_stanza *start = stanza;

	fields->line = stanza->fields.line;
	for (unsigned depth = 0; stanza; depth++) {
		if (depth > LIKE_DEPTH)
			return error_set(err, "%s:%u: Like: it leads in a "
			    "circle", start->path, start->fields.line);
		fields_add(&stanza->fields,
		    view_equal(codename, codename_of(stanza)), fields);
		if (like_find(raw, stanza, &stanza, err) < 0)
			return -1;
	}
	return 0;
}

/* Those that only took another one away. */
static void
fields_drop_empty(struct stanza *fields)
{
	size_t count = 0;

	vector_each(field, &fields->fields)
		if (field->value.length &&
		    !view_equal_fold(field->name, view_of("Like")))
			fields->fields.items[count++] = *field;
	fields->fields.count = count;
}

static int
stanzas_join(const struct suite_stanzas *raw, struct suite_stanzas *stanzas,
    struct error *err)
{
	int result = 0;

	vector_each(stanza, &raw->list) {
		auto_error struct error one = {0};
		struct suite_stanza *joined;

		if (codename_of(stanza).data && stanza !=
		    stanza_find(raw, 0, codename_of(stanza)))
			continue;
		joined = vector_push(&stanzas->list);
		joined->path = stanza->path;
		if (fields_collect(raw, stanza, &joined->fields, &one) < 0)
			result = error_add(err, &one);
		fields_drop_empty(&joined->fields);
	}
	return result;
}

int
suite_stanzas_read(struct suite_stanzas *stanzas, struct error *err)
{
	struct suite_stanzas raw = {0};
	int result = files_read(&raw, err);

	if (result == 0)
		result = stanzas_join(&raw, stanzas, err);
	vector_each(stanza, &raw.list)
		stanza_release(&stanza->fields);
	vector_release(&raw.list);
	stanzas->texts = raw.texts;
	stanzas->paths = raw.paths;
	return result;
}

void
suite_stanzas_release(struct suite_stanzas *stanzas)
{
	vector_each(stanza, &stanzas->list)
		stanza_release(&stanza->fields);
	vector_release(&stanzas->list);
	vector_each(text, &stanzas->texts)
		buffer_release(text);
	vector_release(&stanzas->texts);
	strings_release(&stanzas->paths);
}
