/*
 * The forms of Xen 3.0.3: 'phy:DEVICE,VDEV,MODE' and 'file:IMAGE,VDEV,MODE',
 * which are cut at each comma, so that no path can hold one.
 */
#include "xen/domain_toolstack.h"

#include <string.h>

#include "guest/network_disk.h"

static int
add_disk(const struct domain_disk *disk, bool is_emulated,
    struct strings *items, struct error *err)
{
	const char *front = disk->is_device ? "phy:" : "file:";

	if (strchr(disk->path, ','))
		return error_set(err, "disk '%s' cannot be written in a "
		    "domain file for xm: it holds a comma", disk->path);
	if (disk->format && strcmp(disk->format, "raw"))
		return error_set(err, "xm cannot attach the image '%s' of "
		    "format %s; use format=raw", disk->path, disk->format);
	strings_printf(items, "%s%s,%s%s%s,%s",
	    network_disk_find(disk->path) ? "" : front, disk->path,
	    is_emulated ? "ioemu:" : "", disk->vdev,
	    disk->is_cdrom ? ":cdrom" : "",
	    disk->is_cdrom || disk->is_read_only ? "r" : "w");
	return 0;
}

/* Its network scripts know no mtu=. */
static int
add_vif(const struct guest_nic *nic, bool is_emulated, struct strings *items,
    struct error *err)
{
	auto_buffer struct buffer spec = {0};

	if (is_emulated)
		buffer_text(&spec, "type=ioemu");
	if (domain_vif_text(nic, ", ", &spec, err) < 0)
		return -1;
	strings_add(items, spec.data);
	return 0;
}

const struct domain_toolstack domain_xm = {
	.name = "xm",
	.bit = XM,
	.head = "# -*- coding: utf-8 -*-\n"
	    "# made by mkguest for xm of Xen 3.0 to 4.4; xmdomain.cfg(5)\n",
	.add_disk = add_disk,
	.add_vif = add_vif,
};
