#include "disk/clone.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "disk/ext_transfer.h"
#include "disk/signature.h"
#include "disk/transfer.h"

bool
clone_share(int from, int to)
{
	return ioctl(to, FICLONE, from) == 0;
}

bool
clone_is_shared_in(int directory)
{
	static const char block[1 << 16] = {1};
	auto_close int from = openat(directory, ".",
	    O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	auto_close int to = openat(directory, ".",
	    O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	return from >= 0 && to >= 0 &&
	    write(from, block, sizeof(block)) == sizeof(block) &&
	    clone_share(from, to);
}

static int
clone_to_file(int from, int to, off_t size, struct error *err)
{
	auto_transfer struct transfer transfer = {0};

	if (clone_share(from, to))
		return 0;
	if (ftruncate(to, size) < 0)
		return error_errno(err, "set its size");
	transfer_start(&transfer, from, to);
	return transfer_data(&transfer, 0, (uint64_t)size, err);
}

static int
clone_all(int from, int device, off_t size, struct error *err)
{
	auto_transfer struct transfer transfer = {0};

	if (transfer_begin(&transfer, from, device, err) < 0)
		return -1;
	return transfer_all(&transfer, 0, (uint64_t)size, err);
}

static int
clone_to_device(int from, int device, off_t size, struct error *err)
{
	auto_signature struct signature signature = {0};

	if (lseek(device, 0, SEEK_END) < size)
		return error_set(err, "the device is smaller than the image");
	if (signature_read(from, &signature, err) < 0)
		return -1;
	if (signature.type && !strncmp(signature.type, "ext", 3))
		return ext_transfer(from, device, false, err);
	return clone_all(from, device, size, err);
}

int
clone_image(int from, int to, struct error *err)
{
	off_t size = lseek(from, 0, SEEK_END);
	struct stat status;

	if (size < 0 || fstat(to, &status) < 0)
		return error_errno(err, "clone");
	return S_ISBLK(status.st_mode) ? clone_to_device(from, to, size, err)
	    : clone_to_file(from, to, size, err);
}
