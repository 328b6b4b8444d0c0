#include "install/unpacked.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"

static const char remove_on_upgrade[] = "remove-on-upgrade ";

/* Each line is a path; flags stand in front of those that are not shipped. */
static int
unpacked_read_conffiles(struct unpacked *package, struct error *err)
{
	const struct deb_control_file *file =
	    deb_control_find(&package->control, "conffiles");
	struct view rest = view_of(file ? file->data : NULL), line;
	char *name;

	while (view_cut(&rest, '\n', &line)) {
		line = view_trim(line);
		if (!line.length || view_starts(line, remove_on_upgrade))
			continue;
		if (line.data[0] != '/')
			return error_set(err, "conffile '" VIEW_FORMAT
			    "' is not an absolute path", VIEW_ARGUMENTS(line));
		name = view_string(line);
		*vector_push(&package->conffiles) = name;
		*map_put(&package->is_conffile, view_of(name)) = name;
	}
	return 0;
}

/* As dpkg wants names of packages and architectures: files in info/ get them. */
static bool
name_is_valid(struct view name, const char *others)
{
	for (size_t i = 0; i < name.length; i++) {
		char c = name.data[i];

		if (!isalnum((unsigned char)c) &&
		    (i == 0 || !c || !strchr(others, c)))
			return false;
	}
	return name.length > 0;
}

static int
unpacked_check_names(const struct unpacked *package, struct error *err)
{
	if (!package->name.length || !package->version.length ||
	    !package->architecture.length)
		return error_set(err,
		    "control lacks Package, Version or Architecture");
	if (!name_is_valid(package->name, "-+._"))
		return error_set(err, "control: '" VIEW_FORMAT
		    "' cannot be a package's name",
		    VIEW_ARGUMENTS(package->name));
	if (!name_is_valid(package->architecture, "-"))
		return error_set(err, "control: '" VIEW_FORMAT
		    "' cannot be an architecture",
		    VIEW_ARGUMENTS(package->architecture));
	return 0;
}

/* Only by what the script itself says. To rename is dpkg-divert's own choice
 * when it adds; asking it something, as dash does, is no diversion. */
static bool
unpacked_diverts(const struct unpacked *package)
{
	const struct deb_control_file *preinst =
	    deb_control_find(&package->control, "preinst");

	return preinst && strstr(preinst->data, "dpkg-divert") &&
	    (strstr(preinst->data, "--rename") ||
	    (strstr(preinst->data, "--add") &&
	    !strstr(preinst->data, "--no-rename")));
}

int
unpacked_read_control(struct unpacked *package, struct error *err)
{
	const struct deb_control_file *file =
	    deb_control_find(&package->control, "control");
	struct stanza_reader reader = stanza_reader("control",
	    (struct view){file->data, file->length});

	if (stanza_read(&reader, &package->fields, err) < 0)
		return -1;
	package->name = stanza_get(&package->fields, "Package");
	package->version = stanza_get(&package->fields, "Version");
	package->architecture = stanza_get(&package->fields, "Architecture");
	if (unpacked_check_names(package, err) < 0)
		return -1;
	package->wants_md5sums =
	    !deb_control_find(&package->control, "md5sums");
	package->is_slow = unpacked_diverts(package);
	return unpacked_read_conffiles(package, err);
}

char *
unpacked_info_name(const struct unpacked *package)
{
	if (package->has_plain_name ||
	    !view_is(stanza_get(&package->fields, "Multi-Arch"), "same"))
		return view_string(package->name);
	return memory_printf(VIEW_FORMAT ":" VIEW_FORMAT,
	    VIEW_ARGUMENTS(package->name),
	    VIEW_ARGUMENTS(package->architecture));
}

/* Values are places and not addresses, since the vector grows. Of several
 * paths with one name the first is found. */
static void
unpacked_index_paths(struct unpacked *package)
{
	for (size_t i = package->indexed; i < package->paths.count; i++) {
		void **place = map_put(&package->by_path,
		    view_of(package->paths.items[i].path));

		if (!*place)
			*place = (void *)(uintptr_t)(i + 1);
	}
	package->indexed = package->paths.count;
}

struct unpacked_path *
unpacked_find(struct unpacked *package, const char *path)
{
	uintptr_t place;

	unpacked_index_paths(package);
	place = (uintptr_t)map_get(&package->by_path, view_of(path));
	return place ? &package->paths.items[place - 1] : NULL;
}

bool
unpacked_has_conffile(const struct unpacked *package, const char *path)
{
	return map_get(&package->is_conffile, view_of(path)) != NULL;
}

void
unpacked_release(struct unpacked *package)
{
	vector_each(entry, &package->paths) {
		free(entry->path);
		free(entry->link);
		free(entry->md5);
	}
	vector_release(&package->paths);
	map_release(&package->by_path);
	map_release(&package->is_conffile);
	strings_release(&package->conffiles);
	stanza_release(&package->fields);
	deb_control_release(&package->control);
	free(package->annex);
}
