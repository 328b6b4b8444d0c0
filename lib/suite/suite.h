/*
 * suite: the release table, templates/suites.deb822 and the admin's own
 * (suite_stanzas.h), one stanza a release. It decides what differs between
 * releases; no release name stands in the code. Every field of the table is
 * described at the top of that file.
 *
 * The table owns all text; it lives until suite_table_free.
 */
#ifndef SUITE_SUITE_H
#define SUITE_SUITE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/stanza.h"
#include "suite/dpkg_quirks.h"

struct suite {
	char *codename;	/* bookworm */
	char *version;	/* 12; NULL for sid */
	struct strings aliases;	/* oldstable …, accepted as names too */
	bool is_released;	/* has updates and security suites */
	char *mirror;	/* official archive, used when nothing else is known;
			   NULL only from suite_find_any */
	char *security_mirror;
	char *security_suite;	/* bookworm-security; NULL if none */
	char *updates_suite;	/* NULL if none */
	struct strings components;	/* main non-free-firmware (for guests) */
	char *keyring;	/* file in /usr/share/keyrings, without suffix; NULL
			   only from suite_find_any */
	char *removed_keyring;	/* the same for keys that were retired; or
				   NULL */
	char *apt_format;	/* deb822 | one-line */
	char *init;	/* what starts it: systemd | sysvinit */
	char *console;	/* hvc0 */
	struct strings password_hashes;	/* libcrypt prefixes, the strongest
					   first: $y$ $6$ */
	struct strings fstab;	/* pseudo filesystems in it: proc devpts shm */
	char *locale;	/* LANG, unless asked for; NULL: none */
	char *locale_file;	/* where that is set, in the guest */
	mode_t home_mode;	/* of a user's home directory */
	struct strings ssh_host_keys;	/* types its sshd reads: rsa ed25519 */
	char *ssh_key_format;	/* of ssh-keygen -m; NULL: the usual one */
	char *filesystem;	/* type that its guests have: ext4, ext3 */
	char *filesystem_features;	/* for mke2fs -O, complete */
	char *inode_size;	/* bytes; NULL: what is usual */
	char *xfs_features;	/* complete; NULL: it cannot mount xfs as it is
				   made today */
	struct strings essential_extra;	/* marked first in stage 1: usr-is-merged */
	struct strings configure_first;	/* one by one: base-passwd */
	unsigned dpkg_quirks;	/* of enum dpkg_quirk */
	struct strings guest_packages;	/* what a bootable server needs */
	struct strings network_stacks;	/* ifupdown …; the usual one first */
	struct strings cloud_init_stacks;	/* of those, what its cloud-init
					   can set up; the usual one first */
	char *interfaces_format;	/* by-mac | by-name */
	struct stanza fields;	/* everything, for kernel_package and others */
};

struct suite_table;

struct suite_table *suite_table_read(struct error *err);
void suite_table_free(struct suite_table *table);

/* By codename or alias; NULL and a sentence that lists the known ones. */
const struct suite *suite_find(const struct suite_table *table,
    const char *name, struct error *err);

/*
 * The same for a suite whose archive is given: one that the table does not
 * know (a derivative's) gets what its last stanza says, until the next call.
 */
const struct suite *suite_find_any(struct suite_table *table,
    const char *name);

/* Kernel-ARCH-TYPE or Kernel-ARCH: of the table; NULL and a sentence if there
 * is none. Freed by the caller. */
char *suite_kernel_package(const struct suite *suite, const char *architecture,
    const char *type, struct error *err);

/* Adds those of Guest-Packages, and those that only a guest of that
 * architecture and type needs. */
void suite_guest_packages(const struct suite *suite, const char *architecture,
    const char *type, struct strings *packages);
/* The latter alone. */
void suite_type_packages(const struct suite *suite, const char *architecture,
    const char *type, struct strings *packages);
/* Libraries that Xen has to emulate for such a guest; absent: there are none. */
struct view suite_tls_directory(const struct suite *suite,
    const char *architecture, const char *type);

/* Of domains that the kernel starts in, the best first; absent if unknown. */
struct view suite_kernel_types(const struct suite *suite,
    const char *architecture);

/* Adds the names of directories that are made as links to usr/NAME first. */
void suite_merged_directories(const struct suite *suite,
    const char *architecture, struct strings *directories);

/* Adds the packages of a network stack. */
void suite_network_packages(const struct suite *suite, const char *stack,
    struct strings *packages);

/*
 * The release whose os-release(5), or before there was one etc/debian_version,
 * this is; NULL if it is none of the table.
 */
const struct suite *suite_of_release(const struct suite_table *table,
    struct view text);

/* The release that this host runs; NULL if it is none of the table. */
const struct suite *suite_of_host(const struct suite_table *table);

/* The host's own codename (os-release(5)) if it is Debian, else NULL. */
char *suite_host_codename(void);

/* dpkg's name of this machine's architecture: amd64, arm64, … */
const char *suite_host_architecture(void);

#endif
