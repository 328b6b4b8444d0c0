#include "repo/release.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/size.h"

enum { PIN_USUAL = 500, PIN_UPGRADES = 100, PIN_NEVER = 1 };

const int release_usual_pin = PIN_USUAL;

/* Clocks differ; as apt's Acquire::Max-FutureTime. */
static const time_t future_slack = 10;	/* seconds */

static bool
has_word(struct view text, const char *wanted)
{
	struct view word;

	while (view_word(&text, &word))
		if (view_is(word, wanted))
			return true;
	return false;
}

static bool
release_says_yes(const struct release *release, const char *field)
{
	return view_equal_fold(stanza_get(&release->fields, field),
	    view_of("yes"));
}

static int
release_pin(const struct release *release)
{
	if (!release_says_yes(release, "NotAutomatic"))
		return PIN_USUAL;
	return release_says_yes(release, "ButAutomaticUpgrades")
	    ? PIN_UPGRADES : PIN_NEVER;
}

int
release_parse(struct release *release, const char *path, char *text,
    struct error *err)
{
	struct stanza_reader reader = stanza_reader(path, view_of(text));
	const struct stanza *fields = &release->fields;
	int found;

	*release = (struct release){.text = text};
	found = stanza_read(&reader, &release->fields, err);
	if (found < 0)
		return -1;
	if (!found)
		return error_set(err, "'%s' is empty", path);
	release->suite = stanza_get(fields, "Suite");
	release->codename = stanza_get(fields, "Codename");
	release->has_by_hash = release_says_yes(release, "Acquire-By-Hash");
	release->has_all =
	    has_word(stanza_get(fields, "Architectures"), "all") &&
	    !has_word(stanza_get(fields, "No-Support-for-Architecture-all"),
	    "Packages");
	release->pin = release_pin(release);
	return 0;
}

static int
release_is_another(const struct release *release, const char *wanted,
    struct error *err)
{
	return error_set(err, "it is for suite '" VIEW_FORMAT "' (codename '"
	    VIEW_FORMAT "'), not for '%s'", VIEW_ARGUMENTS(release->suite),
	    VIEW_ARGUMENTS(release->codename), wanted);
}

int
release_check_identity(const struct release *release, const char *suite,
    const char *codename, const char *architecture, struct error *err)
{
	struct view architectures =
	    stanza_get(&release->fields, "Architectures");
	struct view wanted = view_of(suite), before_slash;

	/* security suites were once called CODENAME/updates */
	view_cut(&wanted, '/', &before_slash);
	if (!view_is(release->suite, suite) &&
	    !view_is(release->codename, suite) &&
	    !view_equal(release->codename, before_slash))
		return release_is_another(release, suite, err);
	if (codename && release->codename.data &&
	    !view_is(release->codename, codename))
		return release_is_another(release, codename, err);
	if (architectures.data && !has_word(architectures, architecture))
		return error_set(err, "it has no packages for '%s' (it has: "
		    VIEW_FORMAT ")", architecture,
		    VIEW_ARGUMENTS(architectures));
	return 0;
}

static int
month_number(struct view name)
{
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};

	for (int i = 0; i < 12; i++)
		if (view_is(name, months[i]))
			return i;
	return -1;
}

static int
date_number(struct view text, int *number)
{
	auto_error struct error ignored = {0};
	uint64_t value;

	if (text.length > 4 || number_parse(text, &value, &ignored) < 0)
		return -1;
	*number = (int)value;
	return 0;
}

static int
date_clock(struct view text, struct tm *date)
{
	struct view hour, minute;

	return view_cut(&text, ':', &hour) && view_cut(&text, ':', &minute) &&
	    date_number(hour, &date->tm_hour) == 0 &&
	    date_number(minute, &date->tm_min) == 0 &&
	    date_number(text, &date->tm_sec) == 0 ? 0 : -1;
}

/* Not strptime(3), which wants the names of the user's language. */
static int
date_parse(struct view text, struct tm *date)
{
	struct view words[6];

	for (int i = 0; i < 6; i++)
		if (!view_word(&text, &words[i]))
			return -1;
	date->tm_mon = month_number(words[2]);
	if (date->tm_mon < 0 || date_number(words[1], &date->tm_mday) < 0 ||
	    date_number(words[3], &date->tm_year) < 0 ||
	    date_clock(words[4], date) < 0)
		return -1;
	date->tm_year -= 1900;
	return view_is(words[5], "UTC") || view_is(words[5], "GMT") ||
	    view_is(words[5], "+0000") || view_is(words[5], "Z") ? 0 : -1;
}

int
release_date(struct view text, time_t *date, struct error *err)
{
	struct tm fields = {0};

	if (date_parse(text, &fields) < 0)
		return error_set(err, "'" VIEW_FORMAT "' is not a date",
		    VIEW_ARGUMENTS(text));
	*date = timegm(&fields);
	return 0;
}

int
release_check_dates(const struct release *release, time_t now,
    const struct release_checks *checks, struct error *err)
{
	struct view made = stanza_get(&release->fields, "Date");
	struct view until = stanza_get(&release->fields, "Valid-Until");
	time_t date = 0;

	if (checks->no_date)
		return 0;
	if (made.data) {
		if (release_date(made, &date, err) < 0)
			return -1;
		if (date > now + future_slack)
			return error_set(err, "its date, " VIEW_FORMAT ", is "
			    "in the future; is this machine's clock right? "
			    "(--no-check-date takes it all the same)",
			    VIEW_ARGUMENTS(made));
	}
	if (until.data && !checks->no_valid_until) {
		if (release_date(until, &date, err) < 0)
			return -1;
		if (date < now)
			return error_set(err, "it expired on " VIEW_FORMAT
			    " (Valid-Until); --no-check-valid-until takes it "
			    "all the same", VIEW_ARGUMENTS(until));
	}
	return 0;
}

/* Looks for "DIGEST SIZE PATH" in one of the hash fields. */
static bool
hashes_find(struct view hashes, const char *path, struct view *digest,
    struct view *size)
{
	struct view line, name;

	while (view_cut(&hashes, '\n', &line)) {
		if (!view_ends(line, path))
			continue;
		if (view_word(&line, digest) && view_word(&line, size) &&
		    view_word(&line, &name) && view_is(name, path))
			return true;
	}
	return false;
}

int
release_find(const struct release *release, const char *path,
    bool allow_weak, struct release_file *file, struct error *err)
{
	static const struct {
		const char *field;
		enum digest_kind kind;
		bool is_weak;
	} hashes[] = {
		{"SHA256", DIGEST_SHA256, false},
		{"SHA512", DIGEST_SHA512, false},
		{"SHA1", DIGEST_SHA1, true},
		{"MD5Sum", DIGEST_MD5, true},
	};

	for (size_t i = 0; i < sizeof(hashes) / sizeof(*hashes); i++) {
		struct view size;

		if (!hashes_find(stanza_get(&release->fields, hashes[i].field),
		    path, &file->digest, &size))
			continue;
		file->kind = hashes[i].kind;
		file->hash = hashes[i].field;
		if (hashes[i].is_weak && !allow_weak)
			return error_set(err, "it has no SHA-256 for '%s', "
			    "only weaker hashes; --allow-weak-hashes takes it "
			    "all the same", path);
		if (!digest_is_hex(file->kind, file->digest) ||
		    number_parse(size, &file->size, err) < 0)
			return error_set(err, "its entry for '%s' is not "
			    "valid", path);
		return 1;
	}
	return 0;
}

void
release_release(struct release *release)
{
	stanza_release(&release->fields);
	free(release->text);
	*release = (struct release){0};
}
