#include "install/guest_program.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"


enum { LAST_LINES = 6 };

static const char *const settings[][2] = {
	{"DEBIAN_FRONTEND", "noninteractive"},
	{"DEBCONF_NONINTERACTIVE_SEEN", "true"},
	{"LC_ALL", "C.UTF-8"},
	{"LANGUAGE", "C.UTF-8"},
	{"LANG", "C.UTF-8"},
};

void
guest_program_settle(struct command *command)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		command_setenv(command, settings[i][0], settings[i][1]);
}

/* SOURCE_DATE_EPOCH is ours to hand on; nothing else of the host is. */
void
guest_program_begin(struct guest_program *program, const char *path)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	command_setenv(&program->command, "PATH", "/usr/local/sbin:"
	    "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	command_setenv(&program->command, "HOME", "/root");
	guest_program_settle(&program->command);
	if (epoch)
		command_setenv(&program->command, "SOURCE_DATE_EPOCH", epoch);
	command_add(&program->command, path);
}

static int
program_prepare(void *context)
{
	const struct guest_program *program = context;

	return program->filter ? sync_filter_load(program->filter) : 0;
}

static void
program_line(void *context, const char *text)
{
	struct guest_program *program = context;
	struct strings *lines = &program->last_lines;

	events_line(program->events, program->level, text);
	if (program->line && !program->line(program->context, text))
		return;
	if (lines->count == LAST_LINES) {
		free(lines->items[0]);
		memmove(lines->items, lines->items + 1,
		    --lines->count * sizeof(*lines->items));
	}
	strings_add(lines, text);
}

char *
guest_program_words(const struct guest_program *program)
{
	auto_buffer struct buffer words = {0};

	vector_each(line, &program->last_lines) {
		buffer_text(&words, words.length ? " / " : "");
		buffer_view(&words, view_trim(view_of(*line)));
	}
	return buffer_steal(&words);
}

/* The command's own sentence ends with the last line on stderr; where there
 * were more, they belong to it. */
int
guest_program_run(struct guest_program *program, struct error *err)
{
	program->command.root = program->root;
	program->command.prepare = program_prepare;
	program->command.line = program_line;
	program->command.together = true;
	program->command.context = program;
	if (command_run(&program->command, err) == 0)
		return 0;
	if (err->kind != ERROR_INTERRUPTED && program->last_lines.count > 1) {
		auto_free char *words = guest_program_words(program);
		auto_free char *sentence = memory_string(err->text);

		error_release(err);
		error_set(err, "%s, after: %s", sentence, words);
	}
	return -1;
}

void
guest_program_release(struct guest_program *program)
{
	command_release(&program->command);
	strings_release(&program->last_lines);
}
