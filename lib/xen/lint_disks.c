#include "xen/lint_check.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "xen/disk_spec.h"

/* What releases before do not know; in 4.17 the manual has trusted, and the
 * library takes it for the target. */
static const struct {
	const char *name;
	size_t offset;	/* of a struct view */
	unsigned since;
} parameters[] = {
	{"specification=", offsetof(struct disk_spec, specification), 17},
	{"grant_usage=", offsetof(struct disk_spec, grant_usage), 19},
};

enum { SINCE_TRUST = 19 };

struct judged {
	const struct config_value *item;
	struct disk_spec spec;
	struct vdev vdev;
	bool has_vdev;	/* that is understood */
};

typedef VECTOR(struct judged) judged_disks;

static void
check_prefix(struct lint *lint, const struct judged *disk)
{
	struct view prefix = disk->spec.prefix;

	auto_buffer struct buffer text = {0};

	if (!prefix.data)
		return;
	disk_spec_write(&disk->spec, &text);
	lint_add(lint, disk->item->line, "disk", "deprecated: '" VIEW_FORMAT
	    "'; write %s", VIEW_ARGUMENTS(prefix), text.data);
}

/* A script's target is its own; a name without a slash is below /dev. */
static void
check_target(struct lint *lint, const struct judged *disk)
{
	struct view target = disk->spec.target;
	auto_free char *path = NULL;

	if (lint->elsewhere || !target.length || disk->spec.script.data)
		return;
	path = memory_printf("%s" VIEW_FORMAT, *target.data == '/' ? "" :
	    "/dev/", VIEW_ARGUMENTS(target));
	if (access(path, F_OK) < 0)
		lint_add(lint, disk->item->line, "disk", "there is no '%s' on "
		    "this host", path);
}

static void
check_vdev(struct lint *lint, struct judged *disk)
{
	const struct vdev *vdev = &disk->vdev;
	struct view text = disk->spec.vdev;
	bool is_hvm = !strcmp(lint_type(lint), "hvm");

	disk->has_vdev = vdev_read(text, &disk->vdev);
	if (!disk->has_vdev) {
		if (!text.length || strspn(text.data, "0123456789") <
		    text.length)
			lint_add(lint, disk->item->line, "disk", "'" VIEW_FORMAT
			    "' is no vdev that Xen knows, such as xvda or "
			    "xvda1", VIEW_ARGUMENTS(text));
		return;
	}
	if (is_hvm && (*vdev->kind == 'h' || *vdev->kind == 's') &&
	    vdev->partition)
		lint_add(lint, disk->item->line, "disk", "hvm guests get whole "
		    "disks; '" VIEW_FORMAT "' is a partition",
		    VIEW_ARGUMENTS(text));
	if (!is_hvm && *vdev->kind != 'x' && *vdev->kind != 'd')
		lint_add(lint, disk->item->line, "disk", "today's Linux does "
		    "not take '" VIEW_FORMAT "'; write an xvd name",
		    VIEW_ARGUMENTS(text));
}

static void
check_versions(struct lint *lint, const struct judged *disk)
{
	for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++) {
		const struct view *value = (const struct view *)
		    ((const char *)&disk->spec + parameters[i].offset);

		if (value->data && lint->version < parameters[i].since)
			lint_add(lint, disk->item->line, "disk", "xl does not "
			    "know %s before Xen 4.%u; here is 4.%u",
			    parameters[i].name, parameters[i].since,
			    lint->version);
	}
	if (disk->spec.trust.data && lint->version < SINCE_TRUST)
		lint_add(lint, disk->item->line, "disk", "xl takes '"
		    VIEW_FORMAT "' for the target before Xen 4.%u; here is "
		    "4.%u", VIEW_ARGUMENTS(disk->spec.trust), SINCE_TRUST,
		    lint->version);
}

/* Twice the same, or a whole disk and a partition of it. */
static void
check_pair(struct lint *lint, const struct judged *disk,
    const struct judged *before)
{
	if (!disk->has_vdev || !before->has_vdev ||
	    disk->vdev.disk != before->vdev.disk ||
	    strcmp(disk->vdev.kind, before->vdev.kind))
		return;
	if (disk->vdev.partition == before->vdev.partition)
		lint_add(lint, disk->item->line, "disk", "'" VIEW_FORMAT "' is "
		    "the vdev of line %u, too", VIEW_ARGUMENTS(disk->spec.vdev),
		    before->item->line);
	else if (!disk->vdev.partition || !before->vdev.partition)
		lint_add(lint, disk->item->line, "disk", "'" VIEW_FORMAT "' and "
		    "'" VIEW_FORMAT "' (line %u) cannot be of one guest: a "
		    "disk is given whole or by its partitions",
		    VIEW_ARGUMENTS(disk->spec.vdev),
		    VIEW_ARGUMENTS(before->spec.vdev), before->item->line);
}

static void
check_disk(struct lint *lint, struct judged *disk)
{
	struct disk_spec *spec = &disk->spec;

	if (spec->fault) {
		lint_add(lint, disk->item->line, "disk", "xl refuses '%s': "
		    VIEW_FORMAT "%s%s", disk->item->text,
		    VIEW_ARGUMENTS(spec->near), spec->near.data ? " " : "it ",
		    spec->fault);
		return;
	}
	check_vdev(lint, disk);
	check_prefix(lint, disk);
	check_target(lint, disk);
	check_versions(lint, disk);
}

void
lint_disks(struct lint *lint)
{
	judged_disks disks = {0};

	lint_each(item, config_get(&lint->config, "disk")) {
		struct judged *disk = vector_push(&disks);

		*disk = (struct judged){item, disk_spec_read(item->text)};
		check_disk(lint, disk);
		for (struct judged *before = disks.items; before < disk;
		     before++)
			check_pair(lint, disk, before);
	}
	vector_release(&disks);
}
