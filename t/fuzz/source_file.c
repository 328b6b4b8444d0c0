/* Read in both forms. */
#include "t/fuzz/target.h"

#include <string.h>

#include "repo/source_file.h"

#define TEXT(text) ((char[]){text})

static const struct suite suite = {
	.codename = TEXT("bookworm"),
	.aliases = {(char *[]){TEXT("oldstable")}, 1, 1},
	.security_suite = TEXT("bookworm-security"),
	.updates_suite = TEXT("bookworm-updates"),
};

static const struct source_filter filters[] = {
	{&suite, true, "amd64", {0}},
	{NULL, false, "amd64", {(char *[]){TEXT("arm64")}, 1, 1}},
};

static void
check_source(const struct source *source)
{
	assert(strchr(source->uri, ':'));
	assert(!view_ends(view_of(source->uri), "/"));
	assert(*source->suite);
	assert(source_is_flat(source) == !source->components.count);
}

static void
check_file(const char *path, struct view text,
    const struct source_filter *filter)
{
	auto_sources struct sources sources = {0};
	auto_error struct error err = {0};

	check_sentence(source_file_parse(path, text, filter, &sources, &err),
	    &err);
	vector_each(source, &sources)
		check_source(source);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {"a.list", "a.sources", "a"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		check_file(paths[i], input_view(data, size), &filters[0]);
		check_file(paths[i], input_view(data, size), &filters[1]);
	}
	return 0;
}
