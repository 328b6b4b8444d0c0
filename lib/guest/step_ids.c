/* A clone's own ids in its files: what the guest that it was has written to
 * them since stays. */
#include "guest/step.h"

#include <string.h>

#include "base/cleanup.h"
#include "tree/edit_glob.h"

enum { FILE_MAX = 1 << 20 };	/* bytes; none of them is as large */

/* Where a guest names its filesystems and network cards. */
static const char *const patterns[] = {
	"etc/fstab", "etc/crypttab", "etc/initramfs-tools/conf.d/*",
	"etc/default/grub", "etc/default/grub.d/*", "boot/grub/grub.cfg",
	"boot/grub/menu.lst", "etc/network/interfaces",
	"etc/network/interfaces.d/*", "etc/systemd/network/*",
	"etc/netplan/*", "etc/udev/rules.d/*",
};

/* Both are of one length. */
static bool
rename_id(struct buffer *text, const char *old, const char *new)
{
	size_t length = strlen(old);
	char *place = text->data;
	bool is_there = false;

	while ((place = memmem(place,
	    text->length - (size_t)(place - text->data), old, length))) {
		memcpy(place, new, length);
		place += length;
		is_there = true;
	}
	return is_there;
}

static int
rename_in(struct tree_edit *edit, const char *path,
    const struct strings *renamed, struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct stat status;
	bool is_changed = false;

	if (edit->status(edit, path, &status, err) < 0)
		return -1;
	if (!S_ISREG(status.st_mode) || !status.st_size ||
	    status.st_size > FILE_MAX)
		return 0;
	if (edit->read(edit, path, &text, err) < 0)
		return -1;
	for (size_t i = 0; i + 1 < renamed->count; i += 2)
		is_changed |= rename_id(&text, renamed->items[i],
		    renamed->items[i + 1]);
	return !is_changed ? 0 : edit->write(edit, path,
	    (struct view){text.data, text.length}, status.st_mode & 07777,
	    err);
}

STEP(step_ids)
{
	auto_strings struct strings paths = {0};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
		if (edit_glob(edit, patterns[i], &paths, err) < 0)
			return -1;
	vector_each(path, &paths)
		if (rename_in(edit, *path, &guest->renamed, err) < 0)
			return -1;
	return 0;
}
