/*
 * guest: the description of a guest, all that `mkguest` was asked to make, or
 * `mkguest-setup` to change. Two option tables fill it from the command line,
 * and later from a guest file whose fields carry the options' names: what only
 * a new guest needs, and what a root that is there can be given as well.
 */
#ifndef GUEST_GUEST_H
#define GUEST_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/options.h"
#include "guest/changes.h"
#include "guest/guest_disks.h"
#include "guest/guest_nics.h"
#include "guest/guest_settings.h"
#include "guest/host_keys.h"
#include "guest/guest_user.h"
#include "guest/guest_vnc.h"
#include "suite/suite.h"

struct guest {
	bool is_there;	/* its root is: only what was asked for changes */
	bool reset;	/* … and what it has gathered since goes */
	bool is_clone;	/* … as it becomes another guest, with other cards */
	char *name;	/* of a new guest's domain and files */
	char *suite;
	char *architecture;
	char *variant;	/* default minbase */
	char *mirror;	/* --mirror: fetched from, and the guest's own */
	char *guest_mirror;	/* --guest-mirror: the guest's own */
	char *security_mirror;	/* the same as mirror, for security updates */
	char *keyring;
	struct strings include;
	struct strings role;	/* NAME or NAME=ARGUMENT, see role.h */
	struct strings hooks;	/* as hook_list_read takes them */
	struct strings disk;	/* as guest_disk.h has them */
	struct strings swap;
	uint64_t size;	/* bytes, of the root's disk; 0: not given */
	uint64_t memory;	/* MiB; default 512 */
	uint64_t vcpus;	/* default 1 */
	struct guest_settings settings;	/* of its domain */
	char *toolstack;	/* xl | xm */
	char *fstab_by;	/* uuid | label | vdev, as guest_disk_device has it */
	char *type;	/* pvh | pv | hvm */
	char *firmware;	/* of hvm: bios | uefi */
	char *vnc;	/* of hvm; as guest_vnc.h has it */
	char *iso;	/* of an installer; NULL: the guest is bootstrapped */
	bool unattended;	/* its setup asks nothing */
	char *edition;	/* of Windows; NULL: the only one, or Setup asks */
	char *product_key_file;
	char *drivers;	/* a directory, or an image of a CD */
	char *boot;	/* pvgrub | pygrub | direct | firmware (hvm's only
			   one) */
	char *kernel;	/* a path of the host's; NULL: the guest's own */
	char *kernel_package;	/* NULL: the suite's */
	char *modules;	/* of the host's kernel: a directory, or auto */
	char *ramdisk;	/* the same; only with kernel */
	char *cdrom;	/* a path of the host's */
	char *mac;	/* of the only network card; NULL: as with --nic */
	char *bridge;	/* the same */
	char *uuid;	/* of the domain */
	char *id_seed;	/* that all ids derive from; NULL: they are random */
	struct strings nic;	/* as guest_nic.h has them */
	char *network_stack;	/* NULL: the first of the suite's own that the
				   guest has */
	char *hostname;	/* may have a domain; default: the name */
	char *root_password;	/* a selector, as access.h has them */
	struct strings ssh_key;	/* files with public keys, of root */
	struct strings user;	/* as guest_user.h has them */
	char *timezone;	/* default Etc/UTC */
	struct strings locale;	/* the first is LANG; default: the suite's */
	char *keymap;	/* LAYOUT[:VARIANT]; NULL: as it is */
	char *machine_id;	/* empty (default), new, or 32 hex digits */
	char *ssh_host_keys;	/* now or first-boot; NULL: as fits */
	struct strings changes;	/* names and values of options: changes.h */
	struct strings first_boot;	/* files of scripts */
	struct strings skel;	/* directories; those of the admin if none */
	bool cloud_init;	/* its identity is in a seed: cloud_init.h */
	char *user_data;	/* a file, which takes the place of ours there */
	char *cfg_dir;
	char *image_dir;
	char *boot_dir;	/* kernels for --boot direct in boot_dir/NAME */
	char *cache_dir;	/* NULL: the cache's own default */
	char *lvm;	/* VG, which the root's and swap's volumes are made in */
	char *lvm_thin;	/* VG/POOL, the same */
	char *zpool;	/* POOL, the same */
	bool full;	/* images get all their room at once */
	bool keep_filesystem;	/* of the root's disk */
	bool autostart;
	bool force;
	bool wipe;
	struct origins origins;	/* of the values above */
	/* Worked out before the run: */
	bool on_volumes;	/* root and swap, by default */
	struct guest_disks disks;	/* from disk and swap; never empty */
	struct guest_vnc screen;	/* from vnc */
	struct guest_nics nics;	/* from nic, or mac and bridge; empty only if
				   the root is there */
	struct guest_users users;	/* from user */
	char *password_hash;	/* root's, crypt(5); NULL: as it is */
	char *random_password;	/* of which that is; NULL: it was not random */
	char *authorized_keys;	/* text of ssh_key */
	struct buffer user_data_text;	/* of user_data */
	struct changes files;	/* of skel, changes and first_boot */
	struct host_keys host_keys;
	unsigned first_boots;	/* scripts among them that run once */
	struct strings renamed;	/* of a clone: ids that it has not any more,
				   each with that which took its place */
};

/* For tables. */
#define GUEST(member) offsetof(struct guest, member)

extern const struct option guest_options[];	/* of a new guest */
extern const struct option identity_options[];	/* of any */
/* Those, those of its settings, and the guest's name before them, which is no option; NULL-ended. */
extern const struct option *const guest_file_tables[];
#define guest_tables (guest_file_tables + 1)

/* Checks names, MAC, UUID, sizes, how it boots; fills in the defaults that need
 * no other file. Wrong values are wrong use; the error has a line for each of
 * them, which names the option, or the field of its file. */
int guest_complete(struct guest *guest, struct error *err);
/* The same for identity_options alone, of a root that is there. */
int guest_complete_identity(struct guest *guest, struct error *err);
/* Has the release the network stack that was asked for? Wrong use if not. */
int guest_network_check(const struct guest *guest, const struct suite *suite,
    struct error *err);
/* The first label of its hostname, which the guest itself has; freed by the
 * caller. */
char *guest_host_label(const struct guest *guest);
void guest_release(struct guest *guest);

/*
 * Fills in what is random unless given: MACs, UUIDs. With a seed, or under
 * SOURCE_DATE_EPOCH, they derive from it and the name, the filesystem's
 * whatever it was.
 */
void guest_make_ids(struct guest *guest);
/* The same for --machine-id new alone. */
void guest_make_machine_id(struct guest *guest);

#endif
