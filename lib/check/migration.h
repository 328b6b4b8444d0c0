/*
 * migration: may guests move to another host while they run ("xl migrate")?
 * Xen moves memory, not disks: all that the domain files name must be the same
 * on both hosts.
 */
#ifndef CHECK_MIGRATION_H
#define CHECK_MIGRATION_H

#include "base/error.h"
#include "check/host_facts.h"
#include "check/readiness.h"
#include "keep/cfg_file.h"

struct migration {
	const char *host;	/* as ssh takes it; the caller's */
	struct host_facts here, there;
	VECTOR(struct cfg_file) guests;	/* their domain files */
	struct readiness *readiness;	/* takes the items */
};

#define auto_migration __attribute__((cleanup(migration_release)))

/* Names of guests that were made here, or paths of domain files. Fails if one
 * cannot be read; a host that does not answer is an item. */
int migration_check(struct migration *migration, const struct strings *guests,
    struct error *err);
void migration_release(struct migration *migration);

#endif
