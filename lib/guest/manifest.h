/*
 * manifest: what was made, one deb822 file a guest, in
 * /var/lib/mkguest/guests/NAME (as user $XDG_DATA_HOME/mkguest/guests/NAME,
 * ~/.local/share/…). mkguest-try and all later tools read it. It also keeps
 * the ids that a guest has for life: MACs, UUID, the filesystems' UUIDs; and
 * all that its domain file is written from (xen/domain_manifest.h), and what
 * the guest was asked to be (description.h).
 *
 * A manifest of a later format is refused: what it says could be something else
 * than what we would understand.
 */
#ifndef GUEST_MANIFEST_H
#define GUEST_MANIFEST_H

#include "base/buffer.h"
#include "base/error.h"
#include "guest/guest.h"
#include "guest/state.h"

struct manifest {
	char *name;
	char *suite;
	char *architecture;
	struct guest_disks disks;	/* absolute paths; the root first */
	struct guest_nics nics;
	char *cfg;	/* absolute path of the domain file */
	char *kernel;	/* of dom0: copied out of the guest (boot is direct) or
			   its own (boot is host); NULL: another boots it */
	char *ramdisk;
	char *seed;	/* the medium that cloud-init reads */
	char *hostname;	/* the host's own label */
	char *uuid;
	char *toolstack, *type, *boot, *firmware, *vnc, *cdrom;	/* as those of
				   struct guest, but for boot's "host" */
	char *memory, *vcpus;	/* numbers */
	char *root;	/* what the kernel mounts, as root= has it */
	char *xen_version;	/* as guest_settings.h has it */
	struct strings settings;	/* the same */
	struct strings host_keys;	/* of its ssh server, public; none: it
					   makes them itself */
	char *autostart;	/* the link that has it started with the host */
	char *console;
	char *iso;	/* its system is to be installed from; NULL: it is
			   there */
	char *answers;	/* for that: our medium and floppy, with secrets */
	char *floppy;
	char *system;	/* windows; NULL: another */
	char *description;	/* description.h; NULL: made before there was one */
	char *clone_of;	/* the guest that it was then; NULL: none */
	char *plan;	/* digest of its packages, see plan.h; NULL: it has none
			   of ours */
	char *tool;	/* that made it, with its version */
	char *made;	/* RFC 3339 time */
	bool is_newer;	/* it could not be read, as its format is a later one */
};

enum {
	MANIFEST_FORMAT = 1,	/* what we write */
	MANIFEST_MODE = 0600,	/* what was asked for is nobody else's */
};

#define auto_manifest __attribute__((cleanup(manifest_release)))

/* 1 read, 0 there is none, -1 failed. */
int manifest_read(const char *name, struct manifest *manifest,
    struct error *err);
/* The guest is made again: it keeps the ids that are not given anew. Before
 * guest_make_ids. */
void manifest_keep_ids(const struct manifest *manifest, struct guest *guest);
/* The text of its file, which is the caller's to write. */
void manifest_text(const struct manifest *manifest, struct buffer *text);
/* Of a file's text, into an empty manifest: 1, or -1; `path` for messages. */
int manifest_parse(const char *path, struct view text,
    struct manifest *manifest, struct error *err);
void manifest_release(struct manifest *manifest);

#endif
