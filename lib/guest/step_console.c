/*
 * Where a login is offered: on the console that Xen shows. systemd finds hvc0
 * and its like by itself; inittab(5) has a line for each terminal, and
 * securetty(5), where there is one, those on which root may log in.
 */
#include "guest/step.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

static const char inittab[] = "etc/inittab";
static const char securetty[] = "etc/securetty";

/* ---- inittab: id:runlevels:action:process -------------------------------- */

/* What a line runs if that is a getty, else absent. */
static struct view
getty_command(struct view line)
{
	struct view field;

	if (view_starts(line, "#"))
		return (struct view){0};
	for (size_t i = 0; i < 3; i++)
		if (!view_cut(&line, ':', &field))
			return (struct view){0};
	return line.data && memmem(line.data, line.length, "getty",
	    strlen("getty")) ? line : (struct view){0};
}

static bool
is_virtual(struct view word)
{
	return word.length > 3 && view_starts(word, "tty") &&
	    isdigit((unsigned char)word.data[3]);
}

/* A guest has one keyboard, so its other terminals are left out. */
static void
inittab_edit(struct view old, const char *console, struct buffer *text)
{
	bool is_there = false;
	struct view line, word;

	while (old.length && view_cut(&old, '\n', &line)) {
		struct view command = getty_command(line);
		bool is_spare = false;

		while (view_word(&command, &word)) {
			is_there |= view_is(word, console);
			is_spare |= is_virtual(word) &&
			    !view_is(word, console) && !view_is(word, "tty1");
		}
		buffer_text(text, is_spare ? "#" : "");
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
	const char *kind = is_virtual(view_of(console)) ? "getty"
	    : "serial-getty";
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
