#include "make/claims.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "disk/block_tables.h"
#include "guest/manifest.h"
#include "guest/network_disk.h"
#include "xen/domain.h"

static const char xen_directory[] = "/etc/xen";

enum { CFG_MAX = 1 << 20 };

/* --- who claims what ----------------------------------------------------- */

/* Takes over what it is. */
static void
claims_add(struct claims *claims, enum claim_kind kind, const char *owner,
    char *what, const char *source)
{
	void **first = map_put(&claims->first, view_of(what));

	*vector_push(claims) = (struct claim){
		.owner = memory_string(owner), .kind = kind, .what = what,
		.source = memory_string(source), .next = (uintptr_t)*first,
	};
	*first = (void *)(uintptr_t)claims->count;
}

/* Of those that name it so: the first, and the next one; NULL after the last. */
static const struct claim *
claims_of(const struct claims *claims, const char *what)
{
	size_t number = (uintptr_t)map_get(&claims->first, view_of(what));

	return number ? &claims->items[number - 1] : NULL;
}

static const struct claim *
claims_next(const struct claims *claims, const struct claim *claim)
{
	return claim->next ? &claims->items[claim->next - 1] : NULL;
}

/* xl looks for what has no directory in /dev. */
static void
claims_add_disk(struct claims *claims, const char *owner, const char *disk,
    const char *source)
{
	claims_add(claims, CLAIM_DISK, owner, memory_printf("%s%s",
	    *disk == '/' || network_disk_find(disk) ? "" : "/dev/", disk),
	    source);
}

static void
claims_add_macs(struct claims *claims, const char *owner,
    const struct strings *macs, const char *source)
{
	vector_each(text, macs) {
		auto_error struct error ignored = {0};
		char *mac = mac_normal(*text, &ignored);

		if (mac)
			claims_add(claims, CLAIM_MAC, owner, mac, source);
	}
}

/* With a prefix or without. */
static void
claims_add_addresses(struct claims *claims, const char *owner,
    const struct strings *addresses, const char *source)
{
	vector_each(text, addresses) {
		auto_error struct error ignored = {0};
		struct view rest = view_of(*text), alone;
		struct address address;

		view_cut(&rest, '/', &alone);
		if (address_parse(alone, AF_UNSPEC, &address, &ignored) == 0 &&
		    !address_is_link_local(&address))
			claims_add(claims, CLAIM_ADDRESS, owner,
			    address_text(&address), source);
	}
}

static void
claims_add_nic(struct claims *claims, const char *owner,
    const struct guest_nic *nic, const char *source)
{
	struct strings macs = {(char *[]){nic->mac}, nic->mac ? 1 : 0, 0};

	claims_add_macs(claims, owner, &macs, source);
	claims_add_addresses(claims, owner, &nic->ip, source);
	claims_add_addresses(claims, owner, &nic->ip6, source);
}

static int
claims_of_manifest(struct claims *claims, const char *directory,
    const char *name, struct error *err)
{
	auto_free char *path = memory_printf("%s/%s", directory, name);
	auto_manifest struct manifest manifest = {0};
	auto_error struct error why = {0};

	if (manifest_read(name, &manifest, &why) <= 0)
		return manifest.is_newer ? error_move(err, &why) : 0;
	vector_each(disk, &manifest.disks)
		claims_add_disk(claims, manifest.name, disk->path, path);
	if (manifest.seed)
		claims_add_disk(claims, manifest.name, manifest.seed, path);
	vector_each(nic, &manifest.nics)
		claims_add_nic(claims, manifest.name, nic, path);
	return 0;
}

/* Any name will do for xl. */
static bool
may_be_cfg(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_size <= CFG_MAX;
}

static int
claims_of_cfg(struct claims *claims, const char *directory, const char *name,
    struct error *err)
{
	auto_free char *path = memory_printf("%s/%s", directory, name);
	auto_domain_claims struct domain_claims domain = {0};
	auto_buffer struct buffer text = {0};
	auto_error struct error ignored = {0};

	(void)err;
	if (!may_be_cfg(path) ||
	    file_read_at(AT_FDCWD, path, &text, &ignored) < 0 ||
	    domain_read(path, (struct view){text.data, text.length}, &domain,
	    &ignored) < 0 || !domain.name)
		return 0;
	claims_add(claims, CLAIM_NAME, domain.name,
	    memory_string(domain.name), path);
	vector_each(disk, &domain.disks)
		claims_add_disk(claims, domain.name, *disk, path);
	claims_add_macs(claims, domain.name, &domain.macs, path);
	claims_add_addresses(claims, domain.name, &domain.addresses, path);
	return 0;
}

static int
claims_in(struct claims *claims, const char *directory,
    int (*add)(struct claims *claims, const char *directory,
    const char *name, struct error *err), struct error *err)
{
	auto_closedir DIR *dir = opendir(directory);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' &&
		    add(claims, directory, entry->d_name, err) < 0)
			return -1;
	return 0;
}

int
claims_add_directory(struct claims *claims, const char *cfg_directory,
    struct error *err)
{
	return claims_in(claims, cfg_directory, claims_of_cfg, err);
}

void
claims_add_guest(struct claims *claims, const struct guest *guest,
    const char *source)
{
	vector_each(disk, &guest->disks) {
		auto_free char *path = network_disk_find(disk->path)
		    ? memory_string(disk->path)
		    : file_absolute_path(disk->path);

		claims_add_disk(claims, guest->name, path, source);
	}
	vector_each(nic, &guest->nics)
		claims_add_nic(claims, guest->name, nic, source);
}

int
claims_read(struct claims *claims, const char *cfg_directory,
    struct error *err)
{
	auto_free char *state = state_directory();
	auto_free char *manifests = memory_printf("%s/guests", state);

	if (claims_in(claims, manifests, claims_of_manifest, err) < 0 ||
	    claims_add_directory(claims, cfg_directory, err) < 0 ||
	    claims_add_directory(claims, xen_directory, err) < 0 ||
	    running_read(&claims->running, err) < 0)
		return -1;
	vector_each(domain, &claims->running) {
		vector_each(disk, &domain->disks)
			claims_add_disk(claims, domain->name, *disk, NULL);
		claims_add_macs(claims, domain->name, &domain->macs, NULL);
	}
	return 0;
}

void
claims_release(struct claims *claims)
{
	vector_each(claim, claims) {
		free(claim->owner);
		free(claim->what);
		free(claim->source);
	}
	vector_release(claims);
	map_release(&claims->first);
	running_release(&claims->running);
}

int
claims_check_name(const struct claims *claims, const char *name,
    const char *cfg, struct error *err)
{
	struct stat status;
	bool is_there = stat(cfg, &status) == 0;

	for (const struct claim *claim = claims_of(claims, name); claim;
	    claim = claims_next(claims, claim)) {
		if (claim->kind != CLAIM_NAME ||
		    (is_there && file_is(claim->source, &status)))
			continue;
		return error_set(err, "'%s' is the domain file of a domain "
		    "'%s', too; choose another name, or remove that file",
		    claim->source, name);
	}
	return 0;
}

/* --- is it this disk? ---------------------------------------------------- */

/* A disk and its partition are not two. */
static bool
device_overlaps(const struct block_tables *tables, dev_t a, dev_t b)
{
	return a == b || block_disk(tables, a) == b ||
	    block_disk(tables, b) == a;
}

/* Is this the file that a loop device is attached to? */
static bool
loop_is_attached_to(const struct block_tables *tables, dev_t loop,
    const struct stat *file)
{
	auto_free char *backing =
	    block_attribute(tables, loop, "loop/backing_file");

	return backing && file_is(backing, file);
}

/* The same path, file or device, by whatever name. */
static bool
disk_overlaps(const struct block_tables *tables, const char *a, const char *b)
{
	struct stat one, two;

	if (strcmp(a, b) == 0)
		return true;
	if (stat(a, &one) < 0 || stat(b, &two) < 0)
		return false;
	if (S_ISBLK(one.st_mode) && S_ISBLK(two.st_mode))
		return device_overlaps(tables, one.st_rdev, two.st_rdev);
	if (S_ISBLK(one.st_mode))
		return loop_is_attached_to(tables, one.st_rdev, &two);
	if (S_ISBLK(two.st_mode))
		return loop_is_attached_to(tables, two.st_rdev, &one);
	return one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* 1 if the claim is the guest's own. */
static int
claim_check(const struct claim *claim, const char *name, const char *disk,
    struct error *err)
{
	return !strcmp(claim->owner, name) ? 1 : error_set(err, "'%s' is the "
	    "disk of guest '%s' (%s)", disk, claim->owner, claim->source
	    ? claim->source : "which is running");
}

/* A disk that is not there yet is no other by another name. */
static int
claims_check_new(const struct claims *claims, const char *name,
    const char *disk, struct error *err)
{
	int is_own = 0;

	for (const struct claim *claim = claims_of(claims, disk);
	    claim && is_own >= 0; claim = claims_next(claims, claim))
		if (claim->kind == CLAIM_DISK)
			is_own = claim_check(claim, name, disk, err);
	return is_own;
}

int
claims_check(const struct claims *claims, const char *name, const char *disk,
    struct error *err)
{
	auto_block_tables struct block_tables tables = BLOCK_TABLES_NONE;
	int is_own = 0;

	if (!file_exists(AT_FDCWD, disk))
		return claims_check_new(claims, name, disk, err);
	if (block_tables_open(&tables, err) < 0)
		return -1;
	vector_each(claim, claims) {
		if (claim->kind == CLAIM_DISK &&
		    disk_overlaps(&tables, disk, claim->what))
			is_own = claim_check(claim, name, disk, err);
		if (is_own < 0)
			break;
	}
	return is_own;
}

int
claims_check_idle(const struct claims *claims, const char *disk,
    struct error *err)
{
	auto_block_tables struct block_tables tables = BLOCK_TABLES_NONE;

	if (block_tables_open(&tables, err) < 0)
		return -1;
	vector_each(claim, claims)
		if (claim->kind == CLAIM_DISK && !claim->source &&
		    disk_overlaps(&tables, disk, claim->what))
			return error_set(err, "'%s' is a disk of domain '%s', "
			    "which is running; shut it down first: xl shutdown "
			    "-w %s", disk, claim->owner, claim->owner);
	return 0;
}

/* --- is it this address? ------------------------------------------------- */

static int
claims_check_free(const struct claims *claims, enum claim_kind kind,
    const char *name, const char *what, struct error *err)
{
	for (const struct claim *claim = claims_of(claims, what); claim;
	    claim = claims_next(claims, claim))
		if (claim->kind == kind && strcmp(claim->owner, name))
			return error_set(err, "'%s' is %s address of guest "
			    "'%s' (%s)", what, kind == CLAIM_MAC ? "the MAC"
			    : "an", claim->owner, claim->source
			    ? claim->source : "which is running");
	return 0;
}

static int
claims_check_addresses(const struct claims *claims, const char *name,
    const struct strings *words, struct error *err)
{
	struct address address;
	size_t at = 0;

	while (guest_nic_next_address(words, &at, &address)) {
		auto_free char *text = address_text(&address);

		if (claims_check_free(claims, CLAIM_ADDRESS, name, text,
		    err) < 0)
			return -1;
	}
	return 0;
}

int
claims_check_nics(const struct claims *claims, const char *name,
    const struct guest_nics *nics, struct error *err)
{
	vector_each(nic, nics)
		if (claims_check_free(claims, CLAIM_MAC, name, nic->mac,
		    err) < 0 ||
		    claims_check_addresses(claims, name, &nic->ip, err) < 0 ||
		    claims_check_addresses(claims, name, &nic->ip6, err) < 0)
			return -1;
	return 0;
}

bool
claims_have_mac(const struct claims *claims, const struct guest *guest)
{
	vector_each(nic, &guest->nics) {
		auto_error struct error taken = {0};

		if (claims_check_free(claims, CLAIM_MAC, guest->name, nic->mac,
		    &taken) < 0)
			return true;
	}
	return false;
}
