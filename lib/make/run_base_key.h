/*
 * run_base_key: which base a run's guest is of (run_base.h), by its description
 * alone: neither the archive nor a disk is looked at, but for the size of a
 * device that was given none.
 */
#ifndef MAKE_RUN_BASE_KEY_H
#define MAKE_RUN_BASE_KEY_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "make/run_disk.h"

struct run;

/* Can guests like this one share a base? They have one ext filesystem, made new,
 * that no hook wants to see on its way, and whose checksums do not depend on its
 * UUID. */
bool run_base_is_shared(const struct run *run);
/* Guests with the same one have the same base. */
int run_base_key(const struct run *run, char hex[DIGEST_HEX_MAX + 1],
    struct error *err);

/* The disk that the base is to fit; its filesystem has no ids yet. Released in
 * any case. */
int run_base_disk(const struct run *run, struct run_disk *disk,
    struct error *err);
/* Adds what of a filesystem decides which base it is. */
void run_base_key_filesystem(struct buffer *key,
    const struct filesystem *filesystem);

#endif
