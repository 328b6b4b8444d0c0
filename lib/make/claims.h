/*
 * claims: which names, disks, MAC and IP addresses are guests' already, as
 * manifests, domain files and the domains that run say. Files that cannot be
 * read as such say nothing, but for a manifest of a later format: whose its
 * disks are would be forgotten.
 */
#ifndef MAKE_CLAIMS_H
#define MAKE_CLAIMS_H

#include "base/error.h"
#include "base/map.h"
#include "guest/guest.h"
#include "xen/running.h"

enum claim_kind { CLAIM_NAME, CLAIM_DISK, CLAIM_MAC, CLAIM_ADDRESS };

struct claim {
	char *owner;	/* a guest's name */
	enum claim_kind kind;
	char *what;	/* the name; absolute path; lower case; as address_text
			   has it */
	char *source;	/* what says so; NULL: the domain runs */
	size_t next;	/* number, from 1, of another of the same; 0: none */
};

struct claims {
	struct claim *items;
	size_t count;
	size_t capacity;
	struct map first;	/* number, from 1, by what is claimed */
	struct running running;
};

#define auto_claims __attribute__((cleanup(claims_release)))

/* Manifests, domain files in this directory and in /etc/xen, what runs. */
int claims_read(struct claims *claims, const char *cfg_directory,
    struct error *err);
/* Refuses the name of a guest if a domain file other than `cfg`, which is to be
 * its own, is that of a domain of the same name. */
int claims_check_name(const struct claims *claims, const char *name,
    const char *cfg, struct error *err);
/* Domain files of one more directory. */
int claims_add_directory(struct claims *claims, const char *cfg_directory,
    struct error *err);
/* A guest that is to be made; `source` says where it is described. */
void claims_add_guest(struct claims *claims, const struct guest *guest,
    const char *source);
/*
 * Refuses a disk that a guest other than `name` has, or that is a part or the
 * whole of such a disk; the sentence names that guest and who says so. Else 1
 * if it is this guest's own, 0 if nobody's.
 */
int claims_check(const struct claims *claims, const char *name,
    const char *disk, struct error *err);
/* Refuses a MAC address, or an IP address that is not link-local, of a guest
 * other than `name`. */
int claims_check_nics(const struct claims *claims, const char *name,
    const struct guest_nics *nics, struct error *err);
/* Has a guest other than this one a MAC address of its cards? */
bool claims_have_mac(const struct claims *claims, const struct guest *guest);
/* Refuses a disk of a domain that runs, whosever it is. */
int claims_check_idle(const struct claims *claims, const char *disk,
    struct error *err);
void claims_release(struct claims *claims);

#endif
