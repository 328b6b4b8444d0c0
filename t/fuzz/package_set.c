#include "t/fuzz/target.h"

#include "plan/dependency.h"
#include "plan/mentions.h"
#include "plan/package_set.h"
#include "plan/version.h"

static void
check_dependencies(const struct package_set *set,
    const struct package *package)
{
	struct dependencies dependencies = {0};
	auto_error struct error err = {0};

	check_sentence(dependencies_read(set, package, &dependencies, &err),
	    &err);
	vector_release(&dependencies);
}

static void
check_package(const struct package_set *set, const struct package *package)
{
	const struct package *candidate =
	    package_set_find(set, package->name);

	assert(package->name.length && package->version.length);
	assert(candidate && candidate->owner == package->owner);
	assert(version_compare(candidate->version, package->version) >= 0);
	check_dependencies(set, package);
}

static void
check_names(const struct package_set *set)
{
	struct mentions *mentions = mentions_new(set);
	size_t count = package_set_name_count(set);

	for (size_t i = 1; i < count; i++) {
		const struct package_name *a = package_set_name_at(set, i);
		const struct package_name *b =
		    package_set_name_at(set, count - i);

		assert(package_set_name(set, a->text) == a);
		assert(a == b || !mentions_has_first(mentions, a, b) ||
		    !mentions_has_first(mentions, b, a));
	}
	mentions_free(mentions);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct package_set *set = package_set_new("amd64");
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	buffer_add(&text, data, size);
	check_sentence(package_set_add_index(set, "Packages", &text,
	    &(struct package_origin){.from_suite = true, .pin = 500}, &err),
	    &err);
	package_set_finish(set);
	for (size_t i = 0; i < package_set_count(set); i++)
		check_package(set, package_set_at(set, i));
	check_names(set);
	package_set_free(set);
	return 0;
}
