/*
 * root_sources: where a root's packages come from, and what its own apt gets:
 * from the operands of a request to struct sources, and to the files below the
 * root's etc/apt, which are named and written as mmdebstrap(1) does.
 *
 *	root_sources_read(&request.given, &request, err);
 *	request.suite = root_sources_suite(&request.given, name, table, err);
 *	root_sources_find(&request, &sources, err);
 *	root_sources_files(&request, &files);
 */
#ifndef ROOT_ROOT_SOURCES_H
#define ROOT_ROOT_SOURCES_H

#include "base/error.h"
#include "repo/source.h"
#include "repo/source_file.h"
#include "suite/suite.h"

struct root_request;

/* Text that the root's apt gets as it is. */
struct root_source_text {
	enum source_form form;
	char *name;	/* of the file that it comes from; NULL: none */
	char *text;
};

struct root_sources {
	struct sources sources;	/* all entries */
	VECTOR(struct root_source_text) texts;
	struct sources hooked;	/* what setup hooks have written to the root … */
	bool is_replaced;	/* … in the place of all others */
};

struct root_file {
	char *path;	/* in the root */
	char *text;
};

struct root_files {
	struct root_file *items;
	size_t count;
	size_t capacity;
};

#define auto_root_files __attribute__((cleanup(root_files_release)))

/*
 * Reads request->mirrors: addresses and paths of archives, "deb …" lines,
 * files of sources, and "-" for sources on standard input.
 */
int root_sources_read(struct root_sources *given,
    const struct root_request *request, struct error *err);

/*
 * The suite of that name; if it is empty, the first that the sources name. One
 * that the table does not know needs sources.
 */
const struct suite *root_sources_suite(const struct root_sources *given,
    const char *name, struct suite_table *table, struct error *err);

/* What was given or, if that is nothing, what the host uses, or the official
 * archives. Needs request->given and ->suite. */
int root_sources_find(const struct root_request *request,
    struct sources *sources, struct error *err);

/* Adds what the root's apt is to read. */
void root_sources_files(const struct root_request *request,
    struct root_files *files);

void root_files_release(struct root_files *files);
void root_sources_release(struct root_sources *given);

#endif
