/*
 * ifupdown finds the card by its address, because its name differs: eth0 or
 * ens3 in QEMU, enX0 under Xen.
 */
#include "guest/step.h"

#include <errno.h>

static int
ifupdown_check(struct tree_edit *edit, struct error *err)
{
	int there = edit->exists(edit, "sbin/ifup", err);

	if (there == 0)
		return error_set(err, "the guest has no ifup(8), so its "
		    "network could not be set up; include ifupdown");
	return there;
}

/* A file with content was the builder's, and the DHCP client writes its own; a
 * link into /run leads nowhere yet and belongs to a resolver of the guest's. */
static int
resolver_forget(struct tree_edit *edit, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (edit->read(edit, "etc/resolv.conf", &text, err) == 0)
		return edit->remove(edit, "etc/resolv.conf", err);
	if (err->number != ENOENT)
		return -1;
	error_release(err);
	return 0;
}

STEP(step_network)
{
	const struct template_value values[] = {
		{"MAC", guest->mac},
		TEMPLATE_VALUES_END
	};

	if (ifupdown_check(edit, err) < 0 || resolver_forget(edit, err) < 0 ||
	    step_write_template(edit, "interfaces", values,
	    "etc/network/interfaces", err) < 0)
		return -1;
	return step_write_template(edit, "ifupdown-pre.conf", values,
	    "etc/systemd/system/ifupdown-pre.service.d/mkguest.conf", err);
}
