#include "guest/step.h"

/* cloud-init looks at no other source, which could be another's or keep it
 * waiting, and leaves alone what is a file already. */
STEP(step_cloud_init)
{
	static const struct template_value none[] = {TEMPLATE_VALUES_END};

	if (!guest->cloud_init)
		return 0;
	if (step_write_template(edit, "cloud-init.cfg", none,
	    "etc/cloud/cloud.cfg.d/95-mkguest.cfg", err) < 0)
		return -1;
	return step_network_wait_online(edit, err);
}
