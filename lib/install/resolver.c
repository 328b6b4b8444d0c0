#include "install/resolver.h"

#include <errno.h>

#include "base/file.h"
#include "base/inside.h"
#include "install/place.h"

static const char path[] = "etc/resolv.conf";

int
resolver_lend(struct resolver *resolver, int root, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (!file_exists(AT_FDCWD, "/etc/resolv.conf") ||
	    inside_stat(root, path, &resolver->lent) == 0)
		return 0;
	if (file_read_at(AT_FDCWD, "/etc/resolv.conf", &text, err) < 0 ||
	    place_directory(root, "etc", 0755, err) < 0 ||
	    place_file(root, path, (struct view){text.data, text.length}, 0644,
	    err) < 0)
		return -1;
	if (inside_stat(root, path, &resolver->lent) < 0)
		return error_errno(err, "'%s' in the guest", path);
	resolver->is_lent = true;
	return 0;
}

/* ctime: the same bytes written again are somebody's wish, too. */
int
resolver_take_back(struct resolver *resolver, int root, struct error *err)
{
	struct stat now;

	if (!resolver->is_lent)
		return 0;
	resolver->is_lent = false;
	if (inside_stat(root, path, &now) < 0)
		return errno == ENOENT ? 0
		    : error_errno(err, "'%s' in the guest", path);
	if (now.st_ino != resolver->lent.st_ino ||
	    now.st_ctim.tv_sec != resolver->lent.st_ctim.tv_sec ||
	    now.st_ctim.tv_nsec != resolver->lent.st_ctim.tv_nsec)
		return 0;
	return inside_remove(root, path, err);
}
