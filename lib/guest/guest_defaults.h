/*
 * guest_defaults: what mkguest.conf says of all guests, the user's own before
 * the admin's. It is read once, for as many guests as there are.
 */
#ifndef GUEST_GUEST_DEFAULTS_H
#define GUEST_GUEST_DEFAULTS_H

#include "base/vector.h"
#include "guest/guest.h"
#include "guest/guest_text.h"

struct guest_defaults {
	struct guest_text *items;
	size_t count;
	size_t capacity;
};

#define auto_guest_defaults __attribute__((cleanup(guest_defaults_release)))

/* A file that is not there says nothing; one that cannot be read is left out,
 * and is an error. */
int guest_defaults_read(struct guest_defaults *defaults, struct error *err);
/* Fills in what nothing nearer has set. All that is wrong is told, a line for
 * each field. */
int guest_defaults_apply(const struct guest_defaults *defaults,
    struct guest *guest, struct error *err);
void guest_defaults_release(struct guest_defaults *defaults);

#endif
