/*
 * source_file: apt's source files, in one-line form (NAME.list) and in deb822
 * form (NAME.sources); see sources.list(5). Only what concerns one suite is
 * taken.
 */
#ifndef REPO_SOURCE_FILE_H
#define REPO_SOURCE_FILE_H

#include "repo/source.h"

struct source_filter {
	const struct suite *suite;
	bool extras;	/* its updates and security suites too */
	const char *architecture;	/* entries for others are left out */
};

/* sources.list, then sources.list.d in order of names, below `directory`. */
int source_directory_read(const char *directory,
    const struct source_filter *filter, struct sources *sources,
    struct error *err);

/* One file's text; its form follows from the end of `path`. */
int source_file_parse(const char *path, struct view text,
    const struct source_filter *filter, struct sources *sources,
    struct error *err);

#endif
