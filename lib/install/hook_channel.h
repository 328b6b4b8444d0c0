/*
 * hook_channel: one end of the stream between a hook in the sandbox and its
 * listener outside. It speaks what mmdebstrap's --hook-helper and
 * --hook-listener speak, so that hooks written for it find what they expect:
 *
 *	length (2 bytes, big-endian)  kind (5 letters)  payload
 *
 * Every message is answered by "okthx". Data are "write" messages of at most
 * 4096 bytes and end with "close"; "error" says that the other side failed.
 */
#ifndef INSTALL_HOOK_CHANNEL_H
#define INSTALL_HOOK_CHANNEL_H

#include "base/buffer.h"
#include "base/error.h"

enum { HOOK_KIND_LENGTH = 5 };

struct hook_channel {
	int in;
	int out;	/* may be the same; both the caller's */
};

struct hook_message {
	char kind[HOOK_KIND_LENGTH + 1];
	struct buffer payload;	/* released by the caller */
};

int hook_channel_receive(const struct hook_channel *channel,
    struct hook_message *message, struct error *err);
/* "okthx" */
int hook_channel_accept(const struct hook_channel *channel,
    struct error *err);
/* Sends text as the payload and waits for okthx. */
int hook_channel_ask(const struct hook_channel *channel, const char *kind,
    const char *text, struct error *err);
/* "error"; mmdebstrap's side reads no reason, ours does. */
void hook_channel_fail(const struct hook_channel *channel,
    const struct error *failure);

/* All that can be read from fd, and "close". */
int hook_channel_give(const struct hook_channel *channel, int fd,
    struct error *err);
/* All that comes until "close", into fd. */
int hook_channel_take(const struct hook_channel *channel, int fd,
    struct error *err);

#endif
