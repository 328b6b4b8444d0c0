#include "root/suite_filesystem.h"

#include <string.h>

#include "base/size.h"
#include "base/text.h"

/* The types whose features depend on the release; the others' do not. */
static int
suite_features(const struct suite *suite, struct filesystem *filesystem,
    struct error *err)
{
	const char *type = filesystem->type;

	if (filesystem->features)
		return 0;
	if (!strcmp(type, suite->filesystem))
		filesystem->features = suite->filesystem_features;
	else if (!strcmp(type, "xfs"))
		filesystem->features = suite->xfs_features;
	else if (strcmp(type, "ext4"))
		return 0;
	return filesystem->features ? 0 : error_usage(err, "%s cannot mount "
	    "%s as it is made today; choose %s", suite->codename, type,
	    suite->filesystem);
}

int
suite_filesystem(const struct suite *suite, struct filesystem *filesystem,
    struct error *err)
{
	if (!filesystem->type)
		filesystem->type = suite->filesystem;
	if (suite_features(suite, filesystem, err) < 0)
		return -1;
	if (filesystem->inode_size || !suite->inode_size ||
	    strncmp(filesystem->type, "ext", 3))
		return 0;
	return number_parse(view_of(suite->inode_size),
	    &filesystem->inode_size, err);
}
