/*
 * region: where in the world a guest is: its time zone, locales and keyboard.
 */
#ifndef GUEST_REGION_H
#define GUEST_REGION_H

#include <stdbool.h>

#include "base/error.h"
#include "base/faults.h"
#include "guest/guest.h"

/* Could there be such a file below /usr/share/zoneinfo? */
bool zone_is_name(const char *zone);

/* Checks what can be without any list; locales become as locale.h has them. */
void region_check(struct guest *guest, struct faults *faults);

/*
 * The same by the lists of the host, if it has them, which is of the guest's
 * release: what it does not know, the guest will not either. Wrong use.
 */
int region_check_by_host(const struct guest *guest, struct error *err);

/* Adds the packages that the base needs. */
void region_packages(const struct guest *guest, struct strings *packages);

#endif
