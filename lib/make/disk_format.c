#include "make/disk_format.h"

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "disk/wipe.h"
#include "guest/identity.h"
#include "guest/state.h"
#include "make/claims.h"
#include "root/suite_filesystem.h"

static const struct suite *
format_suite(struct disk_format *format, struct error *err)
{
	auto_free char *host = suite_host_codename();
	const char *name = format->suite ? format->suite
	    : host ? host : "stable";

	format->suites = suite_table_read(err);
	return format->suites ? suite_find(format->suites, name, err) : NULL;
}

/* Under SOURCE_DATE_EPOCH images of one name have the same ids. */
static int
format_make_ids(struct disk_format *format, struct error *err)
{
	struct filesystem *filesystem = &format->filesystem;
	const char *slash = strrchr(format->path, '/');
	struct identity identity = {slash ? slash + 1 : format->path, NULL};

	format->uuid = filesystem->uuid
	    ? uuid_normal(filesystem->uuid, err)
	    : identity_uuid(&identity, "filesystem");
	format->hash_seed = filesystem->hash_seed
	    ? memory_string(filesystem->hash_seed)
	    : identity_uuid(&identity, "hash seed");
	filesystem->uuid = format->uuid;
	filesystem->hash_seed = format->hash_seed;
	return format->uuid ? 0 : -1;
}

static int
format_target(struct disk_format *format, struct error *err)
{
	struct filesystem *filesystem = &format->filesystem;
	auto_free char *state = state_directory();
	auto_claims struct claims claims = {0};

	if (claims_read(&claims, disk_format_cfg_directory(), err) < 0 ||
	    claims_check(&claims, "", format->path, err) < 0)
		return -1;
	format->locks = memory_printf("%s/locks", state);
	format->gate.locks = format->locks;
	format->gate.looks_only = format->dry_run;
	format->gate.overwrite = format->gate.replace = format->force;
	if (target_check(&format->target, format->path, filesystem->size,
	    &format->gate, err) < 0)
		return -1;
	filesystem->size = format->target.size;
	return filesystem_check(filesystem, err);
}

static void
format_reap(const struct target *target)
{
	auto_free char *directory = memory_string(target->path);

	*strrchr(directory, '/') = '\0';
	target_reap(*directory ? directory : "/");
}

int
disk_format_plan(struct disk_format *format, struct error *err)
{
	const struct suite *suite = format_suite(format, err);

	format->target = TARGET_NONE;
	format->filesystem.stays_empty = true;
	if (!suite ||
	    suite_filesystem(suite, &format->filesystem, err) < 0 ||
	    format_make_ids(format, err) < 0 ||
	    filesystem_check(&format->filesystem, err) < 0 ||
	    format_target(format, err) < 0)
		return -1;
	if (!format->dry_run && format->target.kind == TARGET_IMAGE)
		format_reap(&format->target);
	return 0;
}

int
disk_format_make(struct disk_format *format, struct error *err)
{
	struct target *target = &format->target;

	target_warn(target, format->events);
	events_step(format->events, "making the filesystem");
	if (target_begin(target, &format->gate, err) < 0 ||
	    target_wipe(target, format->wipe, format->events, err) < 0 ||
	    filesystem_make(&format->filesystem, target->fd, format->events,
	    err) < 0)
		return -1;
	events_step(format->events, "syncing the disk");
	return target_commit(target, &format->gate, err);
}

const char *
disk_format_cfg_directory(void)
{
	return geteuid() == 0 ? "/etc/xen" : ".";
}

void
disk_format_release(struct disk_format *format)
{
	target_release(&format->target);
	suite_table_free(format->suites);
	free(format->locks);
	free(format->uuid);
	free(format->hash_seed);
}
