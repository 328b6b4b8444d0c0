#include "t/fuzz/target.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "disk/medium_finding.h"
#include "disk/udf.h"

/* As in confined.h, where that much memory is not to be had: libarchive asks
 * for what an image says. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1:max_allocation_size_mb=64";
}

enum { SECTOR = 2048, SECTORS = 1024, HEAD = 4 };

/* An image is mostly nothing: the input has parts of it, each of a sector's
 * number and a length, two bytes each, and what it begins with. */
static void
image_write(int fd, const uint8_t *data, size_t size)
{
	while (size >= HEAD) {
		off_t sector = (data[0] | data[1] << 8) % SECTORS;
		size_t length = data[2] | (size_t)data[3] << 8;

		data += HEAD;
		size -= HEAD;
		if (length > size)
			length = size;
		if (pwrite(fd, data, length, sector * SECTOR) < 0)
			abort();
		data += length;
		size -= length;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const files[] = {
		"sources/install.wim", NULL, "boot/kernel/kernel",
	};
	auto_close int fd = memfd_create("image", MFD_CLOEXEC);
	struct medium_finding finding = {0};

	if (fd < 0 || ftruncate(fd, SECTORS * SECTOR) < 0)
		abort();
	image_write(fd, data, size);
	medium_finding_read(&finding, fd, files, 3);
	assert(!finding.has_file[1] && !finding.has_file[3]);
	assert(strnlen(finding.label, sizeof(finding.label)) <=
	    MEDIUM_LABEL_MAX);
	assert(strnlen(finding.info, sizeof(finding.info)) <=
	    MEDIUM_INFO_MAX);
	udf_has_file(fd, "sources/install.wim");
	return 0;
}
