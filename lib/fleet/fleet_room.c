#include "fleet/fleet_room.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"
#include "disk/clone.h"
#include "fleet/fleet_base.h"

/* A filesystem of images. */
struct room {
	dev_t device;
	char *directory;	/* the first one there */
	uint64_t needed, free;	/* bytes */
};

struct rooms {
	struct room *items;
	size_t count;
	size_t capacity;
};

static struct room *
room_of(struct rooms *rooms, const char *directory)
{
	struct statvfs filesystem;
	struct stat status;
	struct room *room;

	if (stat(directory, &status) < 0 ||
	    statvfs(directory, &filesystem) < 0)
		return NULL;
	vector_each(known, rooms)
		if (known->device == status.st_dev)
			return known;
	room = vector_push(rooms);
	room->device = status.st_dev;
	room->directory = memory_string(directory);
	room->free = (uint64_t)filesystem.f_bavail * filesystem.f_frsize;
	return room;
}

static bool
shares_blocks(const struct fleet_base *base, const char *directory)
{
	auto_close int file = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC,
	    0600);

	return file >= 0 && clone_share(base->base.image, file);
}

/* Of an image, as far as it is known before it is made. */
static uint64_t
bytes_of(const struct fleet_member *member, const struct guest_disk *disk,
    const char *directory)
{
	const struct fleet_base *base = member->base;

	if (member->run.guest->full)
		return disk->size;
	return guest_disk_is_root(disk) && base && base->base.image >= 0 &&
	    !shares_blocks(base, directory) ? base->base.used : 0;
}

static void
add_disk(struct rooms *rooms, const struct fleet_member *member,
    const struct guest_disk *disk)
{
	auto_free char *path = file_absolute_path(disk->path);
	struct room *room;

	if (disk->volume || guest_disk_is_network(disk) ||
	    !guest_disk_is_written(disk) || view_starts(view_of(path), "/dev/"))
		return;
	*strrchr(path, '/') = '\0';
	room = room_of(rooms, *path ? path : "/");
	if (room)
		room->needed += bytes_of(member, disk, room->directory);
}

static void
room_judge(struct room *room, struct events *events)
{
	auto_free char *needed = size_text(room->needed);
	auto_free char *left = size_text(room->free);

	if (room->needed > room->free)
		events_warn(events, "the images of this fleet need %s in '%s', "
		    "and %s is free", needed, room->directory, left);
	free(room->directory);
}

void
fleet_room_warn(const struct fleet_plan *plan, struct events *events)
{
	struct rooms rooms = {0};

	vector_each(member, &plan->members)
		if ((*member)->is_to_make)
			vector_each(disk, &(*member)->run.guest->disks)
				add_disk(&rooms, *member, disk);
	vector_each(room, &rooms)
		room_judge(room, events);
	vector_release(&rooms);
}
