/*
 * source_file: apt's source files, in one-line form (NAME.list) and in deb822
 * form (NAME.sources); see sources.list(5).
 */
#ifndef REPO_SOURCE_FILE_H
#define REPO_SOURCE_FILE_H

#include "repo/source.h"

enum source_form { SOURCE_UNKNOWN, SOURCE_ONE_LINE, SOURCE_DEB822 };

/* By the end of the path or, if that says nothing, by the text. */
enum source_form source_form_of(const char *path, struct view text);

/* sources.list, then sources.list.d in order of names, below `directory`. */
int source_directory_read(const char *directory,
    const struct source_filter *filter, struct sources *sources,
    struct error *err);

/* One file's text; `path` for its form and for messages. */
int source_file_parse(const char *path, struct view text,
    const struct source_filter *filter, struct sources *sources,
    struct error *err);

#endif
