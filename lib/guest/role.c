#include "guest/role.h"

#include <dirent.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/config.h"
#include "base/data.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/stanza.h"
#include "guest/change.h"
#include "guest/guest_files.h"

static const char stanza_name[] = "role";
static const char script_name[] = "first-boot";

/* What a role's stanza says, as text. */
struct description {
	struct view description;
	struct view packages;
	struct view argument;
	struct view pattern;
};

static const struct stanza_column role_columns[] = {
	/* one line for people */
	{"Description", offsetof(struct description, description)},
	/* names, separated by commas or blanks */
	{"Packages", offsetof(struct description, packages)},
	/* what people call the argument; without it there is none */
	{"Argument", offsetof(struct description, argument)},
	/* an extended regular expression for all of it */
	{"Argument-Pattern", offsetof(struct description, pattern)},
	{NULL, 0},
};

/* --- where they are ------------------------------------------------------ */

/* The directories of roles; the last is the shipped one. */
static void
role_places(struct strings *places)
{
	auto_free char *shipped = data_path("hooks/roles");

	config_paths("roles", places);
	strings_add(places, shipped);
}

static void
add_names(const char *place, struct strings *names)
{
	auto_closedir DIR *dir = opendir(place);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		auto_free char *path = memory_printf("%s/%s/%s", place,
		    entry->d_name, stanza_name);

		if (*entry->d_name != '.' && file_exists(AT_FDCWD, path) &&
		    !strings_has(names, entry->d_name))
			strings_add(names, entry->d_name);
	}
}

static int
refuse_unknown(const char *name, const struct strings *places,
    struct error *err)
{
	auto_strings struct strings names = {0};

	vector_each(place, places)
		add_names(*place, &names);
	strings_sort(&names);
	error_usage(err, "unknown role '%s'; there %s", name,
	    names.count ? "are" : "is none");
	vector_each(known, &names)
		error_suffix(err, "%s %s", known == names.items ? "" : ",",
		    *known);
	return -1;
}

static int
role_find(struct role *role, struct error *err)
{
	auto_strings struct strings places = {0};

	role_places(&places);
	for (size_t i = 0; i < places.count && *role->name != '.' &&
	    !strchr(role->name, '/'); i++) {
		auto_free char *path = memory_printf("%s/%s",
		    places.items[i], role->name);
		auto_free char *stanza = memory_printf("%s/%s", path,
		    stanza_name);

		if (!*role->name || !file_exists(AT_FDCWD, stanza))
			continue;
		role->directory = steal_pointer(&path);
		role->is_shipped = i + 1 == places.count;
		return hooks_trust(stanza, role->is_shipped, err);
	}
	return refuse_unknown(role->name, &places, err);
}

/* --- what they say ------------------------------------------------------- */

static bool
is_known(struct view field)
{
	for (size_t i = 0; role_columns[i].name; i++)
		if (view_equal_fold(field, view_of(role_columns[i].name)))
			return true;
	return false;
}

static int
check_fields(const char *path, struct view text, struct error *err)
{
	struct stanza_reader reader = stanza_reader(path, text);
	auto_stanza struct stanza stanza = {0};

	if (stanza_read(&reader, &stanza, err) < 0)
		return -1;
	vector_each(field, &stanza.fields)
		if (!is_known(field->name))
			return error_set(err, "%s:%u: unknown field '"
			    VIEW_FORMAT "'", path, field->line,
			    VIEW_ARGUMENTS(field->name));
	return 0;
}

static char *
text_or_null(struct view view)
{
	return view.length ? view_string(view) : NULL;
}

static int
role_read_stanza(struct role *role, struct error *err)
{
	auto_free char *path = memory_printf("%s/%s", role->directory,
	    stanza_name);
	auto_free char *packages = NULL;
	auto_buffer struct buffer text = {0};
	struct description description = {{0}};
	struct stanza_reader reader;
	struct view all;

	if (file_read_at(AT_FDCWD, path, &text, err) < 0)
		return -1;
	all = (struct view){text.data, text.length};
	if (check_fields(path, all, err) < 0)
		return -1;
	reader = stanza_reader(path, all);
	if (stanza_read_columns(&reader, role_columns, &description, err) < 0)
		return -1;
	packages = view_string(description.packages);
	strings_split(&role->packages, packages, ", \t\n");
	role->argument = text_or_null(description.argument);
	role->pattern = text_or_null(description.pattern);
	return 0;
}

static int
role_read_script(struct role *role, struct error *err)
{
	auto_free char *path = memory_printf("%s/%s", role->directory,
	    script_name);
	auto_buffer struct buffer text = {0};

	if (!file_exists(AT_FDCWD, path))
		return 0;
	if (hooks_trust(path, role->is_shipped, err) < 0 ||
	    file_read_at(AT_FDCWD, path, &text, err) < 0)
		return -1;
	role->first_boot = buffer_steal(&text);
	return 0;
}

/* --- what is asked of them ----------------------------------------------- */

/* The pattern speaks of the whole, whatever it says. */
static int
role_check_value(const struct role *role, struct error *err)
{
	auto_free char *whole = NULL;
	regex_t pattern;
	bool fits;

	if (!role->value)
		return 0;
	if (!role->argument)
		return error_usage(err, "the role '%s' takes no argument, not "
		    "'%s'", role->name, role->value);
	if (!role->pattern)
		return 0;
	whole = memory_printf("^(%s)$", role->pattern);
	if (regcomp(&pattern, whole, REG_EXTENDED | REG_NOSUB))
		return error_set(err, "the role '%s' has an Argument-Pattern "
		    "that is no regular expression: '%s'", role->name,
		    role->pattern);
	fits = regexec(&pattern, role->value, 0, NULL, 0) == 0;
	regfree(&pattern);
	return fits ? 0 : error_usage(err, "the role '%s' takes %s as its "
	    "argument, not '%s'", role->name, role->argument, role->value);
}

static int
role_read(struct role *role, const char *wanted, struct error *err)
{
	const char *equals = strchr(wanted, '=');

	role->name = equals ? memory_copy(wanted, (size_t)(equals - wanted))
	    : memory_string(wanted);
	role->value = equals ? memory_string(equals + 1) : NULL;
	if (role_find(role, err) < 0 || role_read_stanza(role, err) < 0 ||
	    role_read_script(role, err) < 0)
		return -1;
	return role_check_value(role, err);
}

int
roles_read(struct roles *roles, const struct strings *wanted,
    struct error *err)
{
	vector_each(word, wanted) {
		struct role *role = vector_push(roles);

		if (role_read(role, *word, err) < 0)
			return -1;
		for (size_t i = 0; i + 1 < roles->count; i++)
			if (!strcmp(roles->items[i].name, role->name))
				return error_usage(err, "the role '%s' is "
				    "asked for twice", role->name);
	}
	return 0;
}

/* --- what the guest does itself ------------------------------------------ */

/* As one word of sh. */
static void
add_word(struct buffer *text, const char *word)
{
	buffer_text(text, "'");
	for (; *word; word++)
		if (*word == '\'')
			buffer_text(text, "'\\''");
		else
			buffer_add(text, word, 1);
	buffer_text(text, "'");
}

/* The script, and one for the first boot that hands it the argument. */
static int
role_add_script(const struct role *role, struct guest *guest,
    struct error *err)
{
	auto_free char *name = memory_printf("role-%s", role->name);
	auto_free char *path = memory_printf("/usr/lib/mkguest/%s", name);
	auto_buffer struct buffer caller = {0};
	struct change *script = change_new(&guest->files, change_file,
	    memory_string(path));

	script->mode = 0700;
	if (change_store(&guest->files, script, role->first_boot,
	    strlen(role->first_boot), err) < 0)
		return -1;
	buffer_printf(&caller, "#!/bin/sh\nset -e\n%s", path);
	if (role->value) {
		buffer_text(&caller, " ");
		add_word(&caller, role->value);
	}
	buffer_printf(&caller, "\nrm %s\n", path);
	return guest_add_first_boot(guest, name,
	    (struct view){caller.data, caller.length}, err);
}

int
roles_first_boot(const struct roles *roles, struct guest *guest,
    struct error *err)
{
	vector_each(role, roles)
		if (role->first_boot &&
		    role_add_script(role, guest, err) < 0)
			return -1;
	return 0;
}

void
roles_release(struct roles *roles)
{
	vector_each(role, roles) {
		free(role->name);
		free(role->directory);
		strings_release(&role->packages);
		free(role->argument);
		free(role->pattern);
		free(role->value);
		free(role->first_boot);
	}
	vector_release(roles);
}
