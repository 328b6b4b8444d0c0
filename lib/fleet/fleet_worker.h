/*
 * fleet_worker: one guest of a fleet made in a process of its own, so that what
 * becomes of it becomes of no other. The process takes the guest as it was
 * planned, writes its log, and tells what it does:
 *
 *	fleet_worker_start
 *	fleet_worker_hear	a word of it, when the socket has one, until its
 *				end, with the result
 *	fleet_worker_stop	it unwinds, and ends soon
 */
#ifndef FLEET_FLEET_WORKER_H
#define FLEET_FLEET_WORKER_H

#include "fleet/fleet_plan.h"
#include "fleet/fleet_watch.h"

struct fleet_worker {
	struct fleet_member *member;	/* NULL: there is none at work */
	pid_t pid;
	int socket;
	double started;
};

struct fleet_workers {
	struct fleet_worker *items;	/* slots */
	size_t count;
};

/* In an empty slot; the log is log_directory/NAME.log. */
int fleet_worker_start(struct fleet_workers *workers, size_t slot,
    struct fleet_member *member, const char *log_directory,
    struct error *err);
/* The slot is empty when it has heard the end. */
void fleet_worker_hear(struct fleet_worker *worker,
    struct fleet_watch *watch);
void fleet_worker_stop(const struct fleet_worker *worker);

#endif
