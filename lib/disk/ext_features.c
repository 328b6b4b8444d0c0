#include "disk/ext_features.h"

#include <e2p/e2p.h>
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/memory.h"

/* What goes with another one, which it needs. */
static const struct {
	const char *name;
	const char *needs;
} dependents[] = {
	{"orphan_file", "has_journal"},
	{"metadata_csum_seed", "metadata_csum"},
};

static int
features_check(const char *name, struct error *err)
{
	auto_free char *copy = memory_string(name);
	unsigned mask;
	int kind;

	if (!*name || e2p_string2feature(copy, &kind, &mask))
		return error_usage(err, "unknown feature '%s'; ext4(5) lists "
		    "them", name);
	return 0;
}

static void
features_remove(struct strings *features, const char *name)
{
	struct strings kept = {0};

	vector_each(feature, features)
		if (strcmp(*feature, name))
			strings_add(&kept, *feature);
	strings_release(features);
	*features = kept;
}

static int
features_change(struct strings *features, const char *change,
    struct error *err)
{
	const char *name = change + strspn(change, "+-");

	if (name - change > 1)
		name = "";
	if (features_check(name, err) < 0)
		return -1;
	features_remove(features, name);
	if (*change != '-') {
		strings_add(features, name);
		return 0;
	}
	for (size_t i = 0; i < sizeof(dependents) / sizeof(*dependents); i++)
		if (!strcmp(name, dependents[i].needs))
			features_remove(features, dependents[i].name);
	return 0;
}

int
ext_features_read(struct strings *features, const char *list,
    const char *changes, struct error *err)
{
	auto_strings struct strings all = {0};

	strings_split(&all, list, ", \t\n");
	if (changes)
		strings_split(&all, changes, ", \t\n");
	vector_each(change, &all)
		if (features_change(features, *change, err) < 0)
			return -1;
	return 0;
}

char *
ext_features_option(const struct strings *features)
{
	auto_buffer struct buffer option = {0};

	buffer_text(&option, "none");
	vector_each(feature, features)
		buffer_printf(&option, ",%s", *feature);
	return buffer_steal(&option);
}
