#include "xen/domain.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/network_disk.h"
#include "xen/config.h"
#include "xen/disk_spec.h"

struct loader {
	const char *type;
	const char *path;	/* of Debian's grub-xen-host */
};

static const struct loader loaders[] = {
	{"pvh", "/usr/lib/grub-xen/grub-i386-xen_pvh.bin"},
	{"pv", "/usr/lib/grub-xen/grub-x86_64-xen.bin"},
};

const char *
domain_loader(const char *type)
{
	for (size_t i = 0; i < sizeof(loaders) / sizeof(*loaders); i++)
		if (!strcmp(loaders[i].type, type))
			return loaders[i].path;
	return NULL;
}

/* What Xen runs besides the machine's own. Linux has no PV of 32 bits any
 * more (5.9). */
static const struct {
	const char *machine;
	const char *architecture;
	const char *type;
} others[] = {
	{"amd64", "i386", "pvh"},
};

int
domain_architecture_check(const char *machine, const char *architecture,
    const char *type, struct error *err)
{
	if (!strcmp(machine, architecture))
		return 0;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if (strcmp(machine, others[i].machine) ||
		    strcmp(architecture, others[i].architecture))
			continue;
		return !strcmp(type, others[i].type) ? 0 : error_usage(err,
		    "a guest of '%s' cannot be of type '%s'; use --type %s",
		    architecture, type, others[i].type);
	}
	return error_set(err, "Xen on this machine (%s) runs no guest of '%s'; "
	    "mkguest-root --arch %s can make its root", machine, architecture,
	    architecture);
}

static int
text_check(const char *key, const char *text, struct error *err)
{
	for (const char *c = text; *c; c++)
		if (iscntrl((unsigned char)*c))
			return error_set(err, "%s: a control character cannot "
			    "be written in a domain file", key);
	return 0;
}

static void
text_quote(struct buffer *text, const char *value)
{
	buffer_text(text, "\"");
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			buffer_text(text, "\\");
		buffer_add(text, value, 1);
	}
	buffer_text(text, "\"");
}

static int
write_text(struct buffer *text, const char *key, const char *value,
    struct error *err)
{
	if (!value)
		return 0;
	if (text_check(key, value, err) < 0)
		return -1;
	buffer_printf(text, "%s = ", key);
	text_quote(text, value);
	buffer_text(text, "\n");
	return 0;
}

static void
write_number(struct buffer *text, const char *key, uint64_t value)
{
	buffer_printf(text, "%s = %llu\n", key, (unsigned long long)value);
}

static int
write_list(struct buffer *text, const char *key, const struct strings *items,
    struct error *err)
{
	buffer_printf(text, "%s = [\n", key);
	vector_each(item, items) {
		if (text_check(key, *item, err) < 0)
			return -1;
		buffer_text(text, "\t");
		text_quote(text, *item);
		buffer_text(text, ",\n");
	}
	buffer_text(text, "]\n");
	return 0;
}

static int
check_disk(const char *path, struct error *err)
{
	if (*path != '/' && !network_disk_find(path))
		return error_set(err, "disk '%s' is no absolute path", path);
	/* target= takes all that follows, but for a comma at the end */
	if (view_ends(view_of(path), ","))
		return error_set(err, "disk '%s' cannot be written in a "
		    "domain file: it ends in a comma", path);
	return 0;
}

static int
write_disks(const struct domain *domain, struct buffer *text,
    struct error *err)
{
	auto_strings struct strings specs = {0};

	vector_each(disk, &domain->disks) {
		const struct network_disk *network =
		    network_disk_find(disk->path);

		if (check_disk(disk->path, err) < 0)
			return -1;
		strings_printf(&specs, "format=%s,vdev=%s,access=rw%s%s,"
		    "target=%s", disk->format ? disk->format : "raw",
		    disk->vdev, network ? ",script=" : "",
		    network ? network->script : "",
		    disk->path + (network ? strlen(network->front) : 0));
	}
	return write_list(text, "disk", &specs, err);
}

static int
write_vif(const struct domain *domain, struct buffer *text, struct error *err)
{
	auto_strings struct strings specs = {0};

	if (domain->bridge && strpbrk(domain->bridge, ", \t"))
		return error_set(err, "bridge '%s' cannot be written in a "
		    "domain file", domain->bridge);
	strings_printf(&specs, "mac=%s%s%s", domain->mac,
	    domain->bridge ? ",bridge=" : "",
	    domain->bridge ? domain->bridge : "");
	return write_list(text, "vif", &specs, err);
}

int
domain_write(const struct domain *domain, struct buffer *text,
    struct error *err)
{
	buffer_text(text, "# made by mkguest; xl.cfg(5) explains each line\n");
	if (write_text(text, "name", domain->name, err) < 0 ||
	    write_text(text, "uuid", domain->uuid, err) < 0 ||
	    write_text(text, "type", domain->type, err) < 0)
		return -1;
	write_number(text, "memory", domain->memory);
	write_number(text, "vcpus", domain->vcpus);
	if (write_text(text, "kernel", domain->kernel, err) < 0 ||
	    write_text(text, "ramdisk", domain->ramdisk, err) < 0 ||
	    write_text(text, "cmdline", domain->cmdline, err) < 0 ||
	    write_disks(domain, text, err) < 0 ||
	    write_vif(domain, text, err) < 0 ||
	    write_text(text, "on_poweroff", "destroy", err) < 0 ||
	    write_text(text, "on_reboot", "restart", err) < 0)
		return -1;
	return write_text(text, "on_crash", "destroy", err);
}

static const char script_front[] = "block-";

/* As network_disk.h writes it, if it is one: /dev/drbd0 by its script is not
 * the same as /dev/drbd0. */
static void
add_target(const char *text, struct strings *disks)
{
	struct disk_spec spec = disk_spec_read(text);
	struct view script = spec.script;

	if (!spec.target.data)
		return;
	if (view_starts(script, script_front)) {
		script.data += strlen(script_front);
		script.length -= strlen(script_front);
	}
	strings_printf(disks, VIEW_FORMAT "%s" VIEW_FORMAT,
	    VIEW_ARGUMENTS(script), script.data ? ":" : "",
	    VIEW_ARGUMENTS(spec.target));
}

static void
add_targets(const struct config *config, struct strings *disks)
{
	const struct config_value *list = config_get(config, "disk");

	for (size_t i = 0; list && list->kind == CONFIG_LIST &&
	    i < list->count; i++) {
		const struct config_value *item = &list->items[i];

		if (item->kind == CONFIG_STRING)
			add_target(item->text, disks);
	}
}

int
domain_read(const char *path, struct view text, char **name,
    struct strings *disks, struct error *err)
{
	auto_config struct config config = {0};

	if (config_read(path, text, &config, err) < 0)
		return -1;
	*name = memory_string(config_text(&config, "name"));
	add_targets(&config, disks);
	return 0;
}
