#include "disk/signature.h"

#include <blkid/blkid.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

/* blkid's USAGE; its TYPE stands before the noun. */
static const struct {
	const char *usage;
	const char *noun;
} signature_nouns[] = {
	{"filesystem", " filesystem"},
	{"crypto", " volume (encrypted)"},
	{"raid", " (part of a RAID array or volume group)"},
	{"other", " area"},
	{NULL, ""},
};

static void
probe_free(blkid_probe *probe)
{
	if (*probe)
		blkid_free_probe(*probe);
}

static const char *
probe_value(blkid_probe probe, const char *name)
{
	const char *value;

	return blkid_probe_lookup_value(probe, name, &value, NULL) == 0
	    ? value : NULL;
}

static const char *
article(const char *noun)
{
	return strchr("aeiouAEIOU", *noun) ? "an" : "a";
}

static char *
probe_describe(blkid_probe probe)
{
	const char *type = probe_value(probe, "TYPE");
	const char *label = probe_value(probe, "LABEL");
	const char *table = probe_value(probe, "PTTYPE");
	const char *usage = probe_value(probe, "USAGE");
	size_t i = 0;

	if (!type && !table)
		return memory_string("something unknown");
	if (!type)
		return memory_printf("%s %s partition table", article(table),
		    table);
	while (signature_nouns[i].usage &&
	    (!usage || strcmp(usage, signature_nouns[i].usage)))
		i++;
	return memory_printf("%s %s%s%s%s%s", article(type), type,
	    signature_nouns[i].noun, label ? " labelled '" : "",
	    label ? label : "", label ? "'" : "");
}

int
signature_describe(int fd, char **what, struct error *err)
{
	__attribute__((cleanup(probe_free))) blkid_probe probe =
	    blkid_new_probe();
	int result;

	*what = NULL;
	if (!probe || blkid_probe_set_device(probe, fd, 0, 0) < 0)
		return error_errno(err, "look for signatures");
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE |
	    BLKID_SUBLKS_LABEL | BLKID_SUBLKS_USAGE | BLKID_SUBLKS_BADCSUM);
	blkid_probe_enable_partitions(probe, 1);
	result = blkid_do_safeprobe(probe);
	if (result == -1)
		return error_errno(err, "look for signatures");
	if (result == 0)
		*what = probe_describe(probe);
	else if (result == -2)
		*what = memory_string("marks of several formats");
	return 0;
}
