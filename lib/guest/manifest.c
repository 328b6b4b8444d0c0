#include "guest/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/stanza.h"

struct manifest_field {
	const char *name;
	size_t offset;	/* of a char * */
};

#define FIELD(name, member) {name, offsetof(struct manifest, member)}

static const struct manifest_field fields[] = {
	FIELD("Name", name),
	FIELD("Suite", suite),
	FIELD("Architecture", architecture),
	FIELD("Disk", disk),
	FIELD("Cfg", cfg),
	FIELD("Kernel", kernel),
	FIELD("Ramdisk", ramdisk),
	FIELD("Mac", mac),
	FIELD("Uuid", uuid),
	FIELD("Filesystem-Uuid", filesystem_uuid),
	FIELD("Console", console),
	FIELD("Made", made),
	{NULL, 0}
};

static char **
field_place(const struct manifest_field *field, struct manifest *manifest)
{
	return (char **)((char *)manifest + field->offset);
}

int
manifest_parse(const char *path, struct view text, struct manifest *manifest,
    struct error *err)
{
	struct stanza_reader reader = stanza_reader(path, text);
	auto_stanza struct stanza stanza = {0};
	int found = stanza_read(&reader, &stanza, err);

	if (found < 0)
		return -1;
	for (const struct manifest_field *field = fields; field->name;
	     field++) {
		struct view value = stanza_get(&stanza, field->name);

		if (value.data)
			*field_place(field, manifest) = view_string(value);
	}
	if (!manifest->name || !manifest->disk || !manifest->cfg)
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

void
manifest_keep_ids(const struct manifest *manifest, struct guest *guest)
{
	if (!guest->mac)
		guest->mac = memory_string(manifest->mac);
	if (!guest->uuid)
		guest->uuid = memory_string(manifest->uuid);
	if (!guest->filesystem_uuid)
		guest->filesystem_uuid =
		    memory_string(manifest->filesystem_uuid);
}

void
manifest_text(const struct manifest *manifest, struct buffer *text)
{
	for (const struct manifest_field *field = fields; field->name; field++)
		stanza_write(text, field->name,
		    *field_place(field, (struct manifest *)manifest));
}

void
manifest_release(struct manifest *manifest)
{
	for (const struct manifest_field *field = fields; field->name; field++)
		free(*field_place(field, manifest));
	*manifest = (struct manifest){0};
}
