/*
 * step: the steps of personalise, and what several of them need.
 */
#ifndef GUEST_STEP_H
#define GUEST_STEP_H

#include "guest/personalise.h"
#include "guest/template.h"

#define STEP(name) \
	int name(struct tree_edit *edit, \
	    const struct guest *guest __attribute__((unused)), \
	    const struct suite *suite __attribute__((unused)), \
	    struct error *err)

STEP(step_hostname);
STEP(step_hosts);
STEP(step_mail_name);
STEP(step_reset);
STEP(step_ids);
STEP(step_fstab);
STEP(step_mount_points);
STEP(step_console);
STEP(step_network);
STEP(step_resolver);
STEP(step_network_ifupdown);
STEP(step_network_netplan);
STEP(step_network_networkd);
STEP(step_machine_id);
STEP(step_root_password);
STEP(step_ssh_key);
STEP(step_users);
STEP(step_ssh_host_keys_forget);
STEP(step_ssh_host_keys);
STEP(step_timezone);
STEP(step_locale);
STEP(step_keymap);
STEP(step_apt_sources);
STEP(step_grub);
STEP(step_first_boot);
STEP(step_cloud_init);
STEP(step_files);

/* Writes templates/NAME, with its values, as a file of the guest, 0644. */
int step_write_template(struct tree_edit *edit, const char *name,
    const struct template_value *values, const char *path, struct error *err);

/* The same for a unit of systemd, which multi-user.target wants. */
int step_write_unit(struct tree_edit *edit, const char *name,
    const struct template_value *values, struct error *err);

/* What a network stack sets nothing up with any more. */
STEP(step_network_no_ifupdown);
STEP(step_network_no_netplan);
STEP(step_network_no_networkd);

/* So that one card without a carrier does not hold up the boot. */
int step_network_wait_online(struct tree_edit *edit, struct error *err);

/* NULL-ended; absent ones are fine. */
int step_remove_all(struct tree_edit *edit, const char *const *paths,
    struct error *err);

#endif
