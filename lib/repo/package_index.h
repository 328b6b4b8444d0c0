/*
 * package_index: a Packages file of a distribution: chosen among its compressed
 * forms, fetched by its hash into the cache, decompressed in memory.
 */
#ifndef REPO_PACKAGE_INDEX_H
#define REPO_PACKAGE_INDEX_H

#include "base/buffer.h"
#include "repo/distribution.h"
#include "repo/downloader.h"

struct package_index {
	const struct distribution *distribution;
	char *path;	/* below the suite: main/binary-amd64/Packages.gz */
	size_t form;	/* which compressed form */
	struct release_file file;	/* nothing if there is no Release */
	uint64_t plain_size;	/* bytes when decompressed; 0 if not known */
	char *digest;	/* file.digest as text; NULL if there is no Release */
	char *url;	/* of the present try */
	int cache;
	int fd;	/* -1 until it is there */
};

struct package_indices {
	struct package_index *items;
	size_t count;
	size_t capacity;
	bool is_outdated;	/* a fetch failed, and one of the files was not
				   there by its hash: the mirror has changed
				   since Release was read */
};

/*
 * Adds the distribution's index of a component (NULL: of a flat archive, which
 * has one for all) for an architecture, which may be "all". 1, 0 if there is
 * none, or -1.
 */
int package_indices_add(struct package_indices *indices,
    const struct distribution *distribution, const char *component,
    const char *architecture, struct error *err);

/* Brings all of them into the cache, or finds them there. */
int package_indices_fetch(struct package_indices *indices, int cache,
    struct downloader *downloader, struct error *err);

/* Appends the decompressed text. */
int package_index_read(const struct package_index *index, struct buffer *text,
    struct error *err);

void package_indices_release(struct package_indices *indices);

#endif
