/*
 * The guest's names: etc/hostname holds the host's own, the first label;
 * etc/hosts the full one before it, so that `hostname -f` finds it.
 */
#include "guest/step.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

static char *
host_label(const struct guest *guest)
{
	struct view rest = view_of(guest->hostname), label;

	view_cut(&rest, '.', &label);
	return view_string(label);
}

STEP(step_hostname)
{
	auto_free char *label = host_label(guest);
	auto_free char *text = memory_printf("%s\n", label);

	return edit->write(edit, "etc/hostname", view_of(text), 0644, err);
}

STEP(step_hosts)
{
	auto_free char *label = host_label(guest);
	bool is_full = strchr(guest->hostname, '.') != NULL;
	auto_free char *names = is_full ?
	    memory_printf("%s %s", guest->hostname, label) : memory_string(label);
	const struct template_value values[] = {
		{"NAMES", names},
		TEMPLATE_VALUES_END
	};

	return step_write_template(edit, "hosts", values, "etc/hosts", err);
}
