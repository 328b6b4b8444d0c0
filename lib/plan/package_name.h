/*
 * package_name: a name that packages of one architecture bear or provide, and
 * the table of all of them. A package of "all" counts as native; what has
 * Multi-Arch: allowed also provides NAME:any, of the architecture "any".
 */
#ifndef PLAN_PACKAGE_NAME_H
#define PLAN_PACKAGE_NAME_H

#include "base/blocks.h"
#include "base/map.h"
#include "plan/package.h"

struct package_provider {
	const struct package *package;
	const struct package_name *name;	/* which it provides */
	struct view version;	/* absent in most Provides */
	const struct package_provider *next;	/* of the same name */
	const struct package_provider *next_provided;	/* of the same package */
};

struct package_name {
	struct view text;	/* "libc6", or "libc6:i386" of a foreign one */
	struct view base;	/* "libc6" */
	struct view architecture;
	unsigned number;	/* its own, from 1; 0 of the unknown name */
	unsigned rank;	/* of its architecture: 0 native, 1 the first foreign */
	bool is_essential;	/* some package of this name is */
	bool is_important;
	const struct package *candidate;	/* NULL: no package bears it */
	const struct package *versions;	/* all by next, best first */
	const struct package_provider *providers;	/* last read first */
};

/* By base, and of the same base by architecture. */
int package_name_compare(const struct package_name *a,
    const struct package_name *b);

struct name_table {
	struct strings architectures;	/* the native one first */
	struct map by_text;	/* in order of number */
	struct blocks names;
	struct strings texts;	/* those that no index has as they are */
	struct package_name unknown;
};

void name_table_release(struct name_table *table);

/* Its place among the architectures, "all" being native; -1: not one of them */
int name_table_rank(const struct name_table *table, struct view architecture);

/* Makes it if it is not there; `base` must live as long as the table. */
struct package_name *name_table_put(struct name_table *table,
    struct view base, int rank);
struct package_name *name_table_put_any(struct name_table *table,
    struct view base);

/* The unknown name, which has nothing, if it is not there. */
const struct package_name *name_table_get(const struct name_table *table,
    struct view text);	/* as struct package_name has it */
const struct package_name *name_table_find(const struct name_table *table,
    struct view base, struct view architecture);	/* absent: native */

#endif
