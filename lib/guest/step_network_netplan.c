/*
 * netplan: netplan(5), YAML that it turns into systemd-networkd's files at
 * boot.
 */
#include "guest/step.h"

#include "guest/netplan.h"

static const char path[] = "etc/netplan/50-mkguest.yaml";

/* Only root's, as netplan asks for: it may hold secrets. */
STEP(step_network_netplan)
{
	auto_buffer struct buffer text = {0};

	buffer_text(&text, "# made by mkguest; see netplan(5)\n");
	netplan_text(&guest->nics, "networkd", &text);
	if (edit->write(edit, path, (struct view){text.data, text.length},
	    0600, err) < 0)
		return -1;
	return step_network_wait_online(edit, err);
}

STEP(step_network_no_netplan)
{
	static const char *const own[] = {path, NULL};

	return step_remove_all(edit, own, err);
}
