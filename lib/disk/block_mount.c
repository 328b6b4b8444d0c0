#include "disk/block_mount.h"

#include <stdio.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/memory.h"

/* The source stands behind a "-" that any number of fields may precede. */
static char *
mount_source(struct view line)
{
	struct view word;

	while (view_word(&line, &word))
		if (view_is(word, "-"))
			break;
	return block_proc_path(block_proc_field(line, 1));
}

/* btrfs and others have numbers of their own; the source is the device. */
static dev_t
mount_device(struct view line)
{
	struct view number = block_proc_field(line, 2);
	auto_free char *text = view_string(number);
	auto_free char *source = mount_source(line);
	unsigned major_, minor_;
	struct stat status;

	if (sscanf(text, "%u:%u", &major_, &minor_) == 2 && major_)
		return makedev(major_, minor_);
	return *source == '/' && stat(source, &status) == 0 &&
	    S_ISBLK(status.st_mode) ? status.st_rdev : 0;
}

void
block_mounts_read(const struct block_tables *tables, const char *process,
    struct block_mounts *mounts)
{
	auto_free char *path = memory_printf("%s/mountinfo", process);
	auto_buffer struct buffer text = {0};
	struct view rest, line;

	block_proc_text(tables, path, &text);
	rest = view_of(text.data);
	while (view_cut(&rest, '\n', &line))
		if (line.length)
			*vector_push(mounts) = (struct block_mount){
				.place = block_proc_path(
				    block_proc_field(line, 4)),
				.device = mount_device(line),
			};
}

void
block_mounts_release(struct block_mounts *mounts)
{
	vector_each(mount, mounts)
		free(mount->place);
	vector_release(mounts);
}
