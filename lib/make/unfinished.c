#include "make/unfinished.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/memory.h"
#include "guest/guest_name.h"

enum { HOME_LENGTH = 16 };

/* Hosts may share a volume group, and see each other's marks. */
char *
unfinished_home(const char *locks)
{
	auto_buffer struct buffer host = {0};
	auto_error struct error ignored = {0};
	struct digest *digest = digest_new(DIGEST_SHA256);
	char hex[DIGEST_HEX_MAX + 1];

	if (file_read_at(AT_FDCWD, "/etc/machine-id", &host, &ignored) == 0)
		digest_add(digest, host.data, host.length);
	digest_add(digest, locks, strlen(locks));
	digest_finish(digest, hex);
	digest_free(digest);
	return memory_copy(hex, HOME_LENGTH);
}

/* With the lock of another guest's name, so that it stays dead. */
static bool
is_dead(const struct run_disk *disk, const char *guest, const char *owner,
    int *lock)
{
	auto_error struct error ignored = {0};
	auto_free char *path = memory_printf("%s/%s", disk->gate.locks, owner);

	if (guest_name_check(owner, &ignored) < 0)
		return false;
	if (disk->gate.looks_only)
		return !lock_is_taken(path);
	if (!strcmp(owner, guest))
		return true;
	*lock = lock_take(path, owner, &ignored);
	return *lock >= 0;
}

static void
reap_one(struct run_disk *disk, const char *guest,
    const struct volume_unfinished *other)
{
	auto_free char *path = volume_sibling(&disk->volume, other->name);
	auto_error struct error err = {0};
	auto_close int lock = -1;

	if (claims_check(disk->claims, "", path, &err) != 0 ||
	    !is_dead(disk, guest, other->owner, &lock))
		return;
	if (disk->gate.looks_only) {
		events_warn(disk->events, "'%s' is of a run that was killed; "
		    "it would be removed", path);
		if (!strcmp(other->name, disk->volume.name))
			disk->volume.is_there = false;
		return;
	}
	events_warn(disk->events, "'%s' is of a run that was killed, and is "
	    "removed", path);
	if (volume_reap(&disk->volume, other, disk->events, &err) < 0)
		events_warn(disk->events, "'%s' could not be removed: %s", path,
		    err.text);
}

void
unfinished_reap(struct run_disk *disk, const char *guest)
{
	vector_each(other, &disk->volume.unfinished)
		reap_one(disk, guest, other);
}
