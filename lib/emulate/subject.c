#include "emulate/subject.h"

#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"
#include "guest/manifest.h"
#include "xen/config.h"
#include "xen/disk_spec.h"
#include "xen/domain.h"

static void
add_disks(const struct config *config, struct subject *subject)
{
	const struct config_value *list = config_get(config, "disk");

	for (size_t i = 0; list && list->kind == CONFIG_LIST &&
	    i < list->count; i++) {
		const struct config_value *item = &list->items[i];
		struct disk_spec spec = {0};

		if (item->kind == CONFIG_STRING)
			spec = disk_spec_read(item->text);
		if (spec.target.data)
			*vector_push(&subject->disks) = (struct subject_disk){
				.path = view_string(spec.target),
				.is_qcow2 = view_is(spec.format, "qcow2"),
				.is_network = spec.script.data,
			};
	}
}

static int
subject_from_cfg(const char *path, struct subject *subject, struct error *err)
{
	auto_buffer struct buffer text = {0};
	auto_config struct config config = {0};
	auto_domain_claims struct domain_claims domain = {0};
	const char *memory;

	if (file_read_at(AT_FDCWD, path, &text, err) < 0)
		return -1;
	if (config_read(path, (struct view){text.data, text.length}, &config,
	    err) < 0)
		return -1;
	subject->name = memory_string(config_text(&config, "name"));
	add_disks(&config, subject);
	if (!subject->name || !subject->disks.count)
		return error_set(err, "'%s' names no %s", path,
		    subject->name ? "disk" : "guest");
	memory = config_text(&config, "memory");
	domain_claims_read(&config, &domain);
	vector_each(mac, &domain.macs)
		*vector_push(&subject->cards) = (struct card){
			.mac = memory_string(*mac),
		};
	return memory
	    ? number_parse(view_of(memory), &subject->memory, err) : 0;
}

/* The manifest knows the disks; how much memory is the domain file's affair. */
static int
subject_from_manifest(const char *name, struct subject *subject,
    struct error *err)
{
	auto_manifest struct manifest manifest = {0};
	auto_subject struct subject domain = {0};
	auto_error struct error ignored = {0};
	int found = manifest_read(name, &manifest, err);

	if (found < 0)
		return -1;
	if (!found)
		return error_set(err, "no guest '%s' was made here; give the "
		    "path of its domain file", name);
	if (manifest.architecture && strcmp(manifest.architecture, "amd64") &&
	    strcmp(manifest.architecture, "i386"))
		return error_set(err, "guest '%s' is %s; only amd64 and i386 "
		    "can be booted here", name, manifest.architecture);
	if (subject_from_cfg(manifest.cfg, &domain, &ignored) == 0)
		subject->memory = domain.memory;
	subject->name = memory_string(manifest.name);
	vector_each(disk, &manifest.disks)
		*vector_push(&subject->disks) = (struct subject_disk){
			.path = memory_string(disk->path),
			.is_qcow2 = guest_disk_is_qcow2(disk),
			.table = memory_string(disk->table),
			.is_network = guest_disk_is_network(disk),
		};
	if (manifest.seed)
		*vector_push(&subject->disks) = (struct subject_disk){
			.path = memory_string(manifest.seed)};
	subject->hostname = memory_string(manifest.hostname);
	vector_each(nic, &manifest.nics) {
		struct card *card = vector_push(&subject->cards);

		*card = (struct card){0};
		card_from_nic(nic, card);
	}
	return 0;
}

static bool
is_domain_file(const char *argument)
{
	return strchr(argument, '/') ||
	    (view_ends(view_of(argument), ".cfg") &&
	    file_exists(AT_FDCWD, argument));
}

int
subject_find(const char *argument, struct subject *subject, struct error *err)
{
	return is_domain_file(argument)
	    ? subject_from_cfg(argument, subject, err)
	    : subject_from_manifest(argument, subject, err);
}

void
subject_release(struct subject *subject)
{
	free(subject->name);
	free(subject->hostname);
	vector_each(disk, &subject->disks) {
		free(disk->path);
		free(disk->table);
	}
	vector_release(&subject->disks);
	vector_each(card, &subject->cards)
		card_release(card);
	vector_release(&subject->cards);
	*subject = (struct subject){0};
}
