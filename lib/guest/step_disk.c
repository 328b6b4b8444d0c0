/* What the guest's disk is called: fstab, and GRUB's menu. */
#include "guest/step.h"

#include <string.h>

STEP(step_fstab)
{
	const struct template_value values[] = {
		{"UUID", guest->filesystem_uuid},
		TEMPLATE_VALUES_END
	};

	return step_write_template(edit, "fstab", values, "etc/fstab", err);
}

/* Debian's links to the newest kernel, so that upgrades take effect. */
static int
kernel_check(struct tree_edit *edit, struct error *err)
{
	static const char *const links[] = {"vmlinuz", "initrd.img"};

	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		int there = edit->exists(edit, links[i], err);

		if (there < 0)
			return -1;
		if (!there)
			return error_set(err, "the guest has no /%s, so "
			    "nothing could boot it; include a kernel "
			    "(linux-image-…)", links[i]);
	}
	return 0;
}

/* Written for --boot direct too: pygrub and a change of mind need it. */
STEP(step_grub)
{
	const struct template_value values[] = {
		{"UUID", guest->filesystem_uuid},
		{"CONSOLE", suite->console},
		TEMPLATE_VALUES_END
	};

	if (kernel_check(edit, err) < 0)
		return -1;
	return step_write_template(edit, "grub.cfg", values,
	    "boot/grub/grub.cfg", err);
}
