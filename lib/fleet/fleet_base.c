#include "fleet/fleet_base.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "root/root_setup.h"

static struct fleet_base *
base_of_key(struct fleet_bases *bases, const char *key,
    struct fleet_member *member)
{
	struct fleet_base *base;

	vector_each(known, bases)
		if (strcmp((*known)->key, key) == 0)
			return *known;
	base = memory_new(struct fleet_base);
	base->key = memory_string(key);
	base->base = RUN_BASE_NONE;
	base->first = member;
	*vector_push(bases) = base;
	return base;
}

/* Setup hooks may change where the packages come from. */
static bool
has_shared_base(const struct fleet_member *member)
{
	const struct run *run = &member->run;

	return member->is_to_make && run_base_is_shared(run) &&
	    !root_setup_is_needed(&run->request);
}

/* What is wrong with a disk is its own guest's to tell. */
void
fleet_bases_find(struct fleet_bases *bases, const struct fleet_plan *plan)
{
	vector_each(place, &plan->members) {
		struct fleet_member *member = *place;
		char key[DIGEST_HEX_MAX + 1];
		auto_error struct error unfit = {0};

		if (!has_shared_base(member) ||
		    run_base_key(&member->run, key, &unfit) < 0)
			continue;
		member->base = base_of_key(bases, key, member);
		member->base->count++;
		member->run.base = &member->base->base;
	}
}

static int
base_done(struct fleet_base *base, int result, const struct error *err)
{
	if (result < 0)
		base->error = memory_string(err->text);
	return result;
}

int
fleet_base_plan(struct fleet_base *base, struct error *err)
{
	return base_done(base, run_base_plan(&base->base, &base->first->run,
	    err), err);
}

int
fleet_base_make(struct fleet_base *base, struct error *err)
{
	struct run *first = &base->first->run;
	int result = run_base_make(&base->base, first, err);

	if (result == 0 && base->count > 1)
		run_base_near(&base->base, first);
	return base_done(base, result, err);
}

void
fleet_bases_release(struct fleet_bases *bases)
{
	vector_each(base, bases) {
		run_base_release(&(*base)->base);
		free((*base)->key);
		free((*base)->error);
		free(*base);
	}
	vector_release(bases);
}
