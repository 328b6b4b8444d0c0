/*
 * extract: threads that unpack .debs as they arrive, the largest first.
 *
 *	extract_new → extract_add … → extract_finish → extract_free
 *
 * All calls come from one thread.
 */
#ifndef INSTALL_EXTRACT_H
#define INSTALL_EXTRACT_H

#include "base/events.h"
#include "install/unpack.h"

struct extract;

/* Of what is given, nothing is owned and all must outlive it. */
struct extract *extract_new(const struct unpack *unpack, unsigned threads);
/* The package, empty but for its place and .deb, is filled by a thread. */
void extract_add(struct extract *extract, struct unpacked *package);
/* Waits a moment until at most `most` .debs are not done yet; how many are
 * not, or -1 with the error of one that failed. */
int extract_wait(struct extract *extract, size_t most, struct error *err);
/* Ends the threads; what is not unpacked then never will be. */
void extract_free(struct extract *extract);

#endif
