#include "plan/package_set.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/vector.h"
#include "plan/relation.h"
#include "plan/version.h"

enum { BLOCK = 1024 };	/* items allocated at once, so that they never move */

struct blocks {
	VECTOR(void *) all;
	size_t used;	/* items of the last block */
};

struct package_set {
	char *architecture;
	VECTOR(char *) texts;
	struct blocks packages;
	struct blocks names;
	struct blocks providers;
	struct map by_name;	/* to struct package_name, in order of number */
	struct package_name unknown;
};

static void *
block_add(struct blocks *blocks, size_t size)
{
	if (blocks->used == BLOCK || !blocks->all.count) {
		*vector_push(&blocks->all) = memory_zeroed(BLOCK, size);
		blocks->used = 0;
	}
	return (char *)blocks->all.items[blocks->all.count - 1] +
	    blocks->used++ * size;
}

static size_t
block_count(const struct blocks *blocks)
{
	return blocks->all.count ?
	    (blocks->all.count - 1) * BLOCK + blocks->used : 0;
}

static void
blocks_release(struct blocks *blocks)
{
	vector_each(block, &blocks->all)
		free(*block);
	vector_release(&blocks->all);
}

struct package_set *
package_set_new(const char *architecture)
{
	struct package_set *set = memory_new(struct package_set);

	set->architecture = memory_string(architecture);
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
	blocks_release(&set->packages);
	blocks_release(&set->names);
	blocks_release(&set->providers);
	map_release(&set->by_name);
	free(set->architecture);
	free(set);
}

static bool
is_of_architecture(const struct package_set *set, struct view architecture)
{
	return view_is(architecture, set->architecture) ||
	    view_is(architecture, "all");
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
		if (!is_of_architecture(set, record.architecture))
			continue;
		package = block_add(&set->packages, sizeof(*package));
		*package = record;
	}
}

int
package_set_add_index(struct package_set *set, const char *path,
    struct buffer *text, unsigned index, bool from_suite, int pin,
    struct error *err)
{
	struct package common = {
		.index = index, .from_suite = from_suite, .pin = pin,
	};
	struct view whole = {text->data, text->length};
	struct stanza_reader reader = stanza_reader(path, whole);

	if (!whole.length)
		return 0;
	*vector_push(&set->texts) = buffer_steal(text);
	return add_stanzas(set, &reader, &common, err);
}

static struct package_name *
add_name(struct package_set *set, struct view text)
{
	void **place = map_put(&set->by_name, text);
	struct package_name *name = *place;

	if (!name) {
		*place = name = block_add(&set->names, sizeof(*name));
		name->text = text;
		name->number = (unsigned)set->by_name.count;
	}
	return name;
}

static bool
is_preferred(const struct package *a, const struct package *b)
{
	if (a->pin != b->pin)
		return a->pin > b->pin;
	return version_compare(a->version, b->version) > 0;
}

static void
add_version(struct package_set *set, struct package *package)
{
	struct package_name *name = add_name(set, package->name);
	const struct package **place = &name->versions;

	while (*place && !is_preferred(package, *place))
		place = (const struct package **)&(*place)->next;
	package->owner = name;
	package->next = *place;
	*place = package;
	name->candidate = name->versions;
	name->is_essential |= package_is_essential(package);
	name->is_important |= view_is(package->important, "yes");
}

static void
add_provider(struct package_set *set, struct package *package,
    const struct relation *relation)
{
	struct package_name *name = add_name(set, relation->name);
	struct package_provider *provider;

	if (relation->operator != RELATION_ANY &&
	    relation->operator != RELATION_EQ)
		return;
	if (relation->architecture.data &&
	    !view_is(relation->architecture, set->architecture))
		return;
	provider = block_add(&set->providers, sizeof(*provider));
	*provider = (struct package_provider){
		.package = package,
		.name = name,
		.version = relation->version,
		.next = name->providers,
		.next_provided = package->provided,
	};
	name->providers = provider;
	package->provided = provider;
}

static void
add_provides(struct package_set *set, struct package *package)
{
	auto_relations struct relations provides = {0};
	auto_error struct error err = {0};

	if (!package->provides.data ||
	    relations_parse(package->provides, &provides, &err) < 0)
		return;
	vector_each(relation, &provides)
		add_provider(set, package, relation);
}

static struct package *
package_at(const struct package_set *set, size_t i)
{
	struct package *block = set->packages.all.items[i / BLOCK];

	return &block[i % BLOCK];
}

void
package_set_finish(struct package_set *set)
{
	size_t count = block_count(&set->packages);

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
	return block_count(&set->packages);
}

const char *
package_set_architecture(const struct package_set *set)
{
	return set->architecture;
}

const struct package_name *
package_set_name(const struct package_set *set, struct view name)
{
	const struct package_name *found = map_get(&set->by_name, name);

	return found ? found : &set->unknown;
}

const struct package_name *
package_set_name_at(const struct package_set *set, size_t number)
{
	return number ? set->by_name.entries[number - 1].value : &set->unknown;
}

size_t
package_set_name_count(const struct package_set *set)
{
	return set->by_name.count + 1;
}
