/*
 * inventory: the guests of this host, as their manifests say, with what is to
 * be seen of them from outside: no filesystem of a guest is looked at.
 */
#ifndef KEEP_INVENTORY_H
#define KEEP_INVENTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/events.h"
#include "base/vector.h"
#include "guest/manifest.h"

struct inventory_guest {
	char *name;
	struct manifest manifest;	/* without a name: it cannot be read */
	const char *state;	/* running, off; NULL: nobody knows */
	uint64_t size;	/* bytes, of all disks that are its own */
	uint64_t used;	/* what images take of that, devices all */
	bool autostart;
	struct strings addresses;	/* without their prefixes; dhcp, auto */
	/* What is not as the manifest says: "cfg edited", "disk missing". */
	struct strings drift;
};

struct inventory {
	struct inventory_guest *items;	/* sorted by their names */
	size_t count;
	size_t capacity;
};

#define auto_inventory __attribute__((cleanup(inventory_release)))

/*
 * Of all guests or, unless `names` is empty, of those. One that is named and
 * not there, or whose manifest cannot be read, is an error; among all it is
 * warned of the latter.
 */
int inventory_read(struct inventory *inventory, const struct strings *names,
    struct events *events, struct error *err);
/* Only the names of all of them, sorted. */
int inventory_names(struct strings *names, struct error *err);
void inventory_release(struct inventory *inventory);

#endif
