/*
 * What must differ from machine to machine is left for the first boot to make:
 * an empty machine-id is filled then, the rest is made when it is missing.
 */
#include "guest/step.h"

STEP(step_machine_id)
{
	static const char *const seeds[] = {
		"var/lib/dbus/machine-id",
		"var/lib/systemd/random-seed",
		"var/lib/systemd/credential.secret",
		"var/lib/urandom/random-seed",
		NULL
	};

	if (step_remove_all(edit, seeds, err) < 0)
		return -1;
	return edit->write(edit, "etc/machine-id", view_of(""), 0444, err);
}
