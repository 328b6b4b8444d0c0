#include "guest/network_disk.h"

#include <string.h>

#include "base/text.h"

static const struct network_disk kinds[] = {
	{"drbd:", "block-drbd", "drbd-utils"},
	{"iscsi:", "block-iscsi", "xen-utils-common"},
	{"nbd:", "block-nbd", "xen-utils-common"},
	{"rbd:", "block-rbd", NULL},
};

const struct network_disk *
network_disk_find(const char *path)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (view_starts(view_of(path), kinds[i].front))
			return &kinds[i];
	return NULL;
}

int
network_disk_check(const char *path, struct error *err)
{
	struct view rest = view_of(strchr(path, ':') + 1), part;

	if (!rest.length)
		return error_usage(err, "nothing follows the colon");
	while (view_cut(&rest, ',', &part))
		if (view_starts(part, "password="))
			return error_usage(err, "everybody can read the domain "
			    "file; leave the password to iscsiadm");
	return 0;
}
