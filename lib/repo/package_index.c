#include "repo/package_index.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "repo/cache.h"
#include "repo/decompress.h"

static const uint64_t file_limit = 1 << 30;	/* bytes */

/* gz before xz: it decodes three times as fast, which outweighs its larger
 * size on any link of more than about 75 Mbit/s. Plain files are listed by
 * Debian's archive, but not there. */
static const char *const index_endings[] = {
	".gz", ".xz", ".zst", ".bz2", ".lzma", "",
};

enum { ENDINGS = sizeof(index_endings) / sizeof(*index_endings) };

static void
index_set_form(struct package_index *index, const char *plain, size_t form)
{
	free(index->path);
	index->path = memory_printf("%s%s", plain, index_endings[form]);
	index->form = form;
}

/* The first form of the index that Release lists. 1, 0 or -1. */
static int
index_choose(struct package_index *index, const char *plain,
    struct error *err)
{
	const struct release *release = &index->distribution->release;
	bool allow_weak = index->distribution->allow_weak;
	struct release_file file;
	int found = 0;

	for (size_t i = 0; i < ENDINGS && !found; i++) {
		index_set_form(index, plain, i);
		if (!index->distribution->has_release)
			return 1;
		found = release_find(release, index->path, allow_weak,
		    &index->file, err);
	}
	if (found <= 0)
		return found;
	index->digest = view_string(index->file.digest);
	found = release_find(release, plain, allow_weak, &file, err);
	if (found > 0)
		index->plain_size = file.size;
	return found < 0 ? -1 : 1;
}

/* Without Release, whether a form is there shows only when it is asked for.
 * false if that was the last. */
static bool
index_next_form(struct package_index *index)
{
	auto_free char *plain = memory_copy(index->path,
	    strlen(index->path) - strlen(index_endings[index->form]));

	if (index->form + 1 == ENDINGS)
		return false;
	index_set_form(index, plain, index->form + 1);
	return true;
}

static void
package_index_release(struct package_index *index)
{
	free(index->path);
	free(index->digest);
	free(index->url);
	cleanup_close(&index->fd);
}

static int
indices_add_one(struct package_indices *indices,
    const struct package_index *like, const char *plain, struct error *err)
{
	struct package_index index = *like;
	int found = index_choose(&index, plain, err);

	if (found > 0)
		*vector_push(indices) = index;
	else
		package_index_release(&index);
	return found;
}

int
package_indices_add(struct package_indices *indices,
    const struct distribution *distribution, const char *component,
    const char *architecture, struct error *err)
{
	struct package_index like = {.distribution = distribution, .fd = -1};
	auto_free char *place = component
	    ? memory_printf("%s/binary-%s/Packages", component, architecture)
	    : memory_string("Packages");
	int found = indices_add_one(indices, &like, place, err);

	if (found < 0)
		return error_prefix(err, "'%s'", distribution->name);
	return found;
}

/* The cache knows files by their SHA-256 only. */
static bool
index_is_cacheable(const struct package_index *index)
{
	return index->digest && index->file.kind == DIGEST_SHA256;
}

static int
index_begin(struct download *download, struct error *err)
{
	struct package_index *index = download->context;

	cleanup_close(&index->fd);
	index->fd = cache_begin(index->cache, err);
	download->fd = index->fd;
	return index->fd < 0 ? -1 : 0;
}

static int
index_done(struct download *download, struct error *err)
{
	struct package_index *index = download->context;

	if (!index_is_cacheable(index))
		return 0;
	return cache_commit(index->cache, index->fd, index->digest, err);
}

/* By its hash it is there even while the mirror is being updated. */
static char *
index_url(const struct package_index *index, bool by_hash)
{
	const char *slash = strrchr(index->path, '/');

	if (!by_hash)
		return memory_printf("%s%s", index->distribution->url,
		    index->path);
	return memory_printf("%s%.*sby-hash/%s/%s", index->distribution->url,
	    slash ? (int)(slash - index->path) + 1 : 0, index->path,
	    index->file.hash, index->digest);
}

static void
index_want(struct package_index *index, bool by_hash,
    struct downloads *downloads)
{
	free(index->url);
	index->url = index_url(index, by_hash);
	*vector_push(downloads) = (struct download){
		.url = index->url,
		.size = index->file.size,
		.limit = file_limit,
		.kind = index->file.kind,
		.digest = index->digest,
		.may_be_missing = by_hash || !index->digest,
		.begin = index_begin,
		.done = index_done,
		.context = index,
	};
}

static void
indices_find(struct package_indices *indices, int cache)
{
	vector_each(index, indices) {
		index->cache = cache;
		if (index_is_cacheable(index))
			index->fd = cache_find(cache, index->digest,
			    index->file.size);
	}
}

/* What to ask for instead of a file that is not there: the same by its name,
 * or another form. */
static int
index_want_other(struct package_index *index, struct downloads *downloads,
    struct error *err)
{
	if (!index->digest && !index_next_form(index))
		return error_set(err, "'%s/%s' does not exist in any form",
		    index->distribution->name, index->path);
	index_want(index, false, downloads);
	return 0;
}

static int
indices_fetch(struct package_indices *indices, struct downloads *wanted,
    struct downloader *downloader, struct error *err)
{
	while (wanted->count) {
		auto_end(downloads_release) struct downloads others = {0};

		if (downloader_run(downloader, wanted->items, wanted->count,
		    err) < 0)
			return -1;
		vector_each(download, wanted) {
			struct package_index *index = download->context;

			if (!download->is_missing)
				continue;
			indices->is_outdated |= index->digest != NULL;
			if (index_want_other(index, &others, err) < 0)
				return -1;
		}
		downloads_release(wanted);
		*wanted = others;
		others = (struct downloads){0};
	}
	return 0;
}

int
package_indices_fetch(struct package_indices *indices, int cache,
    struct downloader *downloader, struct error *err)
{
	auto_end(downloads_release) struct downloads wanted = {0};

	indices_find(indices, cache);
	vector_each(index, indices)
		if (index->fd < 0)
			index_want(index, index->distribution->release.has_by_hash,
			    &wanted);
	if (indices_fetch(indices, &wanted, downloader, err) < 0)
		return indices->is_outdated ? error_suffix(err, "; by its "
		    "hash it was not there: the mirror is being updated, try "
		    "again later") : -1;
	indices->is_outdated = false;
	return 0;
}

int
package_index_read(const struct package_index *index, struct buffer *text,
    struct error *err)
{
	if (decompress(index->fd, index->plain_size, text, err) == 0)
		return 0;
	return error_prefix(err, "'%s/%s'", index->distribution->name,
	    index->path);
}

void
package_indices_release(struct package_indices *indices)
{
	vector_each(index, indices)
		package_index_release(index);
	vector_release(indices);
	indices->is_outdated = false;
}
