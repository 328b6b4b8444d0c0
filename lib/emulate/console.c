#include "emulate/console.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

enum { BELL = 0x07, ESCAPE = 0x1b, DELETE = 0x7f };

/* UTF-8's first byte of U+0080 to U+009F, which terminals obey as controls. */
enum { C1_LEAD = 0xc2, C1_FIRST = 0x80, C1_LAST = 0x9f };

/* What a boot never comes back from without a person. */
static const struct hopeless {
	const char *text;
	bool at_start;	/* of the line, as prompts are */
	const char *reason;
} hopeless[] = {
	{"(initramfs)", true, "the initrd could not start the guest's system"},
	{"Kernel panic - not syncing", false, "the kernel panicked"},
	{"You are in emergency mode", true, "the guest is in emergency mode"},
	{"You are in rescue mode", true, "the guest is in rescue mode"},
	{"Cannot open access to console, the root account is locked", true,
	    "the guest is in emergency mode"},
	{"Give root password for maintenance", true,
	    "the guest asks for maintenance"},
	{"Press Enter for maintenance", true,
	    "the guest asks for maintenance"},
	{"grub>", true, "GRUB has no menu to boot from"},
	{"grub rescue>", true, "GRUB does not find the guest's filesystem"},
	{"BdsDxe: No bootable option", true,
	    "the firmware finds nothing to boot"},
	{"UEFI Interactive Shell", true,
	    "the firmware finds nothing to boot"},
};

/* A prompt has no newline: the line under way is looked at as well. */
static void
console_match(struct console *console)
{
	const char *line = console->line.data ? console->line.data : "";
	size_t length = strlen(console->hostname);

	if (!strncmp(line, console->hostname, length) &&
	    !strncmp(line + length, " login:", strlen(" login:")))
		console->login = true;
	for (size_t i = 0; i < sizeof(hopeless) / sizeof(*hopeless); i++) {
		const char *found = strstr(line, hopeless[i].text);

		if (found && (found == line || !hopeless[i].at_start) &&
		    !console->hopeless)
			console->hopeless = hopeless[i].reason;
	}
}

static void
console_end_line(struct console *console)
{
	char **place = &console->lines[console->count % CONSOLE_LINES];

	console->returned = false;
	if (!console->line.length)
		return;
	console_match(console);
	events_debug(console->events, "| %s", console->line.data);
	free(*place);
	*place = memory_string(console->line.data);
	console->count++;
	buffer_clear(&console->line);
}

static bool
console_drops(const struct buffer *line, unsigned char byte)
{
	unsigned char last = line->length
	    ? (unsigned char)line->data[line->length - 1] : 0;

	return (byte < ' ' && byte != '\t') || byte == DELETE ||
	    (last == C1_LEAD && byte >= C1_FIRST && byte <= C1_LAST);
}

static void
console_text(struct console *console, unsigned char byte)
{
	if (byte == '\n') {
		console_end_line(console);
		return;
	}
	if (byte == '\r') {
		console->returned = true;
		return;
	}
	if (console_drops(&console->line, byte))
		return;
	/* What is written over a line is shown as one more. */
	if (console->returned || console->line.length >= CONSOLE_LINE_MAX)
		console_end_line(console);
	buffer_add(&console->line, &byte, 1);
}

static enum console_state
console_after_escape(unsigned char byte)
{
	if (byte == '[')
		return CONSOLE_SEQUENCE;
	if (byte && strchr("]P_^X", byte))
		return CONSOLE_STRING;
	/* An intermediate byte such as "(" has its final one still to come. */
	return byte >= ' ' && byte <= '/' ? CONSOLE_ESCAPE : CONSOLE_TEXT;
}

static void
console_byte(struct console *console, unsigned char byte)
{
	if (byte == ESCAPE) {
		console->state = CONSOLE_ESCAPE;
		return;
	}
	switch (console->state) {
	case CONSOLE_TEXT:
		console_text(console, byte);
		break;
	case CONSOLE_ESCAPE:
		console->state = console_after_escape(byte);
		break;
	case CONSOLE_SEQUENCE:
		if (byte < ' ' || (byte >= '@' && byte <= '~'))
			console->state = CONSOLE_TEXT;
		break;
	case CONSOLE_STRING:
		if (byte == BELL || byte == '\n')
			console->state = CONSOLE_TEXT;
		break;
	}
}

void
console_add(struct console *console, const void *data, size_t length)
{
	const unsigned char *bytes = data;

	console->bytes += length;
	for (size_t i = 0; i < length; i++)
		console_byte(console, bytes[i]);
	console_match(console);
}

void
console_last_lines(const struct console *console, struct strings *lines)
{
	size_t first = console->count > CONSOLE_LINES
	    ? console->count - CONSOLE_LINES : 0;

	for (size_t i = first; i < console->count; i++)
		strings_add(lines, console->lines[i % CONSOLE_LINES]);
	if (console->line.length)
		strings_add(lines, console->line.data);
}

void
console_release(struct console *console)
{
	buffer_release(&console->line);
	for (size_t i = 0; i < CONSOLE_LINES; i++)
		free(console->lines[i]);
	*console = (struct console){0};
}
