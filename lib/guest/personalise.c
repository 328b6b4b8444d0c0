#include "guest/personalise.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/step.h"

const struct personalise_step personalise_steps[] = {
	{"reset", step_reset, {NULL}, true},
	{"ids", step_ids, .of_clone = true},
	{"hosts", step_hosts, {"hostname"}},
	{"hostname", step_hostname, {"hostname"}, .by_cloud_init = true},
	{"mail name", step_mail_name, {"hostname"}},
	{"fstab", step_fstab},
	{"mount points", step_mount_points},
	{"console", step_console},
	{"network", step_network, {"nic"}, .by_cloud_init = true},
	{"resolver", step_resolver, {"nic"}},
	{"machine id", step_machine_id, {"machine-id"}, true},
	{"root password", step_root_password, {"root-password"},
	    .by_cloud_init = true},
	{"ssh key", step_ssh_key, {"ssh-key"}, .by_cloud_init = true},
	{"users", step_users, {"user"}, .by_cloud_init = true},
	{"old ssh host keys", step_ssh_host_keys_forget, {"ssh-host-keys"},
	    true},
	{"ssh host keys", step_ssh_host_keys, {"ssh-host-keys"}, true,
	    .by_cloud_init = true},
	{"time zone", step_timezone, {"timezone"}},
	{"locale", step_locale, {"locale"}},
	{"keymap", step_keymap, {"keymap"}},
	{"apt sources", step_apt_sources},
	{"grub", step_grub},
	{"cloud-init", step_cloud_init},
	{"first boot", step_first_boot, {"first-boot"}},
	/* last, so that it wins */
	{"files", step_files, {"skel", "copy-in", "upload", "write",
	    "append-line", "mkdir", "delete", "link", "chmod", "chown",
	    "truncate", "first-boot"}},
	{NULL, NULL}
};

static bool
step_is_wanted(const struct personalise_step *step, const struct guest *guest)
{
	if (step->of_clone)
		return guest->renamed.count > 0;
	if (!guest->is_there)
		return !guest->cloud_init || !step->by_cloud_init;
	if (guest->reset && step->at_reset)
		return true;
	for (const char *const *option = step->options; *option; option++)
		if (options_has(identity_options, *option, guest))
			return true;
	return false;
}

int
personalise(struct tree_edit *edit, const struct guest *guest,
    const struct suite *suite, struct events *events, struct error *err)
{
	for (const struct personalise_step *step = personalise_steps;
	     step->name; step++) {
		if (!step_is_wanted(step, guest))
			continue;
		events_debug(events, "personalise: %s", step->name);
		if (step->run(edit, guest, suite, err) < 0)
			return error_prefix(err, "%s", step->name);
	}
	return 0;
}

int
step_write_template(struct tree_edit *edit, const char *name,
    const struct template_value *values, const char *path, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (template_read(name, values, &text, err) < 0)
		return -1;
	return edit->write(edit, path, (struct view){text.data, text.length},
	    0644, err);
}

int
step_write_unit(struct tree_edit *edit, const char *name,
    const struct template_value *values, struct error *err)
{
	auto_free char *path = memory_printf("etc/systemd/system/%s", name);
	auto_free char *wish = memory_printf(
	    "etc/systemd/system/multi-user.target.wants/%s", name);
	auto_free char *target = memory_printf("/%s", path);

	if (step_write_template(edit, name, values, path, err) < 0)
		return -1;
	return edit->symlink(edit, wish, target, err);
}

int
step_remove_all(struct tree_edit *edit, const char *const *paths,
    struct error *err)
{
	for (; *paths; paths++)
		if (edit->remove(edit, *paths, err) < 0)
			return -1;
	return 0;
}
