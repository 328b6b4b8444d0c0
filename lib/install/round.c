#include "install/round.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "install/configure.h"
#include "install/dpkg_database.h"
#include "install/new_directories.h"
#include "install/place.h"

static int
wait_unpacked(struct round *round, struct error *err)
{
	int done;

	do {
		if (interrupt_check(err) < 0)
			return -1;
		done = extract_wait(round->extract, round->count, err);
		if (done < 0)
			return -1;
		events_progress(round->bootstrap->events, EVENT_PACKAGES,
		    (size_t)done, round->count);
	} while ((size_t)done < round->count);
	return 0;
}

/* A .deb must be the package that the index said it is. */
static int
check_names(const struct round *round, struct error *err)
{
	for (size_t i = 0; i < round->count; i++) {
		struct view wanted = round->items[i].package->name;

		round->planned[i]->is_malformed =
		    !view_equal(wanted, round->planned[i]->name);
		if (round->planned[i]->is_malformed)
			return error_set(err, "the archive's '" VIEW_FORMAT
			    "' contains the package '" VIEW_FORMAT "'",
			    VIEW_ARGUMENTS(wanted),
			    VIEW_ARGUMENTS(round->planned[i]->name));
	}
	return 0;
}

/* Links to merged directories were made for packages to be unpacked through;
 * where a package brings one itself, it is that package's. */
static int
adopt_links(const struct round *round, struct error *err)
{
	vector_each(name, round->merged) {
		auto_free char *path = memory_printf("/%s", *name);

		for (size_t i = 0; i < round->count; i++) {
			const struct unpacked_path *link =
			    unpacked_find(round->planned[i], path);

			if (link && S_ISLNK(link->mode) &&
			    place_time(round->bootstrap->root, path, link->time,
			    err) < 0)
				return -1;
		}
	}
	return 0;
}

int
round_unpack(struct round *round, struct error *err)
{
	const struct bootstrap *bootstrap = round->bootstrap;

	if (unpack_rules_read(round->rules, bootstrap->root, err) < 0)
		return -1;
	extract_open(round->extract, round->number);
	if (wait_unpacked(round, err) < 0 || check_names(round, err) < 0)
		return -1;
	if (new_directories_finish(bootstrap->root,
	    round->in_unpack_order, round->count, err) < 0)
		return -1;
	return adopt_links(round, err);
}

/* The .deb is not looked into. dpkg takes every name with its architecture,
 * but for "all", as if there could be several. */
static void
keep_deb(struct round *round, size_t item)
{
	struct unpacked *package = round->planned[item];

	package->is_slow = true;
	package->architecture = round->items[item].package->architecture;
	if (!view_is(package->architecture, "all"))
		*vector_push(&package->fields.fields) = (struct stanza_field){
			view_of("Multi-Arch"), view_of("same"), 0};
}

/* The scripts of the first packages must not see the files of these, so dpkg
 * unpacks them in the second stage. */
int
round_keep(struct round *round, struct error *err)
{
	extract_open(round->extract, round->number);
	if (wait_unpacked(round, err) < 0)
		return -1;
	for (size_t i = 0; i < round->count; i++)
		keep_deb(round, i);
	return 0;
}

int
round_register(struct round *round, struct error *err)
{
	const struct dpkg_database database = {
		.root = round->bootstrap->root,
		.quirks = round->bootstrap->suite->dpkg_quirks,
	};

	return dpkg_database_add(&database, round->planned, round->count,
	    err);
}

/* It may have come with the round before. */
static char *
dpkg_version(const struct round *round)
{
	struct unpacked *const *end = round->planned + round->count;

	for (struct unpacked *const *package = round->roster->planned;
	    package < end; package++)
		if (view_is((*package)->name, "dpkg"))
			return view_string((*package)->version);
	return memory_string("");
}

static struct configure
round_configuration(struct round *round, const char *dpkg_version)
{
	return (struct configure){
		.root = round->bootstrap->root,
		.later = round->bootstrap->first_stage ? round->later : NULL,
		.events = round->bootstrap->events,
		.filter = round->visit->filter,
		.dpkg_version = dpkg_version,
		.overwrites = round->bootstrap->suite->dpkg_quirks &
		    DPKG_OVERWRITES,
		.packages = round->in_unpack_order,
		.count = round->count,
		.total = round->count,
	};
}

int
round_configure_first(struct round *round, struct error *err)
{
	auto_free char *version = dpkg_version(round);
	struct configure configure = round_configuration(round, version);

	return configure_first(&configure,
	    &round->bootstrap->suite->configure_first, err);
}

int
round_preinsts(struct round *round, struct error *err)
{
	auto_free char *version = dpkg_version(round);
	struct configure configure = round_configuration(round, version);

	return configure_preinsts(&configure, err);
}

/* The .debs are done with then. */
int
round_unpack_slow(struct round *round, struct error *err)
{
	struct configure configure = round_configuration(round, NULL);
	int result = configure_unpack_slow(&configure, err);

	for (size_t i = 0; i < round->count; i++)
		close(steal_fd(&round->planned[i]->deb));
	return result;
}

static bool
has_slow(const struct round *round)
{
	for (size_t i = 0; i < round->count; i++)
		if (round->planned[i]->is_slow)
			return true;
	return false;
}

/* Without dpkg nobody can do what these need. */
int
round_refuse_slow(struct round *round, struct error *err)
{
	for (size_t i = 0; i < round->count; i++)
		if (round->planned[i]->is_slow &&
		    round->bootstrap->plan->is_unpacked_only)
			return error_set(err, "'" VIEW_FORMAT "' cannot be "
			    "unpacked only, since its preinst or the files of "
			    "others must make room; use variant custom",
			    VIEW_ARGUMENTS(round->planned[i]->name));
	return 0;
}

/* How many packages from `first` on are one call of dpkg. */
static size_t
call_length(const struct round *round, size_t first)
{
	const struct plan_item *items = round->items;
	size_t next = first;

	while (next < round->count &&
	    items[next].configure_run == items[first].configure_run)
		next++;
	return next - first;
}

int
round_configure(struct round *round, struct error *err)
{
	struct configure configure = round_configuration(round, NULL);

	while (configure.done < round->count) {
		configure.packages = round->planned + configure.done;
		configure.count = call_length(round, configure.done);
		if (configure_packages(&configure, err) < 0)
			return -1;
		configure.done += configure.count;
	}
	return has_slow(round) ? configure_pending(&configure, err) : 0;
}
