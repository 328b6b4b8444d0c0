/*
 * subject: which guest to boot, found by the name in its manifest or by its
 * domain file.
 */
#ifndef EMULATE_SUBJECT_H
#define EMULATE_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/vector.h"
#include "emulate/card.h"

struct subject_disk {
	char *path;
	bool is_qcow2;	/* raw otherwise */
	char *table;	/* with the root in its last partition; NULL: none */
	bool is_network;	/* the path is an address */
};

struct subject {
	char *name;
	char *hostname;	/* that cloud-init gives it; NULL: not known */
	VECTOR(struct subject_disk) disks;	/* the root's first */
	VECTOR(struct card) cards;	/* none: not known */
	uint64_t memory;	/* MiB; 0: not known */
};

#define auto_subject __attribute__((cleanup(subject_release)))

/* A path with a slash, or a file that is there and ends in .cfg, is a domain
 * file; all else is a name. */
int subject_find(const char *argument, struct subject *subject,
    struct error *err);
void subject_release(struct subject *subject);

#endif
