/*
 * guest_nics: all network cards of a guest, in the order of its domain file.
 */
#ifndef GUEST_GUEST_NICS_H
#define GUEST_GUEST_NICS_H

#include "base/faults.h"
#include "guest/guest_nic.h"
#include "guest/identity.h"

struct guest_nics {
	struct guest_nic *items;
	size_t count;
	size_t capacity;
};

/* Those of --nic; each is complete, and goes with the others, or is a fault. */
void guest_nics_read(struct guest_nics *nics, const struct strings *words,
    struct faults *faults);
/* One a line, each with its MAC address, as the manifest has them. */
int guest_nics_parse(struct guest_nics *nics, struct view lines,
    struct error *err);
void guest_nics_text(const struct guest_nics *nics, struct buffer *text);
/* Each gets a MAC address, if it has none. */
void guest_nics_make_ids(struct guest_nics *nics,
    const struct identity *identity);
bool guest_nics_have_mac(const struct guest_nics *nics, const char *mac);
void guest_nics_release(struct guest_nics *nics);

#endif
