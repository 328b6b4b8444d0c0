#include "fleet/fleet_choice.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

static bool
is_chosen(const struct fleet_member *member, const struct strings *only)
{
	bool is_named = !only->count;

	vector_each(word, only)
		is_named = is_named || fleet_guest_is(member->described, *word);
	return is_named;
}

/* A word that nobody answers to is a slip. */
static int
check_words(const struct fleet_plan *plan, const struct strings *only,
    struct error *err)
{
	vector_each(word, only) {
		bool is_known = false;

		vector_each(member, &plan->members)
			is_known = is_known ||
			    fleet_guest_is((*member)->described, *word);
		if (!is_known)
			return error_usage(err, "'%s' is neither a guest nor a "
			    "group of '%s'", *word, plan->file.text.path);
	}
	return 0;
}

static bool
is_disk_of(const struct manifest *manifest, const struct guest_disk *disk)
{
	auto_free char *path = guest_disk_is_network(disk)
	    ? memory_string(disk->path) : file_absolute_path(disk->path);

	vector_each(own, &manifest->disks)
		if (strcmp(own->path, path) == 0)
			return true;
	return false;
}

/* What may be left of a guest that is gone is its domain file: that is written
 * over, but no disk that was never the guest's. */
static bool
is_its_own(const struct fleet_member *member)
{
	vector_each(disk, &member->run.guest->disks)
		if (!is_disk_of(&member->presence.manifest, disk))
			return false;
	return true;
}

int
fleet_choose(struct fleet_plan *plan, const struct fleet_choice *choice,
    struct error *err)
{
	uint64_t count = 0;

	if (check_words(plan, &choice->only, err) < 0)
		return -1;
	vector_each(place, &plan->members) {
		struct fleet_member *member = *place;
		bool is_wanted;

		member->is_chosen = is_chosen(member, &choice->only);
		is_wanted = member->is_chosen && (choice->replaces
		    ? member->state != FLEET_THERE
		    : member->state == FLEET_MISSING);
		member->is_to_make = is_wanted &&
		    (!choice->limit || count < choice->limit);
		count += member->is_to_make;
		if (choice->replaces || is_its_own(member))
			member->run.guest->force = true;
	}
	return 0;
}
