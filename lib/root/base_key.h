/*
 * base_key: the name of a base: a digest of all that decides what it becomes.
 * Two builds with one key make the same base, as root or as user.
 *
 * A field of a request that changes the root belongs into base_key.c; one that
 * only says where the packages come from does not, for the plan has their
 * digests.
 */
#ifndef ROOT_BASE_KEY_H
#define ROOT_BASE_KEY_H

#include "base/digest.h"
#include "root/root_build.h"

/*
 * hex gets a digest, which is safe as a file name. Hooks may do anything: each
 * must be an executable file that has a line "# Cacheable: yes", with which
 * it promises that its work depends on nothing but its own text and what hooks
 * are told; -1 and a sentence about the first that does not.
 */
int base_key(const struct root_build *build, const struct hook_run *hooks,
    char hex[DIGEST_HEX_MAX + 1], struct error *err);

/*
 * The same of the essential base: what comes later is no part of it. -1 and why
 * if there is none. Extract hooks learn what is included, so that with them no
 * two lists of packages could share one.
 */
int base_key_essential(const struct root_build *build,
    char hex[DIGEST_HEX_MAX + 1], struct error *err);

#endif
