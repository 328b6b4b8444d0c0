#include "check/host_check.h"

#include <dirent.h>
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

static void
good(const struct host_check *check, const char *text)
{
	readiness_say(check->readiness, READINESS_GOOD, NULL, "%s", text);
}

static void
advice(const struct host_check *check, const char *text, const char *fix)
{
	readiness_say(check->readiness, READINESS_ADVICE, fix, "%s", text);
}

static void
missing(const struct host_check *check, const char *text, const char *fix)
{
	readiness_say(check->readiness, READINESS_MISSING, fix, "%s", text);
}

/* --- reading the host ----------------------------------------------------- */

/* The file's text, freed by the caller; empty if it is not there. */
static char *
host_text(const struct host_check *check, const char *path)
{
	auto_error struct error ignored = {0};
	struct buffer text = {0};

	if (inside_read(check->root, path, &text, &ignored) < 0)
		buffer_clear(&text);
	return buffer_steal(&text);
}

static bool
host_has(const struct host_check *check, const char *path)
{
	return inside_exists(check->root, path);
}

/* The names in a directory of the host, sorted. */
static void
host_names(const struct host_check *check, const char *path,
    struct strings *names)
{
	int fd = inside_open(check->root, path, O_RDONLY | O_DIRECTORY, 0);
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
is_control_domain(const struct host_check *check)
{
	auto_free char *text = host_text(check, "proc/xen/capabilities");

	return strstr(text, "control_d") != NULL;
}

/* 4.17 of the running Xen, freed by the caller; NULL: none runs. */
static char *
running_version(const struct host_check *check)
{
	auto_free char *type = host_text(check, "sys/hypervisor/type");
	auto_free char *major =
	    host_text(check, "sys/hypervisor/version/major");
	auto_free char *minor =
	    host_text(check, "sys/hypervisor/version/minor");
	struct view type_word = view_trim(view_of(type));

	if (!view_is(type_word, "xen") || !*major || !*minor)
		return NULL;
	return memory_printf("%lu.%lu", strtoul(major, NULL, 10),
	    strtoul(minor, NULL, 10));
}

/* --- Xen ------------------------------------------------------------------ */

static void
check_hypervisor(const struct host_check *check)
{
	auto_free char *version = running_version(check);
	auto_free char *text = version ?
	    memory_printf("Xen %s", version) : NULL;

	if (!version)
		missing(check, "no Xen runs here; guests can be made and "
		    "tried, not run", "apt-get install xen-system-amd64, then "
		    "reboot into Xen");
	else if (!is_control_domain(check))
		missing(check, "this is a guest of Xen, not its dom0",
		    "use mkguest where xl list shows Domain-0");
	else
		good(check, text);
}

/* Debian has each release's toolstack in a directory of its own. */
static void
check_toolstack(const struct host_check *check)
{
	auto_free char *version = running_version(check);
	auto_strings struct strings names = {0};
	auto_free char *found = NULL, *text = NULL;

	host_names(check, "usr/lib", &names);
	vector_each(name, &names) {
		auto_free char *path = memory_printf("usr/lib/%s/bin/xl",
		    *name);

		if (strncmp(*name, "xen-4", 5) || !host_has(check, path))
			continue;
		free(found);
		found = memory_string(*name + strlen("xen-"));
		if (version && !strcmp(found, version))
			break;
	}
	if (!found) {
		missing(check, "there is no xl", "apt-get install "
		    "xen-utils");
		return;
	}
	text = memory_printf("xl %s", found);
	if (version && strcmp(found, version))
		missing(check, text, "it does not fit the Xen that runs; "
		    "reboot into the new one");
	else
		good(check, text);
}

static void
check_xenstore(const struct host_check *check)
{
	if (!is_control_domain(check))
		advice(check, "not without Xen", NULL);
	else if (host_has(check, "run/xenstored/socket") ||
	    host_has(check, "var/run/xenstored/socket"))
		good(check, "its socket is there");
	else
		missing(check, "it does not run", "service xen start");
}

/* What xl.conf(5) says, NULL if nothing; freed by the caller. */
static char *
toolstack_setting(const struct host_check *check, const char *key)
{
	auto_free char *text = host_text(check, "etc/xen/xl.conf");
	auto_config struct config config = {0};
	auto_error struct error ignored = {0};

	if (config_read("xl.conf", view_of(text), &config, &ignored) < 0)
		return NULL;
	return memory_string(config_text(&config, key));
}

static bool
is_bridge(const struct host_check *check, const char *name)
{
	auto_free char *path = memory_printf("sys/class/net/%s/bridge", name);

	return host_has(check, path);
}

static void
check_bridge(const struct host_check *check)
{
	static const char fix[] = "in /etc/network/interfaces: auto xenbr0, "
	    "iface xenbr0 inet dhcp, bridge_ports with the name of your card; "
	    "apt-get install bridge-utils";
	auto_free char *wanted =
	    toolstack_setting(check, "vif.default.bridge");
	auto_strings struct strings names = {0};
	auto_free char *found = NULL;

	host_names(check, "sys/class/net", &names);
	vector_each(name, &names)
		if (is_bridge(check, *name) && !found)
			found = memory_string(*name);
	if (wanted && !is_bridge(check, wanted)) {
		auto_free char *text = memory_printf("xl.conf names '%s', which "
		    "is no bridge here", wanted);

		missing(check, text, fix);
	} else if (!found) {
		missing(check, "there is none, so guests have no network",
		    fix);
	} else {
		good(check, wanted ? wanted : found);
	}
}

static void
check_loaders(const struct host_check *check)
{
	static const char *const files[] = {
		"grub-i386-xen_pvh.bin", "grub-x86_64-xen.bin",
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		auto_free char *path = memory_printf("usr/lib/grub-xen/%s",
		    files[i]);
		auto_free char *text = memory_printf("there is no '/%s'", path);

		if (!host_has(check, path)) {
			missing(check, text, "apt-get install "
			    "grub-xen-host, or make guests with --boot direct");
			return;
		}
	}
	good(check, "GRUB for PVH and PV");
}

/* PVH and HVM need what the processor has for it; PV does not. */
static void
check_virtualisation(const struct host_check *check)
{
	auto_free char *abilities =
	    host_text(check, "sys/hypervisor/properties/capabilities");
	auto_free char *processor = host_text(check, "proc/cpuinfo");
	bool is_there = *abilities ? strstr(abilities, "hvm-") != NULL :
	    has_word(processor, "vmx") || has_word(processor, "svm");

	if (is_there)
		good(check, "the processor has it");
	else
		advice(check, "without it only PV guests run", "turn on "
		    "VT-x or SVM in the firmware's setup, if the processor has "
		    "it; else make guests with --type pv");
}

/* Where GRUB's settings are, dom0_mem among them. */
static bool
dom0_memory_is_set(const struct host_check *check)
{
	auto_free char *whole = host_text(check, "etc/default/grub");
	auto_strings struct strings names = {0};

	if (strstr(whole, "dom0_mem="))
		return true;
	host_names(check, "etc/default/grub.d", &names);
	vector_each(name, &names) {
		auto_free char *path = memory_printf("etc/default/grub.d/%s",
		    *name);
		auto_free char *text = host_text(check, path);

		if (strstr(text, "dom0_mem="))
			return true;
	}
	return false;
}

static void
check_ballooning(const struct host_check *check)
{
	auto_free char *setting = toolstack_setting(check, "autoballoon");

	if (dom0_memory_is_set(check))
		good(check, "dom0_mem= is set");
	else if (setting && (!strcmp(setting, "off") || !strcmp(setting, "0")))
		good(check, "autoballoon is off");
	else
		advice(check, "dom0 gives memory away whenever a guest "
		    "starts", "set dom0_mem=1G,max:1G in "
		    "GRUB_CMDLINE_XEN_DEFAULT and autoballoon=\"off\" in "
		    "/etc/xen/xl.conf");
}

/* --- making guests -------------------------------------------------------- */

static void
check_memory(const struct host_check *check)
{
	auto_free char *text = host_text(check, "proc/meminfo");
	const char *line = strstr(text, "MemAvailable:");
	unsigned long long mib =
	    line ? strtoull(line + strlen("MemAvailable:"), NULL, 10) / 1024 : 0;
	auto_free char *words = memory_printf("%llu MiB", mib);

	if (mib >= MEMORY_ENOUGH)
		good(check, words);
	else
		advice(check, words, "roots are made on the disk then, "
		    "which is slower");
}

/* Of the nearest directory above that is there. */
static void
check_space(const struct host_check *check)
{
	auto_free char *path = memory_string(check->image_dir);
	struct statvfs status;
	uint64_t bytes = 0;
	auto_free char *words = NULL, *size = NULL;

	for (;;) {
		auto_close int fd = inside_open(check->root, path,
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
	words = memory_printf("%s free for '%s'", size, check->image_dir);
	if (bytes >> 30 >= SPACE_ENOUGH)
		good(check, words);
	else
		missing(check, words, "make room, or name another place: "
		    "--image-dir, --lvm, --disk");
}

static void
check_keyring(const struct host_check *check)
{
	if (host_has(check, "usr/share/keyrings/debian-archive-keyring.pgp")
	    || host_has(check,
	    "usr/share/keyrings/debian-archive-keyring.gpg"))
		good(check, "Debian's");
	else
		missing(check, "Debian's is not there",
		    "apt-get install debian-archive-keyring");
}

static void
check_ids(const struct host_check *check)
{
	auto_free char *text = host_text(check, "etc/subuid");
	auto_free char *front = check->user ?
	    memory_printf("%s:", check->user) : NULL;
	auto_free char *fix = memory_printf("usermod --add-subuids "
	    "100000-165535 --add-subgids 100000-165535 %s",
	    check->user ? check->user : "USER");
	struct view rest = view_of(text), line;
	bool has_line = !front;

	while (front && view_cut(&rest, '\n', &line))
		has_line |= view_starts(line, front);
	if (!has_line)
		missing(check, "this user has no subordinate ids in "
		    "/etc/subuid", fix);
	else if (front && !host_has(check, "usr/bin/newuidmap"))
		missing(check, "there is no newuidmap",
		    "apt-get install uidmap");
	else
		good(check, front ? "subordinate ids are there" :
		    "root needs none");
}

static void
check_kvm(const struct host_check *check)
{
	auto_close int fd = inside_open(check->root, "dev/kvm", O_RDWR, 0);

	if (fd >= 0)
		good(check, "mkguest-try is fast here");
	else
		advice(check, "mkguest-try emulates the processor here, "
		    "which takes a minute", NULL);
}

/* --- hosts of 2008 -------------------------------------------------------- */

/* With the loops that network-bridge needed before Xen 3.2. */
static bool
is_old_network(const struct host_check *check)
{
	return host_has(check, "sys/module/netloop");
}

static void
check_netloop(const struct host_check *check)
{
	auto_free char *text = host_text(check,
	    "sys/module/netloop/parameters/nloopbacks");

	if (strtoul(text, NULL, 10) >= 64)
		good(check, "there are many");
	else
		advice(check, "one is used up by each guest's card",
		    "options netloop nloopbacks=255 in /etc/modprobe.d/netloop");
}

static bool
is_old_libc(const struct host_check *check)
{
	return host_has(check, "lib/tls/libc.so.6");
}

static void
check_tls(const struct host_check *check)
{
	advice(check, "each access through it is emulated by a Xen of 32 "
	    "bits", "apt-get install libc6-xen, and divert /lib/tls to "
	    "/lib/tls.disabled");
}

/* --- all of them ---------------------------------------------------------- */

static const struct row {
	const char *name;
	void (*run)(const struct host_check *check);
	/* NULL: always */
	bool (*applies)(const struct host_check *check);
} rows[] = {
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
host_check(const struct host_check *check)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].applies && !rows[i].applies(check))
			continue;
		readiness_begin(check->readiness, rows[i].name);
		rows[i].run(check);
	}
}
