/*
 * presence: is a guest that is described on this host already? It is there if
 * its manifest, its domain file and its disks are, and changed if it was made
 * from another description (guest/description.h).
 */
#ifndef MAKE_PRESENCE_H
#define MAKE_PRESENCE_H

#include "base/error.h"
#include "guest/description.h"
#include "guest/guest.h"
#include "guest/manifest.h"

enum presence_kind { GUEST_MISSING, GUEST_THERE, GUEST_CHANGED };

struct presence {
	const char *name;	/* the guest's */
	enum presence_kind kind;
	struct manifest manifest;	/* without a name: there is none */
	struct differences differences;	/* of a guest that is changed */
};

#define auto_presence __attribute__((cleanup(presence_release)))

/* Of a guest with its name, before guest_complete; it stays as it is. */
int presence_find(struct presence *presence, const struct guest *guest,
    struct error *err);
/* "missing", "there" or "changed" */
const char *presence_word(enum presence_kind kind);
void presence_release(struct presence *presence);

#endif
