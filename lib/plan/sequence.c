#include "plan/sequence.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/vector.h"

enum { ROUNDS_MAX = 5000 };

enum reached { NOTHING, UNPACKED, CONFIGURED };

struct progress {
	unsigned char reached;
	bool is_open;	/* is being prepared further up: a circle */
};

struct run {
	struct closure *closure;
	struct progress *progress;	/* by number */
	struct sequence *sequence;
	unsigned number;
	bool is_configuring;	/* the last step was not to unpack */
};

enum result { RESULT_FAILED, RESULT_OPEN, RESULT_DONE };

struct groups {
	const struct dependency **items;
	size_t count;
	size_t capacity;
};

/* One package under preparation. */
struct frame {
	struct run *run;
	const struct package_name *name;
	bool in_circle;
	bool changed;
	struct groups groups;	/* to look after */
	struct groups open;	/* those that no pass has settled */
};

typedef enum result settle_group(struct frame *frame,
    const struct names *targets);

static bool unpack(struct run *run, const struct package_name *name,
    bool is_immediate);
static bool configure(struct run *run, const struct package_name *name);

static struct progress *
progress_of(const struct run *run, const struct package_name *name)
{
	return &run->progress[name->number];
}

static void
add_target(const struct run *run, const struct package *package, bool is_met,
    struct names *targets)
{
	if (is_met && closure_mark(run->closure, package->owner)->install ==
	    package)
		*vector_push(targets) = package->owner;
}

/* What is to be there and meets a member of the group. */
static void
find_targets(const struct run *run, const struct dependency *group,
    struct names *targets)
{
	const struct dependency *end = dependency_group_end(group);

	for (; group < end; group++) {
		const struct package *package =
		    closure_mark(run->closure, group->name)->install;
		const struct package_provider *provider =
		    group->name->providers;

		if (package)
			add_target(run, package,
			    dependency_is_met_by(group, package), targets);
		for (; provider; provider = provider->next)
			add_target(run, provider->package,
			    dependency_is_met_by_provider(group, provider),
			    targets);
	}
}

static bool
has_current(const struct run *run, const struct names *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		if (closure_mark(run->closure, targets->items[i])->current)
			return true;
	return false;
}

/* Unpacks the target, or configures it if it is unpacked. */
static enum result
advance(struct frame *frame, const struct package_name *target)
{
	struct progress *own = progress_of(frame->run, frame->name);
	struct progress *other = progress_of(frame->run, target);
	bool done;

	own->is_open = true;
	if (other->reached == NOTHING)
		done = unpack(frame->run, target, true);
	else
		done = configure(frame->run, target);
	own->is_open = frame->in_circle;
	if (!done)
		return RESULT_FAILED;
	frame->changed |= !other->is_open;
	return RESULT_DONE;
}

/* Before unpacking, one of the targets has to be configured. */
static enum result
settle_pre_depends(struct frame *frame, const struct names *targets)
{
	for (size_t i = 0; i < targets->count; i++) {
		struct progress *progress =
		    progress_of(frame->run, targets->items[i]);

		if (progress->reached == CONFIGURED)
			return RESULT_DONE;
		if (progress->reached == UNPACKED || !progress->is_open ||
		    !frame->in_circle)
			return advance(frame, targets->items[i]);
	}
	return RESULT_OPEN;
}

/* Before configuring, first unpacked … */
static enum result
settle_presence(struct frame *frame, const struct names *targets)
{
	for (size_t i = 0; i < targets->count && !frame->in_circle; i++)
		if (progress_of(frame->run, targets->items[i])->reached ==
		    NOTHING)
			return advance(frame, targets->items[i]);
	return RESULT_OPEN;
}

/* … then configured. */
static enum result
settle_depends(struct frame *frame, const struct names *targets)
{
	for (size_t i = 0; i < targets->count; i++) {
		struct progress *progress =
		    progress_of(frame->run, targets->items[i]);

		if (progress->reached == CONFIGURED)
			return RESULT_DONE;
		if (progress->reached == NOTHING)
			continue;
		if (progress->is_open && frame->in_circle)
			return RESULT_DONE;
		return advance(frame, targets->items[i]);
	}
	return RESULT_OPEN;
}

static bool
settle_round(struct frame *frame, settle_group *settle)
{
	struct names targets = {0};
	enum result result = RESULT_DONE;

	frame->changed = false;
	for (size_t i = 0; i < frame->groups.count; i++) {
		targets.count = 0;
		find_targets(frame->run, frame->groups.items[i], &targets);
		if (has_current(frame->run, &targets))
			continue;
		result = settle(frame, &targets);
		if (result == RESULT_FAILED)
			break;
		if (result == RESULT_OPEN)
			*vector_push(&frame->open) = frame->groups.items[i];
	}
	vector_release(&targets);
	return result != RESULT_FAILED;
}

/* Rounds until one changes nothing. */
static bool
settle_all(struct frame *frame, settle_group *settle)
{
	unsigned rounds = 0;

	do {
		if (!settle_round(frame, settle))
			return false;
	} while (frame->changed && rounds++ < ROUNDS_MAX);
	return true;
}

static void
frame_init(struct frame *frame, struct run *run,
    const struct package_name *name, enum dependency_kind last)
{
	*frame = (struct frame){
		.run = run,
		.name = name,
		.in_circle = progress_of(run, name)->is_open,
	};
	dependency_groups(group, closure_dependencies(run->closure, name))
		if (group->kind <= last)
			*vector_push(&frame->groups) = group;
}

static void
frame_release(struct frame *frame)
{
	vector_release(&frame->groups);
	vector_release(&frame->open);
}

/* Goes on with the groups that are open, and forgets the others. */
static void
frame_narrow(struct frame *frame)
{
	vector_release(&frame->groups);
	frame->groups = frame->open;
	frame->open = (struct groups){0};
}

static bool
prepare_configure(struct run *run, const struct package_name *name)
{
	struct frame frame;
	bool done;

	frame_init(&frame, run, name, DEPENDENCY_DEPENDS);
	done = settle_all(&frame, settle_presence);
	frame_narrow(&frame);
	done = done && settle_all(&frame, settle_depends);
	/* apt gives up only if it is the last group that is still open. */
	if (done && frame.open.count &&
	    frame.open.items[frame.open.count - 1] ==
	    frame.groups.items[frame.groups.count - 1])
		done = false;
	frame_release(&frame);
	return done;
}

static bool
prepare_unpack(struct run *run, const struct package_name *name)
{
	struct frame frame;
	bool done;

	frame_init(&frame, run, name, DEPENDENCY_PRE_DEPENDS);
	done = settle_all(&frame, settle_pre_depends) && !frame.open.count;
	frame_release(&frame);
	return done;
}

static bool
configure(struct run *run, const struct package_name *name)
{
	struct progress *progress = progress_of(run, name);

	if (!prepare_configure(run, name))
		return false;
	if (progress->is_open)
		return true;
	if (progress->reached == CONFIGURED)
		return false;
	progress->reached = CONFIGURED;
	run->number += !run->is_configuring;
	run->is_configuring = true;
	*vector_push(&run->sequence->configure) =
	    (struct step){name, run->number};
	return true;
}

static bool
unpack(struct run *run, const struct package_name *name, bool is_immediate)
{
	struct progress *progress = progress_of(run, name);

	if (!prepare_unpack(run, name))
		return false;
	if (progress->is_open)
		return true;
	progress->reached = UNPACKED;
	*vector_push(&run->sequence->unpack) = name;
	run->is_configuring = false;
	/* What cannot be configured yet will be so later. */
	if (is_immediate)
		configure(run, name);
	return true;
}

/* dpkg's hash of names, by which it walks through them (pkg_hash_iter). */
static uint32_t
dpkg_hash(struct view text)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < text.length; i++)
		hash = (hash ^ (unsigned char)text.data[i]) * 16777619u;
	return hash % 65521;
}

static int
compare_hashes(const void *a, const void *b)
{
	const struct package_name *name_a = *(struct package_name *const *)a;
	const struct package_name *name_b = *(struct package_name *const *)b;
	uint32_t hash_a = dpkg_hash(name_a->base);
	uint32_t hash_b = dpkg_hash(name_b->base);

	if (hash_a != hash_b)
		return hash_a < hash_b ? -1 : 1;
	return package_name_compare(name_a, name_b);
}

static void
configure_pending(struct run *run)
{
	struct names pending = {0};

	run->sequence->pending_run = run->number + 1;
	vector_each(name, &run->sequence->unpack)
		if (progress_of(run, *name)->reached != CONFIGURED)
			*vector_push(&pending) = *name;
	vector_sort(&pending, compare_hashes);
	vector_each(name, &pending)
		*vector_push(&run->sequence->configure) =
		    (struct step){*name, run->sequence->pending_run};
	vector_release(&pending);
}

int
sequence_make(struct closure *closure, const struct order *order,
    struct sequence *sequence, struct error *err)
{
	size_t count = package_set_name_count(closure_set(closure));
	auto_free struct progress *progress =
	    memory_zeroed(count, sizeof(*progress));
	struct run run = {
		.closure = closure,
		.progress = progress,
		.sequence = sequence,
	};

	for (size_t i = 0; i < order->names.count; i++) {
		const struct package_name *name = order->names.items[i];

		if (progress_of(&run, name)->reached == NOTHING &&
		    !unpack(&run, name, order->is_immediate[name->number]))
			return error_set(err, "'" VIEW_FORMAT "' cannot be "
			    "unpacked, since its Pre-Depends form a circle",
			    VIEW_ARGUMENTS(name->text));
	}
	configure_pending(&run);
	return 0;
}

void
sequence_release(struct sequence *sequence)
{
	vector_release(&sequence->unpack);
	vector_release(&sequence->configure);
}
