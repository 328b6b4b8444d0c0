#include "keep/clone_manifest.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/build_id.h"
#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/memory.h"
#include "guest/identity.h"
#include "guest/state.h"

/* Frees the text and takes over the other. */
static void
replace(char **text, char *with)
{
	free(*text);
	*text = with;
}

/* --- paths ---------------------------------------------------------------- */

/* The new name in the place of the old one, or before it all. */
static char *
new_base_name(const char *base, const char *old, const char *new)
{
	const char *place = strstr(base, old);

	return place ? memory_printf("%.*s%s%s", (int)(place - base), base,
	    new, place + strlen(old)) : memory_printf("%s-%s", new, base);
}

/* In the same directory, or in another; absolute. */
static char *
new_path(const char *path, const struct manifest *old,
    const struct guest *guest, const char *directory)
{
	const char *slash = strrchr(path, '/');
	auto_free char *base = new_base_name(slash ? slash + 1 : path,
	    old->name, guest->name);
	auto_free char *other = directory ? realpath(directory, NULL) : NULL;

	if (directory)
		return memory_printf("%s/%s", other ? other : directory, base);
	return memory_printf("%.*s/%s", slash ? (int)(slash - path) : 0, path,
	    base);
}

/* --- disks ---------------------------------------------------------------- */

/* Both are as long, so that one can take the other's place. */
static void
note_renamed(struct guest *guest, const char *old, const char *new)
{
	if (!old || !new || strlen(old) != strlen(new))
		return;
	strings_add(&guest->renamed, old);
	strings_add(&guest->renamed, new);
}

/* The kernel is told which filesystem is the root. */
static void
set_root(char *root, const char *old, const char *new)
{
	char *place = root && old ? strstr(root, old) : NULL;

	if (place && strlen(old) == strlen(new))
		memcpy(place, new, strlen(new));
}

/* It begins as a copy. */
int
clone_manifest_begin(struct manifest *manifest, const struct manifest *old,
    struct guest *guest, struct error *err)
{
	const struct identity identity = {guest->name, NULL};
	auto_buffer struct buffer text = {0};

	manifest_text(old, &text);
	if (manifest_parse(old->name, (struct view){text.data, text.length},
	    manifest, err) < 0)
		return -1;
	vector_each(disk, &manifest->disks) {
		if (!guest_disk_is_network(disk))
			replace(&disk->path, new_path(disk->path, old, guest,
			    guest->image_dir));
		replace(&disk->uuid, NULL);
	}
	guest_disks_make_ids(&manifest->disks, &identity);
	for (size_t i = 0; i < old->disks.count; i++)
		note_renamed(guest, old->disks.items[i].uuid,
		    manifest->disks.items[i].uuid);
	set_root(manifest->root, old->disks.items[0].uuid,
	    manifest->disks.items[0].uuid);
	return 0;
}

/* --- cards ---------------------------------------------------------------- */

static int
take_nics(struct guest_nics *nics, const struct guest_nics *own,
    struct error *err)
{
	auto_buffer struct buffer text = {0};

	guest_nics_text(own, &text);
	guest_nics_release(nics);
	return guest_nics_parse(nics, (struct view){text.data, text.length},
	    err);
}

static int
forget_nic(struct guest_nic *nic, const char *owner, struct error *err)
{
	if (guest_nic_has_address(&nic->ip) ||
	    guest_nic_has_address(&nic->ip6))
		return error_set(err, "'%s' has a fixed address, which its "
		    "clone cannot have as well; say --nic", owner);
	replace(&nic->mac, NULL);
	replace(&nic->vifname, NULL);
	return 0;
}

static int
set_nics(struct manifest *manifest, const struct manifest *old,
    struct guest *guest, struct error *err)
{
	const struct identity identity = {guest->name, NULL};
	struct guest_nics *nics = &manifest->nics;

	if (guest->nics.count) {
		guest_nics_make_ids(&guest->nics, &identity);
		return take_nics(nics, &guest->nics, err);
	}
	vector_each(nic, nics)
		if (forget_nic(nic, old->name, err) < 0)
			return -1;
	guest_nics_make_ids(nics, &identity);
	for (size_t i = 0; i < nics->count; i++)
		note_renamed(guest, old->nics.items[i].mac,
		    nics->items[i].mac);
	return 0;
}

/* -------------------------------------------------------------------------- */

static char *
time_text(void)
{
	char text[sizeof("2026-01-01T00:00:00Z")];
	time_t now = (time_t)epoch_or_now();
	struct tm utc;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ",
	    gmtime_r(&now, &utc));
	return memory_string(text);
}

/* Copies of its kernel are in a directory of its own. */
static void
set_kernel(struct manifest *manifest)
{
	auto_free char *state = state_directory();

	if (!manifest->boot || strcmp(manifest->boot, "direct"))
		return;
	replace(&manifest->kernel, memory_printf("%s/boot/%s/vmlinuz", state,
	    manifest->name));
	replace(&manifest->ramdisk, memory_printf("%s/boot/%s/initrd.img",
	    state, manifest->name));
}

int
clone_manifest_finish(struct manifest *manifest, const struct manifest *old,
    struct guest *guest, struct error *err)
{
	const struct identity identity = {guest->name, NULL};

	replace(&manifest->name, memory_string(guest->name));
	replace(&manifest->uuid, identity_uuid(&identity, "domain"));
	replace(&manifest->hostname, guest_host_label(guest));
	replace(&manifest->cfg, new_path(old->cfg, old, guest,
	    guest->cfg_dir));
	replace(&manifest->made, time_text());
	replace(&manifest->tool, memory_printf("mkguest %s (%.12s)",
	    MKGUEST_VERSION, build_id()));
	replace(&manifest->clone_of, memory_string(old->name));
	replace(&manifest->description, NULL);
	replace(&manifest->autostart, NULL);
	set_kernel(manifest);
	strings_release(&manifest->host_keys);
	vector_each(key, &guest->host_keys)
		strings_add(&manifest->host_keys, key->public_text);
	return set_nics(manifest, old, guest, err);
}
