#include "plan/package_set.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/vector.h"
#include "plan/relation.h"
#include "plan/version.h"

struct package_set {
	struct name_table names;
	VECTOR(char *) texts;
	VECTOR(struct package_origin *) origins;
	struct blocks packages;
	struct blocks providers;
};

struct package_set *
package_set_new(const char *architecture)
{
	struct package_set *set = memory_new(struct package_set);

	strings_add(&set->names.architectures, architecture);
	return set;
}

void
package_set_free(struct package_set *set)
{
	if (!set)
		return;
	vector_each(text, &set->texts)
		free(*text);
	vector_release(&set->texts);
	vector_each(origin, &set->origins)
		free(*origin);
	vector_release(&set->origins);
	blocks_release(&set->packages);
	blocks_release(&set->providers);
	name_table_release(&set->names);
	free(set);
}

void
package_set_add_foreign(struct package_set *set, const char *architecture)
{
	strings_add(&set->names.architectures, architecture);
}

static int
add_stanzas(struct package_set *set, struct stanza_reader *reader,
    const struct package *common, struct error *err)
{
	int more;

	for (;;) {
		struct package record = *common;
		struct package *package;

		more = stanza_read_columns(reader, package_columns, &record,
		    err);
		if (more <= 0)
			return more;
		if (package_complete(&record, err) < 0)
			return error_prefix(err, "%s:%u", reader->path,
			    reader->line);
		if (name_table_rank(&set->names, record.architecture) < 0)
			continue;
		package = blocks_add(&set->packages, sizeof(*package));
		*package = record;
	}
}

int
package_set_add_index(struct package_set *set, const char *path,
    struct buffer *text, const struct package_origin *origin,
    struct error *err)
{
	struct package common = {0};
	struct view whole = {text->data, text->length};
	struct stanza_reader reader = stanza_reader(path, whole);
	struct package_origin *kept;

	if (!whole.length)
		return 0;
	*vector_push(&set->texts) = buffer_steal(text);
	kept = memory_new(struct package_origin);
	*kept = *origin;
	*vector_push(&set->origins) = kept;
	common.origin = kept;
	return add_stanzas(set, &reader, &common, err);
}

static bool
is_preferred(const struct package *a, const struct package *b)
{
	if (a->origin->pin != b->origin->pin)
		return a->origin->pin > b->origin->pin;
	return version_compare(a->version, b->version) > 0;
}

static void
add_version(struct package_set *set, struct package *package)
{
	int rank = name_table_rank(&set->names, package->architecture);
	struct package_name *name = name_table_put(&set->names, package->name,
	    rank);
	const struct package **place = &name->versions;

	while (*place && !is_preferred(package, *place))
		place = (const struct package **)&(*place)->next;
	package->owner = name;
	package->next = *place;
	*place = package;
	name->candidate = name->versions;
	/* apt takes only the native ones for essential */
	name->is_essential |= rank == 0 && package_is_essential(package);
	name->is_important |= rank == 0 && view_is(package->important, "yes");
}

static void
add_provider(struct package_set *set, struct package *package,
    struct package_name *name, struct view version)
{
	struct package_provider *provider =
	    blocks_add(&set->providers, sizeof(*provider));

	*provider = (struct package_provider){
		.package = package,
		.name = name,
		.version = version,
		.next = name->providers,
		.next_provided = package->provided,
	};
	name->providers = provider;
	package->provided = provider;
}

/* Of Multi-Arch: foreign, for every architecture but `except`. */
static void
add_for_all(struct package_set *set, struct package *package,
    const struct relation *provided, int except)
{
	for (size_t i = 0; i < set->names.architectures.count; i++)
		if ((int)i != except)
			add_provider(set, package, name_table_put(&set->names,
			    provided->name, (int)i), provided->version);
}

static void
add_provided(struct package_set *set, struct package *package,
    const struct relation *provided)
{
	struct view architecture = provided->architecture.data
	    ? provided->architecture : package->owner->architecture;
	int rank = name_table_rank(&set->names, architecture);

	if (provided->operator != RELATION_ANY &&
	    provided->operator != RELATION_EQ)
		return;
	if (!provided->architecture.data &&
	    view_is(package->multi_arch, "foreign")) {
		add_for_all(set, package, provided, -1);
		return;
	}
	if (view_is(provided->architecture, "any") ||
	    (!provided->architecture.data &&
	    view_is(package->multi_arch, "allowed")))
		add_provider(set, package, name_table_put_any(&set->names,
		    provided->name), provided->version);
	if (rank >= 0)
		add_provider(set, package, name_table_put(&set->names,
		    provided->name, rank), provided->version);
}

/* What Multi-Arch says of the package's own name. */
static void
add_itself(struct package_set *set, struct package *package)
{
	const struct relation itself = {
		.name = package->name, .version = package->version,
	};

	if (view_is(package->multi_arch, "foreign"))
		add_for_all(set, package, &itself,
		    (int)package->owner->rank);
	else if (view_is(package->multi_arch, "allowed"))
		add_provider(set, package, name_table_put_any(&set->names,
		    package->name), package->version);
}

static void
add_provides(struct package_set *set, struct package *package)
{
	auto_relations struct relations provides = {0};
	auto_error struct error err = {0};

	add_itself(set, package);
	if (!package->provides.data ||
	    relations_parse(package->provides, &provides, &err) < 0)
		return;
	vector_each(relation, &provides)
		add_provided(set, package, relation);
}

static struct package *
package_at(const struct package_set *set, size_t i)
{
	return blocks_at(&set->packages, i, sizeof(struct package));
}

void
package_set_finish(struct package_set *set)
{
	size_t count = package_set_count(set);

	for (size_t i = 0; i < count; i++) {
		add_version(set, package_at(set, i));
		add_provides(set, package_at(set, i));
	}
}

const struct package *
package_set_find(const struct package_set *set, struct view name)
{
	return package_set_name(set, name)->candidate;
}

const struct package *
package_set_at(const struct package_set *set, size_t i)
{
	return package_at(set, i);
}

size_t
package_set_count(const struct package_set *set)
{
	return blocks_count(&set->packages);
}

const struct strings *
package_set_architectures(const struct package_set *set)
{
	return &set->names.architectures;
}

const struct package_name *
package_set_name(const struct package_set *set, struct view name)
{
	return name_table_get(&set->names, name);
}

const struct package_name *
package_set_name_of(const struct package_set *set, struct view name,
    struct view architecture)
{
	return name_table_find(&set->names, name, architecture);
}

const struct package_name *
package_set_name_at(const struct package_set *set, size_t number)
{
	return number ? set->names.by_text.entries[number - 1].value
	    : &set->names.unknown;
}

size_t
package_set_name_count(const struct package_set *set)
{
	return set->names.by_text.count + 1;
}
