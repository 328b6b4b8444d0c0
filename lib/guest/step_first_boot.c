/*
 * What runs once, when the guest first boots: scripts that guest_files has put
 * among the files, and what starts them. systemd has a unit for that, which
 * waits for the network, sysvinit a line of inittab(5), after its runlevel's
 * services; both end with the last script that has succeeded.
 */
#include "guest/step.h"

#include <errno.h>
#include <string.h>

static int
start_by_systemd(struct tree_edit *edit, struct error *err)
{
	static const struct template_value none[] = {TEMPLATE_VALUES_END};

	return step_write_unit(edit, "mkguest-first-boot.service", none, err);
}

/* One line, whatever was there; tabs and order of the rest stay. */
static int
start_by_inittab(struct tree_edit *edit, struct error *err)
{
	static const char line[] =
	    "mk:2345:once:/usr/lib/mkguest/first-boot >/dev/console 2>&1\n";
	auto_buffer struct buffer text = {0};

	if (edit->read(edit, "etc/inittab", &text, err) < 0)
		return -1;
	if (strstr(text.data ? text.data : "", line))
		return 0;
	if (text.length && text.data[text.length - 1] != '\n')
		buffer_text(&text, "\n");
	buffer_text(&text, line);
	return edit->write(edit, "etc/inittab",
	    (struct view){text.data, text.length}, 0644, err);
}

STEP(step_first_boot)
{
	static const struct template_value none[] = {TEMPLATE_VALUES_END};
	static const char program[] = "usr/lib/mkguest/first-boot";

	if (!guest->first_boots)
		return 0;
	if (step_write_template(edit, "first-boot", none, program, err) < 0 ||
	    edit->set_mode(edit, program, 0755, err) < 0)
		return -1;
	return !strcmp(suite->init, "sysvinit")
	    ? start_by_inittab(edit, err) : start_by_systemd(edit, err);
}
