#include "xen/screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/command.h"
#include "base/memory.h"

/* In the order of preference, each with its way to say host and port. */
static const struct viewer {
	const char *program;
	const char *front, *between;
} viewers[] = {
	{"vncviewer", "", "::"},
	{"remote-viewer", "vnc://", ":"},
};

/* The first line of what a program says; NULL if it fails. */
static char *
answer_of(const char *program, const char *verb, const char *operand,
    struct error *err)
{
	auto_buffer struct buffer output = {0};
	auto_command struct command command = {.output = &output};
	struct view rest, line;

	command_add(&command, program);
	if (verb)
		command_add(&command, verb);
	command_add(&command, operand);
	if (command_run(&command, err) < 0)
		return NULL;
	rest = view_of(output.data ? output.data : "");
	view_cut(&rest, '\n', &line);
	return view_string(view_trim(line));
}

static char *
entry_of(const char *domain_id, const char *name, struct error *err)
{
	auto_free char *path = memory_printf("/local/domain/%s/console/%s",
	    domain_id, name);

	return answer_of("xenstore-read", NULL, path, err);
}

int
screen_find(const char *domain, struct screen *screen, struct error *err)
{
	auto_free char *id = answer_of("xl", "domid", domain, err);

	if (!id)
		return -1;
	screen->port = entry_of(id, "vnc-port", err);
	screen->host = screen->port ? entry_of(id, "vnc-listen", err) : NULL;
	if (!screen->host)
		return -1;
	/* what listens everywhere does so here */
	if (!*screen->host || !strcmp(screen->host, "0.0.0.0")) {
		free(screen->host);
		screen->host = memory_string("127.0.0.1");
	}
	return 0;
}

const char *
screen_viewer(void)
{
	if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
		return NULL;
	for (size_t i = 0; i < sizeof(viewers) / sizeof(*viewers); i++)
		if (command_exists(viewers[i].program))
			return viewers[i].program;
	return NULL;
}

int
screen_show(const struct screen *screen, const char *viewer,
    struct error *err)
{
	auto_command struct command command = {0};
	const struct viewer *found = viewers;

	while (strcmp(found->program, viewer))
		found++;
	command_add(&command, viewer);
	command_addf(&command, "%s%s%s%s", found->front, screen->host,
	    found->between, screen->port);
	return command_run(&command, err);
}

void
screen_release(struct screen *screen)
{
	free(screen->host);
	free(screen->port);
}
