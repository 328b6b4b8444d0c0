#include "disk/raw_disk.h"

#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "disk/qcow2.h"

/* QEMU could read it, but we want the kernel out of it. */
static int
open_qcow2(int image, struct events *events, struct error *err)
{
	auto_close int raw = file_temporary(err);

	if (raw < 0 || qcow2_check(err) < 0 ||
	    qcow2_read(image, raw, events, err) < 0)
		return -1;
	/* QEMU takes no descriptor that can do more than it asks for. */
	return file_reader(raw, err);
}

int
raw_disk_open(const char *path, bool is_qcow2, struct events *events,
    struct error *err)
{
	auto_close int image = open(path, O_RDONLY | O_CLOEXEC);
	int raw;

	if (image < 0)
		return error_errno(err, "open '%s'", path);
	if (!is_qcow2)
		return steal_fd(&image);
	raw = open_qcow2(image, events, err);
	return raw < 0 ? error_prefix(err, "'%s'", path) : raw;
}

struct partition_table
raw_disk_table(int disk, const char *kind)
{
	return (struct partition_table){
		.kind = kind, .boots = true,
		.size = (uint64_t)lseek(disk, 0, SEEK_END),
	};
}

int
raw_disk_filesystem(int disk, const char *kind, struct error *err)
{
	const struct partition_table table = raw_disk_table(disk, kind);
	auto_close int content = -1;

	if (!kind)
		return file_reader(disk, err);
	content = file_temporary(err);
	if (content < 0 ||
	    partition_table_extract(&table, disk, content, err) < 0)
		return -1;
	return steal_fd(&content);
}
