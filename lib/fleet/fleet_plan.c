#include "fleet/fleet_plan.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/memory.h"
#include "fleet/fleet_addresses.h"
#include "guest/state.h"
#include "make/disk_format.h"

/* A random MAC address that another guest has is drawn again. */
enum { DRAWS = 8 };

struct planning {
	struct fleet_plan *plan;
	const char *path;
	const struct run *run;	/* what all runs have in common */
	struct error_list wrong;
};

/* --- what the host has --------------------------------------------------- */

/* No guest has this name: names have no colon. */
static int
plan_lock(struct planning *planning, struct error *err)
{
	auto_free char *path = planning->run->dry_run ? NULL
	    : state_path("locks", "fleet:", err);

	if (planning->run->dry_run)
		return 0;
	if (!path)
		return -1;
	planning->plan->lock = lock_take(path, "a fleet", err);
	return planning->plan->lock < 0 ? -1 : 0;
}

static int
plan_file(struct planning *planning, struct error *err)
{
	return fleet_file_read(&planning->plan->file, planning->path,
	    &planning->wrong, err);
}

static int
plan_claims(struct planning *planning, struct error *err)
{
	struct fleet_plan *plan = planning->plan;
	auto_strings struct strings directories = {0};

	if (claims_read(&plan->claims, disk_format_cfg_directory(), err) < 0)
		return -1;
	vector_each(guest, &plan->file.guests) {
		const char *directory = (*guest)->guest.cfg_dir;

		if (!directory || strings_has(&directories, directory))
			continue;
		strings_add(&directories, directory);
		if (claims_add_directory(&plan->claims, directory, err) < 0)
			return -1;
	}
	return 0;
}

static int
plan_addresses(struct planning *planning, struct error *err)
{
	(void)err;
	fleet_addresses_give(&planning->plan->file, &planning->plan->claims,
	    &planning->wrong);
	return 0;
}

/* --- each guest ---------------------------------------------------------- */

static bool
is_of_file(struct view line, const char *path)
{
	size_t length = strlen(path);

	return view_starts(line, path) && line.length > length &&
	    line.data[length] == ':';
}

/* Is it said of a line of a file already? */
static bool
is_placed(const struct fleet_file *file, struct view line)
{
	bool is_placed = is_of_file(line, file->text.path);

	vector_each(text, &file->conf)
		is_placed = is_placed || is_of_file(line, text->path);
	return is_placed;
}

static void
blame(struct planning *planning, const struct fleet_member *member,
    struct error *several)
{
	const struct fleet_file *file = &planning->plan->file;
	auto_free char *place = memory_printf("%s:%u: %s", file->text.path,
	    member->described->line, member->name);
	struct view rest = view_of(several->text), line;

	while (view_cut(&rest, '\n', &line)) {
		auto_error struct error one = {0};

		error_set(&one, VIEW_FORMAT, VIEW_ARGUMENTS(line));
		one.kind = several->kind;
		error_list_add_at(&planning->wrong, is_placed(file, line) ? ""
		    : place, &one);
	}
	error_release(several);
}

static int
plan_members(struct planning *planning, struct error *err)
{
	struct fleet_plan *plan = planning->plan;
	struct run common = *planning->run;

	plan->suites = suite_table_read(err);
	if (!plan->suites)
		return -1;
	common.suites = plan->suites;
	common.claims = &plan->claims;
	vector_each(guest, &plan->file.guests)
		if ((*guest)->guest.name)
			*vector_push(&plan->members) =
			    fleet_member_new(*guest, &common);
	return 0;
}

static int
plan_descriptions(struct planning *planning, struct error *err)
{
	(void)err;
	vector_each(member, &planning->plan->members) {
		auto_error struct error unknown = {0}, wrong = {0};

		if ((*member)->described->lacks_address)
			continue;
		fleet_member_describe(*member, &unknown, &wrong);
		blame(planning, *member, &unknown);
		blame(planning, *member, &wrong);
	}
	return 0;
}

/* --- what two guests would have ------------------------------------------ */

/* Only those that are neither given nor the guest's since its first make. */
static void
draw_macs(struct fleet_member *member, const struct claims *claims)
{
	struct guest *guest = member->run.guest;
	size_t drawn = 0;
	VECTOR(struct guest_nic *) nics = {0};

	vector_each(nic, &guest->nics)
		if (!nic->mac)
			*vector_push(&nics) = nic;
	do {
		vector_each(nic, &nics)
			free(steal_pointer(&(*nic)->mac));
		guest_make_ids(guest);
	} while (nics.count && ++drawn < DRAWS &&
	    claims_have_mac(claims, guest));
	vector_release(&nics);
}

static void
check_disks(struct planning *planning, const struct fleet_member *member)
{
	const struct claims *claims = &planning->plan->claims;

	vector_each(disk, &member->run.guest->disks) {
		auto_free char *path = guest_disk_is_network(disk)
		    ? memory_string(disk->path)
		    : file_absolute_path(disk->path);
		auto_error struct error one = {0};

		if (claims_check(claims, member->name, path, &one) < 0)
			blame(planning, member, &one);
	}
}

/* Each is looked at with the host and the guests before it. */
static void
check_claims(struct planning *planning, struct fleet_member *member)
{
	struct fleet_plan *plan = planning->plan;
	const struct guest *guest = member->run.guest;
	auto_free char *source = memory_printf("%s:%u", plan->file.text.path,
	    member->described->line);
	auto_free char *cfg = memory_printf("%s/%s.cfg", guest->cfg_dir,
	    member->name);
	auto_error struct error named = {0}, one = {0};

	manifest_keep_ids(&member->presence.manifest, member->run.guest);
	draw_macs(member, &plan->claims);
	if (claims_check_name(&plan->claims, member->name, cfg, &named) < 0)
		blame(planning, member, &named);
	if (claims_check_nics(&plan->claims, member->name, &guest->nics,
	    &one) < 0)
		blame(planning, member, &one);
	if (member->presence.kind != GUEST_THERE)
		check_disks(planning, member);
	claims_add_guest(&plan->claims, guest, source);
}

static int
plan_collisions(struct planning *planning, struct error *err)
{
	(void)err;
	vector_each(member, &planning->plan->members)
		if ((*member)->is_sound)
			check_claims(planning, *member);
	return 0;
}

/* --- the whole ----------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(struct planning *planning, struct error *err);
} plan_steps[] = {
	{"lock", plan_lock},
	{"file", plan_file},
	{"claims", plan_claims},
	{"addresses", plan_addresses},
	{"members", plan_members},
	{"descriptions", plan_descriptions},
	{"collisions", plan_collisions},
};

int
fleet_plan_make(struct fleet_plan *plan, const char *path,
    const struct run *run, struct error *err)
{
	struct planning planning = {.plan = plan, .path = path, .run = run};
	int result = 0;

	for (size_t i = 0; result == 0 &&
	    i < sizeof(plan_steps) / sizeof(*plan_steps); i++) {
		events_debug(run->events, "planning: %s", plan_steps[i].name);
		result = plan_steps[i].run(&planning, err);
	}
	if (result == 0)
		result = error_list_result(&planning.wrong, err);
	error_list_release(&planning.wrong);
	return result;
}

void
fleet_plan_release(struct fleet_plan *plan)
{
	vector_each(member, &plan->members)
		fleet_member_free(*member);
	vector_release(&plan->members);
	claims_release(&plan->claims);
	suite_table_free(plan->suites);
	fleet_file_release(&plan->file);
	cleanup_close(&plan->lock);
}
