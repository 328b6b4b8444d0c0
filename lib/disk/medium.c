#include "disk/medium.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/confined.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "disk/medium_finding.h"

static const struct medium_family windows = {
	true, "autounattend", "e1000", 1024};
static const struct medium_family windows_pe = {true, NULL, "e1000", 1024};
static const struct medium_family windows_5 = {true, "winnt", "rtl8139", 128};
static const struct medium_family others = {false, NULL, "e1000", 0};

/* What a file, or the beginning of the label, says; the first that fits. */
static const struct {
	const char *file;	/* or NULL */
	const char *label;	/* or NULL */
	const char *title;
	const struct medium_family *family;
} kinds[] = {
	{"sources/install.wim", NULL, "Windows", &windows},
	{"sources/install.esd", NULL, "Windows", &windows},
	{"sources/install.swm", NULL, "Windows", &windows},
	{"sources/boot.wim", NULL, "Windows PE", &windows_pe},
	{"win51ip", NULL, "Windows XP Professional", &windows_5},
	{"win51ic", NULL, "Windows XP Home Edition", &windows_5},
	{"win51is", NULL, "Windows Server 2003 Standard", &windows_5},
	{"win51ia", NULL, "Windows Server 2003 Enterprise", &windows_5},
	{"win51ib", NULL, "Windows Server 2003 Web", &windows_5},
	{"i386/txtsetup.sif", NULL, "Windows XP or Server 2003", &windows_5},
	{"amd64/txtsetup.sif", NULL, "Windows XP or Server 2003", &windows_5},
	{".disk/info", NULL, "Debian", &others},
	{NULL, "NetBSD", "NetBSD", &others},
	{"netbsd", NULL, "NetBSD", &others},
	{NULL, "FreeBSD", "FreeBSD", &others},
	{"boot/kernel/kernel", NULL, "FreeBSD", &others},
	{NULL, "OpenBSD", "OpenBSD", &others},
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

_Static_assert((size_t)KINDS <= MEDIUM_FILES_MAX, "each kind has a place");

struct reader {
	int fd;
	int result;	/* a file in memory */
};

static int
reader_run(void *context, struct error *err)
{
	const struct reader *reader = context;
	const char *files[KINDS];
	struct medium_finding finding = {0};

	for (size_t i = 0; i < KINDS; i++)
		files[i] = kinds[i].file;
	medium_finding_read(&finding, reader->fd, files, KINDS);
	return file_write(reader->result, &finding, sizeof(finding), err);
}

/* --- what it says ---------------------------------------------------------- */

/* What others wrote does not command a terminal. */
static char *
harmless(const char *text, size_t length)
{
	char *copy = memory_copy(text, strnlen(text, length));

	for (char *c = copy; *c; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
			*c = '?';
	return copy;
}

static bool
kind_fits(size_t i, const struct medium_finding *finding, const char *label)
{
	if (kinds[i].file)
		return finding->has_file[i];
	return !strncasecmp(label, kinds[i].label, strlen(kinds[i].label));
}

static void
medium_find_kind(struct medium *medium, const struct medium_finding *finding)
{
	auto_free char *info = harmless(finding->info, MEDIUM_INFO_MAX);

	medium->family = &others;
	for (size_t i = 0; i < KINDS && !medium->title; i++)
		if (kind_fits(i, finding, medium->label)) {
			medium->family = kinds[i].family;
			medium->title = memory_string(*info ? info
			    : kinds[i].title);
		}
	if (!medium->title)
		medium->title = memory_string("an unknown system");
}

int
medium_read(int fd, struct medium *medium, struct error *err)
{
	auto_close int result = memfd_create("medium", MFD_CLOEXEC);
	struct reader reader = {.fd = fd, .result = result};
	const struct confined confined = {.run = reader_run,
	    .context = &reader};
	struct medium_finding finding;

	*medium = (struct medium){0};
	if (result < 0)
		return error_errno(err, "make a file in memory");
	if (confined_run(&confined, err) < 0)
		return -1;
	if (pread(result, &finding, sizeof(finding), 0) != sizeof(finding) ||
	    !finding.is_medium)
		return error_set(err, "it is no image of a CD or DVD: neither "
		    "ISO 9660 nor UDF");
	medium->label = harmless(finding.label, MEDIUM_LABEL_MAX);
	medium->boots_bios = finding.boots_bios;
	medium->boots_uefi = finding.boots_uefi;
	medium_find_kind(medium, &finding);
	return 0;
}

int
medium_check_boot(const struct medium *medium, const char *firmware,
    struct error *err)
{
	bool is_uefi = !strcmp(firmware, "uefi");

	if (is_uefi ? medium->boots_uefi : medium->boots_bios)
		return 0;
	if (!medium->boots_bios && !medium->boots_uefi)
		return error_set(err, "it is not bootable: it has no boot "
		    "catalog (El Torito) with an entry that can be booted");
	return error_set(err, "it boots by %s only; use --firmware %s",
	    is_uefi ? "BIOS" : "UEFI", is_uefi ? "bios" : "uefi");
}

void
medium_release(struct medium *medium)
{
	free(medium->label);
	free(medium->title);
	*medium = (struct medium){0};
}
