#include "tree/acl.h"

#include <archive.h>
#include <endian.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <string.h>

static const struct {
	const char *name;
	int type;
} acl_types[] = {
	{"system.posix_acl_access", ARCHIVE_ENTRY_ACL_TYPE_ACCESS},
	{"system.posix_acl_default", ARCHIVE_ENTRY_ACL_TYPE_DEFAULT},
	{NULL, 0},
};

static const struct {
	int kernel;
	int archive;
} acl_tags[] = {
	{ACL_USER_OBJ, ARCHIVE_ENTRY_ACL_USER_OBJ},
	{ACL_USER, ARCHIVE_ENTRY_ACL_USER},
	{ACL_GROUP_OBJ, ARCHIVE_ENTRY_ACL_GROUP_OBJ},
	{ACL_GROUP, ARCHIVE_ENTRY_ACL_GROUP},
	{ACL_MASK, ARCHIVE_ENTRY_ACL_MASK},
	{ACL_OTHER, ARCHIVE_ENTRY_ACL_OTHER},
	{0, 0},
};

static int
acl_type(const char *name)
{
	for (size_t i = 0; acl_types[i].name; i++)
		if (!strcmp(name, acl_types[i].name))
			return acl_types[i].type;
	return 0;
}

static int
acl_tag(int kernel)
{
	for (size_t i = 0; acl_tags[i].kernel; i++)
		if (kernel == acl_tags[i].kernel)
			return acl_tags[i].archive;
	return 0;
}

int
acl_to_archive(struct archive_entry *header, const struct tree_xattr *xattr,
    struct error *err)
{
	const struct posix_acl_xattr_header *acl = xattr->value;
	const struct posix_acl_xattr_entry *next = (const void *)(acl + 1);
	int type = acl_type(xattr->name);

	if (!type)
		return 0;
	if (xattr->length < sizeof(*acl) ||
	    (xattr->length - sizeof(*acl)) % sizeof(*next) ||
	    le32toh(acl->a_version) != POSIX_ACL_XATTR_VERSION)
		return error_set(err, "unknown form of '%s'", xattr->name);
	for (size_t left = (xattr->length - sizeof(*acl)) / sizeof(*next);
	    left; left--, next++) {
		int tag = acl_tag(le16toh(next->e_tag));
		int id = tag == ARCHIVE_ENTRY_ACL_USER ||
		    tag == ARCHIVE_ENTRY_ACL_GROUP
		    ? (int)le32toh(next->e_id) : -1;

		if (!tag || archive_entry_acl_add_entry(header, type,
		    le16toh(next->e_perm), tag, id, NULL) != ARCHIVE_OK)
			return error_set(err, "unknown entry in '%s'",
			    xattr->name);
	}
	return 1;
}
