#include "tree/xattrs.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
#include "base/memory.h"

static const char *const xattrs_of_host[] = {
	"btrfs.",
	"security.SMACK64",
	"security.apparmor",
	"security.evm",
	"security.ima",
	"security.selinux",
	"system.nfs4_acl",
	"trusted.overlay.",
	"user.overlay.",
	NULL,
};

static bool
xattr_is_of_host(const char *name)
{
	for (const char *const *front = xattrs_of_host; *front; front++)
		if (!strncmp(name, *front, strlen(*front)))
			return true;
	return false;
}

static ssize_t
xattr_list(int fd, const char *path, char *list, size_t size)
{
	return fd >= 0 ? flistxattr(fd, list, size)
	    : llistxattr(path, list, size);
}

static ssize_t
xattr_get(int fd, const char *path, const char *name, void *value,
    size_t size)
{
	return fd >= 0 ? fgetxattr(fd, name, value, size)
	    : lgetxattr(path, name, value, size);
}

void
xattrs_add(struct tree_entry *entry, const char *name, const void *value,
    size_t length)
{
	*vector_push(&entry->xattrs) = (struct tree_xattr){
		.name = memory_string(name),
		.value = memory_copy(value, length),
		.length = length,
	};
}

static int
xattr_read(struct tree_entry *entry, int fd, const char *path,
    const char *name)
{
	ssize_t length = xattr_get(fd, path, name, NULL, 0);
	auto_free void *value = NULL;

	if (length < 0)
		return -1;
	value = memory_zeroed((size_t)length, 1);
	length = xattr_get(fd, path, name, value, (size_t)length);
	if (length < 0)
		return -1;
	xattrs_add(entry, name, value, (size_t)length);
	return 0;
}

static int
xattr_compare(const void *a, const void *b)
{
	return strcmp(((const struct tree_xattr *)a)->name,
	    ((const struct tree_xattr *)b)->name);
}

void
xattrs_sort(struct tree_entry *entry)
{
	vector_sort(&entry->xattrs, xattr_compare);
}

int
xattrs_read(struct tree_entry *entry, int fd, const char *path,
    struct error *err)
{
	ssize_t length = xattr_list(fd, path, NULL, 0);
	auto_free char *list = NULL;

	if (length == 0 || (length < 0 && errno == ENOTSUP))
		return 0;
	if (length > 0) {
		list = memory_zeroed((size_t)length, 1);
		length = xattr_list(fd, path, list, (size_t)length);
	}
	if (length < 0)
		return error_errno(err, "list extended attributes");
	for (char *name = list; name < list + length; name += strlen(name) + 1)
		if (!xattr_is_of_host(name) &&
		    xattr_read(entry, fd, path, name) < 0)
			return error_errno(err, "extended attribute '%s'",
			    name);
	xattrs_sort(entry);
	return 0;
}

void
xattrs_release(struct tree_entry *entry)
{
	vector_each(xattr, &entry->xattrs) {
		free(xattr->name);
		free(xattr->value);
	}
	vector_release(&entry->xattrs);
}
