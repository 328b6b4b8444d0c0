#include "install/dpkg_database.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/inside.h"
#include "base/memory.h"
#include "install/place.h"
#include "suite/dpkg_quirks.h"

#define DATABASE "var/lib/dpkg"

static const struct {
	const char *path;
	unsigned not_with;	/* quirks */
} directories[] = {
	{DATABASE "/alternatives"},
	{DATABASE "/info"},
	{DATABASE "/triggers", DPKG_NO_TRIGGERS},
	{DATABASE "/updates"},
};

/* What other programs open, and dpkg itself before 1.17.11. */
static const char *const empty_files[] = {
	DATABASE "/available", DATABASE "/cmethopt", DATABASE "/diversions",
};

static struct view
text_of(const struct buffer *text)
{
	return (struct view){text->data, text->length};
}

static int
make_directories(const struct dpkg_database *database, struct error *err)
{
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		if (!(database->quirks & directories[i].not_with) &&
		    place_directory(database->root, directories[i].path, 0755,
		    err) < 0)
			return -1;
	return 0;
}

static int
make_empty_files(const struct dpkg_database *database, struct error *err)
{
	if (!(database->quirks & DPKG_EMPTY_FILES))
		return 0;
	for (size_t i = 0; i < sizeof(empty_files) / sizeof(*empty_files); i++)
		if (place_file(database->root, empty_files[i], view_of(""),
		    0644, err) < 0)
			return -1;
	return 0;
}

static int
write_architectures(const struct dpkg_database *database, struct error *err)
{
	auto_buffer struct buffer arch = {0};

	if (database->quirks & DPKG_NO_MULTIARCH)
		return 0;
	buffer_printf(&arch, "%s\n", database->architecture);
	vector_each(other, database->foreign)
		buffer_printf(&arch, "%s\n", *other);
	if (place_file(database->root, DATABASE "/arch", text_of(&arch), 0644,
	    err) < 0)
		return -1;
	return place_file(database->root, DATABASE "/info/format",
	    view_of("1\n"), 0644, err);
}

int
dpkg_database_begin(const struct dpkg_database *database, struct error *err)
{
	if (make_directories(database, err) < 0 ||
	    write_architectures(database, err) < 0 ||
	    make_empty_files(database, err) < 0)
		return -1;
	return place_file(database->root, DATABASE "/status", view_of(""),
	    0644, err);
}

static char *
info_path(const struct unpacked *package, const char *kind)
{
	auto_free char *name = unpacked_info_name(package);

	return memory_printf(DATABASE "/info/%s.%s", name, kind);
}

bool
dpkg_database_has(int root, const char *info_name)
{
	auto_free char *path =
	    memory_printf(DATABASE "/info/%s.list", info_name);

	return inside_exists(root, path);
}

static int
write_list(int root, const struct unpacked *package, struct error *err)
{
	auto_buffer struct buffer list = {0};
	auto_free char *path = info_path(package, "list");

	/* dpkg unpacks links to names last, wherever they stand */
	for (int links = 0; links < 2; links++)
		vector_each(entry, &package->paths)
			if (S_ISLNK(entry->mode) == links)
				buffer_printf(&list, "%s\n", entry->path);
	return place_file(root, path, text_of(&list), 0644, err);
}

/* As dpkg's write_filehash_except makes it: in the archive's order. */
static int
write_md5sums(int root, const struct unpacked *package, struct error *err)
{
	auto_buffer struct buffer sums = {0};
	auto_free char *path = info_path(package, "md5sums");

	vector_each(entry, &package->paths)
		if (entry->md5)
			buffer_printf(&sums, "%s  %s\n", entry->md5,
			    entry->path + 1);
	return place_file(root, path, text_of(&sums), 0644, err);
}

static int
write_control_file(int root, const struct unpacked *package,
    const struct deb_control_file *file, struct error *err)
{
	auto_free char *path = info_path(package, file->name);
	struct view text = {file->data, file->length};

	if (place_file(root, path, text, file->mode & 0777, err) < 0)
		return -1;
	return place_time(root, path, file->time, err);
}

static int
write_info(const struct dpkg_database *database,
    const struct unpacked *package, struct error *err)
{
	int root = database->root;

	vector_each(file, &package->control)
		if (strcmp(file->name, "control") != 0 &&
		    write_control_file(root, package, file, err) < 0)
			return -1;
	if (package->wants_md5sums && !(database->quirks & DPKG_NO_MD5SUMS) &&
	    write_md5sums(root, package, err) < 0)
		return -1;
	return write_list(root, package, err);
}

static void
stanza_conffile(struct unpacked *package, struct view line,
    struct buffer *text)
{
	static const char flag[] = "remove-on-upgrade";
	bool is_flagged = view_starts(line, flag);
	struct view path = line;
	auto_free char *name = NULL;
	const struct unpacked_path *entry;

	if (is_flagged) {
		path.data += sizeof(flag) - 1;
		path.length -= sizeof(flag) - 1;
		path = view_trim(path);
	}
	name = view_string(path);
	entry = unpacked_find(package, name);
	buffer_printf(text, " %s %s%s%s\n", name,
	    entry && entry->md5 && !entry->is_pending ? entry->md5
	    : "newconffile", is_flagged ? " " : "", is_flagged ? flag : "");
}

void
dpkg_database_stanza(struct unpacked *package, struct buffer *text)
{
	const struct deb_control_file *conffiles =
	    deb_control_find(&package->control, "conffiles");
	struct view rest = view_of(conffiles ? conffiles->data : NULL), line;

	buffer_printf(text, "Package: " VIEW_FORMAT "\n"
	    "Status: install ok unpacked\n", VIEW_ARGUMENTS(package->name));
	vector_each(field, &package->fields.fields)
		if (!view_equal_fold(field->name, view_of("Package")))
			buffer_printf(text, VIEW_FORMAT ": " VIEW_FORMAT "\n",
			    VIEW_ARGUMENTS(field->name),
			    VIEW_ARGUMENTS(field->value));
	if (view_trim(rest).length)
		buffer_text(text, "Conffiles:\n");
	while (view_cut(&rest, '\n', &line)) {
		line = view_trim(line);
		if (line.length)
			stanza_conffile(package, line, text);
	}
}

/* dpkg makes its trigger files anew, from all packages, when they are
 * missing; so what was just registered gets into them. */
static int
forget_triggers(int root, struct error *err)
{
	int fd = inside_open(root, DATABASE "/triggers",
	    O_RDONLY | O_DIRECTORY, 0);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return error_errno(err, "open '" DATABASE
		    "/triggers' in the guest");
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' &&
		    unlinkat(dirfd(dir), entry->d_name, 0) < 0)
			return error_errno(err, "remove '" DATABASE
			    "/triggers/%s' in the guest", entry->d_name);
	return 0;
}

/* Would dpkg take the two for instances of one package? */
static bool
is_instance(const struct stanza *stanza, const struct unpacked *package)
{
	return view_equal(stanza_get(stanza, "Package"), package->name) &&
	    (view_equal(stanza_get(stanza, "Architecture"),
	    package->architecture) ||
	    !view_is(stanza_get(&package->fields, "Multi-Arch"), "same"));
}

static bool
is_replaced(const struct stanza *stanza, struct unpacked *const *packages,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!packages[i]->is_slow && is_instance(stanza, packages[i]))
			return true;
	return false;
}

/* The status file without the packages that a hook has installed, too. */
static int
read_others(int root, struct unpacked *const *packages, size_t count,
    struct buffer *others, struct error *err)
{
	auto_buffer struct buffer status = {0};
	auto_stanza struct stanza stanza = {0};
	struct stanza_reader reader;
	const char *start;
	int got;

	if (inside_read(root, DATABASE "/status", &status, err) < 0)
		return -1;
	reader = stanza_reader("var/lib/dpkg/status", text_of(&status));
	for (;;) {
		start = reader.rest.data;
		got = stanza_read(&reader, &stanza, err);
		if (got <= 0)
			return got;
		if (!is_replaced(&stanza, packages, count))
			buffer_add(others, start, (size_t)((reader.rest.data
			    ? reader.rest.data : status.data + status.length) -
			    start));
	}
}

int
dpkg_database_add(const struct dpkg_database *database,
    struct unpacked *const *packages, size_t count, struct error *err)
{
	auto_buffer struct buffer status = {0};
	int root = database->root;

	if (read_others(root, packages, count, &status, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (packages[i]->is_slow)
			continue;
		if (write_info(database, packages[i], err) < 0)
			return -1;
		if (status.length && !view_ends(text_of(&status), "\n\n"))
			buffer_text(&status, "\n");
		dpkg_database_stanza(packages[i], &status);
	}
	if (!(database->quirks & DPKG_NO_TRIGGERS) &&
	    forget_triggers(root, err) < 0)
		return -1;
	return place_file(root, DATABASE "/status", text_of(&status), 0644,
	    err);
}
