#include "t/fuzz/target.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/file.h"
#include "install/dpkg_database.h"

enum { DATA_MAX = 1 << 20 };	/* read of data.tar; compressed it may be all */

static void
read_data(struct archive *data)
{
	static char block[4096];
	struct archive_entry *entry;
	size_t left = DATA_MAX;
	la_ssize_t length;

	while (left && archive_read_next_header(data, &entry) == ARCHIVE_OK) {
		left--;
		while ((length = archive_read_data(data, block,
		    sizeof(block))) > 0 && left)
			left -= (size_t)length < left ? (size_t)length : left;
	}
}

static void
check_control(struct unpacked *package)
{
	auto_buffer struct buffer stanza = {0};
	auto_free char *name = unpacked_info_name(package);

	/* files in info/ are called after it */
	assert(*name && *name != '.' && !strchr(name, '/'));
	dpkg_database_stanza(package, &stanza);
	assert(stanza.length);
}

static void
check_package(struct unpacked *package)
{
	auto_error struct error err = {0};
	int result = unpacked_read_control(package, &err);

	check_sentence(result, &err);
	if (result == 0)
		check_control(package);
}

/* Without this a changed header would hardly ever get past its checksum. */
static void
mend_checksum(uint8_t header[512])
{
	char digits[7];
	unsigned sum = 0;

	memset(header + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += header[i];
	snprintf(digits, sizeof(digits), "%06o", sum);
	memcpy(header + 148, digits, sizeof(digits));
}

/* Headers are where "ustar" stands in its place. */
size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
    unsigned seed)
{
	(void)seed;
	size = LLVMFuzzerMutate(data, size, most);
	for (size_t i = 0; i + 512 <= size; i++)
		if (!memcmp(data + i + 257, "ustar", 5))
			mend_checksum(data + i);
	return size;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_close int fd = memfd_create("deb", MFD_CLOEXEC);
	auto_end(unpacked_release) struct unpacked package = {0};
	auto_error struct error err = {0};
	struct deb_file *deb;

	if (file_write(fd, data, size, &err) < 0)
		abort();
	deb = deb_file_open(fd, &package.control, &err);
	check_sentence(deb ? 0 : -1, &err);
	if (deb) {
		check_package(&package);
		read_data(deb_file_data(deb));
	}
	deb_file_close(deb);
	return 0;
}
