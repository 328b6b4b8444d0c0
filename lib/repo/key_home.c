#include "repo/key_home.h"

#include <fcntl.h>

#include "base/cleanup.h"
#include "base/file.h"

static int
home_write(const struct private_directory *home, const char *name,
    struct view text, struct error *err)
{
	auto_close int fd = openat(home->lock, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_errno(err, "create '%s/%s'", home->path, name);
	if (file_write(fd, text.data, text.length, err) < 0)
		return error_prefix(err, "'%s/%s'", home->path, name);
	return 0;
}

int
key_home_open(struct private_directory *home, struct view keys,
    struct view options, struct error *err)
{
	if (private_directory_open(home, "mkguest-gpg", err) < 0 ||
	    home_write(home, "pubring.gpg", keys, err) < 0)
		return -1;
	return home_write(home, "gpg.conf", options, err);
}
