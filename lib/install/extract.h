/*
 * extract: threads that unpack .debs as they arrive, the largest first, in
 * rounds. Those of a later round are unpacked into the annex while this round
 * is being configured, so that nothing of them is seen in the root yet.
 *
 *	extract_new → extract_add … → extract_open → extract_wait …
 *	    → extract_free
 */
#ifndef INSTALL_EXTRACT_H
#define INSTALL_EXTRACT_H

#include "base/events.h"
#include "install/unpack.h"

enum { EXTRACT_ROUNDS = 2 };

struct extract;

/* Of what is given, nothing is owned and all must outlive it. Without an
 * annex (-1) the later round's .debs wait as they are. */
struct extract *extract_new(const struct unpack *unpack, unsigned threads);
/* Another thread may call this. The package, empty but for its place and
 * .deb, is filled by one of our threads. */
void extract_add(struct extract *extract, struct unpacked *package,
    unsigned round);
/* Also from there: one of the round is there, and needs no unpacking. */
void extract_skip(struct extract *extract, unsigned round);
/* Also from there: no more will come. */
void extract_fail(struct extract *extract, struct error *err);
/* From now on this round's may enter the root, and none did before. */
void extract_open(struct extract *extract, unsigned round);
/* Waits a moment for the round that is open, at most until `wanted` of its
 * .debs are in the root; how many are, or -1 with the error of one that
 * failed. */
int extract_wait(struct extract *extract, size_t wanted, struct error *err);
/* Ends the threads; what is not unpacked then never will be. */
void extract_end(struct extract *extract);
void extract_free(struct extract *extract);

#endif
