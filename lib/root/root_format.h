/*
 * root_format: what a root can become, one row each: how mmdebstrap calls it,
 * the names of files that mean it, and the tree_sink that makes it.
 */
#ifndef ROOT_ROOT_FORMAT_H
#define ROOT_ROOT_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/events.h"
#include "suite/suite.h"
#include "tree/compress.h"
#include "tree/entry.h"
#include "tree/walk.h"

struct root_format;

/* What a row's sink is made of; all stays the caller's. */
struct root_writing {
	int fd;	/* empty, for reading and writing; a stream: for writing */
	const struct tree_walk *walk;	/* that will feed the sink */
	const struct root_format *format;
	const struct compression *compression;	/* of a tar; or NULL */
	const struct suite *suite;
	uint64_t size;	/* of a filesystem; 0: what the root needs */
	unsigned threads;	/* 0: as many as there are processors */
	struct events *events;
};

struct root_format {
	const char *name;
	const char *alias;	/* or NULL */
	const char *suffixes[2];	/* NULL ends, if there are fewer */
	enum { FORMAT_DIRECTORY, FORMAT_STREAM, FORMAT_IMAGE, FORMAT_NULL }
	    kind;
	bool takes_tar;	/* to be fed from */
	bool has_size;	/* that can be chosen */
	int (*check)(struct error *err);	/* is its program here; or NULL */
	/* Of streams and images. */
	struct tree_sink *(*open)(const struct root_writing *writing,
	    struct error *err);
};

/* "auto" or NULL: by what is at the target already, or by its name. */
const struct root_format *root_format_find(const char *name,
    const char *target, struct error *err);

#endif
