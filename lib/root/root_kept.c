#include "root/root_kept.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "root/base_tar.h"
#include "root/leftover.h"

static void
warn_damaged(const struct root_kept *kept, struct events *events,
    const struct error *why)
{
	events_warn(events, "the kept %s '%.12s' is damaged and made anew: %s",
	    kept->what, kept->key, why->text);
}

static void
tell_not_kept(const struct root_kept *kept, struct events *events,
    const struct error *why)
{
	events_info(events, "the %s is not kept: %s", kept->what, why->text);
}

void
root_kept_find(struct root_kept *kept, int cache, struct events *events)
{
	auto_error struct error why = {0};

	if (base_cache_find(cache, kept->key, &kept->base, &why) >= 0)
		return;
	warn_damaged(kept, events, &why);
	base_release(&kept->base);
}

void
root_kept_begin(struct root_kept *kept, int cache, struct events *events)
{
	auto_error struct error why = {0};

	kept->file = base_cache_begin(cache, &why);
	if (kept->file < 0)
		tell_not_kept(kept, events, &why);
}

void
root_kept_commit(struct root_kept *kept, int cache, struct events *events)
{
	auto_error struct error why = {0};
	struct base made = kept->base;

	made.fd = kept->file;
	if (base_cache_commit(cache, kept->key, &made, &why) < 0)
		tell_not_kept(kept, events, &why);
}

void
root_kept_release(struct root_kept *kept)
{
	base_release(&kept->base);
	cleanup_close(&kept->file);
}

bool
root_kept_check(struct root_kept *kept, struct events *events)
{
	auto_error struct error why = {0};

	if (kept->base.is_sealed || base_check(&kept->base, &why) == 0)
		return true;
	warn_damaged(kept, events, &why);
	base_release(&kept->base);
	return false;
}

int
root_kept_take(const struct root_kept *kept, int root, struct events *events,
    struct error *err)
{
	auto_error struct error why = {0};
	auto_free char *step =
	    memory_printf("taking the %s from the cache", kept->what);
	int taken;

	events_step(events, step);
	taken = root < 0 ? base_check(&kept->base, &why) == 0
	    : base_tar_read(&kept->base, root, &why);
	events_step(events, NULL);
	if (taken > 0)
		return 1;
	if (taken < 0)
		return error_move(err, &why);
	warn_damaged(kept, events, &why);
	if (root >= 0)
		leftover_empty(root, ".");
	return 0;
}
