/*
 * What a guest has gathered by running, which a clone of it must not have. As
 * virt-sysprep(1) does it, with what Debian keeps elsewhere. What the admin
 * has set up stays: accounts, keys that may log in, crontabs, connections.
 *
 * Of a new guest the base is shared, so what tells one machine from another
 * goes there as well.
 */
#include "guest/step.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "tree/edit_glob.h"

typedef int reset_action(struct tree_edit *edit, const char *path,
    struct error *err);

/* What root's daemons make again goes; any other daemon may not be able to, so
 * its files are emptied. A symlink is no log. */
static int
reset_logs(struct tree_edit *edit, const char *path, struct error *err)
{
	auto_strings struct strings names = {0};
	struct stat status;

	if (edit->status(edit, path, &status, err) < 0)
		return -1;
	if (S_ISLNK(status.st_mode))
		return 0;
	if (!S_ISDIR(status.st_mode))
		return status.st_uid == 0 ? edit->remove(edit, path, err)
		    : S_ISREG(status.st_mode) && status.st_size
		    ? edit->write(edit, path, view_of(""),
		    status.st_mode & 07777, err) : 0;
	if (edit->list(edit, path, &names, err) < 0)
		return -1;
	vector_each(name, &names) {
		auto_free char *below = memory_printf("%s/%s", path, *name);

		if (reset_logs(edit, below, err) < 0)
			return -1;
	}
	return 0;
}

/* Logins: who counts them does not make the file. */
static int
reset_truncate(struct tree_edit *edit, const char *path, struct error *err)
{
	struct stat status;

	if (edit->status(edit, path, &status, err) < 0)
		return -1;
	return !S_ISREG(status.st_mode) || !status.st_size ? 0
	    : edit->write(edit, path, view_of(""), status.st_mode & 07777,
	    err);
}

/* open-iscsi makes a name of its own when it finds this. */
static int
reset_initiator(struct tree_edit *edit, const char *path, struct error *err)
{
	return edit->write(edit, path, view_of("GenerateName=yes\n"), 0600,
	    err);
}

static const struct reset {
	const char *pattern;	/* as edit_glob.h has it; ~: of every home */
	reset_action *run;
	bool is_identity;	/* of a new guest, too */
} resets[] = {
	/* random numbers, and what is encrypted with them */
	{"var/lib/systemd/random-seed", edit_remove_tree, true},
	{"var/lib/systemd/credential.secret", edit_remove_tree, true},
	{"var/lib/urandom/random-seed", edit_remove_tree, true},
	{"boot/efi/loader/random-seed", edit_remove_tree, true},
	/* network cards by their addresses, in releases before systemd */
	{"etc/udev/rules.d/*persistent-@(net|cd).rules", edit_remove_tree,
	    true},
	/* addresses that were leased, and who they were leased to */
	{"var/lib/@(dhcp|dhcp3)/*.leases", edit_remove_tree, true},
	{"var/lib/@(dhclient|dhcpcd|NetworkManager)/*", edit_remove_tree,
	    true},
	{"etc/dhcpcd.duid", edit_remove_tree, true},
	{"etc/iscsi/initiatorname.iscsi", reset_initiator, true},
	/* the first boot's own work, which a clone must do again */
	{"var/lib/cloud/*", edit_remove_tree, false},
	{"var/lib/puppet/ssl/*", edit_remove_tree, false},
	/* logs, logins, dumps */
	{"var/log/@(btmp|faillog|lastlog|wtmp)", reset_truncate, false},
	{"var/log/journal/*", edit_remove_tree, false},
	{"var/log/!(btmp|faillog|journal|lastlog|wtmp)", reset_logs, false},
	{"var/lib/@(lastlog|wtmpdb)/*", edit_remove_tree, false},
	{"var/lib/logrotate/status", edit_remove_tree, false},
	{"var/lib/systemd/@(coredump|pstore)/*", edit_remove_tree, false},
	{"var/crash/*", edit_remove_tree, false},
	/* when something was last done */
	{"var/lib/systemd/@(timers|timesync)/*", edit_remove_tree, false},
	{"var/lib/private/systemd/*", edit_remove_tree, false},
	{"var/lib/apt/periodic/*", edit_remove_tree, false},
	/* people's traces */
	{"~/.*_history", edit_remove_tree, false},
	{"~/.@(lesshst|viminfo|wget-hsts)", edit_remove_tree, false},
	{"~/.ssh/@(id_*|known_hosts*)", edit_remove_tree, false},
	{"~/.cache/*", edit_remove_tree, false},
	/* mail and jobs on their way */
	{"var/mail/*", edit_remove_tree, false},
	{"var/spool/mail/*", edit_remove_tree, false},
	{"var/spool/exim4/@(db|input|msglog)/*", edit_remove_tree, false},
	{"var/spool/postfix/@(active|bounce|corrupt|defer|deferred|flush|hold|"
	    "incoming|maildrop|saved|trace)/*", edit_remove_tree, false},
	{"var/spool/cron/@(atjobs|atspool)/[!.]*", edit_remove_tree, false},
	/* what can be fetched or made again */
	{"var/cache/apt/archives/*.deb", edit_remove_tree, false},
	{"var/cache/apt/archives/partial/*", edit_remove_tree, false},
	{"var/cache/apt/*.bin", edit_remove_tree, false},
	{"etc/blkid.tab*", edit_remove_tree, false},
	{"tmp/*", edit_remove_tree, false},
	{"var/tmp/*", edit_remove_tree, false},
	/* databases as they were before, with former passwords */
	{"etc/@(group|gshadow|passwd|shadow|subgid|subuid)-",
	    edit_remove_tree, false},
	{"var/backups/*", edit_remove_tree, false},
};

static int
reset_one(struct tree_edit *edit, const struct reset *reset,
    const char *front, struct error *err)
{
	bool is_home = reset->pattern[0] == '~';
	auto_free char *pattern = memory_printf("%s%s", front,
	    reset->pattern + is_home);
	auto_strings struct strings paths = {0};

	if (edit_glob(edit, pattern, &paths, err) < 0)
		return -1;
	vector_each(path, &paths)
		if (reset->run(edit, *path, err) < 0)
			return -1;
	return 0;
}

STEP(step_reset)
{
	for (size_t i = 0; i < sizeof(resets) / sizeof(*resets); i++) {
		const struct reset *reset = &resets[i];
		bool is_home = reset->pattern[0] == '~';

		if (!guest->is_there && !reset->is_identity)
			continue;
		if (reset_one(edit, reset, is_home ? "root" : "", err) < 0 ||
		    (is_home && reset_one(edit, reset, "home/*", err) < 0))
			return -1;
	}
	return 0;
}
