#include "guest/guest_boot.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "t/unit/tap.h"

static const char modern[] = "Kernel-Types: pvh pv hvm\nKernel-Types-i386: pvh\n"
    "Kernel-Compression: zstd\n";
static const char old[] = "Kernel-Types: pv\nKernel-Compression: gzip\n";

struct sample {
	const char *words;	/* of the command line */
	const char *fields;	/* of the release */
	const char *toolstack, *type, *boot;	/* then */
	const char *sentence;	/* or why it is refused */
};

static const struct sample samples[] = {
	{"", modern, "xl", "pvh", "pvgrub", NULL},
	{"", old, "xl", "pv", "pvgrub", NULL},
	{"", "Codename: x\n", "xl", "pvh", "pvgrub", NULL},
	{"--boot direct", modern, "xl", "pvh", "direct", NULL},
	{"--boot direct --type pv", modern, "xl", "pv", "direct", NULL},
	{"--kernel /boot/k", modern, "xl", "pvh", "direct", NULL},
	{"--toolstack xm", old, "xm", "pv", "direct", NULL},
	{"--toolstack xm", modern, "xm", "pv", "direct", NULL},
	{"--type pv --arch i386", old, "xl", "pv", "pvgrub", NULL},
	{"--kernel /boot/k --ramdisk /boot/r --type pvh", old, "xl", "pvh",
	    "direct", NULL},
	{"--type pv", modern, NULL, NULL, NULL, "cannot unpack the kernel of "
	    "trixie (zstd); use --boot direct or --type pvh"},
	{"--type pv", "Codename: x\n", NULL, NULL, NULL,
	    "(compression unknown)"},
	{"--type pvh", old, NULL, NULL, NULL, "the kernel of trixie for amd64 "
	    "starts in no domain of type pvh, only of type pv"},
	{"--type pv --arch i386", modern, NULL, NULL, NULL,
	    "for i386 starts in no domain of type pv, only of type pvh"},
	{"--toolstack xm --arch i386", modern, NULL, NULL, NULL,
	    "only of type pvh"},
	{"--toolstack xend", old, NULL, NULL, NULL, "can be xl or xm"},
	{"--type hvm", old, NULL, NULL, NULL, "only of type pv"},
	{"--type hvm", modern, "xl", "hvm", "firmware", NULL},
	{"--type hvm --arch i386", modern, NULL, NULL, NULL, "only of type "
	    "pvh"},
	{"--type hvm --firmware uefi --vnc port=5900", modern, "xl", "hvm",
	    "firmware", NULL},
	{"--type hvm --firmware coreboot", modern, NULL, NULL, NULL,
	    "can be bios or uefi"},
	{"--type hvm --toolstack xm --firmware uefi", modern, NULL, NULL, NULL,
	    "start no guest by UEFI"},
	{"--type hvm --toolstack xm --kernel /x/boot/hvmloader", modern, "xm",
	    "hvm", "firmware", NULL},
	{"--type hvm --kernel /boot/k", modern, NULL, NULL, NULL,
	    "with --toolstack xm it is the path of hvmloader"},
	{"--type hvm --boot direct", modern, NULL, NULL, NULL,
	    "--boot: the firmware of an hvm guest boots its disk"},
	{"--type xen", old, NULL, NULL, NULL, "can be pvh, pv or hvm"},
	{"--firmware bios", modern, NULL, NULL, NULL,
	    "--firmware: it is for --type hvm"},
	{"--vnc port=auto", modern, "xl", "pvh", "pvgrub", NULL},
	{"--type hvm --vnc port=80", modern, NULL, NULL, NULL,
	    "--vnc: port '80' is neither auto nor one from 5900 to 65535"},
	{"--type hvm --vnc listen=::1", modern, NULL, NULL, NULL,
	    "--vnc: listen: '::1'"},
	{"--boot grub", old, NULL, NULL, NULL, "can be pvgrub, pygrub or direct"},
	{"--toolstack xm --type pvh", old, NULL, NULL, NULL,
	    "--type: xm knows no pvh"},
	{"--toolstack xm --boot pvgrub", old, NULL, NULL, NULL,
	    "use --boot direct or --kernel"},
	{"--kernel /boot/k --boot pvgrub", old, NULL, NULL, NULL,
	    "--kernel: PvGRUB would boot the guest's own"},
	{"--ramdisk /boot/r", old, NULL, NULL, NULL, "--ramdisk: it is for --kernel"},
	{"--kernel vmlinuz", old, NULL, NULL, NULL,
	    "--kernel: 'vmlinuz' is no absolute path"},
	{"--cdrom cd.iso", old, NULL, NULL, NULL, "is no absolute path"},
};

static int
complete(struct guest *guest, const struct sample *sample, struct error *err)
{
	auto_strings struct strings arguments = {0}, operands = {0};
	struct faults faults = {&guest->origins, err, 0};
	struct stanza_reader reader =
	    stanza_reader("suites", view_of(sample->fields));
	struct suite suite = {.codename = (char[]){"trixie"}};
	int result;

	strings_split(&arguments, sample->words, " ");
	vector_push(&arguments);
	stanza_read(&reader, &suite.fields, err);
	result = options_parse(guest_tables, arguments.items, guest, &operands,
	    err);
	if (!guest->architecture)
		guest->architecture = memory_string("amd64");
	guest_boot_check(guest, &faults);
	if (result == 0)
		result = faults_result(&faults);
	if (result == 0)
		result = guest_boot_complete(guest, &suite, err);
	stanza_release(&suite.fields);
	return result;
}

static void
check(const struct sample *sample)
{
	auto_error struct error err = {0};
	struct guest guest = {0};
	int result = complete(&guest, sample, &err);
	bool good = sample->sentence ? result < 0 &&
	    err.kind == ERROR_USAGE && strstr(err.text, sample->sentence)
	    : result == 0 && !strcmp(guest.toolstack, sample->toolstack) &&
	    !strcmp(guest.type, sample->type) &&
	    !strcmp(guest.boot, sample->boot);

	if (!ok(good, "'%s' %s", sample->words, sample->sentence
	    ? sample->sentence : sample->type))
		printf("# %s\n", err.text ? err.text : "accepted");
	guest_release(&guest);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		check(&samples[i]);
	return done();
}
