/* As t/plan/ *.case: a request (Variant, Include), then an index. */
#include "t/fuzz/target.h"

#include <string.h>

#include "plan/dependency.h"
#include "plan/plan.h"

static bool
plan_has(const struct plan *plan, const struct package *package)
{
	vector_each(item, plan)
		if (item->package == package)
			return true;
	return false;
}

static bool
is_met(const struct plan *plan, const struct dependency *dependency)
{
	const struct package *package = dependency->name->versions;
	const struct package_provider *provider = dependency->name->providers;

	for (; package; package = package->next)
		if (plan_has(plan, package) &&
		    dependency_is_met_by(dependency, package))
			return true;
	for (; provider; provider = provider->next)
		if (plan_has(plan, provider->package) &&
		    dependency_is_met_by_provider(dependency, provider))
			return true;
	return false;
}

static bool
group_is_met(const struct plan *plan, const struct dependency *group)
{
	const struct dependency *end = dependency_group_end(group);

	while (group < end && !is_met(plan, group))
		group++;
	return group < end;
}

static void
check_item(const struct package_set *set, const struct plan *plan,
    const struct plan_item *item)
{
	struct dependencies dependencies = {0};
	auto_error struct error err = {0};

	assert(dependencies_read(set, item->package, &dependencies,
	    &err) == 0);
	dependency_groups(group, &dependencies)
		assert(group_is_met(plan, group) !=
		    dependency_is_negative(group));
	vector_release(&dependencies);
}

/* Whatever apt would choose: it can be installed, and each only once. */
static void
check_plan(const struct package_set *set, const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		for (size_t j = 0; j < i; j++)
			assert(plan->items[j].package->owner !=
			    plan->items[i].package->owner);
		check_item(set, plan, &plan->items[i]);
	}
}

/* A line about packages with names of one letter; or one more package. */
static char *
random_line(unsigned *seed)
{
	static const char *const fields[] = {
		"Depends", "Pre-Depends", "Conflicts", "Breaks", "Provides",
		"Include",
	};
	static const char *const conditions[] = {
		"", " (= 1)", " (>= 2)", " (<< 2)", ":any",
	};
	static const char separators[] = ",|";
	int a = 'a' + rand_r(seed) % 8, b = 'a' + rand_r(seed) % 8;

	if (rand_r(seed) % 3 == 0)
		return memory_printf("\nPackage: %c\nVersion: %d\n"
		    "Architecture: amd64\n%s", a, rand_r(seed) % 3,
		    rand_r(seed) % 8 ? "" : "Essential: yes\n");
	return memory_printf("%s: %c%s%c %c%s\n", fields[rand_r(seed) % 6],
	    a, conditions[rand_r(seed) % 5], separators[rand_r(seed) % 2],
	    b, conditions[rand_r(seed) % 5]);
}

static size_t
insert(uint8_t *data, size_t size, size_t at, struct view line)
{
	memmove(data + at + line.length, data + at, size - at);
	memcpy(data + at, line.data, line.length);
	return size + line.length;
}

/* Any bytes are seldom a package: every other time there is a new line. */
size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
    unsigned seed)
{
	auto_free char *text = random_line(&seed);
	struct view line = view_of(text);
	size_t at = size ? (size_t)rand_r(&seed) % size : 0;

	while (at < size && (at == 0 || data[at - 1] != '\n'))
		at++;
	if (seed & 1 || line.length > most - size)
		return LLVMFuzzerMutate(data, size, most);
	return insert(data, size, at, line);
}

static void
make_plan(const struct package_set *set, const struct stanza *head)
{
	struct view variant = stanza_get(head, "Variant");
	auto_free char *include = view_string(stanza_get(head, "Include"));
	auto_free char *name = variant.data ? view_string(variant)
	    : memory_string("apt");
	struct plan_request request = {.variant = name};
	auto_error struct error err = {0};
	struct plan plan = {0};
	int result;

	strings_split(&request.include, include, ", \t\n");
	result = plan_make(set, &request, &plan, &err);
	check_sentence(result, &err);
	if (result == 0)
		check_plan(set, &plan);
	plan_release(&plan);
	strings_release(&request.include);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stanza_reader reader =
	    stanza_reader("input", input_view(data, size));
	struct package_set *set = package_set_new("amd64");
	auto_stanza struct stanza head = {0};
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	if (stanza_read(&reader, &head, &err) > 0) {
		buffer_view(&text, reader.rest);
		package_set_add_index(set, "input", &text,
		    &(struct package_origin){.from_suite = true, .pin = 500},
		    &err);
		package_set_finish(set);
		make_plan(set, &head);
	}
	package_set_free(set);
	return 0;
}
