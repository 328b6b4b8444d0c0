#include "base/origins.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/options.h"

static const char *
origins_path(struct origins *origins, const char *path)
{
	size_t count = origins->paths.count;

	if (!path)
		return NULL;
	if (!count || strcmp(origins->paths.items[count - 1], path))
		strings_add(&origins->paths, path);
	return origins->paths.items[origins->paths.count - 1];
}

void
origins_add(struct origins *origins, const struct option *option,
    const char *path, unsigned line)
{
	*vector_push(origins) = (struct origin){option,
	    origins_path(origins, path), line, false};
}

bool
origins_have(const struct origins *origins, const struct option *option)
{
	vector_each(origin, origins)
		if (origin->option->offset == option->offset)
			return true;
	return false;
}

const struct origin *
origins_find(const struct origins *origins, const char *option, size_t index)
{
	const struct origin *found = NULL;

	vector_each(origin, origins) {
		if (strcmp(origin->option->name, option))
			continue;
		found = origin;
		if (!index--)
			break;
	}
	return found;
}

int
origins_blame(const struct origins *origins, const char *option, size_t index,
    struct error *err)
{
	const struct origin *origin = origins_find(origins, option, index);
	auto_free char *field = NULL;

	if (!origin || !origin->path)
		return error_prefix(err, "--%s", option);
	field = option_label(option, origin->line);
	return origin_blame(origin->path, origin->line, field, err);
}

int
origin_blame(const char *path, unsigned line, const char *label,
    struct error *err)
{
	return line ? error_prefix(err, "%s:%u: %s", path, line, label)
	    : error_prefix(err, "%s", label);
}

void
origins_release(struct origins *origins)
{
	vector_release(origins);
	strings_release(&origins->paths);
}

char *
option_field(const char *option)
{
	char *field = memory_string(option);

	for (char *c = field; *c; c++)
		if (c == field || c[-1] == '-')
			*c = (char)toupper((unsigned char)*c);
	return field;
}

static char *
option_member(const char *option)
{
	char *member = memory_string(option);

	for (char *c = member; *c; c++)
		*c = *c == '-' ? '_' : *c;
	return member;
}

char *
option_label(const char *option, unsigned line)
{
	return line ? option_field(option) : option_member(option);
}
