#include "root/root_lock.h"

#include <errno.h>
#include <string.h>

#include "base/build_id.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "plan/plan_file.h"
#include "repo/cache_text.h"

static char *
words(const struct strings *strings)
{
	struct buffer text = {0};

	if (!strings->count)
		return NULL;
	vector_each(string, strings)
		buffer_printf(&text, "%s%s", text.length ? " " : "", *string);
	return buffer_steal(&text);
}

static char *
suite_text(const struct root_request *request)
{
	return memory_string(request->suite->codename);
}

static char *
variant_text(const struct root_request *request)
{
	return memory_string(request->variant);
}

static char *
include_text(const struct root_request *request)
{
	return words(&request->include);
}

static char *
local_debs_text(const struct root_request *request)
{
	auto_strings struct strings digests = {0};

	vector_each(deb, &request->local_debs)
		strings_add(&digests, deb->sha256);
	return words(&digests);
}

static char *
exclude_text(const struct root_request *request)
{
	return words(&request->exclude);
}

static char *
recommends_text(const struct root_request *request)
{
	return request->recommends ? memory_string("yes") : NULL;
}

static char *
architectures_text(const struct root_request *request)
{
	struct buffer text = {0};

	buffer_text(&text, request->architecture);
	vector_each(foreign, &request->foreign)
		buffer_printf(&text, " %s", *foreign);
	return buffer_steal(&text);
}

/* All of a request that decides which packages are installed: each belongs
 * here, or an old plan is taken for a request that asks for something else. */
static const struct request_field {
	const char *name;
	char *(*text)(const struct root_request *request);	/* or NULL */
} request_fields[] = {
	{"Suite", suite_text},
	{"Variant", variant_text},
	{"Include", include_text},
	{"Local-Debs", local_debs_text},
	{"Exclude", exclude_text},
	{"Recommends", recommends_text},
	{"Architectures", architectures_text},
};

enum { REQUEST_FIELDS = sizeof(request_fields) / sizeof(*request_fields) };

void
root_lock_head(const struct root_request *request,
    const struct repository *repository, struct buffer *text)
{
	auto_buffer struct buffer sources = {0};

	buffer_printf(text, "Tool: mkguest %s\n", build_id());
	for (size_t i = 0; i < REQUEST_FIELDS; i++) {
		auto_free char *value = request_fields[i].text(request);

		stanza_write(text, request_fields[i].name, value);
	}
	repository_describe(repository, &sources);
	stanza_write(text, "Sources", sources.data);
}

void
root_lock_key(const struct root_request *request, const struct buffer *head,
    char hex[DIGEST_HEX_MAX + 1])
{
	auto_buffer struct buffer text = {0};

	buffer_add(&text, head->data, head->length);
	vector_each(field, &request->suite->fields.fields)
		buffer_printf(&text, VIEW_FORMAT ": " VIEW_FORMAT "\n",
		    VIEW_ARGUMENTS(field->name), VIEW_ARGUMENTS(field->value));
	cache_text_key((struct view){text.data, text.length}, hex);
}

/* A file does not hold the name and password that a source's URI may have. */
static void
item_use_source(struct plan_item *item, const struct source *source)
{
	auto_free char *public = download_public_url(source->uri);
	auto_free char *url = NULL;
	size_t length = strlen(public);

	if (!strcmp(public, source->uri) ||
	    strncmp(item->url, public, length) || item->url[length] != '/')
		return;
	url = item->url;
	item->url = memory_printf("%s%s", source->uri, url + length);
}

int
root_lock_parse(struct root_plan *root_plan, const char *path,
    struct buffer *text, struct stanza *head, struct error *err)
{
	if (plan_file_read(path, text, head, &root_plan->plan, err) < 0)
		return -1;
	vector_each(source, &root_plan->sources)
		vector_each(item, &root_plan->plan)
			item_use_source(item, source);
	return 0;
}

static int
head_check(const struct stanza *head, const char *path,
    const struct root_request *request, struct error *err)
{
	for (size_t i = 0; i < REQUEST_FIELDS; i++) {
		const char *name = request_fields[i].name;
		auto_free char *wanted = request_fields[i].text(request);
		struct view found = stanza_get(head, name);

		if (!view_is(found, wanted ? wanted : ""))
			return error_set(err, "'%s' is for another request: "
			    "its %s is '" VIEW_FORMAT "', not '%s'; name "
			    "another file, or remove it", path, name,
			    VIEW_ARGUMENTS(found), wanted ? wanted : "");
	}
	return 0;
}

/* What nothing is fetched by must be an address that is spoken here. */
static int
items_check(const struct plan *plan, const char *path, struct error *err)
{
	vector_each(item, plan) {
		if (!source_uri_is_known(item->url))
			return error_set(err, "'%s': the URL of '" VIEW_FORMAT
			    "' is not http:, https:, file: or copy:", path,
			    VIEW_ARGUMENTS(item->package->name));
	}
	return 0;
}

int
root_lock_take(struct root_plan *root_plan, const char *path,
    struct buffer *text, const struct root_request *request,
    struct error *err)
{
	auto_stanza struct stanza head = {0};

	if (root_lock_parse(root_plan, path, text, &head, err) < 0 ||
	    head_check(&head, path, request, err) < 0)
		return -1;
	return items_check(&root_plan->plan, path, err);
}

int
root_lock_read(struct root_plan *root_plan, const char *path,
    const struct root_request *request, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (!file_exists(AT_FDCWD, path))
		return 0;
	if (file_read_at(AT_FDCWD, path, &text, err) < 0 ||
	    root_lock_take(root_plan, path, &text, request, err) < 0)
		return -1;
	return 1;
}

int
root_lock_write(const struct root_plan *root_plan, const char *path,
    struct error *err)
{
	const char *text = root_plan->plan.text;

	return file_replace(AT_FDCWD, path, text, strlen(text), 0644, err);
}
