#include "disk/signature.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/confined.h"
#include "base/file.h"
#include "base/memory.h"

/* What the child finds: texts with a NUL behind each, in this order. */
enum mark { TYPE, USAGE, LABEL, UUID, TABLE, TABLE_UUID, PLACE, SEVERAL,
	MARKS };

static const char *const blkid_names[] = {
	[TYPE] = "TYPE", [USAGE] = "USAGE", [LABEL] = "LABEL",
	[UUID] = "UUID", [TABLE] = "PTTYPE", [TABLE_UUID] = "PTUUID",
	[MARKS] = NULL
};

/* The superblock of ext2, ext3, ext4: linux/fs/ext4/ext4.h. */
enum { EXT_PLACE_OFFSET = 1024 + 0x88, EXT_PLACE_SIZE = 64 };

enum { TEXT_MAX = 4096 };

struct reader {
	int device;
	int marks;	/* a file in memory */
	blkid_probe probe;
};

/* --- in the child ------------------------------------------------------ */

/* The size of a device can be asked only before the child is confined. */
static int
reader_prepare(void *context, struct error *err)
{
	struct reader *reader = context;

	reader->probe = blkid_new_probe();
	if (!reader->probe ||
	    blkid_probe_set_device(reader->probe, reader->device, 0, 0) < 0)
		return error_errno(err, "look for signatures");
	blkid_probe_enable_superblocks(reader->probe, 1);
	blkid_probe_set_superblocks_flags(reader->probe, BLKID_SUBLKS_TYPE |
	    BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID | BLKID_SUBLKS_USAGE |
	    BLKID_SUBLKS_BADCSUM);
	blkid_probe_enable_partitions(reader->probe, 1);
	return 0;
}

static const char *
mark_text(blkid_probe probe, enum mark mark)
{
	const char *value;

	return blkid_names[mark] && blkid_probe_lookup_value(probe,
	    blkid_names[mark], &value, NULL) == 0 ? value : "";
}

static void
add_place(const struct reader *reader, struct buffer *text)
{
	char place[EXT_PLACE_SIZE + 1] = "";

	if (!strncmp(mark_text(reader->probe, TYPE), "ext", 3) &&
	    pread(reader->device, place, EXT_PLACE_SIZE,
	    EXT_PLACE_OFFSET) < 0)
		*place = '\0';
	buffer_add(text, place, strlen(place) + 1);
}

/* Each by its name, with commas between; the probe begins anew. */
static void
add_several(blkid_probe probe, struct buffer *text)
{
	const char *separator = "";

	blkid_reset_probe(probe);
	while (blkid_do_probe(probe) == 0) {
		const char *type = mark_text(probe, TYPE);
		const char *table = mark_text(probe, TABLE);

		buffer_printf(text, "%s%s%s", separator, *type ? type : table,
		    *type ? "" : " partition table");
		separator = ", ";
	}
}

static int
reader_run(void *context, struct error *err)
{
	struct reader *reader = context;
	auto_buffer struct buffer text = {0};
	int result = blkid_do_safeprobe(reader->probe);

	if (result == -1)
		return error_errno(err, "look for signatures");
	if (result == 1)
		return 0;
	for (enum mark mark = TYPE; mark < PLACE; mark++) {
		const char *value = mark_text(reader->probe, mark);

		buffer_add(&text, value, strlen(value) + 1);
	}
	add_place(reader, &text);
	if (result == -2)
		add_several(reader->probe, &text);
	buffer_add(&text, "", 1);
	return file_write(reader->marks, text.data, text.length, err);
}

/* --- what it says ------------------------------------------------------- */

/* blkid's USAGE; its TYPE stands before the noun. */
static const struct {
	const char *usage;
	const char *noun;
} usage_nouns[] = {
	{"filesystem", " filesystem"},
	{"crypto", " volume (encrypted)"},
	{"raid", " (part of a RAID array or volume group)"},
	{"other", " area"},
	{NULL, ""},
};

static const char *
article(const char *noun)
{
	return strchr("aeiouxAEIOULX", *noun) ? "an" : "a";
}

static const char *
usage_noun(const char *usage)
{
	size_t i = 0;

	while (usage_nouns[i].usage && strcmp(usage, usage_nouns[i].usage))
		i++;
	return usage_nouns[i].noun;
}

static void
describe_name(const char *const *marks, struct buffer *text)
{
	if (*marks[SEVERAL])
		buffer_printf(text, "marks of several formats: %s",
		    marks[SEVERAL]);
	else if (*marks[TYPE])
		buffer_printf(text, "%s %s%s", article(marks[TYPE]),
		    marks[TYPE], usage_noun(marks[USAGE]));
	else if (*marks[TABLE])
		buffer_printf(text, "%s %s partition table",
		    article(marks[TABLE]), marks[TABLE]);
	else
		buffer_text(text, "something unknown");
	if (*marks[LABEL])
		buffer_printf(text, " labelled '%s'", marks[LABEL]);
}

static char *
marks_describe(const char *const *marks)
{
	const char *uuid = *marks[TYPE] ? marks[UUID] : marks[TABLE_UUID];
	const char *separator = *uuid && *marks[PLACE] ? ", " : "";
	struct buffer text = {0};

	describe_name(marks, &text);
	if (!*uuid && !*marks[PLACE])
		return buffer_steal(&text);
	buffer_printf(&text, " (%s%s%s", *uuid ? "UUID " : "", uuid,
	    separator);
	if (*marks[PLACE])
		buffer_printf(&text, "last mounted on '%s'", marks[PLACE]);
	buffer_text(&text, ")");
	return buffer_steal(&text);
}

/* A guest's bytes do not command a terminal, with one byte or with C2 9B. */
static void
make_harmless(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];
		bool is_second = i && (unsigned char)text[i - 1] == 0xc2;

		if ((byte && byte < ' ') || byte == 0x7f ||
		    (is_second && byte < 0xa0))
			text[i] = '?';
	}
}

/* `marks` lead into the text; false: there are none. */
static bool
read_marks(int fd, char text[TEXT_MAX + 1], const char *marks[MARKS])
{
	ssize_t length = pread(fd, text, TEXT_MAX, 0);
	const char *next = text;

	if (length <= 0)
		return false;
	text[length] = '\0';
	make_harmless(text, (size_t)length);
	for (size_t i = 0; i < MARKS; i++) {
		marks[i] = next;
		next += strlen(next);
		if (next < text + length)
			next++;
	}
	return true;
}

/* A file in memory with what a child finds. */
static int
find_marks(int fd, struct error *err)
{
	auto_close int marks = memfd_create("marks", MFD_CLOEXEC);
	struct reader reader = {.device = fd, .marks = marks};
	struct confined confined = {reader_prepare, reader_run, &reader};

	if (marks < 0)
		return error_errno(err, "make a file in memory");
	return confined_run(&confined, err) < 0 ? -1 : steal_fd(&marks);
}

static char *
mark_copy(const char *mark)
{
	return *mark ? memory_string(mark) : NULL;
}

int
signature_read(int fd, struct signature *signature, struct error *err)
{
	auto_close int found = find_marks(fd, err);
	char text[TEXT_MAX + 1];
	const char *marks[MARKS];

	*signature = (struct signature){0};
	if (found < 0)
		return -1;
	if (!read_marks(found, text, marks) || *marks[SEVERAL])
		return 0;
	signature->type = mark_copy(marks[TYPE]);
	signature->label = mark_copy(marks[LABEL]);
	signature->uuid = mark_copy(marks[UUID]);
	return 0;
}

void
signature_release(struct signature *signature)
{
	free(signature->type);
	free(signature->label);
	free(signature->uuid);
	*signature = (struct signature){0};
}

int
signature_describe(int fd, char **what, struct error *err)
{
	auto_close int found = find_marks(fd, err);
	char text[TEXT_MAX + 1];
	const char *marks[MARKS];

	*what = NULL;
	if (found < 0)
		return -1;
	if (read_marks(found, text, marks))
		*what = marks_describe(marks);
	return 0;
}
