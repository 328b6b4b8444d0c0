#include "disk/block_use.h"

#include <stdlib.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "scratch.h"

/*
 * Trees in the place of /sys and /proc, as kernels with LVM, RAID, dm-crypt,
 * multipath and bcache show them. Numbers are those of no device here.
 */
static const char fixture[] =
    "device() {	# PATH NUMBER\n"
    "	mkdir -p sys/devices/$1/holders sys/devices/$1/slaves\n"
    "	echo $2 >sys/devices/$1/dev\n"
    "	echo \"MAJOR=${2%%:*}\nDEVNAME=${1##*/}\" >sys/devices/$1/uevent\n"
    "	ln -s ../../devices/$1 sys/dev/block/$2\n"
    "}\n"
    "partition() {\n"
    "	device $1 $2\n"
    "	echo 1 >sys/devices/$1/partition\n"
    "}\n"
    "mapper() {	# NAME NUMBER UUID NAME\n"
    "	device $1 $2\n"
    "	mkdir sys/devices/$1/dm\n"
    "	echo \"$3\" >sys/devices/$1/dm/uuid\n"
    "	echo \"$4\" >sys/devices/$1/dm/name\n"
    "}\n"
    "holds() {	# HOLDER SLAVE…\n"
    "	holder=$1; shift\n"
    "	for slave; do\n"
    "		ln -s $PWD/sys/devices/$holder sys/devices/$slave/holders\n"
    "		ln -s $PWD/sys/devices/$slave sys/devices/$holder/slaves\n"
    "	done\n"
    "}\n"
    "process() {	# PID NAMESPACE\n"
    "	mkdir -p proc/$1/ns\n"
    "	ln -s \"mnt:[$2]\" proc/$1/ns/mnt\n"
    "	cat >proc/$1/mountinfo\n"
    "}\n"
    "noted() {	# NUMBER TYPE UUID, by udev\n"
    "	printf 'I:1\nE:ID_FS_TYPE=vfat\nE:ID_PART_ENTRY_TYPE=%s\n"
    "E:ID_PART_ENTRY_UUID=%s\n' $2 $3 >udev/b$1\n"
    "}\n"
    "esp=c12a7328-f81f-11d2-ba4b-00a0c93ec93b\n"
    "data=0fc63daf-8483-4772-8e79-3d69d8477de4\n"
    "mkdir -p sys/dev/block sys/block/loop3/loop proc/self udev\n"
    "mkdir -p sys/firmware/efi/efivars\n"
    "echo /dev/sde >sys/block/loop3/loop/backing_file\n"
    /* root on LVM on RAID on two disks, /boot on a plain partition */
    "for disk in a:700 b:701; do\n"
    "	device sd${disk%%:*} ${disk#*:}:0\n"
    "	for i in 1 2 3; do\n"
    "		partition sd${disk%%:*}/sd${disk%%:*}$i ${disk#*:}:$i\n"
    "	done\n"
    "done\n"
    "device md0 709:0; mkdir sys/devices/md0/md\n"
    "echo raid1 >sys/devices/md0/md/level\n"
    "holds md0 sda/sda2 sdb/sdb2\n"
    "mapper dm-0 753:0 LVM-abcdef vg0-host--root-thin\n"
    "holds dm-0 md0\n"
    /* others' devices */
    "device sdc 702:0; partition sdc/sdc1 702:1\n"
    "mapper dm-1 753:1 CRYPT-LUKS2-abcdef-secret secret\n"
    "holds dm-1 sdc/sdc1\n"
    "device sdd 703:0; partition sdd/sdd1 703:1\n"
    "mapper dm-2 753:2 mpath-3600 mpatha\n"
    "holds dm-2 sdd\n"
    "device sde 704:0; device sdf 705:0\n"
    "mkdir sys/devices/sdf/bcache\n"
    "device sdg 706:0; device bcache0 707:0\n"
    "mkdir sys/devices/bcache0/bcache sys/devices/sdg/bcache\n"
    "holds bcache0 sdg\n"
    "device sdh 708:0; device sdj 711:0\n"
    "mapper dm-3 753:3 '' plain; holds dm-3 sdj\n"
    "device nvme0n1 712:0; mkdir sys/devices/nvme0n1/device\n"
    "echo 709:0 >sys/devices/nvme0n1/device/dev\n"
    "device sdk 713:0; device drbd1 714:0; holds drbd1 sdk\n"
    /* what the host boots from */
    "for i in 4 5 6 7; do partition sda/sda$i 700:$i; done\n"
    "partition sdb/sdb4 701:4\n"
    "noted 700:4 $esp 1; noted 700:5 $data 2\n"
    "noted 700:6 21686148-6449-6e6f-744e-656564454649 3\n"
    "noted 700:7 0x41 4; noted 701:4 $esp 5\n"
    "noted 701:3 bc13c2ff-59e6-4262-a352-b275fd6f7172 6\n"
    "device sdl 715:0; partition sdl/sdl1 715:1\n"
    "partition sdl/sdl2 715:2\n"
    "noted 715:1 $esp 89abcdef-0000-4000-8000-000000000001\n"
    "noted 715:2 $data 89abcdef-0000-4000-8000-000000000002\n"
    "device sdm 716:0; partition sdm/sdm1 716:1\n"
    "noted 716:1 $esp 89abcdef-0000-4000-8000-000000000003\n"
    "printf '\\7\\0\\0\\089ABCDEF-0000-4000-8000-000000000001\\0' |\n"
    "	sed 's/./&\\x00/5g' >sys/firmware/efi/efivars/LoaderDevicePartUUID-"
    "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f\n"
    "printf 'Filename Type Size Used Priority\n"
    "/dev/sdh partition 8 0 -2\n' >proc/swaps\n"
    "process 1 1 <<'end'\n"
    "22 1 753:0 / / rw - ext4 /dev/mapper/vg0-host--root-thin rw\n"
    "23 22 700:1 / /boot rw shared:1 - ext4 /dev/sda1 rw\n"
    "24 22 0:6 / /dev rw - devtmpfs udev rw\n"
    "end\n"
    "process 78 2 <<'end'\n"
    "22 1 700:3 / /a\\040place rw master:1 unbindable - xfs /dev/sda3 rw\n"
    "end\n"
    "cp proc/1/mountinfo proc/self/mountinfo\n";

static struct block_tables tables;
static struct error err;

static int
check(unsigned major_, unsigned minor_, const char *name)
{
	return block_use_check(&tables, makedev(major_, minor_), name, &err);
}

static const struct {
	unsigned major_, minor_;
	const char *name;
	const char *sentence;	/* NULL: nothing against it */
} cases[] = {
	{700, 0, "/dev/sda", "'/dev/sda' carries the host's own '/'"},
	{701, 0, "/dev/sdb", "'/dev/sdb' carries the host's own '/'"},
	{700, 1, "/dev/sda1", "'/dev/sda1' is mounted on '/boot'; unmount it "
	    "first"},
	{700, 2, "/dev/sda2", "'/dev/sda2' is held by the RAID array "
	    "'/dev/md0' (raid1)"},
	{700, 3, "/dev/sda3", "'/dev/sda3' is mounted on '/a place' (process "
	    "78)"},
	{701, 3, "/dev/sdb3", "'/dev/sdb3' is an extended boot loader "
	    "partition, on a disk of the host's own '/'"},
	{701, 4, "/dev/sdb4", "'/dev/sdb4' is an EFI system partition, on a "
	    "disk of the host's own '/'"},
	{700, 4, "/dev/sda4", "'/dev/sda4' is an EFI system partition, on a "
	    "disk of the host's own '/'"},
	{700, 5, "/dev/sda5", NULL},
	{700, 6, "/dev/sda6", "'/dev/sda6' is a BIOS boot partition, on a disk "
	    "of the host's own '/'"},
	{700, 7, "/dev/sda7", "'/dev/sda7' is a PReP boot partition, on a disk "
	    "of the host's own '/'"},
	{715, 1, "/dev/sdl1", "the host booted from '/dev/sdl1'"},
	{715, 2, "/dev/sdl2", NULL},
	{715, 0, "/dev/sdl", "the host booted from '/dev/sdl'"},
	{716, 0, "/dev/sdm", NULL},
	{716, 1, "/dev/sdm1", NULL},
	{709, 0, "/dev/md0", "'/dev/md0' is held by the logical volume "
	    "'vg0/host-root-thin'"},
	{753, 0, "/dev/vg0/x", "'/dev/vg0/x' is mounted on '/'"},
	{702, 0, "/dev/sdc", "a partition of '/dev/sdc' is in use: "
	    "'/dev/sdc1' is held by the encrypted volume 'secret'"},
	{753, 1, "/dev/dm-1", NULL},
	{703, 0, "/dev/sdd", "'/dev/sdd' is held by the multipath device "
	    "'mpatha'"},
	{703, 1, "/dev/sdd1", "the disk of '/dev/sdd1' is in use: '/dev/sdd' "
	    "is held by the multipath device 'mpatha'"},
	{704, 0, "disk/by-id/e", "'disk/by-id/e' is attached to /dev/loop3; "
	    "detach it first: losetup -d /dev/loop3"},
	{705, 0, "/dev/sdf", "'/dev/sdf' is registered with bcache"},
	{706, 0, "/dev/sdg", "'/dev/sdg' is held by the bcache device "
	    "'/dev/bcache0'"},
	{707, 0, "/dev/bcache0", NULL},
	{708, 0, "/dev/sdh", "'/dev/sdh' is in use as swap space; switch it "
	    "off first: swapoff"},
	{711, 0, "/dev/sdj", "'/dev/sdj' is held by device mapper's 'plain'"},
	{712, 0, "/dev/nvme0n1", NULL},	/* its "device" is no partition */
	{713, 0, "/dev/sdk", "'/dev/sdk' is held by the device '/dev/drbd1'"},
	{799, 0, "/dev/unknown", NULL},
};

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int result = check(cases[i].major_, cases[i].minor_,
		    cases[i].name);

		is_text(err.text, cases[i].sentence, "%s", cases[i].name);
		ok((result < 0) == (cases[i].sentence != NULL), "is %s",
		    cases[i].sentence ? "refused" : "free");
		error_release(&err);
	}
}

static void
test_tables(void)
{
	struct block_tables none = BLOCK_TABLES_NONE;

	ok(block_tables_open(&none, &err) == 0 && none.sys >= 0,
	    "the kernel's own");
	ok(block_use_check(&none, makedev(799, 0), "x", &err) == 0,
	    "know no such device");
	block_tables_close(&none);
}

int
main(void)
{
	scratch_enter();
	ok(shell("%s", fixture), "the trees are made");
	tables.proc = open("proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tables.sys = open("sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tables.udev = open("udev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	test_cases();
	test_tables();
	block_tables_close(&tables);
	scratch_leave();
	return done();
}
