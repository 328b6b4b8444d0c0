#include "make/run_install.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "make/run_commit.h"

static int
open_medium(struct run *run, struct error *err)
{
	auto_free char *path = realpath(run->guest->iso, NULL);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(err, "open it");
	if (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode)) {
		free(run->guest->iso);
		run->guest->iso = steal_pointer(&path);
		return fd;
	}
	close(fd);
	return error_set(err, "it is neither an image nor a drive");
}

/* xm's machine of old has cards of its own, of which guests know one. */
static void
plan_nics(struct run *run)
{
	vector_each(nic, &run->guest->nics)
		if (!nic->model && strcmp(run->guest->toolstack, "xm"))
			nic->model = memory_string(run->medium.family->nic);
}

static void
plan_memory(const struct run *run)
{
	const struct guest *guest = run->guest;

	if (guest->memory < run->medium.family->memory)
		events_warn(run->events, "%s may not be content with %llu MiB; "
		    "--memory gives it more", run->medium.title,
		    (unsigned long long)guest->memory);
}

int
run_install_plan(struct run *run, struct error *err)
{
	auto_close int fd = open_medium(run, err);

	if (fd < 0 || medium_read(fd, &run->medium, err) < 0 ||
	    medium_check_boot(&run->medium, run->guest->firmware, err) < 0)
		return error_prefix(err, "--iso '%s'", run->guest->iso);
	plan_nics(run);
	plan_memory(run);
	return 0;
}

int
run_install_make(struct run *run, struct commit *files, struct error *err)
{
	if (run_commit_begin(run, files, err) < 0)
		return -1;
	vector_each(disk, &run->disks)
		if (guest_disk_is_written(disk->disk) &&
		    run_disk_make(disk, err) < 0)
			return -1;
	return 0;
}
