/*
 * The network, by the stack that the guest has, and who knows names.
 */
#include "guest/step.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

typedef int step_run(struct tree_edit *edit, const struct guest *guest,
    const struct suite *suite, struct error *err);

struct network_stack {
	const char *name;
	const char *program;	/* that the guest has then */
	step_run *run, *forget;
	bool has_resolver;	/* systemd-resolved, if it is there */
};

static const struct network_stack stacks[] = {
	{"ifupdown", "sbin/ifup", step_network_ifupdown,
	    step_network_no_ifupdown, false},
	{"netplan", "usr/sbin/netplan", step_network_netplan,
	    step_network_no_netplan, true},
	{"networkd", "lib/systemd/systemd-networkd", step_network_networkd,
	    step_network_no_networkd, true},
};

enum { STACKS = sizeof(stacks) / sizeof(*stacks) };

static const struct network_stack *
stack_find(const char *name)
{
	for (size_t i = 0; i < STACKS; i++)
		if (!strcmp(stacks[i].name, name))
			return &stacks[i];
	return NULL;
}

static int
stack_is_there(const struct network_stack *stack, struct tree_edit *edit,
    struct error *err)
{
	return edit->exists(edit, stack->program, err);
}

/* The one that was asked for. */
static const struct network_stack *
stack_take(const char *name, struct tree_edit *edit, struct error *err)
{
	const struct network_stack *stack = stack_find(name);
	int is_there = stack ? stack_is_there(stack, edit, err) : 0;

	if (!stack)
		error_usage(err, "network stack '%s' is unknown", name);
	else if (is_there == 0)
		error_set(err, "the guest has no %s (/%s), so it could not "
		    "set up its network", name, stack->program);
	return is_there > 0 ? stack : NULL;
}

/* The first of the release's own that is there. */
static const struct network_stack *
stack_choose(const struct guest *guest, const struct suite *suite,
    struct tree_edit *edit, struct error *err)
{
	if (guest->network_stack)
		return stack_take(guest->network_stack, edit, err);
	vector_each(name, &suite->network_stacks) {
		const struct network_stack *stack = stack_find(*name);
		int is_there = stack ? stack_is_there(stack, edit, err) : 0;

		if (is_there)
			return is_there > 0 ? stack : NULL;
	}
	error_set(err, "the guest has nothing that could set up its network; "
	    "include %s", suite->network_stacks.count
	    ? suite->network_stacks.items[0] : "ifupdown");
	return NULL;
}

/* --- names --------------------------------------------------------------- */

static const char resolv_conf[] = "etc/resolv.conf";

/* Servers come in the order of the cards. */
static void
resolver_text(const struct guest *guest, struct buffer *text)
{
	auto_strings struct strings dns = {0}, search = {0};

	vector_each(nic, &guest->nics) {
		vector_each(server, &nic->dns)
			if (!strings_has(&dns, *server))
				strings_add(&dns, *server);
		vector_each(domain, &nic->search)
			if (!strings_has(&search, *domain))
				strings_add(&search, *domain);
	}
	vector_each(domain, &search)
		buffer_printf(text, "%s %s", domain == search.items ? "search"
		    : "", *domain);
	if (search.count)
		buffer_text(text, "\n");
	vector_each(server, &dns)
		buffer_printf(text, "nameserver %s\n", *server);
}

/* A file with content was the builder's, and a DHCP client writes its own. */
static int
resolver_forget(struct tree_edit *edit, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (edit->read(edit, resolv_conf, &text, err) == 0)
		return edit->remove(edit, resolv_conf, err);
	if (err->number != ENOENT)
		return -1;
	error_release(err);
	return 0;
}

/* What makes a DHCP client leave names alone: a file in the directory, or at
 * the end of the file. */
static const struct {
	const char *path, *file, *text;
} clients[] = {
	{"etc/dhcp/dhclient-enter-hooks.d",
	    "etc/dhcp/dhclient-enter-hooks.d/mkguest",
	    "# etc/resolv.conf is the administrator's\n"
	    "make_resolv_conf() { :; }\n"},
	{"etc/dhcp3/dhclient-enter-hooks.d",
	    "etc/dhcp3/dhclient-enter-hooks.d/mkguest",
	    "# etc/resolv.conf is the administrator's\n"
	    "make_resolv_conf() { :; }\n"},
	{"etc/dhcpcd.conf", "etc/dhcpcd.conf",
	    "# etc/resolv.conf is the administrator's\n"
	    "nohook resolv.conf\n"},
};

static int
client_tell(struct tree_edit *edit, size_t i, struct error *err)
{
	auto_buffer struct buffer text = {0};
	int is_there = edit->exists(edit, clients[i].path, err);

	if (is_there <= 0)
		return is_there;
	if (!strcmp(clients[i].path, clients[i].file) &&
	    edit->read(edit, clients[i].path, &text, err) < 0)
		return -1;
	if (text.data && strstr(text.data, clients[i].text))
		return 0;
	buffer_text(&text, clients[i].text);
	return edit->write(edit, clients[i].file,
	    (struct view){text.data, text.length}, 0644, err);
}

static int
resolver_write(struct tree_edit *edit, const struct buffer *text,
    struct error *err)
{
	for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++)
		if (client_tell(edit, i, err) < 0)
			return -1;
	return edit->write(edit, resolv_conf,
	    (struct view){text->data, text->length}, 0644, err);
}

/* Where its package does not turn it on itself. */
static int
resolver_enable(struct tree_edit *edit, struct error *err)
{
	static const char *const wants[] = {
		"etc/systemd/system/sysinit.target.wants/"
		    "systemd-resolved.service",
		"etc/systemd/system/multi-user.target.wants/"
		    "systemd-resolved.service",
	};
	static const char unit[] = "/lib/systemd/system/"
	    "systemd-resolved.service";
	int there = edit->exists(edit, wants[0], err);

	if (there)
		return there < 0 ? -1 : 0;
	if (edit->symlink(edit, wants[1], unit, err) < 0)
		return -1;
	return edit->symlink(edit, "etc/systemd/system/"
	    "dbus-org.freedesktop.resolve1.service", unit, err);
}

/* A link leads to what a resolver of the guest's own writes. */
static int
network_names(struct tree_edit *edit, const struct guest *guest,
    bool has_resolver, struct error *err)
{
	auto_buffer struct buffer text = {0}, target = {0};
	int resolved = has_resolver ? edit->exists(edit,
	    "lib/systemd/systemd-resolved", err) : 0;

	if (resolved)
		return resolved < 0 || resolver_enable(edit, err) < 0 ? -1
		    : edit->symlink(edit, resolv_conf,
		    "../run/systemd/resolve/stub-resolv.conf", err);
	if (edit->read_link(edit, resolv_conf, &target, err) == 0)
		return 0;
	error_release(err);
	resolver_text(guest, &text);
	if (text.length)
		return resolver_write(edit, &text, err);
	return guest->is_there ? 0 : resolver_forget(edit, err);
}

/* ------------------------------------------------------------------------- */

int
step_network_wait_online(struct tree_edit *edit, struct error *err)
{
	static const struct template_value values[] = {TEMPLATE_VALUES_END};

	return step_write_template(edit, "networkd-wait-online.conf", values,
	    "etc/systemd/system/systemd-networkd-wait-online.service.d/"
	    "mkguest.conf", err);
}

STEP(step_resolver)
{
	const struct network_stack *stack = stack_choose(guest, suite, edit,
	    err);

	return stack ? network_names(edit, guest, stack->has_resolver, err)
	    : -1;
}

STEP(step_network)
{
	const struct network_stack *stack = stack_choose(guest, suite, edit,
	    err);

	if (!stack)
		return -1;
	for (size_t i = 0; i < STACKS; i++)
		if (stacks[i].forget(edit, guest, suite, err) < 0)
			return -1;
	return stack->run(edit, guest, suite, err);
}
