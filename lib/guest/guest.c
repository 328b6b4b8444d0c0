#include "guest/guest.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/access.h"
#include "guest/cloud_init.h"
#include "guest/guest_boot.h"
#include "guest/guest_install.h"
#include "guest/guest_name.h"
#include "guest/identity.h"
#include "guest/region.h"
#include "guest/state.h"

enum {
	MEMORY_DEFAULT = 512,	/* MiB */
	MEMORY_MIN = 64,
	MEMORY_MAX = 16 << 20,
	VCPUS_MAX = 512,	/* of a PVH guest */
};

/* What the option table does not own. */
static const size_t guest_texts[] = {
	GUEST(name), GUEST(authorized_keys),
};

void
guest_release(struct guest *guest)
{
	options_release(guest_options, guest);
	options_release(settings_options, guest);
	options_release(identity_options, guest);
	guest_disks_release(&guest->disks);
	guest_vnc_release(&guest->screen);
	changes_release(&guest->files);
	host_keys_release(&guest->host_keys);
	strings_release(&guest->renamed);
	origins_release(&guest->origins);
	guest_nics_release(&guest->nics);
	for (size_t i = 0; i < sizeof(guest_texts) / sizeof(*guest_texts); i++)
		free(*(char **)((char *)guest + guest_texts[i]));
	guest_users_release(&guest->users);
	memory_free_secret(guest->password_hash);
	memory_free_secret(guest->random_password);
	memory_free_secret(buffer_steal(&guest->user_data_text));
	*guest = (struct guest){0};
}

static void
guest_default(char **place, const char *value)
{
	if (!*place)
		*place = memory_string(value);
}

static void
guest_replace(char **place, char *value)
{
	free(*place);
	*place = value;
}

/* Where the volumes are that each option names. */
static const struct {
	const char *option;
	size_t offset;	/* of a char *: GROUP, with a pool if the kind has */
	const char *front;
	const char *kind;
	bool has_pool;
} volumes[] = {
	{"lvm", GUEST(lvm), "/dev", "lvm", false},
	{"lvm-thin", GUEST(lvm_thin), "/dev", "lvm-thin:", true},
	{"zpool", GUEST(zpool), "/dev/zvol", "zfs", false},
};

struct volume_place {
	char *base;	/* the group's path; NULL: there are no volumes */
	char *kind;	/* as volume.h has it */
	const char *option;
};

static int
volume_place_find(const struct guest *guest, size_t i,
    struct volume_place *place, struct error *err)
{
	const char *text = *(char *const *)((const char *)guest +
	    volumes[i].offset);
	struct view pool = view_of(text), group = pool;

	if (place->base)
		return error_usage(err, "the volumes are elsewhere already; "
		    "give one of --lvm, --lvm-thin and --zpool");
	if (volumes[i].has_pool && (!view_cut(&pool, '/', &group) ||
	    !pool.length))
		return error_usage(err, "'%s' is not VG/POOL", text);
	place->base = memory_printf("%s/" VIEW_FORMAT, volumes[i].front,
	    VIEW_ARGUMENTS(group));
	place->kind = memory_printf("%s%s", volumes[i].kind,
	    volumes[i].has_pool ? pool.data : "");
	place->option = volumes[i].option;
	return 0;
}

static void
guest_complete_disks(struct guest *guest, struct faults *faults)
{
	struct volume_place volume = {.option = "size"};
	struct guest_disk_words words = {&guest->disk, &guest->swap,
	    guest->size, guest->firmware ? "gpt" : NULL, guest->iso != NULL};
	auto_free char *root = NULL, *swap = NULL;

	if (!*guest->name)
		return;
	for (size_t i = 0; i < sizeof(volumes) / sizeof(*volumes); i++) {
		auto_error struct error one = {0};

		if (*(char **)((char *)guest + volumes[i].offset) &&
		    volume_place_find(guest, i, &volume, &one) < 0)
			faults_add(faults, volumes[i].option, 0, &one);
	}
	guest->on_volumes = volume.base;
	root = memory_printf(volume.base ? "%s/%s-disk" : "%s/%s.img",
	    volume.base ? volume.base : guest->image_dir, guest->name);
	swap = memory_printf(volume.base ? "%s/%s-swap" : "%s/%s-swap.img",
	    volume.base ? volume.base : guest->image_dir, guest->name);
	guest_disks_read(&guest->disks, &words, &(struct guest_place){root,
	    swap, volume.kind, volume.option}, faults);
	free(volume.base);
	free(volume.kind);
}

struct limit {
	const char *option;
	size_t offset;	/* of a uint64_t */
	uint64_t usual, min, max;
};

static const struct limit limits[] = {
	{"memory", GUEST(memory), MEMORY_DEFAULT, MEMORY_MIN, MEMORY_MAX},
	{"vcpus", GUEST(vcpus), 1, 1, VCPUS_MAX},
};

static int
limit_complete(const struct limit *limit, bool is_given, uint64_t *number,
    struct error *err)
{
	if (!*number && !is_given)
		*number = limit->usual;
	if (*number >= limit->min && *number <= limit->max)
		return 0;
	return error_usage(err, "%llu is not between %llu and %llu",
	    (unsigned long long)*number, (unsigned long long)limit->min,
	    (unsigned long long)limit->max);
}

static void
guest_complete_numbers(struct guest *guest, struct faults *faults)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		auto_error struct error one = {0};
		const struct origin *origin = origins_find(&guest->origins,
		    limits[i].option, 0);

		if (limit_complete(&limits[i], origin && !origin->is_none,
		    (uint64_t *)((char *)guest + limits[i].offset), &one) < 0)
			faults_add(faults, limits[i].option, 0, &one);
	}
}

/* Text that stands in one form, and is checked so. */
static const struct {
	const char *option;
	size_t offset;	/* of a char * */
	char *(*normal)(const char *text, struct error *err);
} normals[] = {
	{"mac", GUEST(mac), mac_normal},
	{"uuid", GUEST(uuid), uuid_normal},
	{"bridge", GUEST(bridge), guest_nic_interface},
};

static void
guest_complete_texts(struct guest *guest, struct faults *faults)
{
	for (size_t i = 0; i < sizeof(normals) / sizeof(*normals); i++) {
		auto_error struct error one = {0};
		char **text = (char **)((char *)guest + normals[i].offset);
		char *normal;

		if (!*text)
			continue;
		normal = normals[i].normal(*text, &one);
		if (normal)
			guest_replace(text, normal);
		else
			faults_add(faults, normals[i].option, 0, &one);
	}
}

/* What --mac and --bridge say. */
static void
guest_short_nic(struct guest *guest, struct faults *faults)
{
	const char *option = guest->mac ? "mac" : "bridge";
	const char *value = guest->mac ? guest->mac : guest->bridge;
	auto_error struct error one = {0};
	struct guest_nic *nic;

	if (!guest->nic.count) {
		nic = vector_push(&guest->nics);
		nic->mac = memory_string(guest->mac);
		nic->bridge = memory_string(guest->bridge);
		guest_nic_complete(nic, &one);
	} else if (value) {
		error_usage(&one, "it is for a guest without --nic; write "
		    "--nic %s=%s", option, value);
		faults_add(faults, option, 0, &one);
	}
}

/* Which card of its domain each is, is known of a new guest alone. */
static void
guest_check_macs(struct guest *guest, struct faults *faults)
{
	auto_error struct error one = {0};

	for (size_t i = 0; i < guest->nics.count; i++) {
		auto_error struct error no_mac = {0};

		if (guest->nics.items[i].mac || guest->is_clone)
			continue;
		error_usage(&no_mac, "mac= must say which card of the domain "
		    "it is");
		faults_add(faults, "nic", i, &no_mac);
	}
	if (!guest->network_stack || guest->nic.count)
		return;
	error_usage(&one, "it needs --nic");
	faults_add(faults, "network-stack", 0, &one);
}

static void
guest_read_nics(struct guest *guest, struct faults *faults)
{
	guest_nics_read(&guest->nics, &guest->nic, faults);
	if (guest->is_there)
		guest_check_macs(guest, faults);
	else
		guest_short_nic(guest, faults);
}

static void
guest_default_directories(struct guest *guest)
{
	bool is_root = geteuid() == 0;
	auto_free char *state = state_directory();

	if (!guest->image_dir)
		guest->image_dir = is_root ? memory_printf("%s/images", state) :
		    memory_string(".");
	guest_default(&guest->cfg_dir, is_root ? "/etc/xen" : ".");
	if (!guest->boot_dir)
		guest->boot_dir = memory_printf("%s/boot", state);
}

static void
guest_default_texts(struct guest *guest)
{
	if (!guest->suite)
		guest->suite = suite_host_codename();
	guest_default(&guest->suite, "stable");
	guest_default(&guest->architecture, suite_host_architecture());
	guest_default(&guest->variant, "minbase");
	guest_default(&guest->hostname, guest->name);
	guest_default(&guest->timezone, "Etc/UTC");
}

/* A name that is no field is an operand, no option. */
static void
guest_check_name(struct guest *guest, struct faults *faults)
{
	const struct origin *origin = origins_find(&guest->origins, "name", 0);
	auto_error struct error one = {0};

	if (guest_name_check(guest->name, &one) < 0)
		faults_add(faults, origin && origin->path ? "name" : NULL, 0,
		    &one);
}

/* Unless it is a new guest's name, of which all is said. */
static void
guest_check_hostname(struct guest *guest, struct faults *faults)
{
	auto_error struct error one = {0};

	if (!guest->hostname || (!guest->is_there && guest->name &&
	    !strcmp(guest->hostname, guest->name)))
		return;
	if (guest_name_check(guest->hostname, &one) < 0)
		faults_add(faults, "hostname", 0, &one);
}

static void
guest_check_machine_id(struct guest *guest, struct faults *faults)
{
	auto_error struct error one = {0};
	char *normal;

	if (!guest->machine_id || !strcmp(guest->machine_id, "empty") ||
	    !strcmp(guest->machine_id, "new"))
		return;
	normal = machine_id_normal(guest->machine_id, &one);
	if (normal)
		guest_replace(&guest->machine_id, normal);
	else
		faults_add(faults, "machine-id", 0, &one);
}

static void
guest_check_host_keys(struct guest *guest, struct faults *faults)
{
	auto_error struct error one = {0};
	const char *when = guest->ssh_host_keys;

	if (!when || !strcmp(when, "now") || !strcmp(when, "first-boot"))
		return;
	error_usage(&one, "'%s' is unknown; it can be now or first-boot", when);
	faults_add(faults, "ssh-host-keys", 0, &one);
}

static void
guest_check_root_password(struct guest *guest, struct faults *faults)
{
	auto_error struct error one = {0};

	if (guest->root_password &&
	    root_password_check(guest->root_password, &one) < 0)
		faults_add(faults, "root-password", 0, &one);
}

static void
guest_read_users(struct guest *guest, struct faults *faults)
{
	for (size_t i = 0; i < guest->user.count; i++) {
		auto_error struct error one = {0};

		if (guest_users_add(&guest->users, guest->user.items[i],
		    &one) < 0)
			faults_add(faults, "user", i, &one);
	}
}

/* Labels are what the user has given, and may be missing. */
static void
guest_check_fstab(struct guest *guest, struct faults *faults)
{
	auto_error struct error one = {0}, label = {0};
	const char *by = guest->fstab_by;

	if (!by) {
		guest->fstab_by = memory_string(
		    strcmp(guest->toolstack, "xm") ? "uuid" : "vdev");
		return;
	}
	if (strcmp(by, "uuid") && strcmp(by, "label") && strcmp(by, "vdev")) {
		error_usage(&one, "'%s' is unknown; it can be uuid, label or "
		    "vdev", by);
		faults_add(faults, "fstab-by", 0, &one);
		return;
	}
	vector_each(disk, &guest->disks) {
		if (strcmp(by, "label") || disk->label ||
		    !guest_disk_is_formatted(disk))
			continue;
		error_usage(&label, "the disk '%s' has no label=", disk->path);
		faults_add(faults, "fstab-by", 0, &label);
		return;
	}
}

typedef void (*guest_check)(struct guest *guest, struct faults *faults);

static const guest_check identity_checks[] = {
	guest_check_hostname, guest_check_machine_id, guest_check_host_keys,
	guest_check_root_password, guest_read_users, region_check,
	guest_read_nics, NULL
};

static const guest_check new_checks[] = {
	guest_check_name, guest_install_check, guest_boot_check,
	guest_settings_check, guest_complete_numbers, guest_complete_texts,
	guest_complete_disks, guest_check_fstab, cloud_init_check, NULL
};

static int
guest_run_checks(struct guest *guest, const guest_check *checks,
    struct error *err)
{
	struct faults faults = {&guest->origins, err, 0};

	for (; *checks; checks++)
		(*checks)(guest, &faults);
	return faults_result(&faults);
}

int
guest_complete_identity(struct guest *guest, struct error *err)
{
	return guest_run_checks(guest, identity_checks, err);
}

int
guest_complete(struct guest *guest, struct error *err)
{
	int is_new, is_itself;

	guest_default(&guest->name, "");
	guest_default_texts(guest);
	guest_default_directories(guest);
	is_new = guest_run_checks(guest, new_checks, err);
	is_itself = guest_run_checks(guest, identity_checks, err);
	guest_default_root_password(guest);
	return is_new < 0 || is_itself < 0 ? -1 : 0;
}

int
guest_network_check(const struct guest *guest, const struct suite *suite,
    struct error *err)
{
	auto_buffer struct buffer known = {0};

	if (!guest->network_stack ||
	    strings_has(&suite->network_stacks, guest->network_stack))
		return 0;
	vector_each(stack, &suite->network_stacks)
		buffer_printf(&known, "%s%s", known.length ? ", " : "",
		    *stack);
	return error_usage(err, "--network-stack '%s' is not for %s; it can "
	    "be %s", guest->network_stack, suite->codename, known.data);
}

char *
guest_host_label(const struct guest *guest)
{
	struct view rest = view_of(guest->hostname), label;

	view_cut(&rest, '.', &label);
	return view_string(label);
}

void
guest_make_machine_id(struct guest *guest)
{
	struct identity identity = {guest->name, guest->id_seed};
	auto_error struct error ignored = {0};
	auto_free char *uuid = NULL;

	if (!guest->machine_id || strcmp(guest->machine_id, "new"))
		return;
	uuid = identity_uuid(&identity, "machine id");
	guest_replace(&guest->machine_id, machine_id_normal(uuid, &ignored));
}

void
guest_make_ids(struct guest *guest)
{
	struct identity identity = {guest->name, guest->id_seed};

	guest_make_machine_id(guest);
	guest_nics_make_ids(&guest->nics, &identity);
	if (!guest->uuid)
		guest->uuid = identity_uuid(&identity, "domain");
	guest_disks_make_ids(&guest->disks, &identity);
}
