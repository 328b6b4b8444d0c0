/*
 * The machine's id (machine-id(5)), and D-Bus's, which is the same. An empty
 * file is filled at the first boot; releases without systemd have only the
 * latter, made when it is missing.
 */
#include "guest/step.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

static const char bus_id[] = "var/lib/dbus/machine-id";

static char *
id_text(const struct guest *guest)
{
	return guest->machine_id && strcmp(guest->machine_id, "empty")
	    ? memory_printf("%s\n", guest->machine_id) : memory_string("");
}

static int
step_bus_id(struct tree_edit *edit, bool is_link, const char *text,
    struct error *err)
{
	int there = edit->exists(edit, "var/lib/dbus", err);

	if (there <= 0)
		return there;
	if (is_link)
		return edit->symlink(edit, bus_id, "/etc/machine-id", err);
	return *text ? edit->write(edit, bus_id, view_of(text), 0644, err)
	    : edit->remove(edit, bus_id, err);
}

STEP(step_machine_id)
{
	bool has_systemd = !strcmp(suite->init, "systemd");
	auto_free char *text = id_text(guest);

	if ((has_systemd || *text)
	    ? edit->write(edit, "etc/machine-id", view_of(text), 0444, err) < 0
	    : edit->remove(edit, "etc/machine-id", err) < 0)
		return -1;
	return step_bus_id(edit, has_systemd, text, err);
}
