#include "check/migration.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/manifest.h"
#include "xen/disk_spec.h"
#include "xen/vif_spec.h"

#define good(migration, ...) \
	readiness_say((migration)->readiness, READINESS_GOOD, NULL, __VA_ARGS__)
#define advice(migration, fix, ...) \
	readiness_say((migration)->readiness, READINESS_ADVICE, fix, \
	    __VA_ARGS__)
#define missing(migration, fix, ...) \
	readiness_say((migration)->readiness, READINESS_MISSING, fix, \
	    __VA_ARGS__)

static const char *
key_text(const struct cfg_file *guest, const char *key)
{
	return config_text(&guest->lint.config, key);
}

static const char *
guest_name(const struct cfg_file *guest)
{
	const char *name = key_text(guest, "name");

	return name ? name : guest->path;
}

/* --- the hosts ------------------------------------------------------------ */

/* 17 of "4.17.2"; 0 of what is not understood. */
static unsigned long
minor_of(const char *version)
{
	const char *point = strchr(version, '.');

	return point ? strtoul(point + 1, NULL, 10) : 0;
}

/* Xen is made to take guests from the release before its own. */
static void
check_version(struct migration *migration)
{
	const char *here = migration->here.xen_version;
	const char *there = migration->there.xen_version;

	readiness_begin(migration->readiness, "xen");
	if (!here || !there)
		missing(migration, "boot it into Xen, and see that xl info "
		    "works", "no Xen runs %s", here ? "there" : "here");
	else if (minor_of(here) == minor_of(there))
		good(migration, "%s here, %s there", here, there);
	else if (minor_of(here) + 1 == minor_of(there))
		advice(migration, "bring this host to the same release soon: "
		    "there is no way back until then", "%s here, %s there",
		    here, there);
	else
		missing(migration, "bring both to the same release", "%s here, "
		    "%s there: Xen takes guests of its own release and of the "
		    "one before", here, there);
}

/* How many features, which are bits in words between colons, one lacks. */
static unsigned
features_lacking(const char *wanted, const char *there)
{
	struct view rest = view_of(wanted), others = view_of(there);
	struct view word, other;
	unsigned count = 0;

	while (view_cut(&rest, ':', &word)) {
		unsigned long long bits = 0;

		if (view_cut(&others, ':', &other))
			bits = strtoull(other.data, NULL, 16);
		count += (unsigned)__builtin_popcountll(
		    strtoull(word.data, NULL, 16) & ~bits);
	}
	return count;
}

static void
check_processor(struct migration *migration)
{
	const char *here = migration->here.hw_caps;
	const char *there = migration->there.hw_caps;
	unsigned lacking;

	if (!here || !there)
		return;
	readiness_begin(migration->readiness, "processor");
	lacking = features_lacking(here, there);
	if (!lacking)
		good(migration, strcmp(here, there) ? "all features of this "
		    "one are there, and more" : "the same features");
	else
		missing(migration, "hide them from the guests by cpuid= in "
		    "their domain files, or by cpuid= on Xen's own command "
		    "line here, and start the guests again", "%u of this "
		    "one's features are not there (hw_caps of xl info)",
		    lacking);
}

static bool
has_word(const char *text, const char *wanted)
{
	struct view rest = view_of(text), word;

	while (view_word(&rest, &word))
		if (view_is(word, wanted))
			return true;
	return false;
}

/* Older releases of Xen do not say pv, which they all have. */
static bool
lacks(const struct migration *migration, const char *word)
{
	return has_word(migration->here.virt_caps, word) &&
	    !has_word(migration->there.virt_caps, word);
}

static void
check_virtualisation(struct migration *migration)
{
	const char *there = migration->there.virt_caps;

	if (!migration->here.virt_caps || !there)
		return;
	readiness_begin(migration->readiness, "virtualisation");
	vector_each(guest, &migration->guests) {
		const char *type = lint_type(&guest->lint);
		bool is_pv = !strcmp(type, "pv");

		if (is_pv ? !lacks(migration, "pv") : !lacks(migration, "hvm")
		    && !lacks(migration, "hap"))
			continue;
		missing(migration, "turn on VT-x or SVM in the firmware's "
		    "setup there, or start Xen there with pv=1", "'%s' is of "
		    "type %s, and there is only: %s", guest_name(guest), type,
		    there);
		return;
	}
	good(migration, "%s", there);
}

static void
check_toolstack(struct migration *migration)
{
	readiness_begin(migration->readiness, "toolstack");
	if (migration->there.receives)
		good(migration, "xl migrate-receive is there");
	else
		missing(migration, "apt-get install xen-utils there",
		    "there is no xl migrate-receive");
}

static void
check_memory(struct migration *migration)
{
	unsigned long long wanted = 0, free_there = 0;

	if (!migration->there.free_memory)
		return;
	free_there = strtoull(migration->there.free_memory, NULL, 10);
	vector_each(guest, &migration->guests) {
		const char *memory = key_text(guest, "memory");

		wanted += memory ? strtoull(memory, NULL, 0) : 0;
	}
	readiness_begin(migration->readiness, "memory");
	if (free_there >= wanted)
		good(migration, "%llu MiB wanted, %llu MiB free there", wanted,
		    free_there);
	else
		missing(migration, "make room there: xl mem-set 0 SIZE, or "
		    "shut down or move other guests", "%llu MiB wanted, only "
		    "%llu MiB free there", wanted, free_there);
}

/* --- a guest -------------------------------------------------------------- */

static void
check_domain(struct migration *migration, const struct cfg_file *guest)
{
	const char *name = guest_name(guest);
	const char *stays = key_text(guest, "nomigrate");
	const struct config_value *pci = config_get(&guest->lint.config, "pci");

	readiness_begin(migration->readiness, "domain");
	if (strings_has(&migration->there.domains, name))
		missing(migration, "shut down or rename the one there",
		    "a domain '%s' runs there", name);
	else if (pci && pci->count)
		missing(migration, "xl pci-detach, or move it shut down",
		    "'%s' has PCI devices of this host", name);
	else if (stays && strtoul(stays, NULL, 0))
		missing(migration, "take the key out of its domain file, and "
		    "start it again", "'%s' has nomigrate=1", name);
	else
		good(migration, "no '%s' runs there", name);
}

static void
check_bridges(struct migration *migration, const struct cfg_file *guest)
{
	const struct config_value *vifs =
	    config_get(&guest->lint.config, "vif");

	for (size_t i = 0; vifs && i < vifs->count; i++) {
		auto_free char *bridge = vifs->items[i].text ? view_string(
		    vif_spec_get(vifs->items[i].text, "bridge")) : NULL;

		if (!bridge)
			continue;
		readiness_begin(migration->readiness, "bridge");
		if (strings_has(&migration->there.bridges, bridge))
			good(migration, "'%s' of '%s' is there", bridge,
			    guest_name(guest));
		else
			missing(migration, "make a bridge of that name there, "
			    "in the same network", "there is no '%s', which a "
			    "card of '%s' is on", bridge, guest_name(guest));
	}
}

/* The kinds whose files other hosts have, too. */
static bool
is_shared(const char *filesystem)
{
	static const char *const shared[] = {
		"nfs", "nfs4", "cifs", "smb3", "ceph", "fuse.ceph-fuse",
		"fuse.glusterfs", "gfs2", "ocfs2", "lustre", "beegfs", "gpfs",
		"fuse.mfs", "fuse.sshfs", "9p", "afs",
	};

	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++)
		if (filesystem && !strcmp(filesystem, shared[i]))
			return true;
	return false;
}

static bool
is_same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static void
compare_files(struct migration *migration, const struct host_path *here,
    const struct host_path *there)
{
	static const char fix[] = "put the image on storage that both hosts "
	    "mount at the same place, such as NFS, or on a disk or volume "
	    "that both reach";

	if (!is_shared(here->filesystem) || !is_shared(there->filesystem))
		missing(migration, fix, "'%s' is on %s %s, which is that "
		    "host's own", here->path, is_shared(here->filesystem)
		    ? there->filesystem : here->filesystem,
		    is_shared(here->filesystem) ? "there" : "here");
	else if (!is_same(here->id, there->id) ||
	    !is_same(here->size, there->size))
		missing(migration, fix, "'%s' is another file there (%s there, "
		    "%s here)", here->path, there->source, here->source);
	else if (!is_same(here->source, there->source))
		advice(migration, "see that both names are those of the same "
		    "storage", "'%s' is on %s there, on %s here", here->path,
		    there->source, here->source);
	else
		good(migration, "'%s' is on %s, there and here", here->path,
		    here->source);
}

static void
compare_devices(struct migration *migration, const struct host_path *here,
    const struct host_path *there)
{
	if (!here->id || !there->id)
		missing(migration, "give the guest a disk with a WWID, such as "
		    "one of iSCSI or a volume on it, by its name below "
		    "/dev/disk/by-id or /dev/VG", "nothing tells whether "
		    "'%s' is the same disk there", here->path);
	else if (!is_same(here->id, there->id) ||
	    !is_same(here->size, there->size))
		missing(migration, "attach the same disk there under that "
		    "name", "'%s' is another disk there (%s there, %s here)",
		    here->path, there->id, here->id);
	else
		good(migration, "'%s' is the same disk there (%s)", here->path,
		    here->id);
}

static void
check_path(struct migration *migration, const char *path)
{
	const struct host_path *here =
	    host_facts_path(&migration->here, path);
	const struct host_path *there =
	    host_facts_path(&migration->there, path);

	if (!here || !there || !here->kind || !there->kind)
		missing(migration, "mount or attach the same storage at the "
		    "same path", "there is no '%s' %s", path, here &&
		    here->kind ? "there" : "here");
	else if (strcmp(here->kind, there->kind))
		missing(migration, "mount or attach the same storage at the "
		    "same path", "'%s' is a %s here and a %s there", path,
		    here->kind, there->kind);
	else if (!strcmp(here->kind, "file"))
		compare_files(migration, here, there);
	else
		compare_devices(migration, here, there);
}

/* Only its name is needed where the guest arrives. */
static void
check_file(struct migration *migration, const char *path, const char *fix)
{
	const struct host_path *there =
	    host_facts_path(&migration->there, path);

	if (there && there->kind)
		good(migration, "'%s' is there", path);
	else
		missing(migration, fix, "there is no '%s' there", path);
}

/* What is asked for of a disk, freed by the caller; NULL: nothing. */
static char *
disk_path(const struct config_value *item)
{
	struct disk_spec spec = disk_spec_read(item->text);

	if (!spec.target.length)
		return NULL;
	return spec.script.data ? memory_printf("/etc/xen/scripts/"
	    VIEW_FORMAT, VIEW_ARGUMENTS(spec.script))
	    : memory_printf("%s" VIEW_FORMAT, *spec.target.data == '/' ? ""
	    : "/dev/", VIEW_ARGUMENTS(spec.target));
}

/* A script fetches its disk over the network; a CD only has to be there. */
static void
check_disks(struct migration *migration, const struct cfg_file *guest)
{
	const struct config_value *disks =
	    config_get(&guest->lint.config, "disk");

	for (size_t i = 0; disks && i < disks->count; i++) {
		const struct config_value *item = &disks->items[i];
		struct disk_spec spec = disk_spec_read(item->text ? item->text
		    : "");
		auto_free char *path = item->text ? disk_path(item) : NULL;

		if (!path)
			continue;
		readiness_begin(migration->readiness, "disk");
		if (spec.script.data)
			check_file(migration, path, "install the script of "
			    "that kind of network disk there");
		else if (spec.is_cdrom)
			check_file(migration, path, "copy it there, or take "
			    "the CD out: xl cd-eject");
		else
			check_path(migration, path);
	}
}

/* Of dom0, needed whenever the guest is started there again. */
static const struct {
	const char *key;
	const char *fix;
} files[] = {
	{"kernel", "copy it there, or if it is GRUB: apt-get install "
	    "grub-xen-host"},
	{"ramdisk", "copy it there"},
};

static void
check_files(struct migration *migration, const struct cfg_file *guest)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		const char *path = key_text(guest, files[i].key);

		if (!path || *path != '/')
			continue;
		readiness_begin(migration->readiness, files[i].key);
		check_file(migration, path, files[i].fix);
	}
}

/* --- all of them ---------------------------------------------------------- */

static void
add_paths(const struct migration *migration, struct strings *paths)
{
	vector_each(guest, &migration->guests) {
		const struct config_value *disks =
		    config_get(&guest->lint.config, "disk");

		for (size_t i = 0; disks && i < disks->count; i++) {
			auto_free char *path = disks->items[i].text
			    ? disk_path(&disks->items[i]) : NULL;

			if (path)
				strings_add(paths, path);
		}
		for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
			const char *path = key_text(guest, files[i].key);

			if (path && *path == '/')
				strings_add(paths, path);
		}
	}
}

static int
guest_read(struct migration *migration, const char *name, struct error *err)
{
	auto_manifest struct manifest manifest = {0};
	const struct lint rules = {.version = lint_host_version()};
	struct cfg_file *guest;

	if (!strchr(name, '/')) {
		int found = manifest_read(name, &manifest, err);

		if (found <= 0)
			return found < 0 ? -1 : error_set(err, "no guest '%s' "
			    "was made here; another one's domain file is "
			    "given by its path", name);
		name = manifest.cfg;
	}
	guest = vector_push(&migration->guests);
	if (cfg_file_read(guest, name, &rules, err) < 0)
		return -1;
	return guest->lint.config.fault ? error_set(err, "%s:%u: %s", name,
	    guest->lint.config.fault_line, guest->lint.config.fault) : 0;
}

/* What another host does not say is not known: no more is asked then. */
static bool
answers(struct migration *migration, const struct strings *paths)
{
	auto_error struct error err = {0};

	readiness_begin(migration->readiness, "ssh");
	if (host_facts_read(migration->host, paths, &migration->there,
	    &err) == 0) {
		good(migration, "'%s' answers", migration->host);
		return true;
	}
	missing(migration, "see that root can log in there without a password "
	    "(ssh-copy-id) and knows its host key: ssh -o BatchMode=yes HOST "
	    "true", "'%s': %s", migration->host, err.text);
	return false;
}

int
migration_check(struct migration *migration, const struct strings *guests,
    struct error *err)
{
	static void (*const of_hosts[])(struct migration *migration) = {
		check_version, check_processor, check_virtualisation,
		check_toolstack, check_memory,
	};
	static void (*const of_guests[])(struct migration *migration,
	    const struct cfg_file *guest) = {
		check_domain, check_disks, check_bridges, check_files,
	};
	auto_strings struct strings paths = {0};

	vector_each(name, guests)
		if (guest_read(migration, *name, err) < 0)
			return -1;
	add_paths(migration, &paths);
	if (host_facts_read(NULL, &paths, &migration->here, err) < 0)
		return error_prefix(err, "this host");
	if (!answers(migration, &paths))
		return 0;
	for (size_t i = 0; i < sizeof(of_hosts) / sizeof(*of_hosts); i++)
		of_hosts[i](migration);
	vector_each(guest, &migration->guests)
		for (size_t i = 0; i < sizeof(of_guests) / sizeof(*of_guests);
		    i++)
			of_guests[i](migration, guest);
	return 0;
}

void
migration_release(struct migration *migration)
{
	vector_each(guest, &migration->guests)
		cfg_file_release(guest);
	vector_release(&migration->guests);
	host_facts_release(&migration->here);
	host_facts_release(&migration->there);
}
