#include "keep/removal.h"

#include <unistd.h>

#include "base/cleanup.h"
#include "guest/hooks.h"

static int
run_hooks(const struct removal *removal, const char *manifest,
    struct error *err)
{
	const struct hook_facts facts = {
		.name = removal->name, .suite = removal->manifest.suite,
		.architecture = removal->manifest.architecture,
		.target = removal->manifest.disks.items[0].path,
		.cfg = removal->manifest.cfg, .manifest = manifest,
	};

	if (hooks_run(&removal->hooks, HOOK_DELETED, &facts, -1,
	    removal->events, err) == 0)
		return 0;
	return error_suffix(err, "; of the guest '%s' only the manifest is "
	    "left, and mkguest-delete runs the hooks again", removal->name);
}

int
removal_run(struct removal *removal, struct error *err)
{
	const struct removal_item *last = &removal->items[removal->count - 1];

	vector_each(item, removal) {
		if (item->stays)
			continue;
		if (item == last && run_hooks(removal, item->path, err) < 0)
			return -1;
		if (item->remove(removal, item, err) < 0)
			return error_prefix(err, "'%s' is deleted in part, "
			    "mkguest-delete goes on: %s", removal->name,
			    item->what);
	}
	return 0;
}

void
removal_release(struct removal *removal)
{
	vector_each(item, removal) {
		free(item->path);
		free(item->stays);
		target_release(&item->target);
	}
	vector_release(removal);
	claims_release(&removal->claims);
	hook_list_release(&removal->hooks);
	manifest_release(&removal->manifest);
	free(removal->locks);
	cleanup_close(&removal->lock);
}
