/* The options of a guest, which are the fields of its file as well. */
#include "guest/guest.h"

#include "install/hook_list.h"

const struct option guest_options[] = {
	{0, "suite", "SUITE", "release (default: the host's own, else stable)",
	    OPTION_TEXT, GUEST(suite)},
	{0, "arch", "ARCH", "architecture (default: the host's own)",
	    OPTION_TEXT, GUEST(architecture)},
	{0, "variant", "VARIANT", "package set (default minbase)",
	    OPTION_TEXT, GUEST(variant)},
	{0, "include", "A,B", "more packages", OPTION_LIST, GUEST(include)},
	{0, "role", "ROLE[=ARGUMENT]", "what a kind of server needs; list",
	    OPTION_LIST, GUEST(role)},
	HOOK_OPTIONS(struct guest, hooks),
	HOOK_OPTION(struct guest, hooks, "personalise-hook", "COMMAND",
	    "when the root is this guest's"),
	HOOK_OPTION(struct guest, hooks, "filled-hook", "COMMAND",
	    "when its filesystem is complete"),
	HOOK_OPTION(struct guest, hooks, "created-hook", "COMMAND",
	    "when the guest is there"),
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
	{0, "memory", "MIB", "memory (default 512)", OPTION_MEBIBYTES,
	    GUEST(memory)},
	{0, "vcpus", "N", "virtual processors (default 1)", OPTION_NUMBER,
	    GUEST(vcpus)},
	{0, "fstab-by", "WHAT", "names its disks in fstab: uuid (default), "
	    "label or vdev (default for xm)", OPTION_TEXT, GUEST(fstab_by)},
	{0, "toolstack", "NAME", "that reads the domain file: xl (default) or "
	    "xm", OPTION_TEXT, GUEST(toolstack)},
	{0, "type", "TYPE", "pvh, pv or hvm (default: what the release's "
	    "kernel does best)", OPTION_TEXT, GUEST(type)},
	{0, "iso", "PATH", "an installer's CD or DVD: the guest is an hvm "
	    "machine that boots it and has empty disks", OPTION_TEXT,
	    GUEST(iso)},
	{0, "unattended", NULL, "answers for the setup of Windows, on a second "
	    "CD", OPTION_FLAG, GUEST(unattended)},
	{0, "edition", "NAME|NUMBER", "of those that the CD of Windows has",
	    OPTION_TEXT, GUEST(edition)},
	{0, "product-key-file", "FILE", "whose first line is Windows' product "
	    "key", OPTION_TEXT, GUEST(product_key_file)},
	{0, "drivers", "DIR|ISO", "for the setup of Windows", OPTION_TEXT,
	    GUEST(drivers)},
	{0, "firmware", "WHICH", "of an hvm guest: bios (default) or uefi",
	    OPTION_TEXT, GUEST(firmware)},
	{0, "vnc", "[listen=ADDRESS][,port=auto|PORT][,password-file=FILE]",
	    "how its screen is seen (an hvm guest's, by default: from dom0, "
	    "without a password)", OPTION_TEXT, GUEST(vnc)},
	{0, "boot", "HOW", "pvgrub (default): the guest's own GRUB menu; "
	    "pygrub: the same, read by dom0; direct: kernel and initrd "
	    "taken out of it", OPTION_TEXT,
	    GUEST(boot)},
	{0, "kernel", "PATH", "the host's, to boot in place of the guest's own",
	    OPTION_TEXT, GUEST(kernel)},
	{0, "ramdisk", "PATH", "the host's initrd for that kernel", OPTION_TEXT,
	    GUEST(ramdisk)},
	{0, "modules", "DIR|auto", "of the host's kernel, in place of the "
	    "guest's own kernel", OPTION_TEXT, GUEST(modules)},
	{0, "kernel-package", "NAME", "in place of the release's kernel for "
	    "Xen", OPTION_TEXT, GUEST(kernel_package)},
	{0, "cdrom", "PATH", "a drive of the host that the guest gets",
	    OPTION_TEXT, GUEST(cdrom)},
	{0, "mac", "MAC", "of the only network card (default: random, then "
	    "kept)", OPTION_TEXT, GUEST(mac)},
	{0, "uuid", "UUID", "of the domain (default: random, then kept)",
	    OPTION_TEXT, GUEST(uuid)},
	{0, "id-seed", "TEXT", "that MACs and UUIDs derive from, in place of "
	    "chance", OPTION_TEXT, GUEST(id_seed)},
	{0, "bridge", "BRIDGE", "that its only network card joins (default: "
	    "what xl.conf says)", OPTION_TEXT, GUEST(bridge)},
	{0, "cloud-init", NULL, "its name, network and users are a seed's, "
	    "which cloud-init reads at its first boot", OPTION_FLAG,
	    GUEST(cloud_init)},
	{0, "user-data", "FILE", "for cloud-init, in place of what the other "
	    "options say of users", OPTION_TEXT, GUEST(user_data)},
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
	{0, "keep-filesystem", NULL, "fill the root's disk as it is "
	    "formatted", OPTION_FLAG, GUEST(keep_filesystem)},
	{0, "autostart", NULL, "start it with the host", OPTION_FLAG,
	    GUEST(autostart)},
	{0, "force", NULL, "replace this guest's own image and cfg, write over "
	    "a known signature", OPTION_FLAG, GUEST(force)},
	{0, "wipe", NULL, "zero block devices first, however long it takes",
	    OPTION_FLAG, GUEST(wipe)},
	OPTIONS_END
};

const struct option identity_options[] = {
	{0, "hostname", "NAME", "with its domain or without (default for a new "
	    "guest: its NAME)", OPTION_TEXT, GUEST(hostname)},
	{0, "nic", "[bridge=BRIDGE][,ip=A/P][,gateway=A][,…]", "a network "
	    "card; repeatable (default for a new guest: one, with DHCP)",
	    OPTION_REPEAT, GUEST(nic)},
	{0, "network-stack", "STACK", "ifupdown, networkd or netplan (default: "
	    "the release's own)", OPTION_TEXT, GUEST(network_stack)},
	{0, "machine-id", "WHICH", "empty, for the first boot to fill (default "
	    "for a new guest), new, or 32 hexadecimal digits", OPTION_TEXT,
	    GUEST(machine_id)},
	{0, "ssh-host-keys", "WHEN", "made now, or at the first-boot (default "
	    "for a new guest: now, unless it is to be reproducible)",
	    OPTION_TEXT, GUEST(ssh_host_keys)},
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
	{0, "locale", "A,B", "de_DE.UTF-8; of several the first is LANG "
	    "(default for a new guest: C.UTF-8)", OPTION_LIST, GUEST(locale)},
	{0, "keymap", "LAYOUT[:VARIANT]", "of the keyboard, as keyboard(5) "
	    "has it: de:nodeadkeys", OPTION_TEXT, GUEST(keymap)},
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

static const struct option name_field[] = {
	{0, "name", "NAME", "of the guest's domain and files", OPTION_TEXT,
	    GUEST(name)},
	OPTIONS_END
};

const struct option *const guest_file_tables[] = {
	name_field, guest_options, settings_options, identity_options, NULL
};
