/*
 * removal_way: the ways in which the parts of a guest go (keep/removal.h). What
 * is not there any more is fine.
 */
#ifndef KEEP_REMOVAL_WAY_H
#define KEEP_REMOVAL_WAY_H

#include "keep/removal.h"

typedef int removal_way(const struct removal *removal,
    struct removal_item *item, struct error *err);

/* A file or a link; that it is gone is on the disk, too. */
removal_way removal_of_file;
/* If it is empty. */
removal_way removal_of_directory;
/* Zeroed before that, if that is asked for, as is a volume. */
removal_way removal_of_image;
removal_way removal_of_volume;
/* The device stays. */
removal_way removal_by_zeros;

#endif
