#include "make/readiness.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/inside.h"
#include "base/memory.h"
#include "base/size.h"
#include "xen/config.h"

enum {
	SPACE_ENOUGH = 2,	/* GiB, for an image of the default size */
	MEMORY_ENOUGH = 512,	/* MiB, for a guest of the default size */
};

/* --- what a check says ---------------------------------------------------- */

static struct readiness_item *
say(struct readiness *readiness, enum readiness_state state, const char *text)
{
	struct readiness_item *item =
	    &readiness->items.items[readiness->items.count - 1];

	item->state = state;
	item->text = memory_string(text);
	return item;
}

static void
good(struct readiness *readiness, const char *text)
{
	say(readiness, READINESS_GOOD, text);
}

static void
advice(struct readiness *readiness, const char *text, const char *fix)
{
	say(readiness, READINESS_ADVICE, text)->fix = memory_string(fix);
}

static void
missing(struct readiness *readiness, const char *text, const char *fix)
{
	say(readiness, READINESS_MISSING, text)->fix = memory_string(fix);
}

/* --- reading the host ------------------------------------------------------ */

/* The file's text, freed by the caller; empty if it is not there. */
static char *
host_text(const struct readiness *readiness, const char *path)
{
	auto_error struct error ignored = {0};
	struct buffer text = {0};

	if (inside_read(readiness->root, path, &text, &ignored) < 0)
		buffer_clear(&text);
	return buffer_steal(&text);
}

static bool
host_has(const struct readiness *readiness, const char *path)
{
	return inside_exists(readiness->root, path);
}

/* The names in a directory of the host, sorted. */
static void
host_names(const struct readiness *readiness, const char *path,
    struct strings *names)
{
	int fd = inside_open(readiness->root, path, O_RDONLY | O_DIRECTORY, 0);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (stream && (entry = readdir(stream)))
		if (*entry->d_name != '.')
			strings_add(names, entry->d_name);
	if (stream)
		closedir(stream);
	else if (fd >= 0)
		close(fd);
	strings_sort(names);
}

/* Does a word stand in the text, between blanks? */
static bool
has_word(const char *text, const char *wanted)
{
	struct view rest = view_of(text), word;

	while (view_word(&rest, &word))
		if (view_is(word, wanted))
			return true;
	return false;
}

static bool
is_control_domain(const struct readiness *readiness)
{
	auto_free char *text = host_text(readiness, "proc/xen/capabilities");

	return strstr(text, "control_d") != NULL;
}

/* 4.17 of the running Xen, freed by the caller; NULL: none runs. */
static char *
running_version(const struct readiness *readiness)
{
	auto_free char *type = host_text(readiness, "sys/hypervisor/type");
	auto_free char *major =
	    host_text(readiness, "sys/hypervisor/version/major");
	auto_free char *minor =
	    host_text(readiness, "sys/hypervisor/version/minor");
	struct view type_word = view_trim(view_of(type));

	if (!view_is(type_word, "xen") || !*major || !*minor)
		return NULL;
	return memory_printf("%lu.%lu", strtoul(major, NULL, 10),
	    strtoul(minor, NULL, 10));
}

/* --- Xen ------------------------------------------------------------------- */

static void
check_hypervisor(struct readiness *readiness)
{
	auto_free char *version = running_version(readiness);
	auto_free char *text = version ?
	    memory_printf("Xen %s", version) : NULL;

	if (!version)
		missing(readiness, "no Xen runs here; guests can be made and "
		    "tried, not run", "apt-get install xen-system-amd64, then "
		    "reboot into Xen");
	else if (!is_control_domain(readiness))
		missing(readiness, "this is a guest of Xen, not its dom0",
		    "use mkguest where xl list shows Domain-0");
	else
		good(readiness, text);
}

/* Debian has each release's toolstack in a directory of its own. */
static void
check_toolstack(struct readiness *readiness)
{
	auto_free char *version = running_version(readiness);
	auto_strings struct strings names = {0};
	auto_free char *found = NULL, *text = NULL;

	host_names(readiness, "usr/lib", &names);
	vector_each(name, &names) {
		auto_free char *path = memory_printf("usr/lib/%s/bin/xl",
		    *name);

		if (strncmp(*name, "xen-4", 5) || !host_has(readiness, path))
			continue;
		free(found);
		found = memory_string(*name + strlen("xen-"));
		if (version && !strcmp(found, version))
			break;
	}
	if (!found) {
		missing(readiness, "there is no xl", "apt-get install "
		    "xen-utils");
		return;
	}
	text = memory_printf("xl %s", found);
	if (version && strcmp(found, version))
		missing(readiness, text, "it does not fit the Xen that runs; "
		    "reboot into the new one");
	else
		good(readiness, text);
}

static void
check_xenstore(struct readiness *readiness)
{
	if (!is_control_domain(readiness))
		advice(readiness, "not without Xen", NULL);
	else if (host_has(readiness, "run/xenstored/socket") ||
	    host_has(readiness, "var/run/xenstored/socket"))
		good(readiness, "its socket is there");
	else
		missing(readiness, "it does not run", "service xen start");
}

/* What xl.conf(5) says, NULL if nothing; freed by the caller. */
static char *
toolstack_setting(const struct readiness *readiness, const char *key)
{
	auto_free char *text = host_text(readiness, "etc/xen/xl.conf");
	auto_config struct config config = {0};
	auto_error struct error ignored = {0};

	if (config_read("xl.conf", view_of(text), &config, &ignored) < 0)
		return NULL;
	return memory_string(config_text(&config, key));
}

static bool
is_bridge(const struct readiness *readiness, const char *name)
{
	auto_free char *path = memory_printf("sys/class/net/%s/bridge", name);

	return host_has(readiness, path);
}

static void
check_bridge(struct readiness *readiness)
{
	static const char fix[] = "in /etc/network/interfaces: auto xenbr0, "
	    "iface xenbr0 inet dhcp, bridge_ports with the name of your card; "
	    "apt-get install bridge-utils";
	auto_free char *wanted =
	    toolstack_setting(readiness, "vif.default.bridge");
	auto_strings struct strings names = {0};
	auto_free char *found = NULL;

	host_names(readiness, "sys/class/net", &names);
	vector_each(name, &names)
		if (is_bridge(readiness, *name) && !found)
			found = memory_string(*name);
	if (wanted && !is_bridge(readiness, wanted)) {
		auto_free char *text = memory_printf("xl.conf names '%s', which "
		    "is no bridge here", wanted);

		missing(readiness, text, fix);
	} else if (!found) {
		missing(readiness, "there is none, so guests have no network",
		    fix);
	} else {
		good(readiness, wanted ? wanted : found);
	}
}

static void
check_loaders(struct readiness *readiness)
{
	static const char *const files[] = {
		"grub-i386-xen_pvh.bin", "grub-x86_64-xen.bin",
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		auto_free char *path = memory_printf("usr/lib/grub-xen/%s",
		    files[i]);
		auto_free char *text = memory_printf("there is no '/%s'", path);

		if (!host_has(readiness, path)) {
			missing(readiness, text, "apt-get install "
			    "grub-xen-host, or make guests with --boot direct");
			return;
		}
	}
	good(readiness, "GRUB for PVH and PV");
}

/* PVH and HVM need what the processor has for it; PV does not. */
static void
check_virtualisation(struct readiness *readiness)
{
	auto_free char *abilities =
	    host_text(readiness, "sys/hypervisor/properties/capabilities");
	auto_free char *processor = host_text(readiness, "proc/cpuinfo");
	bool is_there = *abilities ? strstr(abilities, "hvm-") != NULL :
	    has_word(processor, "vmx") || has_word(processor, "svm");

	if (is_there)
		good(readiness, "the processor has it");
	else
		advice(readiness, "without it only PV guests run", "turn on "
		    "VT-x or SVM in the firmware's setup, if the processor has "
		    "it; else make guests with --type pv");
}

/* Where GRUB's settings are, dom0_mem among them. */
static bool
dom0_memory_is_set(const struct readiness *readiness)
{
	auto_free char *whole = host_text(readiness, "etc/default/grub");
	auto_strings struct strings names = {0};

	if (strstr(whole, "dom0_mem="))
		return true;
	host_names(readiness, "etc/default/grub.d", &names);
	vector_each(name, &names) {
		auto_free char *path = memory_printf("etc/default/grub.d/%s",
		    *name);
		auto_free char *text = host_text(readiness, path);

		if (strstr(text, "dom0_mem="))
			return true;
	}
	return false;
}

static void
check_ballooning(struct readiness *readiness)
{
	auto_free char *setting = toolstack_setting(readiness, "autoballoon");

	if (dom0_memory_is_set(readiness))
		good(readiness, "dom0_mem= is set");
	else if (setting && (!strcmp(setting, "off") || !strcmp(setting, "0")))
		good(readiness, "autoballoon is off");
	else
		advice(readiness, "dom0 gives memory away whenever a guest "
		    "starts", "set dom0_mem=1G,max:1G in "
		    "GRUB_CMDLINE_XEN_DEFAULT and autoballoon=\"off\" in "
		    "/etc/xen/xl.conf");
}

/* --- making guests --------------------------------------------------------- */

static void
check_memory(struct readiness *readiness)
{
	auto_free char *text = host_text(readiness, "proc/meminfo");
	const char *line = strstr(text, "MemAvailable:");
	unsigned long long mib =
	    line ? strtoull(line + strlen("MemAvailable:"), NULL, 10) / 1024 : 0;
	auto_free char *words = memory_printf("%llu MiB", mib);

	if (mib >= MEMORY_ENOUGH)
		good(readiness, words);
	else
		advice(readiness, words, "roots are made on the disk then, "
		    "which is slower");
}

/* Of the nearest directory above that is there. */
static void
check_space(struct readiness *readiness)
{
	auto_free char *path = memory_string(readiness->image_dir);
	struct statvfs status;
	uint64_t bytes = 0;
	auto_free char *words = NULL, *size = NULL;

	for (;;) {
		auto_close int fd = inside_open(readiness->root, path,
		    O_RDONLY | O_DIRECTORY, 0);
		char *slash = strrchr(path, '/');

		if (fd >= 0 && fstatvfs(fd, &status) == 0) {
			bytes = (uint64_t)status.f_bavail * status.f_frsize;
			break;
		}
		if (!slash)
			break;
		*slash = '\0';
	}
	size = size_text(bytes);
	words = memory_printf("%s free for '%s'", size, readiness->image_dir);
	if (bytes >> 30 >= SPACE_ENOUGH)
		good(readiness, words);
	else
		missing(readiness, words, "make room, or name another place: "
		    "--image-dir, --lvm, --disk");
}

static void
check_keyring(struct readiness *readiness)
{
	if (host_has(readiness, "usr/share/keyrings/debian-archive-keyring.pgp")
	    || host_has(readiness,
	    "usr/share/keyrings/debian-archive-keyring.gpg"))
		good(readiness, "Debian's");
	else
		missing(readiness, "Debian's is not there",
		    "apt-get install debian-archive-keyring");
}

static void
check_ids(struct readiness *readiness)
{
	auto_free char *text = host_text(readiness, "etc/subuid");
	auto_free char *front = readiness->user ?
	    memory_printf("%s:", readiness->user) : NULL;
	auto_free char *fix = memory_printf("usermod --add-subuids "
	    "100000-165535 --add-subgids 100000-165535 %s",
	    readiness->user ? readiness->user : "USER");
	struct view rest = view_of(text), line;
	bool has_line = !front;

	while (front && view_cut(&rest, '\n', &line))
		has_line |= view_starts(line, front);
	if (!has_line)
		missing(readiness, "this user has no subordinate ids in "
		    "/etc/subuid", fix);
	else if (front && !host_has(readiness, "usr/bin/newuidmap"))
		missing(readiness, "there is no newuidmap",
		    "apt-get install uidmap");
	else
		good(readiness, front ? "subordinate ids are there" :
		    "root needs none");
}

static void
check_kvm(struct readiness *readiness)
{
	auto_close int fd = inside_open(readiness->root, "dev/kvm", O_RDWR, 0);

	if (fd >= 0)
		good(readiness, "mkguest-try is fast here");
	else
		advice(readiness, "mkguest-try emulates the processor here, "
		    "which takes a minute", NULL);
}

/* --- hosts of 2008 ---------------------------------------------------------- */

/* With the loops that network-bridge needed before Xen 3.2. */
static bool
is_old_network(const struct readiness *readiness)
{
	return host_has(readiness, "sys/module/netloop");
}

static void
check_netloop(struct readiness *readiness)
{
	auto_free char *text = host_text(readiness,
	    "sys/module/netloop/parameters/nloopbacks");

	if (strtoul(text, NULL, 10) >= 64)
		good(readiness, "there are many");
	else
		advice(readiness, "one is used up by each guest's card",
		    "options netloop nloopbacks=255 in /etc/modprobe.d/netloop");
}

static bool
is_old_libc(const struct readiness *readiness)
{
	return host_has(readiness, "lib/tls/libc.so.6");
}

static void
check_tls(struct readiness *readiness)
{
	advice(readiness, "each access through it is emulated by a Xen of 32 "
	    "bits", "apt-get install libc6-xen, and divert /lib/tls to "
	    "/lib/tls.disabled");
}

/* --- all of them ------------------------------------------------------------ */

static const struct check {
	const char *name;
	void (*run)(struct readiness *readiness);
	bool (*applies)(const struct readiness *readiness);	/* NULL: always */
} checks[] = {
	{"hypervisor", check_hypervisor},
	{"toolstack", check_toolstack},
	{"xenstore", check_xenstore},
	{"bridge", check_bridge},
	{"loaders", check_loaders},
	{"virtualisation", check_virtualisation},
	{"ballooning", check_ballooning},
	{"memory", check_memory},
	{"space", check_space},
	{"keyring", check_keyring},
	{"ids", check_ids},
	{"kvm", check_kvm},
	{"netloop", check_netloop, is_old_network},
	{"/lib/tls", check_tls, is_old_libc},
};

void
readiness_check(struct readiness *readiness)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		const struct check *check = &checks[i];

		if (check->applies && !check->applies(readiness))
			continue;
		*vector_push(&readiness->items) =
		    (struct readiness_item){.name = check->name};
		check->run(readiness);
	}
	vector_each(item, &readiness->items)
		readiness->missing += item->state == READINESS_MISSING;
}

void
readiness_release(struct readiness *readiness)
{
	vector_each(item, &readiness->items) {
		free(item->text);
		free(item->fix);
	}
	vector_release(&readiness->items);
}
