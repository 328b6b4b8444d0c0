#include "plan/pattern.h"

#include <ctype.h>
#include <regex.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/vector.h"

enum { DEPTH_MAX = 100 };

enum arguments { ARGUMENTS_NONE, ARGUMENT_WORD, ARGUMENT_REGEX, ARGUMENT_ONE,
	ARGUMENTS_ANY };

struct patterns {
	struct pattern **items;
	size_t count;
	size_t capacity;
};

/* Of a name if there is no package, else of that version. */
typedef bool matches(const struct pattern *pattern,
    const struct package_name *name, const struct package *package);

struct term {
	const char *name;
	const char *letter;	/* after '~'; NULL: none */
	enum arguments arguments;
	matches *matches;
	bool of_version;	/* a name has it if one of its versions has */
};

struct pattern {
	const struct term *term;
	struct patterns arguments;
	char *word;
	regex_t regex;
};

struct parser {
	const char *text;	/* all */
	const char *rest;
	unsigned depth;
};

/* --- terms -------------------------------------------------------------- */

static bool
evaluate(const struct pattern *pattern, const struct package_name *name,
    const struct package *package)
{
	if (package || !pattern->term->of_version)
		return pattern->term->matches(pattern, name, package);
	for (package = name->versions; package; package = package->next)
		if (pattern->term->matches(pattern, name, package))
			return true;
	return false;
}

static bool
matches_regex(const struct pattern *pattern, struct view text)
{
	auto_free char *string = view_string(text);

	return text.data && !regexec(&pattern->regex, string, 0, NULL, 0);
}

static bool
matches_and(const struct pattern *pattern, const struct package_name *name,
    const struct package *package)
{
	vector_each(argument, &pattern->arguments)
		if (!evaluate(*argument, name, package))
			return false;
	return true;
}

static bool
matches_or(const struct pattern *pattern, const struct package_name *name,
    const struct package *package)
{
	vector_each(argument, &pattern->arguments)
		if (evaluate(*argument, name, package))
			return true;
	return false;
}

static bool
matches_not(const struct pattern *pattern, const struct package_name *name,
    const struct package *package)
{
	return !matches_or(pattern, name, package);
}

static bool
matches_always(const struct pattern *pattern, const struct package_name *name,
    const struct package *package)
{
	(void)pattern, (void)name, (void)package;
	return true;
}

static bool
matches_never(const struct pattern *pattern, const struct package_name *name,
    const struct package *package)
{
	return !matches_always(pattern, name, package);
}

static bool
matches_name(const struct pattern *pattern, const struct package_name *name,
    const struct package *package)
{
	(void)package;
	return matches_regex(pattern, name->versions->name);
}

static bool
matches_exact_name(const struct pattern *pattern,
    const struct package_name *name, const struct package *package)
{
	(void)package;
	return view_is(name->versions->name, pattern->word);
}

static bool
matches_essential(const struct pattern *pattern,
    const struct package_name *name, const struct package *package)
{
	(void)pattern, (void)package;
	return name->is_essential;
}

static bool
matches_priority(const struct pattern *pattern,
    const struct package_name *name, const struct package *package)
{
	(void)name;
	return view_is(package->priority, pattern->word);
}

static bool
matches_section(const struct pattern *pattern,
    const struct package_name *name, const struct package *package)
{
	(void)name;
	return matches_regex(pattern, package->section);
}

static bool
matches_version(const struct pattern *pattern,
    const struct package_name *name, const struct package *package)
{
	(void)name;
	return matches_regex(pattern, package->version);
}

static bool
matches_archive(const struct pattern *pattern,
    const struct package_name *name, const struct package *package)
{
	(void)name;
	return matches_regex(pattern, package->origin->suite);
}

static bool
matches_codename(const struct pattern *pattern,
    const struct package_name *name, const struct package *package)
{
	(void)name;
	return matches_regex(pattern, package->origin->codename);
}

static bool
matches_architecture(const struct pattern *pattern,
    const struct package_name *name, const struct package *package)
{
	(void)package;
	return view_is(name->architecture, pattern->word);
}

static const struct term and_term = {"?and", NULL, ARGUMENTS_ANY,
    matches_and, false};
static const struct term or_term = {"?or", NULL, ARGUMENTS_ANY, matches_or,
    false};
static const struct term not_term = {"?not", NULL, ARGUMENT_ONE, matches_not,
    false};

static const struct term other_terms[] = {
	{"?narrow", NULL, ARGUMENTS_ANY, matches_and, true},
	{"?any-version", NULL, ARGUMENT_ONE, matches_and, true},
	{"?true", "T", ARGUMENTS_NONE, matches_always, false},
	{"?false", "F", ARGUMENTS_NONE, matches_never, false},
	{"?name", "n", ARGUMENT_REGEX, matches_name, false},
	{"?exact-name", NULL, ARGUMENT_WORD, matches_exact_name, false},
	{"?essential", "E", ARGUMENTS_NONE, matches_essential, false},
	{"?priority", "p", ARGUMENT_WORD, matches_priority, true},
	{"?section", "s", ARGUMENT_REGEX, matches_section, true},
	{"?version", "V", ARGUMENT_REGEX, matches_version, true},
	{"?archive", "A", ARGUMENT_REGEX, matches_archive, true},
	{"?codename", NULL, ARGUMENT_REGEX, matches_codename, true},
	{"?architecture", "r", ARGUMENT_WORD, matches_architecture, false},
};

enum { OTHER_TERMS = sizeof(other_terms) / sizeof(other_terms[0]) };

static const struct term *
find_term(struct view name)
{
	static const struct term *const combining[] = {
		&and_term, &or_term, &not_term,
	};

	for (size_t i = 0; i < sizeof(combining) / sizeof(*combining); i++)
		if (view_is(name, combining[i]->name))
			return combining[i];
	for (size_t i = 0; i < OTHER_TERMS; i++)
		if (view_is(name, other_terms[i].name))
			return &other_terms[i];
	return NULL;
}

static const struct term *
find_letter(struct view letter)
{
	for (size_t i = 0; i < OTHER_TERMS; i++)
		if (other_terms[i].letter &&
		    view_is(letter, other_terms[i].letter))
			return &other_terms[i];
	return NULL;
}

/* --- parsing ------------------------------------------------------------ */

static struct pattern *parse_or(struct parser *parser, struct error *err);

static struct pattern *
pattern_new(const struct term *term)
{
	struct pattern *pattern = memory_new(struct pattern);

	pattern->term = term;
	return pattern;
}

void
pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	vector_each(argument, &pattern->arguments)
		pattern_free(*argument);
	vector_release(&pattern->arguments);
	if (pattern->word && pattern->term->arguments == ARGUMENT_REGEX)
		regfree(&pattern->regex);
	free(pattern->word);
	free(pattern);
}

static struct pattern *
fail(struct pattern *pattern)
{
	pattern_free(pattern);
	return NULL;
}

static void
skip_blanks(struct parser *parser)
{
	while (isspace((unsigned char)*parser->rest))
		parser->rest++;
}

/* The character is next, and is passed over. */
static bool
accept(struct parser *parser, char c)
{
	if (*parser->rest != c)
		return false;
	parser->rest++;
	skip_blanks(parser);
	return true;
}

static int
misunderstood(const struct parser *parser, struct error *err)
{
	if (*parser->rest)
		return error_usage(err, "the apt pattern '%s' cannot be "
		    "understood from '%s' on", parser->text, parser->rest);
	return error_usage(err, "the apt pattern '%s' ends too early",
	    parser->text);
}

static int
set_word(const struct parser *parser, struct pattern *pattern,
    struct view word, struct error *err)
{
	char *string = view_string(view_trim(word));

	if (pattern->term->arguments == ARGUMENT_REGEX &&
	    regcomp(&pattern->regex, string, REG_EXTENDED | REG_ICASE |
	    REG_NOSUB)) {
		error_usage(err, "the apt pattern '%s' has '%s', which is no "
		    "regular expression", parser->text, string);
		free(string);
		return -1;
	}
	pattern->word = string;
	return 0;
}

static int
parse_word(struct parser *parser, struct pattern *pattern, const char *ends,
    struct error *err)
{
	bool is_quoted = *parser->rest == '"';
	struct view word = {parser->rest + is_quoted, 0};

	word.length = strcspn(word.data, is_quoted ? "\"" : ends);
	parser->rest = word.data + word.length;
	if (!word.length || (is_quoted && *parser->rest++ != '"'))
		return misunderstood(parser, err);
	skip_blanks(parser);
	return set_word(parser, pattern, word, err);
}

static int
add_argument(struct pattern *pattern, struct pattern *argument)
{
	if (!argument)
		return -1;
	*vector_push(&pattern->arguments) = argument;
	return 0;
}

static int
parse_patterns(struct parser *parser, struct pattern *pattern,
    struct error *err)
{
	do
		if (add_argument(pattern, parse_or(parser, err)) < 0)
			return -1;
	while (pattern->term->arguments == ARGUMENTS_ANY &&
	    accept(parser, ','));
	return 0;
}

static int
parse_arguments(struct parser *parser, struct pattern *pattern,
    struct error *err)
{
	enum arguments arguments = pattern->term->arguments;
	bool is_word = arguments == ARGUMENT_WORD ||
	    arguments == ARGUMENT_REGEX;

	if (arguments == ARGUMENTS_NONE)
		return 0;
	if (!accept(parser, '('))
		return misunderstood(parser, err);
	if ((is_word ? parse_word(parser, pattern, "|,()", err) :
	    parse_patterns(parser, pattern, err)) < 0)
		return -1;
	return accept(parser, ')') ? 0 : misunderstood(parser, err);
}

static struct pattern *
unknown_term(const struct parser *parser, struct view term, struct error *err)
{
	error_usage(err, "the apt pattern '%s' has the term '" VIEW_FORMAT
	    "', which is not understood here", parser->text,
	    VIEW_ARGUMENTS(term));
	return NULL;
}

static struct pattern *
parse_long(struct parser *parser, struct error *err)
{
	struct view name = {parser->rest,
	    1 + strcspn(parser->rest + 1, "|,() \t\n?~!")};
	const struct term *term = find_term(name);
	struct pattern *pattern;

	if (!term)
		return unknown_term(parser, name, err);
	pattern = pattern_new(term);
	parser->rest += name.length;
	skip_blanks(parser);
	if (parse_arguments(parser, pattern, err) < 0)
		return fail(pattern);
	return pattern;
}

static struct pattern *
parse_short(struct parser *parser, struct error *err)
{
	struct view letter = {parser->rest + 1, parser->rest[1] != '\0'};
	const struct term *term = find_letter(letter);
	struct pattern *pattern;

	if (!term)
		return unknown_term(parser,
		    (struct view){parser->rest, letter.length + 1}, err);
	pattern = pattern_new(term);
	parser->rest += 2;
	if (term->arguments != ARGUMENTS_NONE &&
	    parse_word(parser, pattern, "!?~|,() ", err) < 0)
		return fail(pattern);
	skip_blanks(parser);
	return pattern;
}

static struct pattern *parse_one(struct parser *parser, struct error *err);

static struct pattern *
parse_not(struct parser *parser, struct error *err)
{
	struct pattern *pattern = pattern_new(&not_term);

	if (add_argument(pattern, parse_one(parser, err)) < 0)
		return fail(pattern);
	return pattern;
}

static struct pattern *
parse_group(struct parser *parser, struct error *err)
{
	struct pattern *pattern = parse_or(parser, err);

	if (pattern && !accept(parser, ')')) {
		misunderstood(parser, err);
		return fail(pattern);
	}
	return pattern;
}

static struct pattern *
parse_one(struct parser *parser, struct error *err)
{
	struct pattern *pattern = NULL;

	if (parser->depth++ >= DEPTH_MAX)
		error_usage(err, "the apt pattern '%.40s…' is nested too "
		    "deeply", parser->text);
	else if (*parser->rest == '?')
		pattern = parse_long(parser, err);
	else if (*parser->rest == '~')
		pattern = parse_short(parser, err);
	else if (accept(parser, '!'))
		pattern = parse_not(parser, err);
	else if (accept(parser, '('))
		pattern = parse_group(parser, err);
	else
		misunderstood(parser, err);
	parser->depth--;
	return pattern;
}

static struct pattern *
parse_and(struct parser *parser, struct error *err)
{
	struct pattern *pattern = pattern_new(&and_term);

	do
		if (add_argument(pattern, parse_one(parser, err)) < 0)
			return fail(pattern);
	while (*parser->rest && !strchr("|,)", *parser->rest));
	return pattern;
}

static struct pattern *
parse_or(struct parser *parser, struct error *err)
{
	struct pattern *pattern = pattern_new(&or_term);

	do
		if (add_argument(pattern, parse_and(parser, err)) < 0)
			return fail(pattern);
	while (accept(parser, '|'));
	return pattern;
}

bool
pattern_is_meant(const char *text)
{
	return *text && strchr("?~!(", *text);
}

struct pattern *
pattern_parse(const char *text, struct error *err)
{
	struct parser parser = {.text = text, .rest = text};
	struct pattern *pattern;

	skip_blanks(&parser);
	pattern = parse_or(&parser, err);
	if (pattern && *parser.rest) {
		misunderstood(&parser, err);
		return fail(pattern);
	}
	return pattern;
}

bool
pattern_matches(const struct pattern *pattern, const struct package_name *name)
{
	return name->versions && evaluate(pattern, name, NULL);
}
