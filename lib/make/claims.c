#include "make/claims.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/manifest.h"
#include "xen/domain.h"

/* What is asked, and of whom. */
struct claim_query {
	const char *name;
	const char *disk;
};

/* The same path, file or device, by whatever name. */
static bool
disk_is_same(const char *a, const char *b)
{
	struct stat one, two;

	if (strcmp(a, b) == 0)
		return true;
	if (stat(a, &one) < 0 || stat(b, &two) < 0)
		return false;
	if (S_ISBLK(one.st_mode) && S_ISBLK(two.st_mode))
		return one.st_rdev == two.st_rdev;
	return one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* 1 if the disk is among these of the guest's own, 0 if not. */
static int
claims_judge(const struct claim_query *query, const char *owner,
    const struct strings *disks, const char *path, struct error *err)
{
	vector_each(disk, disks) {
		if (!owner || !disk_is_same(*disk, query->disk))
			continue;
		if (strcmp(owner, query->name) == 0)
			return 1;
		return error_set(err, "'%s' is the disk of guest '%s' (%s)",
		    query->disk, owner, path);
	}
	return 0;
}

static int
claim_of_manifest(const struct claim_query *query, const char *directory,
    const char *name, struct error *err)
{
	auto_free char *path = memory_printf("%s/%s", directory, name);
	auto_manifest struct manifest manifest = {0};
	auto_strings struct strings disks = {0};
	auto_error struct error ignored = {0};

	if (manifest_read(name, &manifest, &ignored) <= 0)
		return 0;
	vector_each(disk, &manifest.disks)
		strings_add(&disks, disk->path);
	return claims_judge(query, manifest.name, &disks, path, err);
}

static int
claim_of_cfg(const struct claim_query *query, const char *directory,
    const char *name, struct error *err)
{
	auto_free char *path = memory_printf("%s/%s", directory, name);
	auto_free char *owner = NULL;
	auto_strings struct strings disks = {0};
	auto_buffer struct buffer text = {0};
	auto_error struct error ignored = {0};

	if (!view_ends(view_of(name), ".cfg") ||
	    file_read_at(AT_FDCWD, path, &text, &ignored) < 0 ||
	    domain_read(path, (struct view){text.data, text.length}, &owner,
	    &disks, &ignored) < 0)
		return 0;
	return claims_judge(query, owner, &disks, path, err);
}

static int
claims_in(const struct claim_query *query, const char *directory,
    int (*claim)(const struct claim_query *query, const char *directory,
    const char *name, struct error *err), struct error *err)
{
	auto_closedir DIR *dir = opendir(directory);
	struct dirent *entry;
	int own = 0;

	while (dir && (entry = readdir(dir))) {
		int found = entry->d_name[0] == '.' ? 0
		    : claim(query, directory, entry->d_name, err);

		if (found < 0)
			return -1;
		own |= found;
	}
	return own;
}

int
claims_check(const char *name, const char *disk, const char *cfg_directory,
    struct error *err)
{
	struct claim_query query = {name, disk};
	auto_free char *state = state_directory();
	auto_free char *manifests = memory_printf("%s/guests", state);
	int in_manifests, in_cfgs;

	in_manifests = claims_in(&query, manifests, claim_of_manifest, err);
	if (in_manifests < 0)
		return -1;
	in_cfgs = claims_in(&query, cfg_directory, claim_of_cfg, err);
	return in_cfgs < 0 ? -1 : in_manifests | in_cfgs;
}
