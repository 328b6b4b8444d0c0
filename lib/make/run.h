/*
 * run: one guest from its description to its disk, domain file and manifest.
 *
 *	run_describe	completes the guest, and works out what its root is to
 *			be; reads only what the description names
 *	run_plan	looks at everything, writes nothing; describes it first
 *			if that is still to be done
 *	run_writes	what run_make would write (--dry-run)
 *	run_make	stages the root, then commits: disk, domain file,
 *			manifest
 *
 * What fails before the commit leaves all as it was: that is the moment when
 * the new files, images among them, get their names, all at once and in a
 * process that a kill of the run does not reach (run_commit.h). A device has
 * its own: run_disk_make, when the root is complete and the files that do not
 * come out of it are written.
 */
#ifndef MAKE_RUN_H
#define MAKE_RUN_H

#include "base/error.h"
#include "base/events.h"
#include "disk/iso_files.h"
#include "disk/medium.h"
#include "guest/boot_files.h"
#include "guest/guest.h"
#include "guest/manifest.h"
#include "guest/role.h"
#include "make/run_base.h"
#include "make/run_disk.h"
#include "root/root.h"

/* What run_answers.h writes; nothing without --unattended. */
struct run_answers {
	char *medium, *floppy;	/* paths; NULL: there is none */
	struct buffer text, logon;
	struct strings paths;	/* of drivers, in the medium; each is */
	struct strings sources;	/* a file of the host, */
	struct iso_files image;	/* or one of an image */
};

struct run {
	struct guest *guest;	/* the caller's; run_describe completes it */
	struct events *events;
	struct trust trust;	/* its flags; the keyring is the guest's */
	bool dry_run;	/* run_plan takes no lock and makes no directory */
	bool starts;	/* the caller starts it here when it is made */
	bool shows_password;	/* the caller shows a random one itself */

	/* What one run can borrow from another, set before run_describe; NULL:
	 * it gets its own. */
	struct suite_table *suites;
	const struct claims *claims;
	struct run_base *base;	/* made, and with this run's run_base_key */

	bool is_described;
	bool image_dir_is_named, cfg_dir_is_named;	/* else a default */
	struct suite_table *own_suites;
	struct claims own_claims;
	struct run_base own_base;
	const struct suite *suite;	/* NULL: an installer brings it */
	struct buffer description;	/* what was asked for: description.h */
	int lock;
	char *locks;	/* directory for those of the disks */
	struct manifest before;	/* of the guest's earlier make, if any */
	struct strings directories;	/* that are to be made first */
	struct roles roles;
	struct hook_list base_hooks;	/* of the bootstrap */
	struct hook_list hooks;	/* of what follows it */
	VECTOR(struct run_disk) disks;	/* the root's first */
	struct medium medium;	/* of --iso; then there is no suite */
	struct run_answers answers;
	char *cfg;	/* absolute path */
	char *autostart;	/* a link to it, or NULL */
	char *kernel;	/* for --boot direct: the guest's own, extracted, */
	char *ramdisk;	/* or those that were asked for */
	struct boot_files boot_files;	/* the former, once there is a tree
					   that has them */
	char *seed;	/* absolute path; NULL: cloud-init has none */
	char *password_file;	/* where a random one is written, or NULL */
	struct root_request request;
	char *cache_directory;
};

#define auto_run __attribute__((cleanup(run_release)))

int run_describe(struct run *run, struct error *err);
int run_plan(struct run *run, struct error *err);
/* One line a write: "WHAT PATH (DETAIL)". */
void run_writes(const struct run *run, struct strings *writes);
int run_make(struct run *run, struct error *err);
void run_release(struct run *run);

#endif
