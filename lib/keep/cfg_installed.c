#include "keep/cfg_installed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/manifest.h"
#include "keep/cfg_edit.h"
#include "xen/config.h"
#include "xen/config_edit.h"
#include "xen/disk_spec.h"

/* What the guest needed until now: paths in its manifest. */
static const size_t media[] = {
	offsetof(struct manifest, iso), offsetof(struct manifest, answers),
	offsetof(struct manifest, floppy),
};

/* Those of them that are ours. */
static const size_t secrets[] = {
	offsetof(struct manifest, answers), offsetof(struct manifest, floppy),
};

static char **
place_of(struct manifest *manifest, size_t offset)
{
	return (char **)((char *)manifest + offset);
}

static bool
is_medium(struct manifest *manifest, const char *disk)
{
	struct disk_spec spec = disk_spec_read(disk);

	for (size_t i = 0; i < sizeof(media) / sizeof(*media); i++) {
		const char *path = *place_of(manifest, media[i]);

		if (path && spec.is_cdrom && view_is(spec.target, path))
			return true;
	}
	return false;
}

/* The list without the media. */
static int
add_disks(struct manifest *manifest, const struct config *config,
    struct strings *edits, struct error *err)
{
	const struct config_value *list = config_get(config, "disk");
	auto_buffer struct buffer text = {0};

	if (!list || list->kind != CONFIG_LIST)
		return 0;
	buffer_text(&text, "disk=[\n");
	for (size_t i = 0; i < list->count; i++) {
		const struct config_value *item = &list->items[i];

		if (item->kind != CONFIG_STRING ||
		    is_medium(manifest, item->text))
			continue;
		buffer_text(&text, "\t");
		if (config_quote(item->text, &text, err) < 0)
			return -1;
		buffer_text(&text, ",\n");
	}
	buffer_text(&text, "]");
	strings_add(edits, text.data);
	return 0;
}

static int
edit_cfg(struct manifest *manifest, struct events *events, struct error *err)
{
	auto_buffer struct buffer text = {0};
	auto_config struct config config = {0};
	auto_strings struct strings edits = {0};

	if (file_read_at(AT_FDCWD, manifest->cfg, &text, err) < 0 ||
	    config_read(manifest->cfg, (struct view){text.data, text.length},
	    &config, err) < 0)
		return -1;
	strings_add(&edits, "boot=\"c\"");
	if (manifest->floppy) {
		strings_add(&edits, "fda");
		strings_add(&edits, "device_model_args");
	}
	if (add_disks(manifest, &config, &edits, err) < 0)
		return -1;
	return cfg_edit(manifest->cfg, &edits, events, err);
}

static int
delete_secrets(struct manifest *manifest, struct error *err)
{
	for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++) {
		const char *path = *place_of(manifest, secrets[i]);

		if (path && unlink(path) < 0 && errno != ENOENT)
			return error_errno(err, "delete '%s'", path);
	}
	return 0;
}

static int
write_manifest(struct manifest *manifest, struct error *err)
{
	auto_free char *path = state_path("guests", manifest->name, err);
	auto_buffer struct buffer text = {0};

	for (size_t i = 0; i < sizeof(media) / sizeof(*media); i++)
		free(steal_pointer(place_of(manifest, media[i])));
	manifest_text(manifest, &text);
	return !path ? -1 : file_replace(AT_FDCWD, path, text.data,
	    text.length, MANIFEST_MODE, err);
}

int
cfg_installed(const char *name, struct events *events, struct error *err)
{
	auto_manifest struct manifest manifest = {0};
	auto_close int lock = guest_lock(name, err);
	int found = lock < 0 ? -1 : manifest_read(name, &manifest, err);

	if (found < 0)
		return -1;
	if (!found)
		return error_set(err, "no guest '%s' was made here", name);
	if (!manifest.iso)
		return error_set(err, "guest '%s' is not being installed from "
		    "an ISO image", name);
	if (edit_cfg(&manifest, events, err) < 0 ||
	    delete_secrets(&manifest, err) < 0)
		return -1;
	return write_manifest(&manifest, err);
}
