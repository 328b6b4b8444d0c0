#include "make/in_place.h"

#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/state.h"
#include "make/claims.h"
#include "make/disk_format.h"

int
in_place_open(struct in_place *disk, const char *path, bool looks_only,
    struct error *err)
{
	auto_claims struct claims claims = {0};
	auto_free char *state = state_directory();
	struct stat status;

	if (stat(path, &status) < 0)
		return error_errno(err, "'%s'", path);
	if (claims_read(&claims, disk_format_cfg_directory(), err) < 0 ||
	    claims_check_idle(&claims, path, err) < 0)
		return -1;
	disk->locks = memory_printf("%s/locks", state);
	disk->gate = (struct target_gate){
		.replace = true, .overwrite = true, .locks = disk->locks,
		.looks_only = looks_only,
	};
	if (target_check(&disk->target, path, S_ISREG(status.st_mode)
	    ? (uint64_t)status.st_size : 0, &disk->gate, err) < 0)
		return -1;
	return target_begin_in_place(&disk->target, &disk->gate, err);
}

int
in_place_commit(struct in_place *disk, struct error *err)
{
	return target_commit(&disk->target, &disk->gate, err);
}

void
in_place_release(struct in_place *disk)
{
	target_release(&disk->target);
	free(disk->locks);
}
