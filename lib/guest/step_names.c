/*
 * The guest's names: etc/hostname holds the host's own, the first label;
 * etc/hosts the full one before it, so that `hostname -f` finds it, and
 * etc/mailname the full one, if there is one or somebody has asked for it.
 */
#include "guest/step.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

STEP(step_hostname)
{
	auto_free char *label = guest_host_label(guest);
	auto_free char *text = memory_printf("%s\n", label);

	return edit->write(edit, "etc/hostname", view_of(text), 0644, err);
}

static const char usual_address[] = "127.0.1.1";

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
	return memory_string(usual_address);
}

/* "web1.example.org web1", as a line of etc/hosts has it. */
static char *
host_names(const struct guest *guest)
{
	auto_free char *label = guest_host_label(guest);

	return strchr(guest->hostname, '.')
	    ? memory_printf("%s %s", guest->hostname, label)
	    : memory_string(label);
}

/* Is it this name, or that with a domain? */
static bool
word_is_name(struct view word, const char *name)
{
	size_t length = strlen(name);

	return length && view_starts(word, name) &&
	    (word.length == length || word.data[length] == '.');
}

/* A line that names the host by its old name, or is just for its names, gets
 * the new ones: true. */
static bool
hosts_rename(struct view line, const char *old, const char *names,
    struct buffer *text)
{
	struct view rest = line, address, word;
	auto_buffer struct buffer others = {0};
	bool found = false;

	if (!view_word(&rest, &address) || address.data[0] == '#')
		return false;
	while (view_word(&rest, &word) && word.data[0] != '#')
		if (word_is_name(word, old))
			found = true;
		else
			buffer_printf(&others, " " VIEW_FORMAT,
			    VIEW_ARGUMENTS(word));
	if (!found && !view_is(address, usual_address))
		return false;
	buffer_printf(text, VIEW_FORMAT "\t%s%s\n", VIEW_ARGUMENTS(address),
	    names, found && others.data ? others.data : "");
	return true;
}

/* Without one, the host's own address gets them. */
static void
hosts_edit(struct view old_text, const char *old,
    const struct template_value *values, struct buffer *text)
{
	const char *address = values[0].value, *names = values[1].value;
	struct view line;
	bool found = false;

	while (old_text.length && view_cut(&old_text, '\n', &line)) {
		if (hosts_rename(line, old, names, text)) {
			found = true;
			continue;
		}
		buffer_view(text, line);
		buffer_text(text, "\n");
	}
	if (!found)
		buffer_printf(text, "%s\t%s\n", address, names);
}

/* Its first word; localhost is everybody's, so nothing is renamed by it. */
static int
read_old_name(struct tree_edit *edit, char **name, struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct view rest, word = view_of("");

	if (edit->read(edit, "etc/hostname", &text, err) < 0) {
		if (err->number != ENOENT)
			return -1;
		error_release(err);
	}
	rest = (struct view){text.data, text.length};
	if (rest.length && view_word(&rest, &word)) {
		rest = word;
		view_cut(&rest, '.', &word);
	}
	*name = view_string(view_is(word, "localhost") ? view_of("") : word);
	return 0;
}

/* The admin's own lines stay. */
static int
hosts_change(struct tree_edit *edit, struct view old_text,
    const struct template_value *values, struct error *err)
{
	auto_buffer struct buffer text = {0};
	auto_free char *old = NULL;

	if (read_old_name(edit, &old, err) < 0)
		return -1;
	hosts_edit(old_text, old, values, &text);
	return edit->write(edit, "etc/hosts",
	    (struct view){text.data, text.length}, 0644, err);
}

/* Before the hostname, which says what the old name is. */
STEP(step_hosts)
{
	auto_free char *names = host_names(guest);
	auto_free char *address = host_address(guest);
	const struct template_value values[] = {
		{"ADDRESS", address},
		{"NAMES", names},
		TEMPLATE_VALUES_END
	};
	auto_buffer struct buffer old = {0};

	if (guest->is_there) {
		if (edit->read(edit, "etc/hosts", &old, err) == 0)
			return hosts_change(edit, (struct view){old.data,
			    old.length}, values, err);
		if (err->number != ENOENT)
			return -1;
		error_release(err);
	}
	return step_write_template(edit, "hosts", values, "etc/hosts", err);
}

STEP(step_mail_name)
{
	auto_free char *text = memory_printf("%s\n", guest->hostname);
	int there = edit->exists(edit, "etc/mailname", err);

	if (there < 0 || (!there && !strchr(guest->hostname, '.')))
		return there;
	return edit->write(edit, "etc/mailname", view_of(text), 0644, err);
}
