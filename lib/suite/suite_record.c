#include "suite/suite_record.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum column_kind {
	COLUMN_TEXT, COLUMN_WORDS, COLUMN_YES, COLUMN_QUIRKS,
	COLUMN_MODE
};

struct suite_column {
	const char *name;
	enum column_kind kind;
	size_t offset;
	bool is_needed;
	const char *words;	/* the values that it may have; NULL: any */
};

static const struct suite_column suite_columns[] = {
	{"Codename", COLUMN_TEXT, offsetof(struct suite, codename), true},
	{"Version", COLUMN_TEXT, offsetof(struct suite, version), false},
	{"Aliases", COLUMN_WORDS, offsetof(struct suite, aliases), false},
	{"Released", COLUMN_YES, offsetof(struct suite, is_released), true,
	    "yes no"},
	{"Mirror", COLUMN_TEXT, offsetof(struct suite, mirror), false},
	{"Security-Mirror", COLUMN_TEXT,
	    offsetof(struct suite, security_mirror), false},
	{"Security-Suite", COLUMN_TEXT,
	    offsetof(struct suite, security_suite), false},
	{"Updates-Suite", COLUMN_TEXT,
	    offsetof(struct suite, updates_suite), false},
	{"Components", COLUMN_WORDS, offsetof(struct suite, components), true},
	{"Keyring", COLUMN_TEXT, offsetof(struct suite, keyring), false},
	{"Removed-Keyring", COLUMN_TEXT,
	    offsetof(struct suite, removed_keyring), false},
	{"Apt-Format", COLUMN_TEXT, offsetof(struct suite, apt_format), true,
	    "deb822 one-line"},
	{"Init", COLUMN_TEXT, offsetof(struct suite, init), true,
	    "systemd sysvinit"},
	{"Console", COLUMN_TEXT, offsetof(struct suite, console), true},
	{"Password-Hashes", COLUMN_WORDS,
	    offsetof(struct suite, password_hashes), true},
	{"Fstab", COLUMN_WORDS, offsetof(struct suite, fstab), false},
	{"Locale", COLUMN_TEXT, offsetof(struct suite, locale), false},
	{"Locale-File", COLUMN_TEXT,
	    offsetof(struct suite, locale_file), true},
	{"Home-Mode", COLUMN_MODE, offsetof(struct suite, home_mode), true},
	{"Ssh-Host-Keys", COLUMN_WORDS,
	    offsetof(struct suite, ssh_host_keys), false},
	{"Ssh-Key-Format", COLUMN_TEXT,
	    offsetof(struct suite, ssh_key_format), false},
	{"Filesystem", COLUMN_TEXT, offsetof(struct suite, filesystem), true},
	{"Filesystem-Features", COLUMN_TEXT,
	    offsetof(struct suite, filesystem_features), true},
	{"Inode-Size", COLUMN_TEXT, offsetof(struct suite, inode_size), false},
	{"Xfs-Features", COLUMN_TEXT,
	    offsetof(struct suite, xfs_features), false},
	{"Essential-Extra", COLUMN_WORDS,
	    offsetof(struct suite, essential_extra), false},
	{"Configure-First", COLUMN_WORDS,
	    offsetof(struct suite, configure_first), false},
	{"Dpkg-Quirks", COLUMN_QUIRKS,
	    offsetof(struct suite, dpkg_quirks), false},
	{"Guest-Packages", COLUMN_WORDS,
	    offsetof(struct suite, guest_packages), true},
	{"Network-Stacks", COLUMN_WORDS,
	    offsetof(struct suite, network_stacks), true},
	{"Cloud-Init-Stacks", COLUMN_WORDS,
	    offsetof(struct suite, cloud_init_stacks), false},
	{"Interfaces-Format", COLUMN_TEXT,
	    offsetof(struct suite, interfaces_format), true,
	    "by-mac by-name"},
};

enum { COLUMNS = sizeof(suite_columns) / sizeof(*suite_columns) };

static void
column_release(const struct suite_column *column, struct suite *suite)
{
	void *place = (char *)suite + column->offset;

	if (column->kind == COLUMN_TEXT)
		free(*(char **)place);
	else if (column->kind == COLUMN_WORDS)
		strings_release(place);
}

void
suite_words_add(struct strings *words, struct view text)
{
	auto_free char *copy = view_string(text);

	strings_split(words, copy, " \t\n");
}

static bool
has_word(struct view words, struct view wanted)
{
	struct view word;

	while (view_word(&words, &word))
		if (view_equal(word, wanted))
			return true;
	return false;
}

static int
mode_parse(struct view value, mode_t *mode, struct error *err)
{
	auto_free char *text = view_string(value);
	char *end;

	*mode = (mode_t)strtoul(text, &end, 8);
	if (end == text || *end || *mode > 07777)
		return error_set(err, "'%s' is no mode in octal", text);
	return 0;
}

static int
column_read(const struct suite_column *column, struct view value, void *place,
    struct error *err)
{
	if (column->words && !has_word(view_of(column->words), value))
		return error_set(err, "'" VIEW_FORMAT "' is none of: %s",
		    VIEW_ARGUMENTS(value), column->words);
	switch (column->kind) {
	case COLUMN_TEXT:
		*(char **)place = view_string(value);
		break;
	case COLUMN_WORDS:
		suite_words_add(place, value);
		break;
	case COLUMN_YES:
		*(bool *)place = view_is(value, "yes");
		break;
	case COLUMN_QUIRKS:
		return dpkg_quirks_parse(value, place, err);
	case COLUMN_MODE:
		return mode_parse(value, place, err);
	}
	return 0;
}

/* What is asked for by its name alone; with a hyphen at the end, of an
 * architecture, one and a type of domain, or a network stack. */
static const char *const other_fields[] = {
	"Signed-By", "Vsyscall", "Merged-Directories", "Merged-Directories-",
	"Kernel-Compression", "Kernel-Types", "Kernel-Types-", "Kernel-",
	"Network-", "Guest-Packages-", "Tls-Directory-",
};

static bool
is_lower_case(struct view text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!islower((unsigned char)text.data[i]) &&
		    !isdigit((unsigned char)text.data[i]) &&
		    text.data[i] != '-')
			return false;
	return text.length;
}

static bool
field_is_other(struct view name, const char *known)
{
	size_t length = strlen(known);
	struct view front = {name.data, length};

	if (known[length - 1] != '-' || name.length <= length)
		return view_equal_fold(name, view_of(known));
	return view_equal_fold(front, view_of(known)) && is_lower_case(
	    (struct view){name.data + length, name.length - length});
}

static bool
field_is_known(struct view name)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (view_equal_fold(name, view_of(suite_columns[i].name)))
			return true;
	for (size_t i = 0; i < sizeof(other_fields) / sizeof(*other_fields);
	     i++)
		if (field_is_other(name, other_fields[i]))
			return true;
	return false;
}

static const struct stanza_field *
field_find(const struct stanza *stanza, const char *name)
{
	vector_each(field, &stanza->fields)
		if (view_equal_fold(field->name, view_of(name)))
			return field;
	return NULL;
}

/* One column of the stanza's record. */
static int
suite_read_column(struct suite *suite, const struct suite_column *column,
    const char *path, struct error *err)
{
	const struct stanza_field *field = field_find(&suite->fields,
	    column->name);
	void *place = (char *)suite + column->offset;

	if (!field)
		return column->is_needed ? error_set(err, "%s:%u: the stanza "
		    "has no %s", path, suite->fields.line, column->name) : 0;
	if (column_read(column, field->value, place, err) < 0)
		return error_prefix(err, "%s:%u: %s", path, field->line,
		    column->name);
	return 0;
}

int
suite_record_read(struct suite *suite, const char *path, struct error *err)
{
	int result = 0;

	for (size_t i = 0; i < COLUMNS; i++) {
		auto_error struct error one = {0};

		if (suite_read_column(suite, &suite_columns[i], path,
		    &one) < 0)
			result = error_add(err, &one);
	}
	vector_each(field, &suite->fields.fields) {
		auto_error struct error one = {0};

		if (field_is_known(field->name))
			continue;
		error_set(&one, "%s:%u: " VIEW_FORMAT ": unknown field", path,
		    field->line, VIEW_ARGUMENTS(field->name));
		result = error_add(err, &one);
	}
	return result;
}

void
suite_record_release(struct suite *suite)
{
	for (size_t i = 0; i < COLUMNS; i++)
		column_release(&suite_columns[i], suite);
	stanza_release(&suite->fields);
}
