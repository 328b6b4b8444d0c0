/*
 * sandbox: a child in its own mount, pid, uts and ipc namespaces (and, for an
 * ordinary user, a user namespace with the ids of subuid(5)), in which guests
 * are made. It is the namespace's init: when it or we die, by whatever signal,
 * the kernel ends everything in it and its mounts are gone.
 *
 * The function runs in a fork of this process, so it sees all that the caller
 * had. Its events come back to the caller's, and its error becomes ours.
 */
#ifndef INSTALL_SANDBOX_H
#define INSTALL_SANDBOX_H

#include <stddef.h>

#include "base/error.h"
#include "base/events.h"

struct sandbox;	/* the parent's end */
struct sandbox_inside;	/* the child's end */

typedef int sandbox_function(struct sandbox_inside *inside, void *context,
    struct error *err);

/* Is a user namespace with subordinate ids to be had? Says what is missing. */
int sandbox_check(struct error *err);

struct sandbox *sandbox_start(sandbox_function *function, void *context,
    struct events *events, struct error *err);

/* The same for programs that a guest may have changed: root, too, is another
 * user there (install/id_map.h), who can do nothing to this host. */
struct sandbox *sandbox_start_mapped(sandbox_function *function,
    void *context, struct events *events, struct error *err);

/* Parent: sends a tagged number and (if fd >= 0) a descriptor. Never blocks
 * for long: the child reads them as it works. */
int sandbox_send(struct sandbox *sandbox, unsigned tag, uint64_t number,
    int fd, struct error *err);
/* Parent: handles the child's events until it asks (tag, number) or ends.
 * 1 asked, 0 ended well, -1 failed. */
int sandbox_next(struct sandbox *sandbox, unsigned *tag, uint64_t *number,
    struct error *err);
/* Parent: waits for the end. */
int sandbox_wait(struct sandbox *sandbox, struct error *err);
/* Ends the child if it is still there, and waits for it. */
void sandbox_free(struct sandbox *sandbox);

/* Child: the events to use inside, thread-safe. */
struct events *sandbox_events(struct sandbox_inside *inside);
/* Child: the next message; *fd is -1 or the caller's to close. Blocks, until
 * sandbox_give_up is called from another thread. */
int sandbox_receive(struct sandbox_inside *inside, unsigned *tag,
    uint64_t *number, int *fd, struct error *err);
void sandbox_give_up(struct sandbox_inside *inside);
int sandbox_ask(struct sandbox_inside *inside, unsigned tag, uint64_t number,
    struct error *err);

#endif
