#include "make/presence.h"

#include <fcntl.h>

#include "base/file.h"
#include "guest/network_disk.h"

static bool
is_whole(const struct manifest *manifest)
{
	vector_each(disk, &manifest->disks)
		if (!network_disk_find(disk->path) &&
		    !file_exists(AT_FDCWD, disk->path))
			return false;
	return file_exists(AT_FDCWD, manifest->cfg);
}

int
presence_find(struct presence *presence, const struct guest *guest,
    struct error *err)
{
	int found = manifest_read(guest->name, &presence->manifest, err);

	presence->name = guest->name;
	if (found < 0)
		return -1;
	if (!found || !is_whole(&presence->manifest))
		return 0;
	if (description_compare(&presence->manifest, guest,
	    &presence->differences, err) < 0)
		return -1;
	presence->kind = presence->differences.count ? GUEST_CHANGED
	    : GUEST_THERE;
	return 0;
}

const char *
presence_word(enum presence_kind kind)
{
	static const char *const words[] = {
		[GUEST_MISSING] = "missing",
		[GUEST_THERE] = "there",
		[GUEST_CHANGED] = "changed",
	};

	return words[kind];
}

void
presence_release(struct presence *presence)
{
	manifest_release(&presence->manifest);
	differences_release(&presence->differences);
}
