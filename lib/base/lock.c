#include "base/lock.h"

#include <errno.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

/* Field `number` (from 0) of a line of /proc/locks without "->". */
static struct view
lock_field(struct view line, size_t number)
{
	struct view word = {0};

	while (view_word(&line, &word) && number)
		number -= !view_is(word, "->");
	return word;
}

static char *
process_describe(struct view number)
{
	auto_free char *path = memory_printf("/proc/" VIEW_FORMAT "/comm",
	    VIEW_ARGUMENTS(number));
	auto_error struct error ignored = {0};
	auto_buffer struct buffer name = {0};
	struct view word;

	if (file_read_at(AT_FDCWD, path, &name, &ignored) < 0 || !name.data)
		return memory_string("another program");
	word = view_trim(view_of(name.data));
	return memory_printf("process " VIEW_FORMAT " (" VIEW_FORMAT ")",
	    VIEW_ARGUMENTS(number), VIEW_ARGUMENTS(word));
}

bool
lock_is_foreign(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* proc_locks(5): 1: FLOCK ADVISORY WRITE 708 00:13:16452 0 EOF */
char *
lock_holder(int fd)
{
	auto_error struct error ignored = {0};
	auto_buffer struct buffer text = {0};
	auto_free char *file = NULL;
	struct view rest, line;
	struct stat status;

	if (fstat(fd, &status) < 0 || file_read_at(AT_FDCWD, "/proc/locks",
	    &text, &ignored) < 0)
		return memory_string("another program");
	file = memory_printf("%02x:%02x:%llu", major(status.st_dev),
	    minor(status.st_dev), (unsigned long long)status.st_ino);
	rest = (struct view){text.data, text.length};
	while (view_cut(&rest, '\n', &line))
		if (view_is(lock_field(line, 5), file))
			return process_describe(lock_field(line, 4));
	return memory_string("another program");
}

static int
lock_file(int fd, const char *what, struct error *err)
{
	auto_free char *holder = NULL;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return error_errno(err, "lock %s", what);
	holder = lock_holder(fd);
	return error_set(err, "another run is at work on %s: %s", what,
	    holder);
}

bool
lock_is_taken(const char *path)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0;
}

int
lock_take(const char *path, const char *what, struct error *err)
{
	auto_close int fd = open(path,
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return error_errno(err, "open '%s'", path);
	if (lock_file(fd, what, err) < 0)
		return -1;
	return steal_fd(&fd);
}
