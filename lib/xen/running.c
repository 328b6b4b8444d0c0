#include "xen/running.h"

#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/command.h"
#include "base/file.h"
#include "base/memory.h"

static const char capabilities[] = "/proc/xen/capabilities";

static void
json_free(json_t **json)
{
	json_decref(*json);
}

/* Adds a member of each that has it. */
static void
texts_add(struct strings *texts, const json_t *list, const char *member)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *text = json_string_value(json_object_get(
		    json_array_get(list, i), member));

		if (text && *text)
			strings_add(texts, text);
	}
}

static void
running_add(struct running *running, const json_t *domain)
{
	const json_t *config = json_object_get(domain, "config");
	const json_t *info = json_object_get(config, "c_info");
	const char *name = json_string_value(json_object_get(info, "name"));
	struct running_domain *added;

	if (!name)
		return;
	added = vector_push(running);
	added->name = memory_string(name);
	texts_add(&added->disks, json_object_get(config, "disks"),
	    "pdev_path");
	texts_add(&added->macs, json_object_get(config, "nics"), "mac");
}

int
running_parse(struct running *running, struct view text, struct error *err)
{
	json_error_t error;
	__attribute__((cleanup(json_free))) json_t *list = json_loadb(
	    text.data ? text.data : "", text.length, 0, &error);

	if (!json_is_array(list))
		return error_set(err, "what 'xl list -l' says is not "
		    "understood: %s", list ? "no list" : error.text);
	for (size_t i = 0; i < json_array_size(list); i++)
		running_add(running, json_array_get(list, i));
	running->is_known = true;
	return 0;
}

bool
running_is_dom0(void)
{
	auto_error struct error ignored = {0};
	auto_buffer struct buffer text = {0};

	return geteuid() == 0 && file_read_at(AT_FDCWD, capabilities, &text,
	    &ignored) == 0 && text.data && strstr(text.data, "control_d");
}

int
running_read(struct running *running, struct error *err)
{
	auto_buffer struct buffer output = {0};
	auto_command struct command command = {.output = &output};

	if (!command_exists("xl"))
		return 0;
	command_add(&command, "xl");
	command_add(&command, "list");
	command_add(&command, "-l");
	if (command_run(&command, err) < 0) {
		if (err->kind == ERROR_INTERRUPTED || running_is_dom0())
			return error_prefix(err, "which domains run");
		error_release(err);
		return 0;
	}
	return running_parse(running,
	    (struct view){output.data, output.length}, err);
}

bool
running_has(const struct running *running, const char *name)
{
	vector_each(domain, running)
		if (strcmp(domain->name, name) == 0)
			return true;
	return false;
}

void
running_release(struct running *running)
{
	vector_each(domain, running) {
		free(domain->name);
		strings_release(&domain->disks);
		strings_release(&domain->macs);
	}
	vector_release(running);
}
