/*
 * target: where a guest's disk goes, and whether it is safe to write there.
 * A target is an image file (made beside its final name and put there by
 * rename at the commit) or a block device (opened O_EXCL, checked, written
 * from target_begin on). Nothing is written before target_begin.
 */
#ifndef DISK_TARGET_H
#define DISK_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/events.h"

enum target_kind { TARGET_IMAGE, TARGET_BLOCK };

struct target {
	char *path;	/* as the cfg will name it: absolute */
	enum target_kind kind;
	uint64_t size;	/* bytes: as asked for, or the device's */
	char *former;	/* what is destroyed, in words; NULL: nothing known */
	int fd;	/* from target_begin on; 0600, read and write */
	int directory;	/* of an image's final name */
	char *name;	/* an image's last name */
	char *temporary;	/* where it has a name before the commit */
	bool in_place;	/* what is there is being changed */
	struct target_hold *hold;	/* from the check on */
};

struct target_gate {
	bool replace;	/* this guest's own image may be replaced */
	bool overwrite;	/* a known signature may be written over */
	const char *locks;	/* directory for locks; NULL: there are none */
	bool looks_only;	/* takes none of them */
};

#define TARGET_NONE (struct target){.fd = -1, .directory = -1}
#define auto_target __attribute__((cleanup(target_release)))

/*
 * Looks at the path and refuses with one sentence what is not safe. An image:
 * exists without replace; its directory missing or not writable; attached to
 * a loop device, in use as swap space or locked by a program, even with
 * replace. A device: the host's own; mounted in any namespace that can be
 * seen; swap in use; held by another device; in use (O_EXCL); a whole disk
 * with partitions in use; locked (flock); read-only; a known signature
 * (libblkid) without overwrite; too small (size 0 is the device's own). Either:
 * another run is at work on it. A device stays held until the release. Fills
 * `target`, to be released in any case.
 */
int target_check(struct target *target, const char *path, uint64_t size,
    const struct target_gate *gate, struct error *err);
/* A device's descriptor, from the check on; -1 of an image. */
int target_device(const struct target *target);
/* The image that is replaced, open for reading; the caller's to close. */
int target_former(const struct target *target, struct error *err);
/* The file of its lock, or NULL. */
const char *target_lock_path(const struct target *target);
/* Warns of what will be destroyed, if there is something known. */
void target_warn(const struct target *target, struct events *events);
/* Of one that is not to be written by us: only, is it there? */
int target_check_attached(struct target *target, const char *path,
    struct error *err);
/* Is there room for so many bytes beside an image's final name? */
int target_check_room(const struct target *target, uint64_t bytes,
    struct error *err);
/* A file of holes without a name for what is to be put into it later: beside
 * an image; for a device as file_temporary has it. The caller's to close; -1
 * failed. */
int target_stage(const struct target *target, uint64_t size,
    struct error *err);
/* Gives an image room on its filesystem for all of its size. */
int target_allocate(const struct target *target, struct error *err);
/* Checks again, that the path leads where it led, too, and opens for writing;
 * an image is `size` bytes of holes. */
int target_begin(struct target *target, const struct target_gate *gate,
    struct error *err);
/* The same for what is there already, which keeps its size and content. */
int target_begin_in_place(struct target *target,
    const struct target_gate *gate, struct error *err);
/*
 * The commit, and its four steps for those who commit several things at once:
 * what was written is on the disk, and a device has not shrunk meanwhile; a new
 * image has a temporary name, so that only the rename can fail; it has its own;
 * that is on the disk, too, and the target is let go, a device with what the
 * kernel and udev know of it up to date.
 */
int target_commit(struct target *target, const struct target_gate *gate,
    struct error *err);
int target_sync(const struct target *target, struct error *err);
int target_name(struct target *target, const struct target_gate *gate,
    struct error *err);
int target_put(struct target *target, const struct target_gate *gate,
    struct error *err);
int target_settle(struct target *target, struct error *err);
/* Takes the temporary name away. */
void target_unname(struct target *target);
/* In a child: it has nothing to do with what the parent goes on holding. */
void target_leave(struct target *target);
/* Closes; what was not committed is gone. */
void target_release(struct target *target);

/* Removes images' temporaries that dead runs left in this directory. */
void target_reap(const char *directory);

#endif
