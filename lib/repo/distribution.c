#include "repo/distribution.h"

#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/vector.h"
#include "repo/cache_text.h"
#include "repo/downloader.h"
#include "repo/key_file.h"
#include "repo/keyring.h"
#include "repo/repository.h"

static const char releases[] = "releases";	/* in the cache */
static const uint64_t release_limit = 64 << 20;	/* bytes */

enum { FILE_INRELEASE, FILE_RELEASE, FILE_SIGNATURE };

const char *const distribution_files[DISTRIBUTION_FILES] = {
	"InRelease", "Release", "Release.gpg",
};

/* One of a distribution's files, in memory. */
struct fetched {
	char *url;
	int fd;	/* 0: was not asked for */
	bool is_there;
};

struct reading {
	struct distribution *distribution;
	struct fetched files[DISTRIBUTION_FILES];
};

struct readings {
	struct reading *items;
	size_t count;
	size_t capacity;
	const struct suite *suite;
	const struct repository_options *options;
	/* the last one that was needed, and for whom */
	struct keyring *keyring;
	struct strings keyring_files;
	struct strings fingerprints;
	struct keyring_policy policy;
};

static void
readings_release(struct readings *readings)
{
	vector_each(reading, readings)
		for (int i = 0; i < DISTRIBUTION_FILES; i++) {
			free(reading->files[i].url);
			if (reading->files[i].fd > 0)
				close(reading->files[i].fd);
		}
	vector_release(readings);
	keyring_close(readings->keyring);
	strings_release(&readings->keyring_files);
	strings_release(&readings->fingerprints);
}

static int
fetched_begin(struct download *download, struct error *err)
{
	struct fetched *fetched = download->context;

	fetched->fd = memfd_create("release", MFD_CLOEXEC);
	if (fetched->fd < 0)
		return error_errno(err, "create a file in memory");
	download->fd = fetched->fd;
	return 0;
}

static int
fetched_done(struct download *download, struct error *err)
{
	struct fetched *fetched = download->context;

	(void)err;
	fetched->is_there = true;
	return 0;
}

static int
fetched_read(const struct fetched *fetched, struct buffer *text,
    struct error *err)
{
	if (lseek(fetched->fd, 0, SEEK_SET) < 0)
		return error_errno(err, "seek");
	return file_read(fetched->fd, text, err);
}

static void
reading_want(struct reading *reading, int file, struct downloads *downloads)
{
	struct fetched *fetched = &reading->files[file];

	fetched->url = memory_printf("%s%s", reading->distribution->url,
	    distribution_files[file]);
	*vector_push(downloads) = (struct download){
		.url = fetched->url,
		.limit = release_limit,
		.may_be_missing = true,
		.begin = fetched_begin,
		.done = fetched_done,
		.context = fetched,
	};
}

/* Kept as it was signed, so that it is believed again for its signature. */
static void
fetched_keep(const struct fetched *fetched, int cache, struct events *events)
{
	auto_error struct error err = {0};
	auto_buffer struct buffer text = {0};
	struct view url = view_of(fetched->url);
	char key[DIGEST_HEX_MAX + 1];

	cache_text_key(url, key);
	if (fetched_read(fetched, &text, &err) < 0 || cache_text_keep(cache,
	    releases, key, (struct view){text.data, text.length}, &err) < 0)
		events_debug(events, "'" VIEW_FORMAT "' is not kept: %s",
		    VIEW_ARGUMENTS(url), err.text);
}

static void
readings_keep(const struct readings *readings)
{
	const struct repository_options *options = readings->options;

	vector_each(reading, readings)
		for (int i = 0; i < DISTRIBUTION_FILES; i++)
			if (reading->files[i].url && reading->files[i].is_there)
				fetched_keep(&reading->files[i],
				    options->cache, options->events);
}

static int
fetched_recall(struct fetched *fetched, const char *url, int cache,
    struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct download download = {.context = fetched};
	char key[DIGEST_HEX_MAX + 1];

	cache_text_key(view_of(url), key);
	if (!cache_text_find(cache, releases, key, &text))
		return 0;
	if (fetched_begin(&download, err) < 0)
		return -1;
	fetched->is_there = true;
	return file_write(fetched->fd, text.data, text.length, err);
}

static bool
reading_is_complete(const struct reading *reading)
{
	return reading->files[FILE_INRELEASE].is_there ||
	    reading->files[FILE_RELEASE].is_there;
}

/* What an earlier run had of those that cannot be fetched now. */
static int
readings_recall(struct readings *readings, struct error *err)
{
	const struct repository_options *options = readings->options;

	vector_each(reading, readings)
		for (int i = 0; i < DISTRIBUTION_FILES &&
		    !reading->files[FILE_INRELEASE].is_there; i++) {
			auto_free char *url = memory_printf("%s%s",
			    reading->distribution->url, distribution_files[i]);

			if (downloader_is_barred(options->downloader, url) &&
			    fetched_recall(&reading->files[i], url,
			    options->cache, err) < 0)
				return -1;
		}
	return 0;
}

/* InRelease of all, then Release and Release.gpg of those that have none. */
static int
readings_fetch(struct readings *readings, struct error *err)
{
	struct downloader *downloader = readings->options->downloader;
	auto_end(downloads_release) struct downloads first = {0}, second = {0};

	if (readings_recall(readings, err) < 0)
		return -1;
	vector_each(reading, readings)
		if (!reading_is_complete(reading))
			reading_want(reading, FILE_INRELEASE, &first);
	if (downloader_run(downloader, first.items, first.count, err) < 0)
		return -1;
	vector_each(reading, readings)
		if (!reading_is_complete(reading)) {
			reading_want(reading, FILE_RELEASE, &second);
			reading_want(reading, FILE_SIGNATURE, &second);
		}
	return downloader_run(downloader, second.items, second.count, err);
}

/* The suite's own, and what apt trusts for entries that only name a place. */
static int
keyring_files_usual(const struct source *source,
    const struct readings *readings, struct strings *files, struct error *err)
{
	const struct suite *suite = readings->suite;

	if (source->is_given)
		key_files_of_host(&readings->options->trust.keyrings, files);
	key_files_of_suite(suite, files);
	if (files->count || readings->options->trust.root_keys.count)
		return 0;
	if (!suite->keyring)
		return error_set(err, "no keyring is known for '%s'; give "
		    "--keyring", source->suite);
	return error_set(err, "there is no keyring '/usr/share/keyrings/%s.gpg'"
	    "; install the package %s or give --keyring", suite->keyring,
	    suite->keyring);
}

/* Which keys may sign this source. */
static int
keyring_files_choose(const struct source *source,
    const struct readings *readings, struct strings *files,
    struct strings *fingerprints, struct error *err)
{
	const struct strings *keyrings = &readings->options->trust.keyrings;
	bool has_fingerprints = key_is_fingerprint(source->signed_by);

	if (source->signed_by)
		key_files_split(source->signed_by,
		    has_fingerprints ? fingerprints : files);
	if (files->count)
		return 0;
	vector_each(keyring, keyrings)
		key_files_split(*keyring, files);
	if (!files->count &&
	    keyring_files_usual(source, readings, files, err) < 0)
		return -1;
	vector_each(file, &readings->options->trust.root_keys)
		strings_add(files, *file);
	return 0;
}

static bool
strings_equal(const struct strings *a, const struct strings *b)
{
	for (size_t i = 0; i < a->count && a->count == b->count; i++)
		if (strcmp(a->items[i], b->items[i]))
			return false;
	return a->count == b->count;
}

static void
strings_take(struct strings *to, struct strings *from)
{
	strings_release(to);
	*to = *from;
	*from = (struct strings){0};
}

/* Mostly it is the same for all. */
static struct keyring *
reading_keyring(const struct reading *reading, struct readings *readings,
    struct error *err)
{
	auto_strings struct strings files = {0}, fingerprints = {0};
	bool allow_weak = reading->distribution->allow_weak;

	if (keyring_files_choose(reading->distribution->source, readings,
	    &files, &fingerprints, err) < 0)
		return NULL;
	if (readings->keyring && readings->policy.allow_weak == allow_weak &&
	    strings_equal(&files, &readings->keyring_files) &&
	    strings_equal(&fingerprints, &readings->fingerprints))
		return readings->keyring;
	keyring_close(readings->keyring);
	strings_take(&readings->keyring_files, &files);
	strings_take(&readings->fingerprints, &fingerprints);
	readings->policy = (struct keyring_policy){
		.allow_expired_keys =
		    readings->options->trust.allow_expired_keys,
		.allow_weak = allow_weak,
		.fingerprints = &readings->fingerprints,
	};
	readings->keyring = keyring_open(&readings->keyring_files,
	    &readings->policy, err);
	return readings->keyring;
}

static bool
reading_is_trusted(const struct reading *reading, const struct trust *trust)
{
	return trust->no_check_gpg ||
	    (reading->distribution->source->trusted && !trust->force_check_gpg);
}

/* The signed part of `text`, which is clearsigned if signature is absent. */
static int
reading_verify(const struct reading *reading, struct readings *readings,
    const struct buffer texts[2], struct buffer *payload, struct error *err)
{
	struct view text = {texts[0].data, texts[0].length};
	struct view signature = {texts[1].data, texts[1].length};
	struct keyring *keyring;

	if (reading_is_trusted(reading, &readings->options->trust)) {
		events_warn(readings->options->events, "the signature of '%s' "
		    "is NOT checked: its packages may come from anybody",
		    reading->distribution->name);
		clearsigned_strip(text, payload);
		return 0;
	}
	keyring = reading_keyring(reading, readings, err);
	if (!keyring)
		return -1;
	return keyring_verify(keyring, text, signature, payload, err);
}

/* Nobody vouches for a trusted archive anyway, not even a Release file. */
static int
reading_without_release(const struct reading *reading,
    const struct readings *readings, struct error *err)
{
	if (!reading_is_trusted(reading, &readings->options->trust))
		return error_set(err, "the mirror has no suite '%s' there "
		    "(neither InRelease nor Release)",
		    reading->distribution->source->suite);
	events_warn(readings->options->events, "'%s' has no Release file: its "
	    "packages may come from anybody", reading->distribution->name);
	reading->distribution->from_suite =
	    reading->distribution->source->from_suite ||
	    !*readings->options->suite_name;
	reading->distribution->release.pin = release_usual_pin;
	return 0;
}

/* The file that was found, its signature, and of these what is signed. */
static int
reading_payload(const struct reading *reading, struct readings *readings,
    struct buffer *payload, struct error *err)
{
	const struct fetched *files = reading->files;
	int file = files[FILE_INRELEASE].is_there ? FILE_INRELEASE
	    : FILE_RELEASE;
	struct buffer texts[2] = {{0}, {0}};
	int result;

	result = fetched_read(&files[file], &texts[0], err);
	if (result == 0 && files[FILE_SIGNATURE].is_there)
		result = fetched_read(&files[FILE_SIGNATURE], &texts[1], err);
	if (result == 0)
		result = reading_verify(reading, readings, texts, payload,
		    err);
	buffer_release(&texts[0]);
	buffer_release(&texts[1]);
	return result;
}

/* Of an alias, the table says which codename it must have. */
static int
reading_check_identity(const struct reading *reading,
    const struct readings *readings, struct error *err)
{
	const struct source *source = reading->distribution->source;
	const char *codename = readings->suite->codename;
	bool is_alias = source->from_suite && strcmp(codename, source->suite);

	if (source_is_flat(source))
		return 0;
	return release_check_identity(&reading->distribution->release,
	    source->suite, is_alias ? codename : NULL,
	    readings->options->architecture, err);
}

static bool
release_is_of(const struct release *release, const char *name)
{
	return !*name || view_is(release->suite, name) ||
	    view_is(release->codename, name);
}

static bool
reading_has_release(const struct reading *reading)
{
	return reading->files[FILE_INRELEASE].is_there ||
	    reading->files[FILE_RELEASE].is_there;
}

static void
reading_hand_on(struct reading *reading)
{
	for (int i = 0; i < DISTRIBUTION_FILES; i++)
		if (reading->files[i].is_there) {
			reading->distribution->files[i] = reading->files[i].fd;
			reading->files[i].fd = 0;
		}
}

static int
reading_parse(const struct reading *reading, struct readings *readings,
    struct error *err)
{
	struct distribution *distribution = reading->distribution;
	const struct source *source = distribution->source;
	const struct trust *trust = &readings->options->trust;
	struct release_checks checks = {
		.no_valid_until = trust->no_check_valid_until ||
		    source->no_check_valid_until,
		.no_date = trust->no_check_date || source->no_check_date,
	};
	auto_buffer struct buffer payload = {0};

	distribution->has_release = reading_has_release(reading);
	if (!distribution->has_release)
		return reading_without_release(reading, readings, err);
	if (reading_payload(reading, readings, &payload, err) < 0 ||
	    release_parse(&distribution->release, distribution->name,
	    buffer_steal(&payload), err) < 0 ||
	    reading_check_identity(reading, readings, err) < 0)
		return -1;
	distribution->from_suite = source->from_suite ||
	    release_is_of(&distribution->release,
	    readings->options->suite_name);
	return release_check_dates(&distribution->release, time(NULL),
	    &checks, err);
}

/* A flat archive's suite is a path below its URI. */
static char *
source_url(const struct source *source)
{
	const char *path = source->suite;

	if (!source_is_flat(source))
		return memory_printf("%s/dists/%s/", source->uri, path);
	path += strspn(path, "/");
	return memory_printf("%s/%s", source->uri,
	    strcmp(path, "./") ? path : "");
}

static void
distribution_init(struct distribution *distribution,
    const struct source *source, const struct repository_options *options)
{
	*distribution = (struct distribution){
		.source = source,
		.url = source_url(source),
		.allow_weak = source->allow_weak ||
		    options->trust.allow_weak_hashes,
	};
	distribution->name = download_public_url(distribution->url);
	distribution->name[strlen(distribution->name) - 1] = '\0';
	if (distribution->allow_weak)
		events_warn(options->events, "MD5 and SHA-1 are taken for "
		    "'%s', although both can be FORGED: its packages may come "
		    "from anybody", distribution->name);
}

int
distributions_read(struct distribution *distributions,
    const struct sources *sources, const struct suite *suite,
    const struct repository_options *options, struct error *err)
{
	auto_end(readings_release) struct readings readings = {
		.suite = suite, .options = options};

	vector_each(source, sources) {
		struct distribution *distribution =
		    &distributions[readings.count];

		distribution_init(distribution, source, options);
		*vector_push(&readings) =
		    (struct reading){.distribution = distribution};
	}
	if (readings_fetch(&readings, err) < 0)
		return -1;
	vector_each(reading, &readings)
		if (reading_parse(reading, &readings, err) < 0)
			return error_prefix(err, "'%s'",
			    reading->distribution->name);
	readings_keep(&readings);
	vector_each(reading, &readings)
		reading_hand_on(reading);
	return 0;
}

void
distribution_release(struct distribution *distribution)
{
	release_release(&distribution->release);
	for (int i = 0; i < DISTRIBUTION_FILES; i++)
		if (distribution->files[i] > 0)
			close(distribution->files[i]);
	free(distribution->url);
	free(distribution->name);
}
