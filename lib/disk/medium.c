#include "disk/medium.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/confined.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "disk/udf.h"

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

/* Of it the first line is the title. */
static const char info_file[] = ".disk/info";

enum { SECTOR = 2048, FIRST_DESCRIPTOR = 16, DESCRIPTORS_MAX = 64,
	ENTRIES_MAX = 200000, LABEL_MAX = 32, INFO_MAX = 128 };

/* What the child finds. */
struct finding {
	bool is_medium;
	bool boots_bios;
	bool boots_uefi;
	bool has_file[KINDS];
	char label[LABEL_MAX + 1];
	char info[INFO_MAX + 1];
};

struct reader {
	int fd;
	int result;	/* a file in memory */
	struct finding finding;
};

/* --- in the child: El Torito ---------------------------------------------- */

enum { ENTRY = 32, ENTRIES = SECTOR / ENTRY, BOOTABLE = 0x88,
	PLATFORM_BIOS = 0, PLATFORM_EFI = 0xef, HEADER = 0x90,
	HEADER_LAST = 0x91 };

static void
boots_on(struct finding *finding, unsigned char platform)
{
	finding->boots_bios |= platform == PLATFORM_BIOS;
	finding->boots_uefi |= platform == PLATFORM_EFI;
}

/* The sum of all words of a validation entry is 0. */
static bool
is_validation(const unsigned char *entry)
{
	unsigned sum = 0;

	for (size_t i = 0; i < ENTRY; i += 2)
		sum += entry[i] + 256U * entry[i + 1];
	return entry[0] == 1 && entry[30] == 0x55 && entry[31] == 0xaa &&
	    !(sum & 0xffff);
}

static void
read_catalog(struct reader *reader, uint32_t sector)
{
	unsigned char bytes[SECTOR], platform;

	if (pread(reader->fd, bytes, SECTOR, (off_t)sector * SECTOR) !=
	    SECTOR || !is_validation(bytes))
		return;
	platform = bytes[1];
	for (size_t i = 1; i < ENTRIES; i++) {
		const unsigned char *entry = bytes + i * ENTRY;

		if (*entry == HEADER || *entry == HEADER_LAST)
			platform = entry[1];
		else if (*entry == BOOTABLE)
			boots_on(&reader->finding, platform);
	}
}

/* --- in the child: ISO 9660 and UDF ---------------------------------------- */

enum { DESCRIPTOR_BOOT, DESCRIPTOR_PRIMARY, DESCRIPTOR_LAST = 255 };

static void
read_label(struct finding *finding, const unsigned char *descriptor)
{
	struct view label = {(const char *)descriptor + 40, LABEL_MAX};

	label = view_trim(label);
	memcpy(finding->label, label.data, label.length);
}

static void
read_descriptor(struct reader *reader, const unsigned char *bytes)
{
	static const char torito[] = "EL TORITO SPECIFICATION";

	if (bytes[0] == DESCRIPTOR_PRIMARY)
		read_label(&reader->finding, bytes);
	else if (bytes[0] == DESCRIPTOR_BOOT &&
	    !memcmp(bytes + 7, torito, sizeof(torito)))
		read_catalog(reader, bytes[71] | (uint32_t)bytes[72] << 8 |
		    (uint32_t)bytes[73] << 16 | (uint32_t)bytes[74] << 24);
}

static void
read_descriptors(struct reader *reader)
{
	unsigned char bytes[SECTOR];

	for (off_t i = 0; i < DESCRIPTORS_MAX; i++) {
		if (pread(reader->fd, bytes, SECTOR, (FIRST_DESCRIPTOR + i) *
		    SECTOR) != SECTOR)
			return;
		if (!memcmp(bytes + 1, "CD001", 5)) {
			reader->finding.is_medium = true;
			read_descriptor(reader, bytes);
		} else if (memcmp(bytes + 1, "BEA01", 5) &&
		    memcmp(bytes + 1, "NSR0", 4) &&
		    memcmp(bytes + 1, "TEA01", 5)) {
			return;
		}
		reader->finding.is_medium |= !memcmp(bytes + 1, "NSR0", 4);
	}
}

static void
read_info(struct finding *finding, struct archive *archive)
{
	ssize_t length = archive_read_data(archive, finding->info, INFO_MAX);

	finding->info[length > 0 ? length : 0] = '\0';
	finding->info[strcspn(finding->info, "\n")] = '\0';
}

static void
read_entry(struct finding *finding, struct archive *archive,
    struct archive_entry *entry)
{
	const char *path = archive_entry_pathname(entry);

	for (size_t i = 0; path && i < KINDS; i++)
		if (kinds[i].file && view_equal_fold(view_of(path),
		    view_of(kinds[i].file)))
			finding->has_file[i] = true;
	if (path && !strcmp(path, info_file))
		read_info(finding, archive);
}

/* One that libarchive does not understand may have UDF besides. */
static void
read_iso_files(struct reader *reader)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;

	if (lseek(reader->fd, 0, SEEK_SET) == 0 &&
	    archive_read_support_format_iso9660(archive) == ARCHIVE_OK &&
	    archive_read_open_fd(archive, reader->fd, 1 << 16) == ARCHIVE_OK)
		for (unsigned i = 0; i < ENTRIES_MAX &&
		    archive_read_next_header(archive, &entry) >= ARCHIVE_WARN;
		    i++)
			read_entry(&reader->finding, archive, entry);
	archive_read_free(archive);
}

static void
read_udf_files(struct reader *reader)
{
	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].file)
			reader->finding.has_file[i] |=
			    udf_has_file(reader->fd, kinds[i].file);
}

static int
reader_run(void *context, struct error *err)
{
	struct reader *reader = context;

	read_descriptors(reader);
	if (reader->finding.is_medium) {
		read_iso_files(reader);
		read_udf_files(reader);
	}
	return file_write(reader->result, &reader->finding,
	    sizeof(reader->finding), err);
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
kind_fits(size_t i, const struct finding *finding, const char *label)
{
	if (kinds[i].file)
		return finding->has_file[i];
	return !strncasecmp(label, kinds[i].label, strlen(kinds[i].label));
}

static void
medium_find_kind(struct medium *medium, const struct finding *finding)
{
	auto_free char *info = harmless(finding->info, INFO_MAX);

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
	struct finding finding;

	*medium = (struct medium){0};
	if (result < 0)
		return error_errno(err, "make a file in memory");
	if (confined_run(&confined, err) < 0)
		return -1;
	if (pread(result, &finding, sizeof(finding), 0) != sizeof(finding) ||
	    !finding.is_medium)
		return error_set(err, "it is no image of a CD or DVD: neither "
		    "ISO 9660 nor UDF");
	medium->label = harmless(finding.label, LABEL_MAX);
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
