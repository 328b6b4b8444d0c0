#include "disk/block_holder.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

/* Whose a device of device mapper is, by the front of its UUID. */
static const struct {
	const char *front;
	const char *noun;
} mapper_kinds[] = {
	{"LVM-", "the logical volume"},
	{"CRYPT-", "the encrypted volume"},
	{"mpath-", "the multipath device"},
	{"DMRAID-", "the RAID array"},
	{"part", "the mapped partition"},
	{"", "device mapper's"},
};

/* LVM's "vg-lv" for people; a hyphen in either name is doubled there. */
static char *
volume_name(const char *mapper_name)
{
	char *name = memory_string(mapper_name), *to = name;
	char separator = '/';

	for (const char *from = mapper_name; *from; from++) {
		if (from[0] == '-' && from[1] == '-') {
			*to++ = *from++;
		} else if (*from == '-') {
			*to++ = separator;
			separator = '-';
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return name;
}

static char *
mapper_describe(const char *uuid, const char *name)
{
	auto_free char *volume = NULL;
	size_t i = 0;

	while (strncmp(uuid, mapper_kinds[i].front,
	    strlen(mapper_kinds[i].front)))
		i++;
	volume = i ? memory_string(name) : volume_name(name);
	return memory_printf("%s '%s'", mapper_kinds[i].noun, volume);
}

char *
block_holder_describe(const struct block_tables *tables, dev_t holder)
{
	auto_free char *node = block_node(tables, holder);
	auto_free char *uuid = block_attribute(tables, holder, "dm/uuid");
	auto_free char *name = block_attribute(tables, holder, "dm/name");
	auto_free char *level = block_attribute(tables, holder, "md/level");

	if (name)
		return mapper_describe(uuid ? uuid : "", name);
	if (level)
		return memory_printf("the RAID array '%s' (%s)", node, level);
	if (block_has(tables, holder, "bcache"))
		return memory_printf("the bcache device '%s'", node);
	return memory_printf("the device '%s'", node);
}
