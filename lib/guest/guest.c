#include "guest/guest.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/access.h"
#include "guest/guest_boot.h"
#include "guest/guest_name.h"
#include "guest/identity.h"
#include "guest/state.h"

enum {
	BRIDGE_MAX_LENGTH = 15,	/* IFNAMSIZ - 1 */
	MEMORY_DEFAULT = 512,	/* MiB */
	MEMORY_MIN = 64,
	MEMORY_MAX = 16 << 20,
	VCPUS_MAX = 512,	/* of a PVH guest */
};

#define GUEST(member) offsetof(struct guest, member)

const struct option guest_options[] = {
	{0, "suite", "SUITE", "release (default: the host's own, else stable)",
	    OPTION_TEXT, GUEST(suite)},
	{0, "arch", "ARCH", "architecture (default: the host's own)",
	    OPTION_TEXT, GUEST(architecture)},
	{0, "variant", "VARIANT", "package set (default minbase)",
	    OPTION_TEXT, GUEST(variant)},
	{0, "include", "A,B", "more packages", OPTION_LIST, GUEST(include)},
	{0, "mirror", "URL", "where packages come from, the guest's own too",
	    OPTION_TEXT, GUEST(mirror)},
	{0, "guest-mirror", "URL", "the guest's own mirror, if it is another",
	    OPTION_TEXT, GUEST(guest_mirror)},
	{0, "security-mirror", "URL", "the same for security updates",
	    OPTION_TEXT, GUEST(security_mirror)},
	{0, "keyring", "FILE", "whose signatures are good",
	    OPTION_TEXT, GUEST(keyring)},
	{0, "disk", "PATH[,size=4G][,fs=ext4][,mount=/home][,…]", "image or "
	    "block device; repeatable (default NAME.img)", OPTION_REPEAT,
	    GUEST(disk)},
	{0, "swap", "SIZE|PATH[,…]", "image or block device for swap space; "
	    "repeatable (default: none)", OPTION_REPEAT, GUEST(swap)},
	{0, "size", "SIZE", "of the root's image (default 2G)", OPTION_SIZE,
	    GUEST(size)},
	{0, "memory", "MIB", "memory (default 512)", OPTION_NUMBER,
	    GUEST(memory)},
	{0, "vcpus", "N", "virtual processors (default 1)", OPTION_NUMBER,
	    GUEST(vcpus)},
	{0, "toolstack", "NAME", "that reads the domain file: xl (default) or "
	    "xm", OPTION_TEXT, GUEST(toolstack)},
	{0, "type", "TYPE", "pvh or pv (default: what the release's kernel "
	    "does best)", OPTION_TEXT, GUEST(type)},
	{0, "boot", "HOW", "pvgrub (default): the guest's own GRUB menu; "
	    "direct: kernel and initrd taken out of it", OPTION_TEXT,
	    GUEST(boot)},
	{0, "kernel", "PATH", "the host's, to boot in place of the guest's own",
	    OPTION_TEXT, GUEST(kernel)},
	{0, "ramdisk", "PATH", "the host's initrd for that kernel", OPTION_TEXT,
	    GUEST(ramdisk)},
	{0, "cdrom", "PATH", "a drive of the host that the guest gets",
	    OPTION_TEXT, GUEST(cdrom)},
	{0, "mac", "MAC", "of the network card (default: random, then kept)",
	    OPTION_TEXT, GUEST(mac)},
	{0, "uuid", "UUID", "of the domain (default: random, then kept)",
	    OPTION_TEXT, GUEST(uuid)},
	{0, "bridge", "BRIDGE", "to join (default: what xl.conf says)",
	    OPTION_TEXT, GUEST(bridge)},
	{0, "cfg-dir", "DIR", "for NAME.cfg (default /etc/xen; as user .)",
	    OPTION_TEXT, GUEST(cfg_dir)},
	{0, "image-dir", "DIR", "for NAME.img (default "
	    "/var/lib/mkguest/images; as user .)", OPTION_TEXT,
	    GUEST(image_dir)},
	{0, "boot-dir", "DIR", "extracted kernels go to DIR/NAME",
	    OPTION_TEXT, GUEST(boot_dir)},
	{0, "cache-dir", "DIR", "for downloads", OPTION_TEXT,
	    GUEST(cache_dir)},
	{0, "lvm", "VG", "root and swap on new volumes VG/NAME-disk and "
	    "NAME-swap", OPTION_TEXT, GUEST(lvm)},
	{0, "lvm-thin", "VG/POOL", "the same, thin", OPTION_TEXT,
	    GUEST(lvm_thin)},
	{0, "zpool", "POOL", "the same with ZFS", OPTION_TEXT, GUEST(zpool)},
	{0, "full", NULL, "images are preallocated, not sparse", OPTION_FLAG,
	    GUEST(full)},
	{0, "keep-filesystem", NULL, "fill the root's device as it is "
	    "formatted", OPTION_FLAG, GUEST(keep_filesystem)},
	{0, "force", NULL, "replace this guest's own image and cfg, write over "
	    "a known signature", OPTION_FLAG, GUEST(force)},
	{0, "wipe", NULL, "zero block devices first, however long it takes",
	    OPTION_FLAG, GUEST(wipe)},
	OPTIONS_END
};

const struct option identity_options[] = {
	{0, "hostname", "NAME", "with its domain or without (default for a new "
	    "guest: its NAME)", OPTION_TEXT, GUEST(hostname)},
	{0, "root-password", "WHICH", "file:FILE, hash-file:FILE, prompt, "
	    "random or locked (default for a new guest: random, unless "
	    "another way leads in)", OPTION_TEXT, GUEST(root_password)},
	{0, "ssh-key", "FILE", "public keys that may log in as root; "
	    "repeatable", OPTION_REPEAT, GUEST(ssh_key)},
	{0, "user", "NAME[,groups=A:B][,ssh-key=FILE][,sudo][,…]", "a user; "
	    "repeatable", OPTION_REPEAT, GUEST(user)},
	{0, "timezone", "ZONE", "Europe/Berlin (default for a new "
	    "guest: Etc/UTC)",
	    OPTION_TEXT, GUEST(timezone)},
	{0, "skel", "DIR", "all of it goes into the guest's root (default for "
	    "a new guest: /etc/mkguest/skel)", OPTION_REPEAT, GUEST(skel)},
	{0, "copy-in", "SOURCE:DIR", "a file or directory, into a directory of "
	    "the guest", OPTION_ORDER, GUEST(changes)},
	{0, "upload", "FILE:PATH", "a file, under a name of its own",
	    OPTION_ORDER, GUEST(changes)},
	{0, "write", "PATH:TEXT", "a file with this text", OPTION_ORDER,
	    GUEST(changes)},
	{0, "append-line", "PATH:LINE", "at the end of a file", OPTION_ORDER,
	    GUEST(changes)},
	{0, "mkdir", "DIR", "with those above it", OPTION_ORDER,
	    GUEST(changes)},
	{0, "delete", "PATH", "a file, or a directory with all that is in it",
	    OPTION_ORDER, GUEST(changes)},
	{0, "link", "TARGET:PATH[:PATH…]", "symbolic links", OPTION_ORDER,
	    GUEST(changes)},
	{0, "chmod", "MODE:PATH", "the mode in octal", OPTION_ORDER,
	    GUEST(changes)},
	{0, "chown", "UID:GID:PATH", "in numbers", OPTION_ORDER,
	    GUEST(changes)},
	{0, "truncate", "PATH", "to no bytes", OPTION_ORDER, GUEST(changes)},
	{0, "first-boot", "FILE", "a script or program that runs once, when "
	    "the guest first boots", OPTION_REPEAT, GUEST(first_boot)},
	OPTIONS_END
};

const struct option *const guest_tables[] = {
	guest_options, identity_options, NULL
};

/* What the option table does not own. */
static const size_t guest_texts[] = {
	GUEST(name), GUEST(authorized_keys),
};

void
guest_release(struct guest *guest)
{
	options_release(guest_options, guest);
	options_release(identity_options, guest);
	guest_disks_release(&guest->disks);
	changes_release(&guest->files);
	for (size_t i = 0; i < sizeof(guest_texts) / sizeof(*guest_texts); i++)
		free(*(char **)((char *)guest + guest_texts[i]));
	guest_users_release(&guest->users);
	memory_free_secret(guest->password_hash);
	memory_free_secret(guest->random_password);
	*guest = (struct guest){0};
}

static void
guest_default(char **place, const char *value)
{
	if (!*place)
		*place = memory_string(value);
}

static void
guest_replace(char **place, char *value)
{
	free(*place);
	*place = value;
}

/* Where the volumes are that each option names. */
static const struct {
	const char *option;
	size_t offset;	/* of a char *: GROUP, with a pool if the kind has */
	const char *front;
	const char *kind;
	bool has_pool;
} volumes[] = {
	{"lvm", GUEST(lvm), "/dev", "lvm", false},
	{"lvm-thin", GUEST(lvm_thin), "/dev", "lvm-thin:", true},
	{"zpool", GUEST(zpool), "/dev/zvol", "zfs", false},
};

/* The group's path, and the kind as volume.h has it. */
static int
guest_volumes(struct guest *guest, char **base, char **kind, struct error *err)
{
	for (size_t i = 0; i < sizeof(volumes) / sizeof(*volumes); i++) {
		const char *text =
		    *(char **)((char *)guest + volumes[i].offset);
		struct view pool = view_of(text ? text : ""), group = pool;

		if (!text)
			continue;
		if (*base)
			return error_usage(err, "--%s: the volumes are "
			    "elsewhere already; give one of --lvm, --lvm-thin "
			    "and --zpool", volumes[i].option);
		if (volumes[i].has_pool && (!view_cut(&pool, '/', &group) ||
		    !pool.length))
			return error_usage(err, "--%s '%s' is not VG/POOL",
			    volumes[i].option, text);
		*base = memory_printf("%s/" VIEW_FORMAT, volumes[i].front,
		    VIEW_ARGUMENTS(group));
		*kind = memory_printf("%s%s", volumes[i].kind,
		    volumes[i].has_pool ? pool.data : "");
	}
	return 0;
}

static int
guest_complete_disks(struct guest *guest, struct error *err)
{
	auto_free char *base = NULL, *kind = NULL, *root = NULL, *swap = NULL;
	struct guest_place place;

	if (guest_volumes(guest, &base, &kind, err) < 0)
		return -1;
	guest->on_volumes = base;
	root = memory_printf(base ? "%s/%s-disk" : "%s/%s.img",
	    base ? base : guest->image_dir, guest->name);
	swap = memory_printf(base ? "%s/%s-swap" : "%s/%s-swap.img",
	    base ? base : guest->image_dir, guest->name);
	place = (struct guest_place){root, swap, kind};
	if (guest_disks_read(&guest->disks, &guest->disk, &guest->swap, &place,
	    err) < 0)
		return -1;
	return guest_disks_complete(&guest->disks, guest->size, err);
}

struct limit {
	const char *option;
	size_t offset;	/* of a uint64_t */
	uint64_t usual, min, max;
};

static const struct limit limits[] = {
	{"memory", GUEST(memory), MEMORY_DEFAULT, MEMORY_MIN, MEMORY_MAX},
	{"vcpus", GUEST(vcpus), 1, 1, VCPUS_MAX},
};

static int
guest_complete_numbers(struct guest *guest, struct error *err)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		const struct limit *limit = &limits[i];
		uint64_t *number = (uint64_t *)((char *)guest + limit->offset);

		if (!*number)
			*number = limit->usual;
		if (*number < limit->min || *number > limit->max)
			return error_usage(err, "--%s %llu is not between %llu "
			    "and %llu", limit->option,
			    (unsigned long long)*number,
			    (unsigned long long)limit->min,
			    (unsigned long long)limit->max);
	}
	return 0;
}

static int
guest_complete_ids(struct guest *guest, struct error *err)
{
	char *normal;

	if (guest->mac) {
		normal = mac_normal(guest->mac, err);
		if (!normal)
			return error_prefix(err, "--mac");
		guest_replace(&guest->mac, normal);
	}
	if (guest->uuid) {
		normal = uuid_normal(guest->uuid, err);
		if (!normal)
			return error_prefix(err, "--uuid");
		guest_replace(&guest->uuid, normal);
	}
	return 0;
}

static int
bridge_check(const char *bridge, struct error *err)
{
	bool good = *bridge && strlen(bridge) <= BRIDGE_MAX_LENGTH;

	for (const char *c = bridge; *c && good; c++)
		good = isgraph((unsigned char)*c) && !strchr("/,:\"\\", *c);
	if (!good || !strcmp(bridge, ".") || !strcmp(bridge, ".."))
		return error_usage(err, "--bridge: '%s' is no name of a "
		    "network interface", bridge);
	return 0;
}

static void
guest_default_directories(struct guest *guest)
{
	bool is_root = geteuid() == 0;
	auto_free char *state = state_directory();

	if (!guest->image_dir)
		guest->image_dir = is_root ? memory_printf("%s/images", state) :
		    memory_string(".");
	guest_default(&guest->cfg_dir, is_root ? "/etc/xen" : ".");
	if (!guest->boot_dir)
		guest->boot_dir = memory_printf("%s/boot", state);
}

static void
guest_default_texts(struct guest *guest)
{
	if (!guest->suite)
		guest->suite = suite_host_codename();
	guest_default(&guest->suite, "stable");
	guest_default(&guest->architecture, suite_host_architecture());
	guest_default(&guest->variant, "minbase");
	guest_default(&guest->hostname, guest->name);
	guest_default(&guest->timezone, "Etc/UTC");
}

int
guest_complete_identity(struct guest *guest, struct error *err)
{
	if (guest->hostname && guest_name_check(guest->hostname, err) < 0)
		return error_prefix(err, "--hostname");
	if (guest->root_password &&
	    root_password_check(guest->root_password, err) < 0)
		return -1;
	return guest_users_read(&guest->users, &guest->user, err);
}

int
guest_complete(struct guest *guest, struct error *err)
{
	if (guest_name_check(guest->name ? guest->name : "", err) < 0)
		return -1;
	guest_default_texts(guest);
	guest_default_directories(guest);
	if (guest_complete_identity(guest, err) < 0 ||
	    guest_boot_check(guest, err) < 0 ||
	    guest_complete_numbers(guest, err) < 0 ||
	    guest_complete_ids(guest, err) < 0 ||
	    guest_complete_disks(guest, err) < 0)
		return -1;
	guest_default_root_password(guest);
	return guest->bridge ? bridge_check(guest->bridge, err) : 0;
}

void
guest_make_ids(struct guest *guest)
{
	if (!guest->mac)
		guest->mac = identity_mac(guest->name);
	if (!guest->uuid)
		guest->uuid = identity_uuid(guest->name, "domain");
	guest_disks_make_ids(&guest->disks, guest->name);
}
