/*
 * origins: where the values of options were given: on the command line, in a
 * field of a file, or in a member of an object (members.h). What is nearer to
 * the user hides what is farther, and what is wrong with a value is said of its
 * place. Options that share a place in their record are one.
 *
 * An option --image-dir is a field Image-Dir, and a member image_dir.
 */
#ifndef BASE_ORIGINS_H
#define BASE_ORIGINS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/vector.h"

struct option;

struct origin {
	const struct option *option;
	const char *path;	/* of the file; NULL: the command line */
	unsigned line;	/* 0: it is a member */
	bool is_none;	/* it says that there is no value */
};

/* In the order in which they were read; a repeatable option has one for each
 * of its values. */
struct origins {
	struct origin *items;
	size_t count;
	size_t capacity;
	struct strings paths;	/* what the origins point to */
};

/* The path is copied; NULL is the command line. */
void origins_add(struct origins *origins, const struct option *option,
    const char *path, unsigned line);
/* Is there a value for it, or for one that shares its place? */
bool origins_have(const struct origins *origins, const struct option *option);
/* Of an option's value number `index`, from 0, the last if there are fewer;
 * NULL: there is none. */
const struct origin *origins_find(const struct origins *origins,
    const char *option, size_t index);
/* Puts the place of that value in front of the sentence: "web.guest:7:
 * Memory: …", "--memory: …" if it came from no file, "memory: …" if from a
 * member. */
int origins_blame(const struct origins *origins, const char *option,
    size_t index, struct error *err);
/* The same of a field or member by its name. */
int origin_blame(const char *path, unsigned line, const char *label,
    struct error *err);
void origins_release(struct origins *origins);

/* The name of the field for an option; freed by the caller. */
char *option_field(const char *option);
/* The same; of the member if there is no line. */
char *option_label(const char *option, unsigned line);

#endif
