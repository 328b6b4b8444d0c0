/* xl-disk-configuration(5), xl-network-configuration(5). */
#include "xen/domain_toolstack.h"

#include <string.h>

#include "guest/network_disk.h"

/* target= takes all that follows, but for a comma at the end */
static int
check_target(const char *path, struct error *err)
{
	if (view_ends(view_of(path), ","))
		return error_set(err, "disk '%s' cannot be written in a "
		    "domain file: it ends in a comma", path);
	return 0;
}

static int
add_disk(const struct domain_disk *disk, bool is_emulated,
    struct strings *items, struct error *err)
{
	const struct network_disk *network = network_disk_find(disk->path);

	(void)is_emulated;	/* the type of the domain says it */
	if (check_target(disk->path, err) < 0)
		return -1;
	strings_printf(items, "format=%s,vdev=%s,access=%s%s%s,target=%s",
	    disk->format ? disk->format : "raw", disk->vdev,
	    disk->is_cdrom ? "ro,devtype=cdrom"
	    : disk->is_read_only ? "ro" : "rw",
	    network ? ",script=" : "", network ? network->script : "",
	    disk->path + (network ? strlen(network->front) : 0));
	return 0;
}

/* The last of the names of disks, which no other disk gets by default. */
static int
add_cdrom(const char *path, struct strings *items, struct error *err)
{
	if (check_target(path, err) < 0)
		return -1;
	strings_printf(items, "format=raw,vdev=xvdz,access=ro,devtype=cdrom,"
	    "target=%s", path);
	return 0;
}

static int
add_vif(const struct guest_nic *nic, bool is_emulated, struct strings *items,
    struct error *err)
{
	auto_buffer struct buffer spec = {0};

	(void)is_emulated;
	if (domain_vif_text(nic, ",", &spec, err) < 0)
		return -1;
	if (nic->mtu)
		buffer_printf(&spec, ",mtu=%llu",
		    (unsigned long long)nic->mtu);
	strings_add(items, spec.data);
	return 0;
}

const struct domain_toolstack domain_xl = {
	.name = "xl",
	.bit = XL,
	.head = "# made by mkguest; xl.cfg(5) explains each line\n",
	.add_disk = add_disk,
	.add_cdrom = add_cdrom,
	.add_vif = add_vif,
};
