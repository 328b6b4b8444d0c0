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

/* The first that it has for good; without one, Debian's for a host's name. */
static char *
host_address(const struct guest *guest)
{
	struct address address;

	vector_each(nic, &guest->nics) {
		size_t at = 0;

		if (guest_nic_next_address(&nic->ip, &at, &address))
			return address_text(&address);
	}
	return memory_string("127.0.1.1");
}

STEP(step_hosts)
{
	auto_free char *label = host_label(guest);
	bool is_full = strchr(guest->hostname, '.') != NULL;
	auto_free char *names = is_full ?
	    memory_printf("%s %s", guest->hostname, label) : memory_string(label);
	auto_free char *address = host_address(guest);
	const struct template_value values[] = {
		{"ADDRESS", address},
		{"NAMES", names},
		TEMPLATE_VALUES_END
	};

	return step_write_template(edit, "hosts", values, "etc/hosts", err);
}
