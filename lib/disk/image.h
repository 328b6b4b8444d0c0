/*
 * image: the targets that are files. Until it is committed an image has no
 * name (O_TMPFILE), or, where the filesystem cannot do that, the name
 * .NAME.mkguest-ID beside its final one. It is locked (flock) all the time,
 * which tells those of living runs from what killed ones left.
 */
#ifndef DISK_IMAGE_H
#define DISK_IMAGE_H

#include "disk/target.h"

/* What target.h says, for targets with an image's path. */
int image_check(struct target *target, const struct target_gate *gate,
    struct error *err);
int image_former(const struct target *target, struct error *err);
int image_check_room(const struct target *target, uint64_t bytes,
    struct error *err);
int image_begin(struct target *target, const struct target_gate *gate,
    struct error *err);
int image_stage(const struct target *target, struct error *err);
int image_allocate(const struct target *target, struct error *err);
int image_begin_in_place(struct target *target,
    const struct target_gate *gate, struct error *err);
int image_name(struct target *target, const struct target_gate *gate,
    struct error *err);
int image_put(struct target *target, const struct target_gate *gate,
    struct error *err);
int image_settle(const struct target *target, struct error *err);
void image_reap(const char *directory);

#endif
