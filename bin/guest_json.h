/*
 * guest_json: parts of a guest as JSON. They become the caller's; what is not
 * UTF-8 is left out of a list.
 */
#ifndef GUEST_JSON_H
#define GUEST_JSON_H

#include <jansson.h>

#include "base/vector.h"
#include "guest/guest_disks.h"
#include "guest/guest_nics.h"
#include "keep/removal.h"

json_t *strings_json(const struct strings *strings);
json_t *nics_json(const struct guest_nics *nics);
json_t *disks_json(const struct guest_disks *disks);
/* Of an ssh server: public and fingerprint of each. */
json_t *public_keys_json(const struct strings *keys);
/* The first fixed IPv4 address, without its prefix; null: there is none. */
json_t *address_json(const struct guest_nics *nics);
/* name; removed and kept, with what, path, and why of what is kept. */
json_t *removal_json(const struct removal *removal);

#endif
