/*
 * hook_transfer: special hooks: "copy-in FILE… PLACE" and the like, which move
 * files between the host and the root. This end works in the sandbox; the
 * listener (hook_listener.h) is the other. Paths inside are resolved inside.
 *
 *	copy-in OUTSIDE… PLACE	copy-out INSIDE… PLACE	files and directories
 *	sync-in OUTSIDE PLACE	sync-out INSIDE PLACE	what is in a directory
 *	tar-in TAR PLACE	tar-out INSIDE TAR
 *	upload FILE FILE	download FILE FILE
 */
#ifndef INSTALL_HOOK_TRANSFER_H
#define INSTALL_HOOK_TRANSFER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/vector.h"
#include "install/hook_channel.h"

struct hook_transfer {
	int root;
	struct hook_channel channel;
	bool without_nodes;	/* tar-in leaves ./dev out */
};

/* Does the command begin with one of the words above, and a blank? */
bool hook_transfer_is(const char *command);
/* Splits it as a shell would: '…', "…" and \ quote, nothing else means more. */
int hook_transfer_words(const char *command, struct strings *words,
    struct error *err);
int hook_transfer_run(const struct hook_transfer *transfer,
    const struct strings *words, struct error *err);

/*
 * mkguest-root --hook-helper ROOT MODE HOOK - VERBOSITY WORD…: the same for a
 * hook that calls us, with the channel as its stdin and stdout, as it is made
 * with <&$MMDEBSTRAP_HOOKSOCK >&$MMDEBSTRAP_HOOKSOCK.
 */
int hook_transfer_help(char *const *arguments, struct error *err);

#endif
