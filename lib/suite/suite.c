#include "suite/suite.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/data.h"
#include "base/file.h"
#include "base/memory.h"

static const char table_name[] = "suites.deb822";
static const char any_codename[] = "*";

struct suite_table {
	struct buffer text;
	VECTOR(struct suite) suites;
	struct suite any;	/* bears the name it was last asked for */
};

enum column_kind {
	COLUMN_TEXT, COLUMN_WORDS, COLUMN_YES, COLUMN_QUIRKS,
	COLUMN_MODE
};

struct suite_column {
	const char *name;
	enum column_kind kind;
	size_t offset;
	bool is_needed;
};

static const struct suite_column suite_columns[] = {
	{"Codename", COLUMN_TEXT, offsetof(struct suite, codename), true},
	{"Version", COLUMN_TEXT, offsetof(struct suite, version), false},
	{"Aliases", COLUMN_WORDS, offsetof(struct suite, aliases), false},
	{"Released", COLUMN_YES, offsetof(struct suite, is_released), true},
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
	{"Apt-Format", COLUMN_TEXT, offsetof(struct suite, apt_format), true},
	{"Init", COLUMN_TEXT, offsetof(struct suite, init), true},
	{"Console", COLUMN_TEXT, offsetof(struct suite, console), true},
	{"Password-Hashes", COLUMN_WORDS,
	    offsetof(struct suite, password_hashes), true},
	{"Locale", COLUMN_TEXT, offsetof(struct suite, locale), false},
	{"Locale-File", COLUMN_TEXT,
	    offsetof(struct suite, locale_file), true},
	{"Home-Mode", COLUMN_MODE, offsetof(struct suite, home_mode), true},
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
	{"Interfaces-Format", COLUMN_TEXT,
	    offsetof(struct suite, interfaces_format), true},
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

static void
words_add(struct strings *words, struct view text)
{
	auto_free char *copy = view_string(text);

	strings_split(words, copy, " \t\n");
}

static int
column_read(const struct suite_column *column, struct suite *suite,
    struct error *err)
{
	void *place = (char *)suite + column->offset;
	struct view value = stanza_get(&suite->fields, column->name);

	if (!value.data)
		return column->is_needed
		    ? error_set(err, "%s:%u: the stanza has no '%s'",
		    table_name, suite->fields.line, column->name) : 0;
	if (column->kind == COLUMN_QUIRKS)
		return dpkg_quirks_parse(value, place, err);
	if (column->kind == COLUMN_TEXT)
		*(char **)place = view_string(value);
	else if (column->kind == COLUMN_WORDS)
		words_add(place, value);
	else if (column->kind == COLUMN_MODE)
		*(mode_t *)place = (mode_t)strtoul(value.data, NULL, 8);
	else
		*(bool *)place = view_is(value, "yes");
	return 0;
}

/* A field whose name ends in an architecture or the like. */
static struct view
suite_field(const struct suite *suite, const char *name, const char *end)
{
	auto_free char *whole = memory_printf("%s-%s", name, end);

	return stanza_get(&suite->fields, whole);
}

void
suite_merged_directories(const struct suite *suite, const char *architecture,
    struct strings *directories)
{
	words_add(directories,
	    stanza_get(&suite->fields, "Merged-Directories"));
	words_add(directories,
	    suite_field(suite, "Merged-Directories", architecture));
}

void
suite_network_packages(const struct suite *suite, const char *stack,
    struct strings *packages)
{
	words_add(packages, suite_field(suite, "Network", stack));
}

static int
suite_read(struct suite *suite, struct error *err)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (column_read(&suite_columns[i], suite, err) < 0)
			return -1;
	return 0;
}

/* The last stanza stands for all that have none. */
static int
table_take_any(struct suite_table *table, struct error *err)
{
	size_t count = table->suites.count;

	if (!count || strcmp(table->suites.items[count - 1].codename,
	    any_codename))
		return error_set(err, "%s: the last stanza is not for '%s'",
		    table_name, any_codename);
	table->any = table->suites.items[--table->suites.count];
	return 0;
}

static int
table_parse(struct suite_table *table, struct error *err)
{
	struct view text = {table->text.data, table->text.length};
	struct stanza_reader reader = stanza_reader(table_name, text);
	struct stanza fields = {0};
	int more;

	while ((more = stanza_read(&reader, &fields, err)) > 0) {
		struct suite *suite = vector_push(&table->suites);

		suite->fields = fields;
		fields = (struct stanza){0};
		if (suite_read(suite, err) < 0)
			return -1;
	}
	stanza_release(&fields);
	return more < 0 ? -1 : table_take_any(table, err);
}

struct suite_table *
suite_table_read(struct error *err)
{
	struct suite_table *table = memory_new(struct suite_table);

	if (data_read(table_name, &table->text, err) == 0 &&
	    table_parse(table, err) == 0)
		return table;
	error_prefix(err, "reading the release table");
	suite_table_free(table);
	return NULL;
}

static void
suite_release(struct suite *suite)
{
	for (size_t i = 0; i < COLUMNS; i++)
		column_release(&suite_columns[i], suite);
	stanza_release(&suite->fields);
}

void
suite_table_free(struct suite_table *table)
{
	if (!table)
		return;
	vector_each(suite, &table->suites)
		suite_release(suite);
	suite_release(&table->any);
	vector_release(&table->suites);
	buffer_release(&table->text);
	free(table);
}

static int
suite_unknown(const struct suite_table *table, const char *name,
    struct error *err)
{
	auto_buffer struct buffer known = {0};

	vector_each(suite, &table->suites)
		buffer_printf(&known, "%s%s", known.length ? ", " : "",
		    suite->codename);
	return error_usage(err, "unknown suite '%s' (known: %s)", name,
	    known.data);
}

const struct suite *
suite_find(const struct suite_table *table, const char *name,
    struct error *err)
{
	vector_each(suite, &table->suites)
		if (!strcmp(suite->codename, name) ||
		    strings_has(&suite->aliases, name))
			return suite;
	suite_unknown(table, name, err);
	return NULL;
}

const struct suite *
suite_find_any(struct suite_table *table, const char *name)
{
	auto_error struct error ignored = {0};
	const struct suite *suite = suite_find(table, name, &ignored);

	if (suite)
		return suite;
	free(table->any.codename);
	table->any.codename = memory_string(name);
	return &table->any;
}

char *
suite_kernel_package(const struct suite *suite, const char *architecture,
    struct error *err)
{
	struct view name = suite_field(suite, "Kernel", architecture);

	if (name.data)
		return view_string(name);
	error_set(err, "%s has no kernel for %s", suite->codename,
	    architecture);
	return NULL;
}

/* … in an architecture and a type of domain. */
static struct view
suite_type_field(const struct suite *suite, const char *name,
    const char *architecture, const char *type)
{
	auto_free char *whole = memory_printf("%s-%s", name, architecture);

	return suite_field(suite, whole, type);
}

void
suite_type_packages(const struct suite *suite, const char *architecture,
    const char *type, struct strings *packages)
{
	words_add(packages, suite_type_field(suite, "Guest-Packages",
	    architecture, type));
}

void
suite_guest_packages(const struct suite *suite, const char *architecture,
    const char *type, struct strings *packages)
{
	vector_each(package, &suite->guest_packages)
		strings_add(packages, *package);
	suite_type_packages(suite, architecture, type, packages);
}

struct view
suite_tls_directory(const struct suite *suite, const char *architecture,
    const char *type)
{
	return suite_type_field(suite, "Tls-Directory", architecture, type);
}

struct view
suite_kernel_types(const struct suite *suite, const char *architecture)
{
	struct view own = suite_field(suite, "Kernel-Types", architecture);

	return own.data ? own : stanza_get(&suite->fields, "Kernel-Types");
}

/* The value of a variable in os-release(5), without its quotes. */
static struct view
os_release_get(struct view text, const char *name)
{
	struct view line;

	while (view_cut(&text, '\n', &line)) {
		struct view variable;

		if (!view_cut(&line, '=', &variable) ||
		    !view_is(variable, name))
			continue;
		line = view_trim(line);
		if (line.length >= 2 &&
		    (line.data[0] == '"' || line.data[0] == '\'')) {
			line.data++;
			line.length -= 2;
		}
		return line;
	}
	return (struct view){0};
}

/* 12.5 is 12, and 6.0.10 is 6.0. */
static bool
version_is_of(struct view text, const char *version)
{
	return version && view_starts(text, version) &&
	    (text.length == strlen(version) ||
	    !isdigit((unsigned char)text.data[strlen(version)]));
}

const struct suite *
suite_of_release(const struct suite_table *table, struct view text)
{
	struct view codename = os_release_get(text, "VERSION_CODENAME");
	struct view version = os_release_get(text, "VERSION_ID");
	struct view rest = text;

	/* debian_version: "12.5", or "trixie/sid" */
	if (text.length && !memchr(text.data, '=', text.length)) {
		version = view_trim(text);
		view_cut(&rest, '/', &codename);
	}
	vector_each(suite, &table->suites)
		if (view_is(codename, suite->codename) ||
		    version_is_of(version, suite->version))
			return suite;
	return NULL;
}

char *
suite_host_codename(void)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error ignored = {0};
	struct view whole, codename;

	if (file_read_at(AT_FDCWD, "/etc/os-release", &text, &ignored) < 0)
		return NULL;
	whole = (struct view){text.data, text.length};
	codename = os_release_get(whole, "VERSION_CODENAME");
	if (!view_is(os_release_get(whole, "ID"), "debian") ||
	    !codename.length)
		return NULL;
	return view_string(codename);
}

/* What this program was built for, so that an i386 userland below an amd64
 * kernel is i386. */
const char *
suite_host_architecture(void)
{
#if defined(__x86_64__)
	return "amd64";
#elif defined(__aarch64__)
	return "arm64";
#elif defined(__i386__)
	return "i386";
#elif defined(__arm__)
	return "armhf";
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
	return "ppc64el";
#elif defined(__s390x__)
	return "s390x";
#elif defined(__riscv) && __riscv_xlen == 64
	return "riscv64";
#elif defined(__loongarch64)
	return "loong64";
#else
#error "no Debian architecture is known for this compiler's target"
#endif
}

const struct suite *
suite_of_host(const struct suite_table *table)
{
	auto_error struct error ignored = {0};
	auto_free char *codename = suite_host_codename();

	return codename ? suite_find(table, codename, &ignored) : NULL;
}
