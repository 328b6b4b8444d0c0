#include "make/run_seed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/file.h"
#include "base/memory.h"
#include "disk/iso.h"
#include "guest/cloud_init.h"

/* Only this guest's own may be replaced. */
static int
check_existing(const struct run *run, struct error *err)
{
	const struct guest *guest = run->guest;
	int is_own = claims_check(run->claims, guest->name, run->seed, err);

	if (is_own < 0)
		return -1;
	if (is_own && guest->force)
		return 0;
	return error_set(err, is_own ? "'%s' exists; --force replaces this "
	    "guest's own image and domain file" : "'%s' exists, and is not "
	    "this guest's; remove it", run->seed);
}

int
run_seed_plan(struct run *run, struct error *err)
{
	const struct guest *guest = run->guest;
	auto_free char *directory = realpath(guest->image_dir, NULL);

	if (!guest->cloud_init)
		return 0;
	run->seed = memory_printf("%s/%s-seed.img",
	    directory ? directory : guest->image_dir, guest->name);
	vector_each(disk, &run->disks)
		if (disk->target.path && !strcmp(disk->target.path, run->seed))
			return error_usage(err, "'%s' is cloud-init's seed; "
			    "give the disk another name", run->seed);
	return file_exists(AT_FDCWD, run->seed) ? check_existing(run, err) : 0;
}

static int
write_seed(const struct cloud_init *texts, int fd, struct error *err)
{
	const struct {
		const char *path;
		const struct buffer *text;
	} parts[] = {
		{"meta-data", &texts->meta_data},
		{"user-data", &texts->user_data},
		{"network-config", &texts->network_config},
	};
	struct iso iso = {.label = CLOUD_INIT_LABEL, .time = epoch_or_now()};
	int result;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		*vector_push(&iso.files) = (struct iso_file){
			.path = parts[i].path,
			.text = {parts[i].text->data, parts[i].text->length},
		};
	result = iso_write(&iso, fd, err);
	vector_release(&iso.files);
	return result;
}

int
run_seed_add(struct run *run, struct commit *files, struct error *err)
{
	auto_cloud_init struct cloud_init texts = {0};
	auto_buffer struct buffer content = {0};
	auto_close int fd = -1;

	if (!run->seed)
		return 0;
	fd = memfd_create("seed", MFD_CLOEXEC);
	if (fd < 0)
		return error_errno(err, "make the seed");
	if (cloud_init_make(run->guest, run->suite, &texts, err) < 0 ||
	    write_seed(&texts, fd, err) < 0 ||
	    lseek(fd, 0, SEEK_SET) < 0 || file_read(fd, &content, err) < 0)
		return error_prefix(err, "cloud-init's seed");
	return commit_add(files, run->seed, &content, 0600, err);
}

const char *
run_seed_old(const struct run *run)
{
	const char *old = run->before.seed;

	return old && (!run->seed || strcmp(run->seed, old)) &&
	    file_exists(AT_FDCWD, old) ? old : NULL;
}

void
run_seed_forget(const struct run *run)
{
	const char *old = run_seed_old(run);

	if (old && unlink(old) < 0)
		events_warn(run->events, "'%s', which the guest has no more, "
		    "cannot be removed: %s", old, strerror(errno));
}
