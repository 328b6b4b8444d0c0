#include "disk/iso_dates.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/file.h"

/* Offsets of ECMA-119: 8.4 volume descriptors, 9.1 directory records. */
enum {
	SECTOR = 2048,
	FIRST_DESCRIPTOR = 16,
	DESCRIPTOR_PRIMARY = 1, DESCRIPTOR_JOLIET = 2, DESCRIPTOR_END = 255,
	DESCRIPTOR_ROOT = 156,
	DESCRIPTOR_CREATED = 813, DESCRIPTOR_MODIFIED = 830,
	DESCRIPTOR_EFFECTIVE = 864,
	RECORD_EXTENT = 2, RECORD_SIZE = 10, RECORD_DATE = 18,
	RECORD_FLAGS = 25, RECORD_NAME_LENGTH = 32, RECORD_NAME = 33,
	FLAG_DIRECTORY = 1 << 1,
	SHORT_DATE = 7, LONG_DATE = 17,
};

/* SUSP 4.1: signature, length, version; Rock Ridge 4.1.6: flags, dates. */
enum {
	ENTRY_LENGTH = 2, ENTRY_HEADER = 4,
	STAMPS_FLAGS = 4, STAMPS_DATES = 5,
	CONTINUED_BLOCK = 4, CONTINUED_OFFSET = 12, CONTINUED_SIZE = 20,
	CONTINUED_LENGTH = 28,
};

struct dates {
	int fd;
	unsigned char brief[SHORT_DATE];
	char full[LONG_DATE + 1];
};

/* The first half of a number that is there in both byte orders. */
static uint32_t
number_at(const unsigned char *place)
{
	return place[0] | place[1] << 8 | place[2] << 16 |
	    (uint32_t)place[3] << 24;
}

static int
read_at(int fd, void *data, size_t length, uint64_t position,
    struct error *err)
{
	ssize_t done = pread(fd, data, length, (off_t)position);

	if (done == (ssize_t)length)
		return 0;
	if (done >= 0)
		errno = EIO;
	return error_errno(err, "read the medium");
}

/* --- Rock Ridge ---------------------------------------------------------- */

static int set_continued(const struct dates *dates,
    const unsigned char *entry, struct error *err);

static int
set_entries(const struct dates *dates, unsigned char *area, size_t length,
    struct error *err)
{
	while (length >= ENTRY_HEADER && area[ENTRY_LENGTH] >= ENTRY_HEADER &&
	    area[ENTRY_LENGTH] <= length) {
		size_t size = area[ENTRY_LENGTH];

		if (!memcmp(area, "TF", 2))
			for (size_t at = STAMPS_DATES; at + SHORT_DATE <= size;
			    at += SHORT_DATE)
				memcpy(area + at, dates->brief, SHORT_DATE);
		else if (!memcmp(area, "CE", 2) && size >= CONTINUED_LENGTH &&
		    set_continued(dates, area, err) < 0)
			return -1;
		area += size;
		length -= size;
	}
	return 0;
}

/* What has no room in the record. */
static int
set_continued(const struct dates *dates, const unsigned char *entry,
    struct error *err)
{
	uint64_t position = (uint64_t)number_at(entry + CONTINUED_BLOCK) *
	    SECTOR + number_at(entry + CONTINUED_OFFSET);
	size_t size = number_at(entry + CONTINUED_SIZE);
	unsigned char area[SECTOR];

	if (size > sizeof(area))
		return error_set(err, "the medium cannot be dated");
	if (read_at(dates->fd, area, size, position, err) < 0 ||
	    set_entries(dates, area, size, err) < 0)
		return -1;
	return file_write_position(dates->fd, area, size, position, err);
}

/* --- directories --------------------------------------------------------- */

static int set_directory(const struct dates *dates,
    const unsigned char *record, struct error *err);

/* Those of the directory itself and of the one above it are the first two. */
static bool
is_child_directory(const unsigned char *record)
{
	return record[RECORD_FLAGS] & FLAG_DIRECTORY &&
	    (record[RECORD_NAME_LENGTH] != 1 || record[RECORD_NAME] > 1);
}

static int
set_record(const struct dates *dates, unsigned char *record,
    struct error *err)
{
	size_t length = record[0], name = record[RECORD_NAME_LENGTH];
	size_t used = RECORD_NAME + name + !(name & 1);

	memcpy(record + RECORD_DATE, dates->brief, SHORT_DATE);
	if (used < length && set_entries(dates, record + used, length - used,
	    err) < 0)
		return -1;
	return is_child_directory(record) ? set_directory(dates, record, err)
	    : 0;
}

/* Records do not cross sectors; zeros fill the rest of one. */
static int
set_sector(const struct dates *dates, unsigned char *sector,
    struct error *err)
{
	for (size_t at = 0; at + RECORD_NAME < SECTOR && sector[at];
	    at += sector[at]) {
		if (sector[at] <= RECORD_NAME || at + sector[at] > SECTOR)
			return error_set(err, "the medium cannot be dated");
		if (set_record(dates, sector + at, err) < 0)
			return -1;
	}
	return 0;
}

static int
set_directory(const struct dates *dates, const unsigned char *record,
    struct error *err)
{
	uint64_t position = (uint64_t)number_at(record + RECORD_EXTENT) *
	    SECTOR;
	uint64_t end = position + number_at(record + RECORD_SIZE);
	unsigned char sector[SECTOR];

	for (; position < end; position += SECTOR)
		if (read_at(dates->fd, sector, SECTOR, position, err) < 0 ||
		    set_sector(dates, sector, err) < 0 ||
		    file_write_position(dates->fd, sector, SECTOR, position,
		    err) < 0)
			return -1;
	return 0;
}

/* ------------------------------------------------------------------------- */

static int
set_descriptor(const struct dates *dates, unsigned char *descriptor,
    struct error *err)
{
	static const size_t offsets[] = {DESCRIPTOR_CREATED,
		DESCRIPTOR_MODIFIED, DESCRIPTOR_EFFECTIVE};

	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++)
		memcpy(descriptor + offsets[i], dates->full, LONG_DATE);
	memcpy(descriptor + DESCRIPTOR_ROOT + RECORD_DATE, dates->brief,
	    SHORT_DATE);
	return set_directory(dates, descriptor + DESCRIPTOR_ROOT, err);
}

/* libarchive's own sector follows them, which says when and how it was made. */
static int
set_all(const struct dates *dates, struct error *err)
{
	static const unsigned char nothing[SECTOR];
	unsigned char descriptor[SECTOR] = {0};
	uint64_t position = FIRST_DESCRIPTOR * SECTOR;

	for (; descriptor[0] != DESCRIPTOR_END; position += SECTOR) {
		if (read_at(dates->fd, descriptor, SECTOR, position, err) < 0)
			return -1;
		if (descriptor[0] != DESCRIPTOR_PRIMARY &&
		    descriptor[0] != DESCRIPTOR_JOLIET)
			continue;
		if (set_descriptor(dates, descriptor, err) < 0 ||
		    file_write_position(dates->fd, descriptor, SECTOR,
		    position, err) < 0)
			return -1;
	}
	return file_write_position(dates->fd, nothing, SECTOR, position, err);
}

int
iso_dates_set(int fd, int64_t time, struct error *err)
{
	time_t seconds = (time_t)time;
	struct dates dates = {.fd = fd};
	struct tm utc;

	if (!gmtime_r(&seconds, &utc) || utc.tm_year < 0 || utc.tm_year > 255)
		return error_set(err, "a medium cannot be of that time");
	memcpy(dates.brief, (unsigned char[SHORT_DATE]){
		(unsigned char)utc.tm_year, (unsigned char)(utc.tm_mon + 1),
		(unsigned char)utc.tm_mday, (unsigned char)utc.tm_hour,
		(unsigned char)utc.tm_min, (unsigned char)utc.tm_sec, 0},
	    SHORT_DATE);
	/* hundredths of a second, and how far from UTC */
	strftime(dates.full, sizeof(dates.full), "%Y%m%d%H%M%S00", &utc);
	return set_all(&dates, err);
}
