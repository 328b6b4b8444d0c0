#include "install/supply.h"

#include "base/cleanup.h"
#include "base/thread.h"

/* A first stage only keeps those of the second round. */
static void
supply_give(const struct supply *supply, size_t item, int fd)
{
	struct unpacked *package = supply->roster->planned[item];
	bool is_rest = item >= supply->roster->essential;

	package->deb = fd;
	if (is_rest && supply->bootstrap->first_stage)
		extract_skip(supply->extract, is_rest);
	else
		extract_add(supply->extract, package, is_rest);
}

static size_t
supply_count(const struct supply *supply)
{
	size_t count = supply->roster->plan->count;

	return supply->bootstrap->has_essential
	    ? count - supply->roster->essential : count;
}

static void *
supply_work(void *context)
{
	struct supply *supply = context;
	const struct bootstrap *bootstrap = supply->bootstrap;
	auto_error struct error failure = {0};

	for (size_t left = supply_count(supply); left; left--) {
		size_t item;
		int fd = -1;

		if (bootstrap->next_deb(bootstrap->context, &item, &fd,
		    &failure) < 0) {
			extract_fail(supply->extract, &failure);
			break;
		}
		supply_give(supply, item, fd);
	}
	return NULL;
}

int
supply_start(struct supply *supply, struct error *err)
{
	if (thread_start(&supply->thread, supply_work, supply))
		return 0;
	return error_set(err, "cannot start a thread");
}

void
supply_end(struct supply *supply, bool is_complete)
{
	extract_end(supply->extract);
	if (!is_complete)
		supply->bootstrap->give_up(supply->bootstrap->context);
	pthread_join(supply->thread, NULL);
}
