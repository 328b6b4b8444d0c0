#include "suite/suite.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "suite/suite_record.h"
#include "suite/suite_stanzas.h"

static const char any_codename[] = "*";

struct suite_table {
	struct suite_stanzas stanzas;
	VECTOR(struct suite) suites;
	struct suite any;	/* bears the name it was last asked for */
};

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
	suite_words_add(directories,
	    stanza_get(&suite->fields, "Merged-Directories"));
	suite_words_add(directories,
	    suite_field(suite, "Merged-Directories", architecture));
}

void
suite_network_packages(const struct suite *suite, const char *stack,
    struct strings *packages)
{
	suite_words_add(packages, suite_field(suite, "Network", stack));
}

/* The stanza for all that have none. */
static int
table_take_any(struct suite_table *table, struct error *err)
{
	vector_each(suite, &table->suites) {
		if (strcmp(suite->codename, any_codename))
			continue;
		table->any = *suite;
		*suite = table->suites.items[--table->suites.count];
		return 0;
	}
	return error_set(err, "no release table has a stanza for '%s'",
	    any_codename);
}

static int
table_fill(struct suite_table *table, struct error *err)
{
	int result = 0;

	vector_each(stanza, &table->stanzas.list) {
		struct suite *suite = vector_push(&table->suites);
		auto_error struct error one = {0};

		suite->fields = stanza->fields;
		stanza->fields = (struct stanza){0};
		if (suite_record_read(suite, stanza->path, &one) < 0)
			result = error_add(err, &one);
	}
	return result < 0 ? -1 : table_take_any(table, err);
}

struct suite_table *
suite_table_read(struct error *err)
{
	struct suite_table *table = memory_new(struct suite_table);

	if (suite_stanzas_read(&table->stanzas, err) == 0 &&
	    table_fill(table, err) == 0)
		return table;
	suite_table_free(table);
	return NULL;
}

void
suite_table_free(struct suite_table *table)
{
	if (!table)
		return;
	vector_each(suite, &table->suites)
		suite_record_release(suite);
	suite_record_release(&table->any);
	vector_release(&table->suites);
	suite_stanzas_release(&table->stanzas);
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

/* … in an architecture and a type of domain. */
static struct view
suite_type_field(const struct suite *suite, const char *name,
    const char *architecture, const char *type)
{
	auto_free char *whole = memory_printf("%s-%s", name, architecture);

	return suite_field(suite, whole, type);
}

char *
suite_kernel_package(const struct suite *suite, const char *architecture,
    const char *type, struct error *err)
{
	struct view name = suite_type_field(suite, "Kernel", architecture,
	    type);

	if (!name.data)
		name = suite_field(suite, "Kernel", architecture);
	if (name.data)
		return view_string(name);
	error_set(err, "%s has no kernel for %s", suite->codename,
	    architecture);
	return NULL;
}

void
suite_type_packages(const struct suite *suite, const char *architecture,
    const char *type, struct strings *packages)
{
	suite_words_add(packages, suite_type_field(suite, "Guest-Packages",
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
