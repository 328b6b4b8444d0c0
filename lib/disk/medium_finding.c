#include "disk/medium_finding.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/text.h"
#include "disk/udf.h"

/* Of it the first line says what the medium is. */
static const char info_file[] = ".disk/info";

enum { SECTOR = 2048, FIRST_DESCRIPTOR = 16, DESCRIPTORS_MAX = 64,
	ENTRIES_MAX = 200000 };

struct reader {
	int fd;
	const char *const *files;	/* as many as `count`; some NULL */
	size_t count;
	struct medium_finding *finding;
};

/* --- El Torito ------------------------------------------------------------ */

enum { ENTRY = 32, ENTRIES = SECTOR / ENTRY, BOOTABLE = 0x88,
	PLATFORM_BIOS = 0, PLATFORM_EFI = 0xef, HEADER = 0x90,
	HEADER_LAST = 0x91 };

static void
boots_on(struct medium_finding *finding, unsigned char platform)
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
			boots_on(reader->finding, platform);
	}
}

/* --- ISO 9660 and UDF ----------------------------------------------------- */

enum { DESCRIPTOR_BOOT, DESCRIPTOR_PRIMARY, DESCRIPTOR_LAST = 255 };

static void
read_label(struct medium_finding *finding, const unsigned char *descriptor)
{
	struct view label = {(const char *)descriptor + 40, MEDIUM_LABEL_MAX};

	label = view_trim(label);
	memcpy(finding->label, label.data, label.length);
}

static void
read_descriptor(struct reader *reader, const unsigned char *bytes)
{
	static const char torito[] = "EL TORITO SPECIFICATION";

	if (bytes[0] == DESCRIPTOR_PRIMARY)
		read_label(reader->finding, bytes);
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
			reader->finding->is_medium = true;
			read_descriptor(reader, bytes);
		} else if (memcmp(bytes + 1, "BEA01", 5) &&
		    memcmp(bytes + 1, "NSR0", 4) &&
		    memcmp(bytes + 1, "TEA01", 5)) {
			return;
		}
		reader->finding->is_medium |= !memcmp(bytes + 1, "NSR0", 4);
	}
}

static void
read_info(struct medium_finding *finding, struct archive *archive)
{
	ssize_t length = archive_read_data(archive, finding->info,
	    MEDIUM_INFO_MAX);

	finding->info[length > 0 ? length : 0] = '\0';
	finding->info[strcspn(finding->info, "\n")] = '\0';
}

static void
read_entry(struct reader *reader, struct archive *archive,
    struct archive_entry *entry)
{
	const char *path = archive_entry_pathname(entry);

	for (size_t i = 0; path && i < reader->count; i++)
		if (reader->files[i] && view_equal_fold(view_of(path),
		    view_of(reader->files[i])))
			reader->finding->has_file[i] = true;
	if (path && !strcmp(path, info_file))
		read_info(reader->finding, archive);
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
			read_entry(reader, archive, entry);
	archive_read_free(archive);
}

static void
read_udf_files(struct reader *reader)
{
	for (size_t i = 0; i < reader->count; i++)
		if (reader->files[i])
			reader->finding->has_file[i] |=
			    udf_has_file(reader->fd, reader->files[i]);
}

void
medium_finding_read(struct medium_finding *finding, int fd,
    const char *const *files, size_t count)
{
	struct reader reader = {fd, files, count, finding};

	read_descriptors(&reader);
	if (!finding->is_medium)
		return;
	read_iso_files(&reader);
	read_udf_files(&reader);
}
