#include "disk/partition_table.h"

#include <errno.h>
#include <libfdisk.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uuid.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/transfer.h"

#define MIB ((uint64_t)1 << 20)

enum { MBR_SECTOR = 512 };

/* In front of the content on a disk that boots, in this order. */
enum { BIOS, EFI, FRONTS };

static const struct kind {
	const char *name;
	const char *label;	/* libfdisk's name of it */
	const char *data, *swap;	/* types */
	struct {
		const char *type;	/* NULL: there is none */
		uint64_t size;
	} fronts[FRONTS];
	uint64_t end;	/* bytes that it takes at the disk's end */
} kinds[] = {
	{"gpt", "gpt", "0fc63daf-8483-4772-8e79-3d69d8477de4",
	    "0657fd6d-a4ab-43c4-84e5-0933c1e6ad3f", {
	    [BIOS] = {"21686148-6449-6e6f-744e-656564454649", MIB},
	    [EFI] = {"c12a7328-f81f-11d2-ba4b-00a0c93ec93b", 32 * MIB}}, MIB},
	{"mbr", "dos", "83", "82", {{NULL}}, 0},
};

static const struct kind *
kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

bool
partition_table_is_kind(const char *kind)
{
	return kind_find(kind);
}

/* How many are in front of the content. */
static size_t
fronts(const struct partition_table *table)
{
	return table->boots && kind_find(table->kind)->fronts[0].type
	    ? FRONTS : 0;
}

/* Of one of these; of the one after the last, where the content begins. */
static struct extent
front_extent(const struct partition_table *table, size_t number)
{
	const struct kind *kind = kind_find(table->kind);
	uint64_t start = MIB;

	for (size_t i = 0; i < number; i++)
		start += kind->fronts[i].size;
	return (struct extent){start, number < FRONTS
	    ? kind->fronts[number].size : 0};
}

struct extent
partition_table_content(const struct partition_table *table)
{
	uint64_t start = front_extent(table, fronts(table)).start;
	uint64_t taken = start + kind_find(table->kind)->end;

	return (struct extent){start, table->size > taken
	    ? (table->size - taken) / MIB * MIB : 0};
}

unsigned
partition_table_number(const struct partition_table *table)
{
	return (unsigned)fronts(table) + 1;
}

struct extent
partition_table_bios(const struct partition_table *table)
{
	return fronts(table) ? front_extent(table, BIOS)
	    : (struct extent){MBR_SECTOR, MIB - MBR_SECTOR};
}

struct extent
partition_table_efi(const struct partition_table *table)
{
	return fronts(table) ? front_extent(table, EFI) : (struct extent){0};
}

static bool
is_device(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISBLK(status.st_mode);
}

/* --- libfdisk ------------------------------------------------------------ */

static int
fdisk_failed(struct error *err, int code, const char *what)
{
	errno = -code;
	return error_errno(err, "%s", what);
}

/* The table's own with the partition's number in its last byte. */
static void
partition_uuid(const struct partition_table *table, size_t number,
    char text[UUID_STR_LEN])
{
	uuid_t uuid;

	uuid_parse(table->uuid, uuid);
	uuid[sizeof(uuid) - 1] ^= (unsigned char)(number + 1);
	uuid_unparse_lower(uuid, text);
}

static const char *
partition_type(const struct partition_table *table, size_t number)
{
	const struct kind *kind = kind_find(table->kind);

	if (number < fronts(table))
		return kind->fronts[number].type;
	return table->is_swap ? kind->swap : kind->data;
}

static struct fdisk_partition *
partition_new(struct fdisk_context *context,
    const struct partition_table *table, size_t number)
{
	struct fdisk_partition *partition = fdisk_new_partition();
	struct fdisk_parttype *type =
	    fdisk_label_parse_parttype(fdisk_get_label(context, NULL),
	    partition_type(table, number));
	char uuid[UUID_STR_LEN];

	fdisk_partition_set_partno(partition, number);
	fdisk_partition_set_type(partition, type);
	partition_uuid(table, number, uuid);
	if (fdisk_is_label(context, GPT))
		fdisk_partition_set_uuid(partition, uuid);
	fdisk_unref_parttype(type);
	return partition;
}

static int
add_partition(struct fdisk_context *context,
    const struct partition_table *table, size_t number, struct extent extent)
{
	uint64_t sector = fdisk_get_sector_size(context);
	struct fdisk_partition *partition =
	    partition_new(context, table, number);
	int code;

	fdisk_partition_set_start(partition, extent.start / sector);
	fdisk_partition_set_size(partition, extent.length / sector);
	fdisk_partition_size_explicit(partition, 1);
	code = fdisk_add_partition(context, partition, NULL);
	fdisk_unref_partition(partition);
	return code;
}

static int
add_partitions(struct fdisk_context *context,
    const struct partition_table *table)
{
	size_t content = fronts(table);
	int code = 0;

	for (size_t i = 0; !code && i < content; i++)
		code = add_partition(context, table, i,
		    front_extent(table, i));
	if (!code)
		code = add_partition(context, table, content,
		    partition_table_content(table));
	if (!code && fdisk_is_label(context, DOS) && table->boots)
		code = fdisk_toggle_partition_flag(context, content,
		    DOS_FLAG_ACTIVE);
	return code;
}

/* MBR has 32 bits. */
static int
set_id(struct fdisk_context *context, const struct partition_table *table)
{
	auto_free char *id = fdisk_is_label(context, DOS)
	    ? memory_printf("0x%.8s", table->uuid)
	    : memory_string(table->uuid);

	return fdisk_set_disklabel_id_from_string(context, id);
}

static int
write_label(struct fdisk_context *context,
    const struct partition_table *table)
{
	int code;

	fdisk_disable_dialogs(context, 1);
	code = fdisk_create_disklabel(context,
	    kind_find(table->kind)->label);
	if (!code)
		code = set_id(context, table);
	if (!code)
		code = add_partitions(context, table);
	return code ? code : fdisk_write_disklabel(context);
}

int
partition_table_write(const struct partition_table *table, int disk,
    struct error *err)
{
	struct fdisk_context *context = fdisk_new_context();
	int code = context ? fdisk_assign_device_by_fd(context, disk, "disk", 0)
	    : -ENOMEM;

	if (!code)
		code = write_label(context, table);
	if (!code && is_device(disk))
		fdisk_reread_partition_table(context);
	if (context)
		fdisk_unref_context(context);
	return code ? fdisk_failed(err, code, "write the partition table") : 0;
}

/* --- its content --------------------------------------------------------- */

int
partition_table_fill(const struct partition_table *table, int content,
    int disk, struct error *err)
{
	auto_transfer struct transfer transfer = {0};
	struct extent extent = partition_table_content(table);

	if (!is_device(disk)) {
		transfer_start(&transfer, content, disk);
		transfer.shift = (int64_t)extent.start;
		return transfer_data(&transfer, 0, extent.length, err);
	}
	if (transfer_begin(&transfer, content, disk, err) < 0 ||
	    transfer_zeros(&transfer, 0, extent.start, err) < 0)
		return -1;
	transfer.shift = (int64_t)extent.start;
	return transfer_all(&transfer, 0, extent.length, err);
}

int
partition_table_extract(const struct partition_table *table, int disk,
    int content, struct error *err)
{
	auto_transfer struct transfer transfer = {0};
	struct extent extent = partition_table_content(table);

	if (ftruncate(content, (off_t)extent.length) < 0)
		return error_errno(err, "copy a partition");
	transfer_start(&transfer, disk, content);
	transfer.shift = -(int64_t)extent.start;
	return transfer_data(&transfer, extent.start,
	    extent.start + extent.length, err);
}
