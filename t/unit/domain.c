#include "xen/domain.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "t/unit/tap.h"
#include "xen/config.h"
#include "xen/disk_spec.h"

static struct domain_disk usual_disks[] = {
	{"/srv/debian1.img", "xvda1", NULL, false},
	{"/dev/vg/swap", "xvda2", NULL, true},
};

static struct guest_nic usual_nic = {
	.mac = (char[]){"00:16:3e:12:34:56"},
};

static const struct guest_nics usual_nics = {&usual_nic, 1, 1};

static const struct domain usual = {
	.toolstack = "xl",
	.name = "debian1",
	.architecture = "amd64",
	.uuid = "4f2d8f0c-6f0e-4a55-8a0b-0f6d1f1d2c3b",
	.type = "pvh",
	.memory = 512,
	.vcpus = 1,
	.kernel = "/boot/loader",
	.disks = {usual_disks, 2, 2},
	.nics = &usual_nics,
};

static void
refused(struct domain domain, const char *why)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	ok(domain_write(&domain, &text, &err) < 0 && strstr(err.text, why),
	    "refused: %s", why);
}

static void
test_refusals(void)
{
	struct domain_disk disk = {.path = "debian1.img", .vdev = "xvda1"};
	struct guest_nic nic = usual_nic;
	struct domain domain = usual;

	domain.disks.items = &disk;
	domain.disks.count = 1;
	refused(domain, "no absolute path");
	disk.path = "/srv/debian1,";
	refused(domain, "ends in a comma");
	disk.path = "/srv/debian\n1";
	refused(domain, "disk: a control character");
	domain = usual;
	domain.root = "x\tro";
	refused(domain, "cmdline: a control character");
	domain = usual;
	nic.bridge = (char[]){"br0,ip=10.0.0.1"};
	domain.nics = &(struct guest_nics){&nic, 1, 1};
	refused(domain, "bridge 'br0,ip=10.0.0.1'");
}

/* What xm cuts at commas, and what it never knew. */
static void
test_xm_refusals(void)
{
	struct domain_disk disk = {.path = "/srv/a,b.img", .vdev = "xvda1"};
	struct domain domain = usual;

	domain.toolstack = "xm";
	domain.type = "pv";
	domain.disks.items = &disk;
	domain.disks.count = 1;
	refused(domain, "a domain file for xm: it holds a comma");
	disk.path = "/srv/a.qcow2";
	disk.format = "qcow2";
	refused(domain, "xm cannot attach the image '/srv/a.qcow2'");
	domain = usual;
	domain.toolstack = "xm";
	domain.cdrom = "/dev/cd\n";
	refused(domain, "cdrom: a control character");
}

static void
test_round_trip(void)
{
	static const char path[] = "/srv/a b,c=\"d\"\\'e'.img";
	struct domain_disk two[] = {{path, "xvda1", NULL, false},
	    usual_disks[1]};
	struct domain domain = usual;
	auto_buffer struct buffer text = {0};
	auto_domain_claims struct domain_claims read = {0};
	auto_error struct error err = {0};

	domain.disks.items = two;
	ok(domain_write(&domain, &text, &err) == 0, "written");
	ok(domain_read("x.cfg", (struct view){text.data, text.length}, &read,
	    &err) == 0, "read again");
	is_text(read.name, "debian1", "the name comes back");
	is_number((long long)read.disks.count, 2, "two disks");
	is_text(read.disks.items[0], path, "the path with all its characters");
	is_text(read.disks.items[1], "/dev/vg/swap", "and the second");
	is_text(read.macs.items[0], "00:16:3e:12:34:56", "and the card");
}

struct foreign {
	const char *text, *name, *disk;
	size_t disks;
};

static const struct foreign foreigners[] = {
	{"name = 'debian1'\nhostname='debian1'\n"
	    "disk = ['phy:/dev/hda3,hda1,w', 'phy:/dev/hda5,hda2,w']\n",
	    "debian1", "/dev/hda3", 2},
	{"kernel=\"/boot/x\"; name=\"a\"\ndisk=[\n# the root\n"
	    "'file:/srv/a.img,xvda,w' # c\n,]\n", "a", "/srv/a.img", 1},
	{"name='w'\ndisk = [ 'format=qcow2, vdev=hda, access=rw, "
	    "target=/srv/w,1.qcow2' ]\n", "w", "/srv/w,1.qcow2", 1},
	{"name='w'\ndisk = [ 'devtype=cdrom,vdev=hdc' ]\n", "w", NULL, 0},
	{"name='n'\nname='m'\ndisk=[]\n", "m", NULL, 0},
	{"name='d'\ndisk = ['drbd:r0,xvda,w', 'script=block-iscsi,vdev=xvdb,"
	    "target=iqn=a,portal=b']", "d", "drbd:r0", 2},
	{"disk='x'\n", NULL, NULL, 0},
	{"", NULL, NULL, 0},
};

static void
test_foreign(void)
{
	for (size_t i = 0; i < sizeof(foreigners) / sizeof(*foreigners); i++) {
		const struct foreign *foreign = &foreigners[i];
		auto_error struct error err = {0};
		auto_domain_claims struct domain_claims read = {0};

		ok(domain_read("x.cfg", view_of(foreign->text), &read,
		    &err) == 0, "foreign file %zu is read", i);
		is_text(read.name, foreign->name, "its name");
		is_number((long long)read.disks.count,
		    (long long)foreign->disks, "its disks");
		is_text(read.disks.count ? read.disks.items[0] : NULL,
		    foreign->disk, "its first disk");
	}
}

/* The article's, and one with all blanks that xl takes. */
static void
test_foreign_cards(void)
{
	static const char text[] = "vif = ['mac=aa:00:00:12:23:34, "
	    "bridge=bridge0', '', 'ip=192.0.2.1 2001:db8::1,  mac="
	    "00:16:3E:00:00:01', 'type=ioemu']\n";
	auto_domain_claims struct domain_claims read = {0};
	auto_error struct error err = {0};

	ok(domain_read("x.cfg", view_of(text), &read, &err) == 0, "cards");
	is_number((long long)read.macs.count, 2, "two have MAC addresses");
	is_text(read.macs.items[0], "aa:00:00:12:23:34", "the first");
	is_text(read.macs.items[1], "00:16:3E:00:00:01", "the second");
	is_number((long long)read.addresses.count, 2, "and IP addresses");
	is_text(read.addresses.items[1], "2001:db8::1", "one of them");
}

struct fault {
	const char *text, *sentence;
};

static const struct fault faults[] = {
	{"name = 'x'\n\nx = True\n", "x.cfg:3: a value is missing"},
	{"x = 'a\n", "x.cfg:1: a string without its end"},
	{"x = '\\q'\n", "x.cfg:1: xl cannot read this escape"},
	{"x = [\n1\n2 ]\n", "x.cfg:3: a list needs"},
	{"x = 1 y = 2\n", "x.cfg:1: the line should end here"},
	{"x = 1 # c", "x.cfg:1: the line should end here"},
	{"x 1\n", "x.cfg:1: '=' is missing"},
	{"X = 1\n", "x.cfg:1: not a 'key = value' line"},
	{"x = []\nx += 'a'\n", "x.cfg:2: += of a list"},
	{"x=[[[[[[[[[[[[[[[[[[[[\n", "x.cfg:1: lists within too many lists"},
};

static void
test_faults(void)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		auto_config struct config config = {0};
		auto_error struct error err = {0};

		ok(config_read("x.cfg", view_of(faults[i].text), &config,
		    &err) < 0 && strstr(err.text, faults[i].sentence),
		    "%s", faults[i].sentence);
	}
}

static void
test_loaders(void)
{
	is_text(domain_loader("i386", "pvh"),
	    "/usr/lib/grub-xen/grub-i386-xen_pvh.bin", "the loader of PVH");
	is_text(domain_loader("amd64", "pv"),
	    "/usr/lib/grub-xen/grub-x86_64-xen.bin", "the loader of PV");
	is_text(domain_loader("i386", "pv"),
	    "/usr/lib/grub-xen/grub-i386-xen.bin", "that of 32 bits");
	is_text(domain_loader("amd64", "hvm"),
	    "/usr/lib/xen-3.0.3-1/boot/hvmloader", "that of HVM, for xm");
	is_text(domain_loader("amd64", "xen"), NULL, "of no other type");
}

int
main(void)
{
	test_refusals();
	test_xm_refusals();
	test_round_trip();
	test_foreign();
	test_foreign_cards();
	test_faults();
	test_loaders();
	return done();
}
