/*
 * ifupdown finds the card by its address, because its name differs: eth0 or
 * ens3 in QEMU, enX0 under Xen.
 */
#include "guest/step.h"

STEP(step_network)
{
	const struct template_value values[] = {
		{"MAC", guest->mac},
		TEMPLATE_VALUES_END
	};
	int there = edit->exists(edit, "sbin/ifup", err);

	if (there < 0)
		return -1;
	if (!there)
		return error_set(err, "the guest has no ifup(8), so its "
		    "network could not be set up; include ifupdown");
	return step_write_template(edit, "interfaces", values,
	    "etc/network/interfaces", err);
}
