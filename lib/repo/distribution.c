#include "repo/distribution.h"

#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/vector.h"
#include "repo/download.h"
#include "repo/keyring.h"
#include "repo/repository.h"

static const uint64_t release_limit = 64 << 20;	/* bytes */

enum { FILE_INRELEASE, FILE_RELEASE, FILE_SIGNATURE, FILES };

static const char *const file_names[FILES] = {
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
	struct fetched files[FILES];
};

struct readings {
	struct reading *items;
	size_t count;
	size_t capacity;
	const struct suite *suite;
	const struct repository_options *options;
	struct keyring *keyring;	/* the last one that was needed */
	char *keyring_files;
};

static void
readings_release(struct readings *readings)
{
	vector_each(reading, readings)
		for (int i = 0; i < FILES; i++) {
			free(reading->files[i].url);
			if (reading->files[i].fd > 0)
				close(reading->files[i].fd);
		}
	vector_release(readings);
	keyring_close(readings->keyring);
	free(readings->keyring_files);
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

	fetched->url = memory_printf("%s/%s", reading->distribution->url,
	    file_names[file]);
	*vector_push(downloads) = (struct download){
		.url = fetched->url,
		.limit = release_limit,
		.may_be_missing = true,
		.begin = fetched_begin,
		.done = fetched_done,
		.context = fetched,
	};
}

/* InRelease of all, then Release and Release.gpg of those that have none. */
static int
readings_fetch(struct readings *readings, struct error *err)
{
	struct downloader *downloader = readings->options->downloader;
	auto_end(downloads_release) struct downloads first = {0}, second = {0};

	vector_each(reading, readings)
		reading_want(reading, FILE_INRELEASE, &first);
	if (downloader_run(downloader, first.items, first.count, err) < 0)
		return -1;
	vector_each(reading, readings)
		if (!reading->files[FILE_INRELEASE].is_there) {
			reading_want(reading, FILE_RELEASE, &second);
			reading_want(reading, FILE_SIGNATURE, &second);
		}
	return downloader_run(downloader, second.items, second.count, err);
}

/* The suite's keyring as Debian's packages install it, new name first. */
static char *
suite_keyring(const struct suite *suite, struct error *err)
{
	static const char *const endings[] = {"pgp", "gpg"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		char *path = memory_printf("/usr/share/keyrings/%s.%s",
		    suite->keyring, endings[i]);

		if (access(path, F_OK) == 0)
			return path;
		free(path);
	}
	error_set(err, "there is no keyring '/usr/share/keyrings/%s.gpg'; "
	    "install the package %s or give --keyring", suite->keyring,
	    suite->keyring);
	return NULL;
}

static char *
reading_keyring_files(const struct reading *reading,
    const struct readings *readings, struct error *err)
{
	if (readings->options->keyring)
		return memory_string(readings->options->keyring);
	if (reading->distribution->source->signed_by)
		return memory_string(reading->distribution->source->signed_by);
	return suite_keyring(readings->suite, err);
}

/* Mostly it is the same for all. */
static struct keyring *
reading_keyring(const struct reading *reading, struct readings *readings,
    struct error *err)
{
	auto_free char *files = reading_keyring_files(reading, readings, err);

	if (!files)
		return NULL;
	if (readings->keyring && !strcmp(files, readings->keyring_files))
		return readings->keyring;
	keyring_close(readings->keyring);
	free(readings->keyring_files);
	readings->keyring_files = steal_pointer(&files);
	readings->keyring = keyring_open(readings->keyring_files, err);
	return readings->keyring;
}

/* The signed part of `text`, which is clearsigned if signature is absent. */
static int
reading_verify(const struct reading *reading, struct readings *readings,
    const struct buffer texts[2], struct buffer *payload, struct error *err)
{
	struct view text = {texts[0].data, texts[0].length};
	struct view signature = {texts[1].data, texts[1].length};
	struct keyring *keyring;

	if (readings->options->no_check_gpg ||
	    reading->distribution->source->trusted) {
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

	if (!files[file].is_there)
		return error_set(err, "the mirror has no suite '%s' there "
		    "(neither InRelease nor Release)",
		    reading->distribution->source->suite);
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

static int
reading_parse(const struct reading *reading, struct readings *readings,
    struct error *err)
{
	const struct source *source = reading->distribution->source;
	struct release *release = &reading->distribution->release;
	const char *codename =
	    source->from_suite ? readings->suite->codename : NULL;
	auto_buffer struct buffer payload = {0};

	if (reading_payload(reading, readings, &payload, err) < 0 ||
	    release_parse(release, reading->distribution->name,
	    buffer_steal(&payload), err) < 0)
		return -1;
	if (release_check_identity(release, source->suite, codename,
	    readings->options->architecture, err) < 0)
		return -1;
	return release_check_dates(release, time(NULL),
	    readings->options->no_check_valid_until, err);
}

int
distributions_read(struct distribution *distributions,
    const struct sources *sources, const struct suite *suite,
    const struct repository_options *options, struct error *err)
{
	auto_end(readings_release) struct readings readings = {
		.suite = suite, .options = options};

	vector_each(source, sources) {
		struct distribution *distribution = &distributions[readings.count];

		distribution->source = source;
		distribution->url = memory_printf("%s/dists/%s", source->uri,
		    source->suite);
		distribution->name = download_public_url(distribution->url);
		*vector_push(&readings) = (struct reading){.distribution = distribution};
	}
	if (readings_fetch(&readings, err) < 0)
		return -1;
	vector_each(reading, &readings)
		if (reading_parse(reading, &readings, err) < 0)
			return error_prefix(err, "'%s'",
			    reading->distribution->name);
	return 0;
}

void
distribution_release(struct distribution *distribution)
{
	release_release(&distribution->release);
	free(distribution->url);
	free(distribution->name);
}
