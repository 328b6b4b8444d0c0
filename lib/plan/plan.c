#include "plan/plan.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "plan/closure.h"
#include "plan/refusal.h"
#include "plan/selection.h"
#include "plan/sequence.h"

struct stage {
	struct closure *closure;
	const struct variant *variant;
	bool is_essential;
	unsigned *unpack_places;	/* by number */
};

static void
add_item(struct plan *plan, const struct stage *stage, const struct step *step)
{
	const struct closure_mark *mark =
	    closure_mark(stage->closure, step->name);

	*vector_push(plan) = (struct plan_item){
		.package = mark->install,
		.is_essential = stage->is_essential,
		.is_automatic = mark->is_automatic && !stage->is_essential,
		.unpack_place = stage->unpack_places[step->name->number],
		.configure_run = step->run,
	};
	plan->download_size += mark->install->size;
	plan->installed_size += mark->install->installed_size;
}

/*
 * mmdebstrap installs the first stage with one dpkg --install, which
 * configures in the order to unpack; the second is apt's.
 */
static void
add_items(struct plan *plan, const struct stage *stage,
    const struct sequence *sequence)
{
	for (size_t i = 0; i < sequence->unpack.count; i++) {
		struct step step = {.name = sequence->unpack.items[i]};

		stage->unpack_places[step.name->number] = (unsigned)i;
		if (stage->is_essential)
			add_item(plan, stage, &step);
	}
	plan->pending_run = sequence->pending_run;
	for (size_t i = 0; i < sequence->configure.count; i++)
		if (!stage->is_essential)
			add_item(plan, stage, &sequence->configure.items[i]);
}

static int
add_stage(struct plan *plan, const struct stage *stage, struct error *err)
{
	struct order order = {0};
	struct sequence sequence = {0};
	int status;

	order_make(stage->closure, stage->variant->with_apt, &order);
	status = sequence_make(stage->closure, &order, &sequence, err);
	if (status == 0)
		add_items(plan, stage, &sequence);
	sequence_release(&sequence);
	order_release(&order);
	return status;
}

static int
add_stages(struct plan *plan, struct stage *stage, struct marking *marking,
    const struct plan_request *request, struct error *err)
{
	stage->is_essential = true;
	if (selection_want_essential(marking, stage->variant, request,
	    err) < 0 || refusal_check(stage->closure, err) < 0 ||
	    add_stage(plan, stage, err) < 0)
		return -1;
	closure_settle(stage->closure);
	stage->is_essential = false;
	if (selection_want_rest(marking, stage->variant, request, err) < 0 ||
	    refusal_check(stage->closure, err) < 0)
		return -1;
	return add_stage(plan, stage, err);
}

int
plan_make(const struct package_set *set, const struct plan_request *request,
    struct plan *plan, struct error *err)
{
	auto_free unsigned *unpack_places =
	    memory_zeroed(package_set_name_count(set), sizeof(unsigned));
	struct stage stage = {
		.variant = selection_variant(request->variant, err),
		.unpack_places = unpack_places,
	};
	struct marking marking = {0};
	int status;

	if (!stage.variant)
		return -1;
	plan->is_unpacked_only = stage.variant->is_unpacked_only;
	stage.closure = closure_new(set, request->recommends);
	marking.closure = stage.closure;
	status = add_stages(plan, &stage, &marking, request, err);
	marking_release(&marking);
	closure_free(stage.closure);
	return status;
}

size_t
plan_essential_count(const struct plan *plan)
{
	size_t count = 0;

	while (count < plan->count && plan->items[count].is_essential)
		count++;
	return count;
}

void
plan_digest(const struct plan *plan, char hex[DIGEST_HEX_MAX + 1])
{
	struct digest *digest = digest_new(DIGEST_SHA256);

	vector_each(item, plan) {
		const struct package *package = item->package;
		const struct view words[] = {package->name, package->version,
		    package->architecture, package->sha256};

		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
			digest_add(digest, words[i].data, words[i].length);
			digest_add(digest, "\n", 1);
		}
	}
	digest_finish(digest, hex);
	digest_free(digest);
}

void
plan_release(struct plan *plan)
{
	vector_each(item, plan)
		free(item->url);
	vector_release(plan);
	free(plan->packages);
	free(plan->text);
}
