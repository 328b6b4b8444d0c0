#include "root/base_key.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/build_id.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/key.h"
#include "install/skip.h"

static void
key_request(struct buffer *key, const struct root_request *request)
{
	key_add(key, "architecture", view_of(request->architecture));
	vector_each(foreign, &request->foreign)
		key_add(key, "foreign", view_of(*foreign));
	buffer_printf(key, "resolver %d first stage %d skip %u\n",
	    request->lends_resolver, request->first_stage,
	    request->skip & SKIP_OF_BASE);
	vector_each(field, &request->suite->fields.fields) {
		key_add(key, "suite field", field->name);
		key_add(key, "is", field->value);
	}
}

static void
key_items(struct buffer *key, const struct plan *plan, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct plan_item *item = &plan->items[i];
		const struct package *package = item->package;

		key_add(key, "package", package->name);
		key_add(key, "version", package->version);
		key_add(key, "architecture", package->architecture);
		key_add(key, "sha256", package->sha256);
		buffer_printf(key, "%d %u %u %d\n", item->is_essential,
		    item->unpack_place, item->configure_run,
		    item->is_automatic);
	}
}

static void
key_files(struct buffer *key, const struct bootstrap_file *files)
{
	for (; files && files->path; files++) {
		key_add(key, "file", view_of(files->path));
		key_add(key, "is", view_of(files->text));
	}
}

static void
key_divert(struct buffer *key, const struct divert_directory *divert)
{
	key_add(key, "divert", view_of(divert->path ? divert->path : ""));
	vector_each(package, &divert->keepers)
		key_add(key, "but of", view_of(*package));
}

static bool
hook_is_cacheable(struct view text)
{
	struct view line;

	while (view_cut(&text, '\n', &line))
		if (view_is(view_trim(line), "# Cacheable: yes"))
			return true;
	return false;
}

static int
key_hook(struct buffer *key, const struct hook *hook, struct error *err)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error no_file = {0};
	auto_free char *title = hook_title(hook);
	struct view content;

	file_read_at(AT_FDCWD, hook->command, &text, &no_file);
	content = (struct view){text.data, text.length};
	if (!hook_is_cacheable(content))
		return error_set(err, "the %s is no file with a line "
		    "'# Cacheable: yes'", title);
	key_add(key, "hook", view_of(hook->command));
	key_add(key, "is", content);
	buffer_printf(key, "%d %d\n", hook->stage, hook->is_chrooted);
	return 0;
}

static int
key_hooks(struct buffer *key, const struct hook_run *hooks, struct error *err)
{
	vector_each(hook, hooks->list)
		if (key_hook(key, hook, err) < 0)
			return -1;
	vector_each(fact, &hooks->facts)
		key_add(key, "fact", view_of(*fact));
	vector_each(fact, &hooks->own_facts)
		key_add(key, "own fact", view_of(*fact));
	return 0;
}

static void
key_begin(struct buffer *key, const char *what, const struct root_build *build)
{
	key_add(key, "what", view_of(what));
	key_add(key, "build", view_of(build_id()));
	key_add(key, "date", view_of(getenv("SOURCE_DATE_EPOCH")));
	key_request(key, build->request);
	key_files(key, build->files);
}

int
base_key(const struct root_build *build, const struct hook_run *hooks,
    char hex[DIGEST_HEX_MAX + 1], struct error *err)
{
	auto_buffer struct buffer key = {0};
	const struct plan *plan = &build->root_plan->plan;

	key_begin(&key, "base", build);
	key_add(&key, "variant", view_of(build->request->variant));
	key_items(&key, plan, plan->count);
	buffer_printf(&key, "pending %u\n", plan->pending_run);
	key_divert(&key, &build->request->divert);
	key_add(&key, "without", view_of(build->base_without));
	if (key_hooks(&key, hooks, err) < 0)
		return -1;
	key_finish(&key, hex);
	return 0;
}

int
base_key_essential(const struct root_build *build,
    char hex[DIGEST_HEX_MAX + 1], struct error *err)
{
	auto_buffer struct buffer key = {0};
	const struct root_request *request = build->request;
	const struct plan *plan = &build->root_plan->plan;
	size_t count = plan_essential_count(plan);

	if (hook_list_has(&request->hooks, HOOK_EXTRACT))
		return error_set(err, "extract hooks learn what follows");
	if (!count || plan->is_unpacked_only || request->first_stage)
		return error_set(err, "there is no essential package to be "
		    "configured");
	key_begin(&key, "essential base", build);
	key_items(&key, plan, count);
	key_finish(&key, hex);
	return 0;
}
