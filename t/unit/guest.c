#include "guest/guest.h"

#include <stdlib.h>
#include <uuid.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/guest_name.h"
#include "t/unit/tap.h"

struct name {
	const char *text;
	bool good;
};

static const struct name names[] = {
	{"debian1", true}, {"a", true}, {"1a", true}, {"web.example.org", true},
	{"0x10", true}, {"a--b", true},
	{"123456789012345678901234567890123456789012345678901234567890ab3",
	    true},
	{"123456789012345678901234567890123456789012345678901234567890abcd",
	    false},
	{"", false}, {".", false}, {"..", false}, {"a.", false}, {".a", false},
	{"a..b", false}, {"-a", false}, {"a-", false}, {"a-.b", false},
	{"Debian", false}, {"a_b", false}, {"a/b", false}, {"a b", false},
	{"12", false}, {"1.2.3.4", false}, {"ä", false}, {"a\n", false},
	{"localhost", false},
};

static void
test_names(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		auto_error struct error err = {0};
		int result = guest_name_check(names[i].text, &err);

		ok((result == 0) == names[i].good &&
		    (result == 0 || err.kind == ERROR_USAGE), "name %zu", i);
	}
}

/* A guest from a command line, completed; NULL and the sentence if refused. */
static char *
completed(struct guest *guest, const char *words)
{
	auto_strings struct strings arguments = {0}, operands = {0};
	auto_error struct error err = {0};
	int result;

	*guest = (struct guest){.name = memory_string("debian1")};
	strings_split(&arguments, words, " ");
	vector_push(&arguments);
	result = options_parse(guest_tables, arguments.items, guest, &operands, &err);
	if (result == 0)
		result = guest_complete(guest, &err);
	return result ? memory_printf("%d %s", err.kind, err.text) : NULL;
}

static void
refused(const char *words, const char *why)
{
	struct guest guest;
	auto_free char *sentence = completed(&guest, words);

	if (!ok(sentence && sentence[0] == '0' + ERROR_USAGE &&
	    strstr(sentence, why), "%s: %s", words, why))
		printf("# %s\n", sentence ? sentence : "accepted");
	guest_release(&guest);
}

static void
test_refusals(void)
{
	refused("--mac 00:16:3e:12:34", "no MAC address");
	refused("--mac 00:16:3e:12:34:5g", "no MAC address");
	refused("--mac 00:16:3e:12:34:56:78", "no MAC address");
	refused("--mac 01:16:3e:12:34:56", "a group's");
	refused("--mac ff:ff:ff:ff:ff:ff", "a group's");
	refused("--mac 00:00:00:00:00:00", "nobody's");
	refused("--uuid 1234", "no UUID");
	refused("--type xen", "can be pvh, pv or hvm");
	refused("--vnc listen=::1", "--vnc: listen: '::1'");
	refused("--boot grub", "can be pvgrub, pygrub or direct");
	refused("--memory 63", "not between 64 and");
	refused("--vcpus 513", "not between 1 and 512");
	refused("--size 63M", "less than 64M");
	refused("--size 16T", "16T and more");
	refused("--disk a.img,size=1K", "less than 64M");
	refused("--disk a.img,kind=raw", "'kind' is unknown");
	refused("--disk a.img,format=vhd", "format 'vhd' is unknown");
	refused("--disk a,table=bsd", "table 'bsd' is unknown; it can be gpt");
	refused("--disk a,table=gpt,vdev=xvda1", "'xvda1' is a partition, but");
	refused("--disk a,table=mbr,size=3T", "table=mbr ends at 2T");
	refused("--disk a --disk b,fs=none,table=gpt", "left as it is");
	refused("--lvm a/b", "cannot be called 'a/b/");
	refused("--lvm -a", "cannot be called '-a/");
	refused("--lvm-thin vg", "is not VG/POOL");
	refused("--lvm vg --zpool p", "give one of --lvm, --lvm-thin");
	refused("--lvm vg --disk x,size=1G", "needs mount=, fs=swap or");
	refused("--lvm vg --disk x,mount=/", "two disks have the mount '/'");
	refused("--disk /dev/v/a,volume=md", "volume 'md' is unknown; it can");
	refused("--disk /dev/v/a,volume=lvm:p", "volume 'lvm:p' has no pool");
	refused("--disk /dev/v/a,volume=lvm-thin", "needs the name of a pool");
	refused("--disk /srv/a,volume=lvm", "has a path like /dev/GROUP/NAME");
	refused("--disk /dev/v/a,volume=lvm,format=qcow2", "for image files");
	refused("--disk drbd:r0", "none of them is for the guest's root");
	refused("--disk a --disk drbd:r0,mount=/x", "fs=none is not mounted");
	refused("--disk a --disk drbd:r0,fs=ext4", "neither fs= nor format=");
	refused("--disk a --disk drbd:r0,format=raw", "left as it is; it");
	refused("--disk a --disk nbd:", "nothing follows the colon");
	refused("--disk a --disk iscsi:iqn=i,password=x,vdev=sda",
	    "leave the password to iscsiadm");
	refused("--disk a --disk drbd:r0 --disk drbd:r0",
	    "two disks have the path 'drbd:r0'");
	refused("--disk a --disk drbd:r0,vdev=sda --swap 1G,vdev=sda",
	    "two disks have the vdev 'sda'");
	refused("--disk a,b.img", "may not hold a comma");
	refused("--disk a.img,size", "size has no value");
	refused("--disk ,size=4G", "the path is missing");
	refused("--disk a.img,size=4G --size 5G", "two sizes");
	refused("--disk a.img,size=4G,size=5G", "size is given twice");
	refused("--disk a.img,mount=", "mount has no value");
	refused("--disk a --disk b,size=1G", "needs mount=, fs=swap or");
	refused("--disk a --disk b,mount=/home", "needs a size: size=4G");
	refused("--disk a,fs=swap", "none of them is for the guest's root");
	refused("--disk a --disk b,fs=swap,mount=/x,size=1G",
	    "fs=swap is not mounted");
	refused("--disk a --disk b,fs=none,label=x", "left as it is");
	refused("--disk a --disk b,mount=home,size=1G", "no absolute path");
	refused("--disk a --disk b,mount=/a/../b,size=1G", "no plain path");
	refused("--disk a --disk b,mount=/home/,size=1G", "no plain path");
	refused("--disk a --disk b,mount=/etc/x,size=1G", "stay on the root");
	refused("--disk a --disk b,mount=/\tx,size=1G", "a blank or control");
	refused("--disk a,mount=/ --disk b,mount=/,size=1G",
	    "two disks have the mount '/'");
	refused("--disk a --disk a,mount=/x,size=1G",
	    "two disks have the path 'a'");
	refused("--disk a,vdev=hda1 --swap 1G,vdev=hda1",
	    "two disks have the vdev 'hda1'");
	refused("--disk a,vdev=Hda", "no name of a virtual disk");
	refused("--disk a,uuid=1", "no UUID");
	refused("--disk a,pass=x", "pass 'x' is no number from 0 to 9");
	refused("--disk a,dump=10", "dump '10' is no number from 0 to 9");
	refused("--swap 1G,mount=/x", "swap space has no mount");
	refused("--swap 1G,fs=ext4", "swap space has no other fs");
	refused("--disk a.img,size=4X", "not a size");
	refused("--bridge xenbr0,ip=1", "no name of a network interface");
	refused("--bridge sixteencharacter", "no name of a network interface");
	refused("--nic ip=dhcp --mac 00:16:3e:00:00:01",
	    "--mac: it is for a guest without --nic; write --nic mac=00:");
	refused("--nic ip=dhcp --bridge br0", "without --nic; write --nic "
	    "bridge=br0");
	refused("--nic mac=00:16:3e:00:00:01 --nic mac=00:16:3E:00:00:01",
	    "--nic: another card has the mac '00:16:3e:00:00:01'");
	refused("--nic ip=192.0.2.300/24", "--nic: ip: '192.0.2.300' is no");
}

static void
test_usual(void)
{
	struct guest guest;
	auto_free char *sentence = completed(&guest, "--suite trixie");

	is_text(sentence, NULL, "nothing but a suite is enough");
	is_text(guest.suite, "trixie", "the suite");
	is_text(guest.variant, "minbase", "the variant");
	is_text(guest.toolstack, "xl", "the toolstack");
	is_text(guest.boot, "pvgrub", "the boot");
	is_text(guest.timezone, "Etc/UTC", "the time zone");
	is_number((long long)guest.memory, 512, "the memory");
	is_number((long long)guest.vcpus, 1, "the processors");
	is_number((long long)guest.disks.items[0].size, 2LL << 30, "the size");
	is_text(guest.disks.items[0].mount, "/", "of the root");
	is_text(guest.disks.items[0].vdev, "xvda1", "its vdev");
	is_number((long long)guest.nics.count, 1, "one card");
	is_text(guest.nics.items[0].mac, NULL, "no MAC yet");
	is_text(guest.nics.items[0].ip.items[0], "dhcp", "with DHCP");
	guest_release(&guest);
}

static void
test_given(void)
{
	struct guest guest;
	auto_free char *sentence = completed(&guest,
	    "--mac 02:AB:cd:00:00:01 --uuid "
	    "4F2D8F0C-6F0E-4A55-8A0B-0F6D1F1D2C3B --disk /x/a.img,size=4G "
	    "--include a,b --include c");

	is_text(sentence, NULL, "all of these are good");
	is_text(guest.nics.items[0].mac, "02:ab:cd:00:00:01",
	    "a MAC in lower case");
	is_text(guest.uuid, "4f2d8f0c-6f0e-4a55-8a0b-0f6d1f1d2c3b",
	    "a UUID in lower case");
	is_text(guest.disks.items[0].path, "/x/a.img", "the disk's path alone");
	is_number((long long)guest.disks.items[0].size, 4LL << 30,
	    "and its size");
	is_number((long long)guest.include.count, 3, "packages");
	guest_release(&guest);
}

static void
test_directories(void)
{
	struct guest guest;
	auto_free char *sentence = completed(&guest, "");
	const char *images = geteuid() ? "./debian1.img" :
	    "/state/images/debian1.img";

	is_text(sentence, NULL, "nothing at all is enough");
	is_text(guest.disks.items[0].path, images, "where the image goes");
	is_text(guest.cfg_dir, geteuid() ? "." : "/etc/xen", "and its cfg");
	is_text(guest.boot_dir, "/state/boot", "and extracted kernels");
	guest_release(&guest);
}

/* With a root and a /home. */
static struct guest
guest_with_disks(const char *name)
{
	struct guest guest = {.name = memory_string(name)};
	auto_error struct error err = {0};

	guest_disk_parse("a,mount=/", vector_push(&guest.disks), &err);
	guest_disk_parse("b,mount=/home", vector_push(&guest.disks), &err);
	vector_push(&guest.nics);
	vector_push(&guest.nics);
	return guest;
}

static void
test_disks(void)
{
	struct guest guest;
	auto_free char *sentence = completed(&guest,
	    "--swap 512M --disk home,mount=/home,size=1G,label=h,pass=3,"
	    "options=noatime,nodev --disk root,vdev=xvda2 --swap s,size=1G");
	const struct guest_disk *disks = guest.disks.items;
	auto_buffer struct buffer text = {0};

	is_text(sentence, NULL, "several disks");
	is_number((long long)guest.disks.count, 4, "all of them");
	is_text(disks[0].path, "root", "the root first");
	is_text(disks[0].vdev, "xvda2", "where it was asked for");
	guest_disk_text(&disks[1], &text);
	is_text(text.data, "home,size=1073741824,mount=/home,"
	    "vdev=xvda1,label=h,pass=3,options=noatime,nodev", "/home");
	ok(view_ends(view_of(disks[2].path), "/debian1-swap.img"),
	    "swap space by its size");
	is_number((long long)disks[2].size, 512LL << 20, "which it has");
	is_text(disks[3].vdev, "xvda4", "a free vdev");
	ok(guest_disk_is_swap(&disks[3]), "swap space by its path");
	guest_release(&guest);
}

static void
test_random_ids(void)
{
	struct guest one = guest_with_disks("a"), two = guest_with_disks("a");
	uuid_t uuid;

	const char *mac, *other;

	guest_make_ids(&one);
	guest_make_ids(&two);
	mac = one.nics.items[0].mac;
	other = two.nics.items[0].mac;
	ok(!strncmp(mac, "00:16:3e:", 9) && mac[9] < '8' &&
	    strlen(mac) == 17, "a MAC in the lower half of Xen's range");
	ok(strcmp(mac, one.nics.items[1].mac), "another card, another MAC");
	ok(uuid_parse(one.uuid, uuid) == 0 && uuid_type(uuid) ==
	    UUID_TYPE_DCE_RANDOM, "a random UUID");
	ok(strcmp(mac, other) && strcmp(one.uuid, two.uuid) &&
	    strcmp(one.disks.items[0].uuid, two.disks.items[0].uuid),
	    "two guests differ");
	guest_release(&one);
	guest_release(&two);
}

static void
test_derived_ids(void)
{
	struct guest one = guest_with_disks("a"), same = guest_with_disks("a");
	struct guest other = guest_with_disks("b");
	const struct guest_disk *root = one.disks.items, *home = root + 1;
	uuid_t uuid;

	setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	guest_make_ids(&one);
	guest_make_ids(&same);
	guest_make_ids(&other);
	unsetenv("SOURCE_DATE_EPOCH");
	is_text(one.nics.items[0].mac, same.nics.items[0].mac,
	    "SOURCE_DATE_EPOCH: the same MAC");
	is_text(one.nics.items[1].mac, same.nics.items[1].mac, "each");
	ok(strcmp(one.nics.items[0].mac, one.nics.items[1].mac),
	    "another card, another MAC");
	is_text(root->uuid, same.disks.items[0].uuid,
	    "the same filesystem UUID");
	is_text(root->hash_seed, same.disks.items[0].hash_seed,
	    "the same hash seed");
	ok(strcmp(root->uuid, other.disks.items[0].uuid),
	    "another name, another UUID");
	ok(strcmp(root->uuid, home->uuid) &&
	    strcmp(root->hash_seed, home->hash_seed),
	    "another disk, another UUID");
	ok(strcmp(root->uuid, root->hash_seed) && strcmp(root->uuid, one.uuid),
	    "each has its own");
	ok(uuid_parse(root->hash_seed, uuid) == 0 && uuid_type(uuid) ==
	    UUID_TYPE_DCE_SHA1, "made by SHA-1");
	guest_release(&one);
	guest_release(&same);
	guest_release(&other);
}

static void
test_seeded_ids(void)
{
	struct guest one = guest_with_disks("a"), same = guest_with_disks("a");
	struct guest other = guest_with_disks("b");
	struct guest again = guest_with_disks("a");

	one.id_seed = memory_string("x");
	same.id_seed = memory_string("x");
	other.id_seed = memory_string("x");
	again.id_seed = memory_string("y");
	guest_make_ids(&one);
	setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	guest_make_ids(&same);
	unsetenv("SOURCE_DATE_EPOCH");
	guest_make_ids(&other);
	guest_make_ids(&again);
	is_text(one.nics.items[0].mac, same.nics.items[0].mac,
	    "--id-seed: the same MAC, whatever the time is");
	is_text(one.uuid, same.uuid, "the same UUID");
	is_text(one.disks.items[0].uuid, same.disks.items[0].uuid,
	    "the same filesystem UUID");
	ok(strcmp(one.nics.items[0].mac, other.nics.items[0].mac) &&
	    strcmp(one.uuid, other.uuid), "another name, other ids");
	ok(strcmp(one.nics.items[0].mac, again.nics.items[0].mac) &&
	    strcmp(one.uuid, again.uuid), "another seed, other ids");
	guest_release(&one);
	guest_release(&same);
	guest_release(&other);
	guest_release(&again);
}

int
main(void)
{
	unsetenv("SOURCE_DATE_EPOCH");
	setenv("MKGUEST_STATE", "/state", 1);
	test_names();
	test_refusals();
	test_usual();
	test_given();
	test_directories();
	test_disks();
	test_random_ids();
	test_derived_ids();
	test_seeded_ids();
	return done();
}
