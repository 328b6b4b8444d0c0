#include "make/run_part.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/inside.h"

/* The mount point without the slash at its end, which only the root has. */
static size_t
mount_length(const char *mount)
{
	return strcmp(mount, "/") ? strlen(mount) : 0;
}

static void
part_leave_out(struct run_part *part, const struct guest_disks *disks)
{
	const char *mount = part->disk->disk->mount;
	size_t length = mount_length(mount);

	vector_each(other, disks)
		if (other->mount && mount_length(other->mount) > length &&
		    !strncmp(other->mount, mount, length) &&
		    other->mount[length] == '/')
			strings_printf(&part->walk.elsewhere, ".%s",
			    other->mount + length);
}

int
run_part_open(struct run_part *part, int root, const struct run_disk *disk,
    const struct guest_disks *disks, struct error *err)
{
	const char *mount = disk->disk->mount;

	*part = (struct run_part){.disk = disk};
	part->directory = inside_open(root, mount,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (part->directory < 0)
		return error_errno(err, "'%s' in the guest, where '%s' is to "
		    "be mounted", mount, disk->target.path);
	part->walk = (struct tree_walk){
		.root = part->directory,
		.is_part = !guest_disk_is_root(disk->disk),
		.clamp_time = source_date_epoch(),
	};
	part_leave_out(part, disks);
	return tree_measure(&part->walk, &part->walk.total, &part->inodes,
	    err);
}

int
run_part_fill(struct run_part *part, int fd, struct events *events,
    struct error *err)
{
	part->walk.events = events;
	return filesystem_fill(&part->disk->filesystem, fd, &part->walk,
	    events, err);
}

void
run_part_release(struct run_part *part)
{
	cleanup_close(&part->directory);
	strings_release(&part->walk.elsewhere);
}
