/*
 * Where a login is offered: on the console that Xen shows. systemd finds hvc0
 * and its like by itself; inittab(5) has a line for each terminal, and
 * securetty(5), where there is one, those on which root may log in.
 */
#include "guest/step.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

static const char inittab[] = "etc/inittab";
static const char securetty[] = "etc/securetty";

/* ---- inittab: id:runlevels:action:process -------------------------------- */

/* The terminal of a line that starts a getty: its last word; absent if it is
 * no such line. */
static struct view
getty_terminal(struct view line)
{
	struct view field, word, last = {0};

	if (view_starts(line, "#"))
		return last;
	for (size_t i = 0; i < 3; i++)
		if (!view_cut(&line, ':', &field))
			return last;
	if (!memmem(line.data ? line.data : "", line.length, "getty",
	    strlen("getty")))
		return last;
	while (view_word(&line, &word))
		last = word;
	return last;
}

/* A guest has one keyboard, so its other terminals are left out. */
static void
inittab_edit(struct view old, const char *console, struct buffer *text)
{
	bool is_there = false;
	struct view line;

	while (old.length && view_cut(&old, '\n', &line)) {
		struct view terminal = getty_terminal(line);
		bool is_console = view_is(terminal, console);

		is_there |= is_console;
		if (view_starts(terminal, "tty") && !is_console &&
		    !view_is(terminal, "tty1"))
			buffer_text(text, "#");
		buffer_view(text, line);
		buffer_text(text, "\n");
	}
	if (!is_there)
		buffer_printf(text, "%.4s:2345:respawn:/sbin/getty 38400 %s\n",
		    console, console);
}

/* ---- securetty: a terminal a line ---------------------------------------- */

static void
securetty_edit(struct view old, const char *console, struct buffer *text)
{
	bool is_there = false;
	struct view line;

	while (old.length && view_cut(&old, '\n', &line)) {
		is_there |= view_is(view_trim(line), console);
		buffer_view(text, line);
		buffer_text(text, "\n");
	}
	if (!is_there)
		buffer_printf(text, "%s\n", console);
}

/* -------------------------------------------------------------------------- */

static const struct {
	const char *path;
	void (*edit)(struct view old, const char *console,
	    struct buffer *text);
} tables[] = {
	{inittab, inittab_edit},
	{securetty, securetty_edit},
};

static int
table_edit(struct tree_edit *edit, size_t i, const char *console,
    struct error *err)
{
	auto_buffer struct buffer old = {0}, text = {0};

	if (edit->read(edit, tables[i].path, &old, err) < 0)
		return err->number == ENOENT ? (error_release(err), 0) : -1;
	tables[i].edit((struct view){old.data, old.length}, console, &text);
	return edit->write(edit, tables[i].path,
	    (struct view){text.data, text.length}, 0644, err);
}

/* As systemctl enable does; of virtual terminals tty1 is. */
static int
unit_enable(struct tree_edit *edit, const char *console, struct error *err)
{
	bool is_found = view_starts(view_of(console), "hvc") ||
	    !strcmp(console, "tty1");
	const char *kind = view_starts(view_of(console), "tty") &&
	    strchr("0123456789", console[3]) ? "getty" : "serial-getty";
	auto_free char *link = memory_printf("etc/systemd/system/"
	    "getty.target.wants/%s@%s.service", kind, console);
	auto_free char *target = memory_printf(
	    "/lib/systemd/system/%s@.service", kind);

	return is_found ? 0 : edit->symlink(edit, link, target, err);
}

STEP(step_console)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		if (table_edit(edit, i, suite->console, err) < 0)
			return -1;
	return !strcmp(suite->init, "systemd")
	    ? unit_enable(edit, suite->console, err) : 0;
}
