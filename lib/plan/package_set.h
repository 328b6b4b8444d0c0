/*
 * package_set: all packages that the archive offers, by name and by what they
 * provide; for each name and architecture the candidate is the version with
 * the highest pin, then the highest version (apt_preferences(5)).
 *
 * Pure: no I/O. Packages are allocated by the set and stay where they are.
 */
#ifndef PLAN_PACKAGE_SET_H
#define PLAN_PACKAGE_SET_H

#include "base/error.h"
#include "base/text.h"
#include "plan/package_name.h"

struct package_set;

struct package_set *package_set_new(const char *architecture);
void package_set_free(struct package_set *set);

/* Packages of this architecture count too: foreign ones, in order. */
void package_set_add_foreign(struct package_set *set,
    const char *architecture);

/*
 * Adds every stanza of an index's text, which becomes the set's own (malloc'd).
 * `path` is for messages. Stanzas of other architectures are passed over.
 */
int package_set_add_index(struct package_set *set, const char *path,
    struct buffer *text, const struct package_origin *origin,
    struct error *err);

/* Between the last add and the first look-up: sorts, chooses candidates. */
void package_set_finish(struct package_set *set);

/* The candidate of a real package; NULL if there is none. */
const struct package *package_set_find(const struct package_set *set,
    struct view name);
size_t package_set_count(const struct package_set *set);
const struct package *package_set_at(const struct package_set *set,
    size_t i);	/* in the order read */
const struct strings *package_set_architectures(const struct package_set *set);

/* Number 0, which has nothing, for all that nobody bears or provides. */
const struct package_name *package_set_name(const struct package_set *set,
    struct view name);
const struct package_name *package_set_name_of(const struct package_set *set,
    struct view name, struct view architecture);	/* "any" too */
const struct package_name *package_set_name_at(const struct package_set *set,
    size_t number);
size_t package_set_name_count(const struct package_set *set);

#endif
