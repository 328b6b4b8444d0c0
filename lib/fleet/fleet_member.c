#include "fleet/fleet_member.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"

struct fleet_member *
fleet_member_new(struct fleet_guest *guest, const struct run *common)
{
	struct fleet_member *member = memory_new(struct fleet_member);

	member->described = guest;
	member->name = guest->guest.name;
	member->run = *common;
	member->run.lock = -1;
	member->run.own_base = RUN_BASE_NONE;
	member->run.boot_files = (struct boot_files)BOOT_FILES_NONE;
	member->run.guest = &guest->guest;
	return member;
}

/* A disk of a guest whose other files are gone may hold what nobody else
 * has. */
static const char *
remaining_disk(const struct manifest *manifest)
{
	vector_each(disk, &manifest->disks)
		if (guest_disk_is_written(disk) &&
		    file_exists(AT_FDCWD, disk->path))
			return disk->path;
	return NULL;
}

static void
member_find_state(struct fleet_member *member)
{
	const struct presence *presence = &member->presence;
	const char *disk = presence->kind == GUEST_MISSING
	    ? remaining_disk(&presence->manifest) : NULL;
	auto_buffer struct buffer drift = {0};

	member->state = presence->kind == GUEST_THERE ? FLEET_THERE
	    : presence->kind == GUEST_MISSING && !disk ? FLEET_MISSING
	    : FLEET_CHANGED;
	vector_each(difference, &presence->differences)
		buffer_printf(&drift, "%s%s", drift.length ? ", " : "",
		    difference->field);
	if (disk)
		buffer_printf(&drift, "'%s' is there, but not all of the guest",
		    disk);
	if (member->state == FLEET_CHANGED)
		member->drift = buffer_steal(&drift);
}

/* In this order: what was asked for is compared before it is completed. */
void
fleet_member_describe(struct fleet_member *member, struct error *presence,
    struct error *description)
{
	if (presence_find(&member->presence, member->run.guest, presence) == 0)
		member_find_state(member);
	member->is_sound = run_describe(&member->run, description) == 0;
}

const char *
fleet_state_word(enum fleet_state state)
{
	static const char *const words[] = {
		[FLEET_MISSING] = "missing", [FLEET_CHANGED] = "changed",
		[FLEET_THERE] = "there", [FLEET_MADE] = "made",
		[FLEET_FAILED] = "failed",
		[FLEET_INTERRUPTED] = "interrupted",
	};

	return words[state];
}

void
fleet_member_free(struct fleet_member *member)
{
	run_release(&member->run);
	presence_release(&member->presence);
	free(member->drift);
	fleet_result_release(&member->result);
	free(member);
}
