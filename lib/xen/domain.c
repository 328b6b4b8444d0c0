#include "xen/domain.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
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
write_list(struct buffer *text, const char *key, const char *item,
    struct error *err)
{
	if (text_check(key, item, err) < 0)
		return -1;
	buffer_printf(text, "%s = [\n\t", key);
	text_quote(text, item);
	buffer_text(text, ",\n]\n");
	return 0;
}

static int
write_disk(const struct domain *domain, struct buffer *text,
    struct error *err)
{
	auto_free char *spec = NULL;

	if (domain->disk[0] != '/')
		return error_set(err, "disk '%s' is no absolute path",
		    domain->disk);
	/* target= takes all that follows, but for a comma at the end */
	if (view_ends(view_of(domain->disk), ","))
		return error_set(err, "disk '%s' cannot be written in a "
		    "domain file: it ends in a comma", domain->disk);
	spec = memory_printf("format=raw,vdev=%s,access=rw,target=%s",
	    domain->vdev, domain->disk);
	return write_list(text, "disk", spec, err);
}

static int
write_vif(const struct domain *domain, struct buffer *text, struct error *err)
{
	auto_free char *spec = memory_printf("mac=%s%s%s", domain->mac,
	    domain->bridge ? ",bridge=" : "",
	    domain->bridge ? domain->bridge : "");

	if (domain->bridge && strpbrk(domain->bridge, ", \t"))
		return error_set(err, "bridge '%s' cannot be written in a "
		    "domain file", domain->bridge);
	return write_list(text, "vif", spec, err);
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
	    write_disk(domain, text, err) < 0 ||
	    write_vif(domain, text, err) < 0 ||
	    write_text(text, "on_poweroff", "destroy", err) < 0 ||
	    write_text(text, "on_reboot", "restart", err) < 0)
		return -1;
	return write_text(text, "on_crash", "destroy", err);
}

static char *
first_disk(const struct config *config)
{
	const struct config_value *list = config_get(config, "disk");
	struct view target;

	if (!list || list->kind != CONFIG_LIST || !list->count ||
	    list->items[0].kind != CONFIG_STRING)
		return NULL;
	target = disk_spec_target(list->items[0].text);
	return target.data ? view_string(target) : NULL;
}

int
domain_read(const char *path, struct view text, char **name, char **disk,
    struct error *err)
{
	auto_config struct config config = {0};

	if (config_read(path, text, &config, err) < 0)
		return -1;
	*name = memory_string(config_text(&config, "name"));
	*disk = first_disk(&config);
	return 0;
}
