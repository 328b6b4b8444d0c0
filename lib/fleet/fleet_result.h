/*
 * fleet_result: what the making of a guest of a fleet came to, which its
 * process tells the fleet as a stanza.
 */
#ifndef FLEET_FLEET_RESULT_H
#define FLEET_FLEET_RESULT_H

#include "base/buffer.h"
#include "make/run.h"

struct fleet_result {
	char *error;	/* NULL: none */
	char *warnings;	/* lines; NULL: none */
	char *host_keys;	/* fingerprints, a line each; NULL: none */
	char *password_file;	/* NULL: it has none */
	char *log;	/* path; NULL: nothing was done */
	uint64_t used;	/* bytes on its disks */
	double seconds;
};

/* Of a run that is over; `error` is NULL if the guest was made. */
void fleet_result_write(const struct run *run, const char *error,
    struct buffer *text);
/* The other members stay as they are. */
void fleet_result_read(struct fleet_result *result, struct view text);
/* The fingerprint, without its kind, of the key that clients ask for first;
 * freed by the caller. NULL: there is no key. */
char *fleet_result_fingerprint(const struct fleet_result *result);
void fleet_result_release(struct fleet_result *result);

#endif
