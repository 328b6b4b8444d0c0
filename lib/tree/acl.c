#include "tree/acl.h"

#include <archive.h>
#include <endian.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "tree/xattrs.h"

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
acl_tag_of_kernel(int archive)
{
	for (size_t i = 0; acl_tags[i].kernel; i++)
		if (archive == acl_tags[i].archive)
			return acl_tags[i].kernel;
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

/* The kernel wants them by tag, and within a tag by id. */
static int
acl_compare(const void *a, const void *b)
{
	const struct posix_acl_xattr_entry *one = a, *two = b;
	int tags = le16toh(one->e_tag) - le16toh(two->e_tag);
	uint32_t first = le32toh(one->e_id), second = le32toh(two->e_id);

	return tags ? tags : (first > second) - (first < second);
}

static int
acl_read_entries(struct archive_entry *header, int type,
    struct buffer *value, struct error *err)
{
	int of, permissions, tag, id;
	const char *name;

	while (archive_entry_acl_next(header, type, &of, &permissions, &tag,
	    &id, &name) == ARCHIVE_OK) {
		struct posix_acl_xattr_entry next = {
			.e_tag = htole16((uint16_t)acl_tag_of_kernel(tag)),
			.e_perm = htole16((uint16_t)permissions),
			.e_id = htole32((uint32_t)id),
		};

		if (name && *name && id < 0)
			return error_set(err, "its ACL is for '%s', without "
			    "a number", name);
		buffer_add(value, &next, sizeof(next));
	}
	return 0;
}

int
acl_from_archive(struct archive_entry *header, struct tree_entry *entry,
    struct error *err)
{
	struct posix_acl_xattr_header start = {
		.a_version = htole32(POSIX_ACL_XATTR_VERSION)};

	for (size_t i = 0; acl_types[i].name; i++) {
		int type = acl_types[i].type;
		auto_buffer struct buffer value = {0};

		if (archive_entry_acl_reset(header, type) < 1)
			continue;
		buffer_add(&value, &start, sizeof(start));
		if (acl_read_entries(header, type, &value, err) < 0)
			return -1;
		qsort(value.data + sizeof(start),
		    (value.length - sizeof(start)) /
		    sizeof(struct posix_acl_xattr_entry),
		    sizeof(struct posix_acl_xattr_entry), acl_compare);
		xattrs_add(entry, acl_types[i].name, value.data, value.length);
	}
	return 0;
}
