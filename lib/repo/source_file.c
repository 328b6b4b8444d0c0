#include "repo/source_file.h"

#include <dirent.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "repo/key_file.h"

/* What both forms say: every URI goes with every suite. */
struct entry {
	struct strings uris;
	struct strings suites;
	struct strings architectures;	/* empty: all */
	struct strings other_architectures;	/* not for these */
	struct source common;	/* without URI and suite */
	bool is_off;	/* disabled, or sources only */
};

static void
entry_release(struct entry *entry)
{
	strings_release(&entry->uris);
	strings_release(&entry->suites);
	strings_release(&entry->architectures);
	strings_release(&entry->other_architectures);
	strings_release(&entry->common.components);
	strings_release(&entry->common.architectures);
	free(entry->common.signed_by);
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

static bool
is_for(const struct entry *entry, const char *architecture)
{
	return (!entry->architectures.count ||
	    strings_has(&entry->architectures, architecture)) &&
	    !strings_has(&entry->other_architectures, architecture);
}

/* Which of the wanted ones it is for; false: none. */
static bool
entry_choose(struct entry *entry, const struct source_filter *filter)
{
	struct strings *chosen = &entry->common.architectures;

	if (is_for(entry, filter->architecture))
		strings_add(chosen, filter->architecture);
	vector_each(foreign, &filter->foreign)
		if (is_for(entry, *foreign))
			strings_add(chosen, *foreign);
	if (!chosen->count)
		return false;
	if (chosen->count == filter->foreign.count + 1)
		strings_release(chosen);
	return true;
}

/* A fingerprint picks a key of apt's own keyrings, which say nothing about
 * the archive that the host's entry is for. */
static bool
has_unknown_key(const struct entry *entry, const struct source_filter *filter)
{
	return filter->suite && key_is_fingerprint(entry->common.signed_by);
}

/* Why it cannot be read; NULL if it can. */
static const char *
source_fault(const struct source *source)
{
	if (source_is_flat(source) && source->components.count)
		return "a suite that ends in '/' has no components";
	if (!source_is_flat(source) && !source->components.count)
		return "it has no components";
	if (!source_uri_is_known(source->uri))
		return "its URI is not one of http:, https:, file: or copy:";
	return NULL;
}

/* For entries of files that the user named, whatever their suite. */
static int
entry_add_given(struct source *source, struct sources *sources,
    struct error *err)
{
	const char *fault = source_fault(source);

	if (fault)
		return error_usage(err, "'%s %s': %s", source->uri,
		    source->suite, fault);
	source->is_given = true;
	sources_add(sources, source);
	return 0;
}

static int
entry_add_suite(const struct entry *entry, const char *suite,
    const struct source_filter *filter, struct sources *sources,
    struct error *err)
{
	enum suite_role role =
	    filter->suite ? role_of(filter->suite, suite) : ROLE_NONE;

	vector_each(uri, &entry->uris) {
		struct source source = entry->common;

		source.uri = *uri;
		source.suite = (char *)suite;
		source.from_suite = role == ROLE_ITSELF;
		if (!filter->suite &&
		    entry_add_given(&source, sources, err) < 0)
			return -1;
		if (role != ROLE_NONE && !source_fault(&source) &&
		    (role == ROLE_ITSELF || filter->extras))
			sources_add(sources, &source);
	}
	return 0;
}

/* apt's variable in the names of suites. */
static char *
suite_expand(const char *suite, const char *architecture)
{
	static const char variable[] = "$(ARCH)";
	const char *place = strstr(suite, variable);

	return place ? memory_printf("%.*s%s%s", (int)(place - suite), suite,
	    architecture, place + strlen(variable)) : memory_string(suite);
}

static int
entry_add(struct entry *entry, const struct source_filter *filter,
    struct sources *sources, struct error *err)
{
	if (entry->is_off || has_unknown_key(entry, filter) ||
	    !entry_choose(entry, filter))
		return 0;
	vector_each(suite, &entry->suites) {
		auto_free char *name =
		    suite_expand(*suite, filter->architecture);

		if (entry_add_suite(entry, name, filter, sources, err) < 0)
			return -1;
	}
	return 0;
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

static void
set_architectures(struct entry *entry, struct view value)
{
	words_add(&entry->architectures, value);
}

static void
set_other_architectures(struct entry *entry, struct view value)
{
	words_add(&entry->other_architectures, value);
}

static void
set_signed_by(struct entry *entry, struct view value)
{
	free(entry->common.signed_by);
	entry->common.signed_by = view_starts(value, "-----BEGIN")
	    ? embedded_key(value) : view_string(value);
}

static void
set_trusted(struct entry *entry, struct view value)
{
	entry->common.trusted = view_is_yes(value);
}

static void
set_check_valid_until(struct entry *entry, struct view value)
{
	entry->common.no_check_valid_until = !view_is_yes(value);
}

static void
set_check_date(struct entry *entry, struct view value)
{
	entry->common.no_check_date = !view_is_yes(value);
}

static void
set_allow_weak(struct entry *entry, struct view value)
{
	entry->common.allow_weak = view_is_yes(value);
}

/* apt's other options do not change which packages there are. */
static const struct {
	const char *option;	/* in a line */
	const char *field;	/* in deb822 */
	void (*set)(struct entry *entry, struct view value);
} source_settings[] = {
	{"arch", "Architectures", set_architectures},
	{"arch-", "Architectures-Remove", set_other_architectures},
	{"signed-by", "Signed-By", set_signed_by},
	{"trusted", "Trusted", set_trusted},
	{"check-valid-until", "Check-Valid-Until", set_check_valid_until},
	{"check-date", "Check-Date", set_check_date},
	{"allow-weak", "Allow-Weak", set_allow_weak},
};

enum { SETTINGS = sizeof(source_settings) / sizeof(*source_settings) };

static int
stanza_add(const struct stanza *stanza, const struct source_filter *filter,
    struct sources *sources, struct error *err)
{
	auto_end(entry_release) struct entry entry = {0};
	auto_strings struct strings types = {0};
	struct view enabled = stanza_get(stanza, "Enabled");

	words_add(&types, stanza_get(stanza, "Types"));
	words_add(&entry.uris, stanza_get(stanza, "URIs"));
	words_add(&entry.suites, stanza_get(stanza, "Suites"));
	words_add(&entry.common.components,
	    stanza_get(stanza, "Components"));
	for (size_t i = 0; i < SETTINGS; i++) {
		struct view value =
		    stanza_get(stanza, source_settings[i].field);

		if (value.length)
			source_settings[i].set(&entry, value);
	}
	entry.is_off = !strings_has(&types, "deb") ||
	    (enabled.data && !view_is_yes(enabled));
	return entry_add(&entry, filter, sources, err);
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
		if (stanza_add(&stanza, filter, sources, err) < 0)
			return error_prefix(err, "%s:%u", path, stanza.line);
	return more;
}

/* "arch=amd64,i386"; lists are separated by commas here. */
static void
option_set(struct view text, struct entry *entry)
{
	struct view name;

	if (!view_cut(&text, '=', &name) || !text.data)
		return;
	for (size_t i = 0; i < SETTINGS; i++) {
		auto_free char *value = NULL;

		if (!view_is(name, source_settings[i].option))
			continue;
		value = view_string(text);
		for (char *c = value; (c = strchr(c, ',')); )
			*c = ' ';
		source_settings[i].set(entry, view_of(value));
	}
}

/* A word of what stands in […]: quotes hold blanks together. */
static bool
option_word(struct view *rest, struct buffer *word)
{
	bool is_quoted = false;

	*rest = view_trim(*rest);
	buffer_clear(word);
	for (; rest->length; rest->data++, rest->length--) {
		char c = *rest->data;

		if (c == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && strchr(" \t]", c))
			break;
		else
			buffer_add(word, &c, 1);
	}
	return word->length > 0;
}

/* The part in […] at the start of `rest`, if there is one. */
static int
line_options(struct view *rest, struct entry *entry)
{
	auto_buffer struct buffer word = {0};

	*rest = view_trim(*rest);
	if (!view_starts(*rest, "["))
		return 0;
	rest->data++, rest->length--;
	while (option_word(rest, &word))
		option_set((struct view){word.data, word.length}, entry);
	if (!view_starts(*rest, "]"))
		return -1;
	rest->data++, rest->length--;
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
	words_add(&entry->common.components, line);
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
		if (entry_add(&entry, filter, sources, err) < 0)
			return error_prefix(err, "%s:%u", path, number);
	}
	return 0;
}

static enum source_form
form_of_line(struct view line)
{
	struct view name;

	if (view_starts(line, "deb ") || view_starts(line, "deb-src "))
		return SOURCE_ONE_LINE;
	if (!line.length || strchr("# \t:", *line.data) ||
	    !memchr(line.data, ':', line.length))
		return SOURCE_UNKNOWN;
	view_cut(&line, ':', &name);
	return memchr(name.data, ' ', name.length) ||
	    memchr(name.data, '\t', name.length) ||
	    memchr(name.data, '#', name.length)
	    ? SOURCE_UNKNOWN : SOURCE_DEB822;
}

enum source_form
source_form_of(const char *path, struct view text)
{
	enum source_form form = SOURCE_UNKNOWN;
	struct view line;

	if (view_ends(view_of(path), ".sources"))
		return SOURCE_DEB822;
	if (view_ends(view_of(path), ".list"))
		return SOURCE_ONE_LINE;
	while (form == SOURCE_UNKNOWN && view_cut(&text, '\n', &line))
		form = form_of_line(line);
	return form;
}

int
source_file_parse(const char *path, struct view text,
    const struct source_filter *filter, struct sources *sources,
    struct error *err)
{
	switch (source_form_of(path, text)) {
	case SOURCE_DEB822:
		return deb822_parse(path, text, filter, sources, err);
	case SOURCE_ONE_LINE:
		return list_parse(path, text, filter, sources, err);
	default:
		return error_set(err, "'%s' holds no sources of apt, neither "
		    "lines nor deb822", path);
	}
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
