#include "guest/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"
#include "base/stanza.h"
#include "guest/guest_name.h"

struct manifest_field {
	const char *name;
	size_t offset;	/* of a char * */
};

#define FIELD(name, member) {name, offsetof(struct manifest, member)}

static const struct manifest_field fields[] = {
	FIELD("Name", name),
	FIELD("Suite", suite),
	FIELD("Architecture", architecture),
	FIELD("Cfg", cfg),
	FIELD("Kernel", kernel),
	FIELD("Ramdisk", ramdisk),
	FIELD("Seed", seed),
	FIELD("Hostname", hostname),
	FIELD("Uuid", uuid),
	FIELD("Toolstack", toolstack),
	FIELD("Type", type),
	FIELD("Boot", boot),
	FIELD("Firmware", firmware),
	FIELD("Vnc", vnc),
	FIELD("Cdrom", cdrom),
	FIELD("Memory", memory),
	FIELD("Vcpus", vcpus),
	FIELD("Root", root),
	FIELD("Xen-Version", xen_version),
	FIELD("Autostart", autostart),
	FIELD("Console", console),
	FIELD("Iso", iso),
	FIELD("Answers", answers),
	FIELD("Floppy", floppy),
	FIELD("System", system),
	FIELD("Clone-Of", clone_of),
	FIELD("Plan", plan),
	FIELD("Tool", tool),
	FIELD("Made", made),
	FIELD("Description", description),
	{NULL, 0}
};

static char **
field_place(const struct manifest_field *field, struct manifest *manifest)
{
	return (char **)((char *)manifest + field->offset);
}

/* One disk a line. */
static int
disks_parse(struct view value, struct guest_disks *disks, struct error *err)
{
	struct view line;

	while (value.data && view_cut(&value, '\n', &line)) {
		auto_free char *text = view_string(view_trim(line));

		if (guest_disk_parse(text, vector_push(disks), err) < 0)
			return -1;
	}
	return 0;
}

/* One a line. */
static void
lines_parse(struct view value, struct strings *strings)
{
	auto_free char *text = view_string(value.data ? value : view_of(""));
	auto_strings struct strings lines = {0};

	strings_split(&lines, text, "\n");
	vector_each(line, &lines) {
		auto_free char *trimmed =
		    view_string(view_trim(view_of(*line)));

		strings_add(strings, trimmed);
	}
}

static void
lines_text(const struct strings *strings, struct buffer *text)
{
	vector_each(line, strings)
		buffer_printf(text, "%s%s", text->length ? "\n" : "", *line);
}

/* The lines that follow the first lose the blank that stanza_write gave them. */
static char *
value_unfold(struct view value)
{
	struct buffer text = {0};
	struct view line;

	while (view_cut(&value, '\n', &line)) {
		if (text.length)
			buffer_view(&text, (struct view){"\n", 1});
		if (text.length && line.length) {
			line.data++;
			line.length--;
		}
		buffer_view(&text, line);
	}
	return buffer_steal(&text);
}

/* The first ones had no number. */
static int
format_check(const char *path, struct view format, struct manifest *manifest,
    struct error *err)
{
	uint64_t number = MANIFEST_FORMAT;

	if (format.data && number_parse(format, &number, err) < 0)
		return error_prefix(err, "'%s': Format", path);
	manifest->is_newer = number > MANIFEST_FORMAT;
	return !manifest->is_newer ? 0
	    : error_set(err, "'%s' is a manifest of format %llu, and this "
	    "mkguest knows %d; use the newer one that wrote it", path,
	    (unsigned long long)number, MANIFEST_FORMAT);
}

int
manifest_parse(const char *path, struct view text, struct manifest *manifest,
    struct error *err)
{
	struct stanza_reader reader = stanza_reader(path, text);
	auto_stanza struct stanza stanza = {0};
	int found = stanza_read(&reader, &stanza, err);

	if (found < 0 || format_check(path, stanza_get(&stanza, "Format"),
	    manifest, err) < 0)
		return -1;
	for (const struct manifest_field *field = fields; field->name;
	     field++) {
		struct view value = stanza_get(&stanza, field->name);

		if (value.data)
			*field_place(field, manifest) = value_unfold(value);
	}
	if (disks_parse(stanza_get(&stanza, "Disk"), &manifest->disks,
	    err) < 0)
		return error_prefix(err, "'%s': Disk", path);
	if (guest_nics_parse(&manifest->nics, stanza_get(&stanza, "Nic"),
	    err) < 0)
		return error_prefix(err, "'%s': Nic", path);
	lines_parse(stanza_get(&stanza, "Setting"), &manifest->settings);
	lines_parse(stanza_get(&stanza, "Host-Key"), &manifest->host_keys);
	if (!manifest->name || !manifest->disks.count || !manifest->cfg)
		return error_set(err, "'%s' is no manifest: Name, Disk or Cfg "
		    "is missing", path);
	return 1;
}

int
manifest_read(const char *name, struct manifest *manifest, struct error *err)
{
	auto_free char *state = state_directory(), *path = NULL;
	auto_buffer struct buffer text = {0};

	*manifest = (struct manifest){0};
	if (guest_name_check(name, err) < 0)
		return -1;
	path = memory_printf("%s/guests/%s", state, name);
	if (file_read_at(AT_FDCWD, path, &text, err) < 0) {
		if (err->number != ENOENT)
			return -1;
		error_release(err);
		return 0;
	}
	return manifest_parse(path, (struct view){text.data, text.length},
	    manifest, err);
}

/* What a disk is for does not change when its path does. */
static bool
disks_are_one(const struct guest_disk *a, const struct guest_disk *b)
{
	if (a->mount || b->mount)
		return a->mount && b->mount && !strcmp(a->mount, b->mount);
	return a->vdev && b->vdev && !strcmp(a->vdev, b->vdev);
}

/* A card is the same as long as it has its place. */
static void
macs_keep(const struct guest_nics *old, struct guest_nics *nics)
{
	for (size_t i = 0; i < nics->count && i < old->count; i++) {
		const char *mac = old->items[i].mac;

		if (mac && !nics->items[i].mac &&
		    !guest_nics_have_mac(nics, mac))
			nics->items[i].mac = memory_string(mac);
	}
}

void
manifest_keep_ids(const struct manifest *manifest, struct guest *guest)
{
	if (guest->id_seed)
		return;
	macs_keep(&manifest->nics, &guest->nics);
	if (!guest->uuid)
		guest->uuid = memory_string(manifest->uuid);
	/* what SOURCE_DATE_EPOCH makes does not depend on the past */
	if (source_date_epoch() >= 0)
		return;
	vector_each(disk, &guest->disks)
		vector_each(old, &manifest->disks)
			if (!disk->uuid && old->uuid && disks_are_one(disk,
			    old))
				disk->uuid = memory_string(old->uuid);
}

void
manifest_text(const struct manifest *manifest, struct buffer *text)
{
	auto_buffer struct buffer disks = {0}, nics = {0}, settings = {0},
	    keys = {0};

	buffer_printf(text, "Format: %d\n", MANIFEST_FORMAT);
	for (const struct manifest_field *field = fields; field->name; field++)
		stanza_write(text, field->name,
		    *field_place(field, (struct manifest *)manifest));
	vector_each(disk, &manifest->disks) {
		if (disk > manifest->disks.items)
			buffer_text(&disks, "\n");
		guest_disk_text(disk, &disks);
	}
	stanza_write(text, "Disk", disks.data);
	guest_nics_text(&manifest->nics, &nics);
	stanza_write(text, "Nic", nics.data);
	lines_text(&manifest->settings, &settings);
	stanza_write(text, "Setting", settings.data);
	lines_text(&manifest->host_keys, &keys);
	stanza_write(text, "Host-Key", keys.data);
}

void
manifest_release(struct manifest *manifest)
{
	for (const struct manifest_field *field = fields; field->name; field++)
		free(*field_place(field, manifest));
	guest_disks_release(&manifest->disks);
	guest_nics_release(&manifest->nics);
	strings_release(&manifest->settings);
	strings_release(&manifest->host_keys);
	*manifest = (struct manifest){0};
}
