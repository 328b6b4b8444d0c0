#include "repo/source_file.h"

#include <dirent.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

/* What both forms say: every URI goes with every suite. */
struct entry {
	struct strings uris;
	struct strings suites;
	struct strings components;
	struct strings architectures;	/* empty: all */
	char *signed_by;
	bool trusted;
	bool is_off;	/* disabled, or sources only */
};

static void
entry_release(struct entry *entry)
{
	strings_release(&entry->uris);
	strings_release(&entry->suites);
	strings_release(&entry->components);
	strings_release(&entry->architectures);
	free(entry->signed_by);
}

enum suite_role { ROLE_NONE, ROLE_ITSELF, ROLE_EXTRA };

/* Is `name` what `extra` (bookworm-updates) is called with `base` (oldstable)
 * in the place of the codename? */
static bool
is_extra(const struct suite *suite, const char *extra, const char *base,
    const char *name)
{
	size_t codename = strlen(suite->codename), length = strlen(base);

	return extra && !strncmp(extra, suite->codename, codename) &&
	    !strncmp(name, base, length) &&
	    !strcmp(name + length, extra + codename);
}

static enum suite_role
role_below(const struct suite *suite, const char *base, const char *name)
{
	if (!strcmp(name, base))
		return ROLE_ITSELF;
	if (is_extra(suite, suite->updates_suite, base, name) ||
	    is_extra(suite, suite->security_suite, base, name))
		return ROLE_EXTRA;
	return ROLE_NONE;
}

static enum suite_role
role_of(const struct suite *suite, const char *name)
{
	enum suite_role role = role_below(suite, suite->codename, name);

	vector_each(alias, &suite->aliases)
		if (role == ROLE_NONE)
			role = role_below(suite, *alias, name);
	return role;
}

/* A fingerprint picks a key of apt's own keyrings, which are not read here. */
static bool
signed_by_fingerprint(const char *signed_by)
{
	return signed_by && signed_by[0] != '/' && signed_by[0] != '-';
}

static void
entry_add_suite(const struct entry *entry, const char *suite,
    const struct source_filter *filter, struct sources *sources)
{
	enum suite_role role = role_of(filter->suite, suite);

	if (role == ROLE_NONE || (role == ROLE_EXTRA && !filter->extras))
		return;
	vector_each(uri, &entry->uris) {
		struct source source = {
			.uri = *uri,
			.suite = (char *)suite,
			.components = entry->components,
			.signed_by = entry->signed_by,
			.from_suite = role == ROLE_ITSELF,
			.trusted = entry->trusted,
		};

		if (source_uri_is_known(*uri))
			sources_add(sources, &source);
	}
}

static void
entry_add(const struct entry *entry, const struct source_filter *filter,
    struct sources *sources)
{
	if (entry->is_off || !entry->components.count ||
	    signed_by_fingerprint(entry->signed_by))
		return;
	if (entry->architectures.count &&
	    !strings_has(&entry->architectures, filter->architecture))
		return;
	vector_each(suite, &entry->suites)
		entry_add_suite(entry, *suite, filter, sources);
}

static bool
view_is_yes(struct view value)
{
	static const char *const words[] = {
		"yes", "true", "with", "on", "enable", "1",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (view_equal_fold(value, view_of(words[i])))
			return true;
	return false;
}

static void
words_add(struct strings *words, struct view text)
{
	struct view word;

	while (view_word(&text, &word))
		*vector_push(words) = view_string(word);
}

/* A key in the field itself: continuation lines, "." for an empty one. */
static char *
embedded_key(struct view value)
{
	struct buffer key = {0};
	struct view line;

	while (view_cut(&value, '\n', &line)) {
		line = view_trim(line);
		if (!view_is(line, "."))
			buffer_view(&key, line);
		buffer_text(&key, "\n");
	}
	return buffer_steal(&key);
}

static char *
signed_by_of(struct view value)
{
	if (!value.length)
		return NULL;
	return view_starts(value, "-----BEGIN") ? embedded_key(value)
	    : view_string(value);
}

static void
stanza_add(const struct stanza *stanza, const struct source_filter *filter,
    struct sources *sources)
{
	auto_end(entry_release) struct entry entry = {0};
	auto_strings struct strings types = {0};
	struct view enabled = stanza_get(stanza, "Enabled");

	words_add(&types, stanza_get(stanza, "Types"));
	words_add(&entry.uris, stanza_get(stanza, "URIs"));
	words_add(&entry.suites, stanza_get(stanza, "Suites"));
	words_add(&entry.components, stanza_get(stanza, "Components"));
	words_add(&entry.architectures, stanza_get(stanza, "Architectures"));
	entry.signed_by = signed_by_of(stanza_get(stanza, "Signed-By"));
	entry.trusted = view_is_yes(stanza_get(stanza, "Trusted"));
	entry.is_off = !strings_has(&types, "deb") ||
	    (enabled.data && !view_is_yes(enabled));
	entry_add(&entry, filter, sources);
}

/* apt allows comments between the lines of one field, too. */
static void
text_without_comments(struct view text, struct buffer *plain)
{
	struct view line;

	while (view_cut(&text, '\n', &line)) {
		if (view_starts(line, "#"))
			continue;
		buffer_view(plain, line);
		buffer_text(plain, "\n");
	}
}

static int
deb822_parse(const char *path, struct view text,
    const struct source_filter *filter, struct sources *sources,
    struct error *err)
{
	auto_buffer struct buffer plain = {0};
	auto_stanza struct stanza stanza = {0};
	struct stanza_reader reader;
	int more;

	text_without_comments(text, &plain);
	reader = stanza_reader(path, (struct view){plain.data, plain.length});
	while ((more = stanza_read(&reader, &stanza, err)) > 0)
		stanza_add(&stanza, filter, sources);
	return more;
}

/* "arch=amd64,i386 signed-by=/file trusted=yes" */
static void
options_read(struct view options, struct entry *entry)
{
	struct view word, name;

	while (view_word(&options, &word)) {
		auto_free char *value = NULL;

		if (!view_cut(&word, '=', &name) || !word.data)
			continue;
		value = view_string(word);
		if (view_is(name, "arch"))
			strings_split(&entry->architectures, value, ",");
		else if (view_is(name, "signed-by") && !entry->signed_by)
			entry->signed_by = steal_pointer(&value);
		else if (view_is(name, "trusted"))
			entry->trusted = view_is_yes(word);
	}
}

/* The part in […] at the start of `rest`, if there is one. */
static int
line_options(struct view *rest, struct entry *entry)
{
	struct view options;

	*rest = view_trim(*rest);
	if (!view_starts(*rest, "["))
		return 0;
	rest->data++, rest->length--;
	if (!memchr(rest->data, ']', rest->length))
		return -1;
	view_cut(rest, ']', &options);
	options_read(options, entry);
	return 0;
}

static int
line_read(struct view line, struct entry *entry)
{
	struct view word;

	if (!view_word(&line, &word))
		return 0;
	entry->is_off = !view_is(word, "deb");
	if (entry->is_off)
		return view_is(word, "deb-src") ? 0 : -1;
	if (line_options(&line, entry) < 0 || !view_word(&line, &word))
		return -1;
	*vector_push(&entry->uris) = view_string(word);
	if (!view_word(&line, &word))
		return -1;
	*vector_push(&entry->suites) = view_string(word);
	words_add(&entry->components, line);
	return 0;
}

static int
list_parse(const char *path, struct view text,
    const struct source_filter *filter, struct sources *sources,
    struct error *err)
{
	struct view line;

	for (unsigned number = 1; view_cut(&text, '\n', &line); number++) {
		auto_end(entry_release) struct entry entry = {0};
		struct view content = {0};

		view_cut(&line, '#', &content);
		if (line_read(content, &entry) < 0)
			return error_set(err, "%s:%u: not an entry of "
			    "sources.list(5)", path, number);
		entry_add(&entry, filter, sources);
	}
	return 0;
}

int
source_file_parse(const char *path, struct view text,
    const struct source_filter *filter, struct sources *sources,
    struct error *err)
{
	if (view_ends(view_of(path), ".sources"))
		return deb822_parse(path, text, filter, sources, err);
	return list_parse(path, text, filter, sources, err);
}

static int
file_parse(const char *path, const struct source_filter *filter,
    struct sources *sources, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (!file_exists(AT_FDCWD, path))
		return 0;
	if (file_read_at(AT_FDCWD, path, &text, err) < 0)
		return -1;
	return source_file_parse(path, (struct view){text.data, text.length},
	    filter, sources, err);
}

static int
is_source_file(const struct dirent *entry)
{
	struct view name = view_of(entry->d_name);

	return entry->d_name[0] != '.' &&
	    (view_ends(name, ".list") || view_ends(name, ".sources"));
}

static void
directory_names(const char *directory, struct strings *paths)
{
	auto_closedir DIR *dir = opendir(directory);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (is_source_file(entry))
			strings_printf(paths, "%s/%s", directory,
			    entry->d_name);
	strings_sort(paths);
}

int
source_directory_read(const char *directory,
    const struct source_filter *filter, struct sources *sources,
    struct error *err)
{
	auto_free char *list = memory_printf("%s/sources.list", directory);
	auto_free char *parts = memory_printf("%s/sources.list.d", directory);
	auto_strings struct strings paths = {0};

	if (file_parse(list, filter, sources, err) < 0)
		return -1;
	directory_names(parts, &paths);
	vector_each(path, &paths)
		if (file_parse(*path, filter, sources, err) < 0)
			return -1;
	return 0;
}
