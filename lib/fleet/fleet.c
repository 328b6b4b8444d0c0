#include "fleet/fleet.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "fleet/fleet_room.h"
#include "fleet/fleet_worker.h"
#include "guest/state.h"

/* While nothing is heard, this often a watch can look at the clock. */
enum { TICK_MS = 200 };

struct making {
	struct fleet *fleet;
	struct fleet_workers workers;
	char *logs;	/* a directory */
	size_t next;	/* the member to look at next */
	bool is_stopped;
};

size_t
fleet_count(const struct fleet_plan *plan, enum fleet_state state)
{
	size_t count = 0;

	vector_each(member, &plan->members)
		count += (*member)->is_chosen && (*member)->state == state;
	return count;
}

/* --- what they share ----------------------------------------------------- */

static void
make_base(struct fleet_base *base)
{
	auto_error struct error err = {0};

	if (fleet_base_plan(base, &err) == 0)
		fleet_base_make(base, &err);
}

static void
find_bases(struct fleet *fleet)
{
	if (!fleet->knows_bases)
		fleet_bases_find(&fleet->bases, fleet->plan);
	fleet->knows_bases = true;
}

static void
make_bases(struct fleet *fleet)
{
	find_bases(fleet);
	vector_each(base, &fleet->bases)
		if (!interrupt_is_set())
			make_base(*base);
	fleet_room_warn(fleet->plan, fleet->events);
}

int
fleet_look(struct fleet *fleet, struct fleet_member *member,
    struct error *err)
{
	find_bases(fleet);
	if (member->base && member->base->first == member &&
	    fleet_base_plan(member->base, err) < 0)
		return -1;
	if (member->base && member->base->error)
		return error_set(err, "%s", member->base->error);
	return run_plan(&member->run, err);
}

/* --- one after another --------------------------------------------------- */

static void
fail(struct making *making, struct fleet_member *member, const char *why)
{
	member->state = FLEET_FAILED;
	member->result.error = memory_string(why);
	making->fleet->watch->end(making->fleet->watch, member);
}

/* NULL: none is left. */
static struct fleet_member *
next_member(struct making *making)
{
	const struct fleet_plan *plan = making->fleet->plan;

	while (making->next < plan->members.count) {
		struct fleet_member *member =
		    plan->members.items[making->next++];

		if (!member->is_to_make)
			continue;
		if (!member->base || !member->base->error)
			return member;
		fail(making, member, member->base->error);
	}
	return NULL;
}

/* False: there is nothing left to begin. */
static bool
begin_next(struct making *making, size_t slot)
{
	struct fleet_member *member = interrupt_is_set() ? NULL
	    : next_member(making);
	auto_error struct error err = {0};

	if (!member)
		return false;
	making->fleet->watch->begin(making->fleet->watch, member);
	if (fleet_worker_start(&making->workers, slot, member, making->logs,
	    &err) < 0)
		fail(making, member, err.text);
	return true;
}

static void
fill_slots(struct making *making)
{
	for (size_t slot = 0; slot < making->workers.count; slot++)
		while (!making->workers.items[slot].member &&
		    begin_next(making, slot))
			;
}

/* --- all at once --------------------------------------------------------- */

/* A terminal's Ctrl-C reaches them by itself, another signal does not. */
static void
stop_when_interrupted(struct making *making)
{
	if (!interrupt_is_set() || making->is_stopped)
		return;
	making->is_stopped = true;
	for (size_t slot = 0; slot < making->workers.count; slot++)
		fleet_worker_stop(&making->workers.items[slot]);
}

/* False: all are silent, for good. */
static bool
hear_workers(struct making *making)
{
	struct fleet_workers *workers = &making->workers;
	struct pollfd *polls = memory_zeroed(workers->count, sizeof(*polls));
	bool is_busy = false;

	for (size_t slot = 0; slot < workers->count; slot++) {
		bool works = workers->items[slot].member;

		is_busy = is_busy || works;
		polls[slot] = (struct pollfd){
			works ? workers->items[slot].socket : -1, POLLIN, 0};
	}
	if (is_busy && poll(polls, workers->count, TICK_MS) > 0)
		for (size_t slot = 0; slot < workers->count; slot++)
			if (polls[slot].revents)
				fleet_worker_hear(&workers->items[slot],
				    making->fleet->watch);
	free(polls);
	return is_busy;
}

static void
make_members(struct making *making)
{
	struct fleet_watch *watch = making->fleet->watch;

	do {
		stop_when_interrupted(making);
		fill_slots(making);
		watch->tick(watch);
	} while (hear_workers(making));
}

static int
open_logs(struct making *making, struct error *err)
{
	auto_free char *state = state_directory();
	const char *given = making->fleet->log_directory;
	auto_close int directory = -1;

	making->logs = given ? memory_string(given)
	    : memory_printf("%s/logs", state);
	if (file_make_directories(making->logs, 0700, err) < 0)
		return -1;
	directory = open(making->logs, O_DIRECTORY | O_CLOEXEC);
	return directory < 0 ? error_errno(err, "directory for logs '%s'",
	    making->logs) : 0;
}

static size_t
slots_of(const struct fleet *fleet)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t wanted = fleet->jobs ? fleet->jobs : processors > 0
	    ? (size_t)processors : 1;

	return wanted < fleet->plan->members.count ? wanted
	    : fleet->plan->members.count;
}

int
fleet_run(struct fleet *fleet, struct error *err)
{
	struct making making = {.fleet = fleet};
	int result = open_logs(&making, err);

	if (result == 0) {
		make_bases(fleet);
		making.workers.count = slots_of(fleet);
		making.workers.items = memory_zeroed(making.workers.count,
		    sizeof(*making.workers.items));
		make_members(&making);
		free(making.workers.items);
	}
	free(making.logs);
	return result;
}

void
fleet_release(struct fleet *fleet)
{
	fleet_bases_release(&fleet->bases);
}
