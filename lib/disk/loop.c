#include "disk/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "base/cleanup.h"
#include "base/memory.h"

/* Between the choice of a free one and its use somebody else may take it. */
enum { ATTEMPTS = 64 };

/* -1 with errno EBUSY if it was taken meanwhile. */
static int
loop_take(int control, int fd)
{
	struct loop_config configuration = {
		.fd = (uint32_t)fd,
		.info = {.lo_flags = LO_FLAGS_AUTOCLEAR},
	};
	int number = ioctl(control, LOOP_CTL_GET_FREE);
	auto_free char *path = memory_printf("/dev/loop%d", number);
	auto_close int loop = -1;

	if (number < 0)
		return -1;
	loop = open(path, O_RDWR | O_CLOEXEC);
	if (loop < 0 || ioctl(loop, LOOP_CONFIGURE, &configuration) < 0)
		return -1;
	return steal_fd(&loop);
}

int
loop_attach(int fd, struct error *err)
{
	auto_close int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int loop = -1;

	if (control < 0)
		return error_errno(err, "open /dev/loop-control");
	errno = EBUSY;
	for (int i = 0; loop < 0 && errno == EBUSY && i < ATTEMPTS; i++)
		loop = loop_take(control, fd);
	return loop < 0 ? error_errno(err, "attach a loop device") : loop;
}
