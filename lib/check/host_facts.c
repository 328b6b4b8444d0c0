#include "check/host_facts.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/data.h"
#include "base/memory.h"

#define FACTS(member) offsetof(struct host_facts, member)
#define OF_PATH(member) offsetof(struct host_path, member)

struct field {
	const char *name;
	size_t offset;	/* of a char * */
};

static const struct field host_fields[] = {
	{"xen_version", FACTS(xen_version)}, {"hw_caps", FACTS(hw_caps)},
	{"virt_caps", FACTS(virt_caps)}, {"free_memory", FACTS(free_memory)},
	{"receives", FACTS(receives)}, {"end", FACTS(end)},
	{NULL}
};

static const struct field path_fields[] = {
	{"kind", OF_PATH(kind)}, {"id", OF_PATH(id)}, {"size", OF_PATH(size)},
	{"filesystem", OF_PATH(filesystem)}, {"source", OF_PATH(source)},
	{NULL}
};

static char **
field_place(const struct field *fields, void *record, struct view name)
{
	for (; fields->name; fields++)
		if (view_is(name, fields->name))
			return (char **)((char *)record + fields->offset);
	return NULL;
}

/* A single fact; those of a path are said after it. */
static void
fact_take(struct host_facts *facts, struct view name, struct view value)
{
	struct host_path *last = facts->paths.count ? &facts->paths.items[
	    facts->paths.count - 1] : NULL;
	auto_free char *text = view_string(view_trim(value));
	char **place = field_place(host_fields, facts, name);

	if (!place && last)
		place = field_place(path_fields, last, name);
	if (place) {
		free(*place);
		*place = *text ? steal_pointer(&text) : NULL;
	} else if (view_is(name, "path")) {
		vector_push(&facts->paths)->path = view_string(value);
	} else if (view_is(name, "domain")) {
		strings_add(&facts->domains, text);
	} else if (view_is(name, "bridge")) {
		strings_add(&facts->bridges, text);
	}
}

int
host_facts_parse(struct view text, struct host_facts *facts, struct error *err)
{
	struct view rest = text, line, word, name;

	while (view_cut(&rest, '\n', &line))
		if (view_cut(&line, '\t', &word) && view_is(word, "fact") &&
		    view_cut(&line, '\t', &name) && line.data)
			fact_take(facts, name, line);
	return facts->end ? 0 : error_set(err, "it has not said all that it "
	    "was asked");
}

int
host_name_check(const char *host, struct error *err)
{
	size_t length = strspn(host, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_@:%");

	if (*host && *host != '-' && !host[length])
		return 0;
	return error_usage(err, "--migrate-to: '%s' is no host: HOST, "
	    "USER@HOST or an address", host);
}

/* None can end the text that they are in, or be a line too many. */
static int
add_paths(const struct strings *paths, struct buffer *script,
    struct error *err)
{
	buffer_text(script, "facts <<'END'\n");
	vector_each(path, paths) {
		if (**path != '/' || strpbrk(*path, "\n\t"))
			return error_set(err, "'%s' is no absolute path "
			    "without tabs and newlines", *path);
		buffer_printf(script, "%s\n", *path);
	}
	buffer_text(script, "END\n");
	return 0;
}

static void
add_program(struct command *command, const char *host)
{
	static const char *const ssh[] = {
		"ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10",
		"-o", "ServerAliveInterval=5", "--",
	};

	if (host) {
		for (size_t i = 0; i < sizeof(ssh) / sizeof(*ssh); i++)
			command_add(command, ssh[i]);
		command_add(command, host);
	}
	command_add(command, "sh");
	command_add(command, "-s");
}

int
host_facts_read(const char *host, const struct strings *paths,
    struct host_facts *facts, struct error *err)
{
	auto_buffer struct buffer script = {0}, output = {0};
	auto_command struct command command = {.output = &output};

	if (data_read("host-facts", &script, err) < 0 ||
	    add_paths(paths, &script, err) < 0)
		return -1;
	command.input = (struct view){script.data, script.length};
	add_program(&command, host);
	if (command_run(&command, err) < 0)
		return -1;
	return host_facts_parse((struct view){output.data, output.length},
	    facts, err);
}

const struct host_path *
host_facts_path(const struct host_facts *facts, const char *path)
{
	vector_each(item, &facts->paths)
		if (!strcmp(item->path, path))
			return item;
	return NULL;
}

static void
fields_release(const struct field *fields, void *record)
{
	for (; fields->name; fields++)
		free(*(char **)((char *)record + fields->offset));
}

void
host_facts_release(struct host_facts *facts)
{
	vector_each(path, &facts->paths) {
		free(path->path);
		fields_release(path_fields, path);
	}
	vector_release(&facts->paths);
	strings_release(&facts->domains);
	strings_release(&facts->bridges);
	fields_release(host_fields, facts);
}
