/*
 * host_facts: what a host has to say about guests that are to leave it or to
 * come to it. This host and another one answer the same script,
 * templates/host-facts: here it is run by sh, there by ssh; the paths that are
 * asked for are its input.
 */
#ifndef CHECK_HOST_FACTS_H
#define CHECK_HOST_FACTS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

/* A file or block device; what is not known of it is NULL. */
struct host_path {
	char *path;
	char *kind;	/* file | device; NULL: it is not there */
	char *id;	/* of the same file or disk the same on every host:
			   inode; WWID or volume */
	char *size;	/* bytes */
	char *filesystem, *source;	/* where a file lies: nfs4, nas:/srv */
};

struct host_facts {
	char *xen_version;	/* as "xl info" has it; NULL: none runs */
	char *hw_caps, *virt_caps;
	char *free_memory;	/* MiB */
	char *receives;	/* NULL: it has no "xl migrate-receive" */
	struct strings domains;	/* that run */
	struct strings bridges;
	VECTOR(struct host_path) paths;	/* in the order asked for */
	char *end;	/* it has said all; never NULL of what was read */
};

#define auto_host_facts __attribute__((cleanup(host_facts_release)))

/* Could ssh take it for a host: NAME, USER@NAME or an address? Wrong use if
 * not. */
int host_name_check(const char *host, struct error *err);
/* Absolute paths without tabs and newlines; host NULL: this one. The other one
 * is not asked for a password. */
int host_facts_read(const char *host, const struct strings *paths,
    struct host_facts *facts, struct error *err);
/* Of what the script prints; what login scripts print besides is left out. */
int host_facts_parse(struct view text, struct host_facts *facts,
    struct error *err);
/* NULL if it was not asked for. */
const struct host_path *host_facts_path(const struct host_facts *facts,
    const char *path);
void host_facts_release(struct host_facts *facts);

#endif
