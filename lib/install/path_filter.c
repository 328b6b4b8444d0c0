#include "install/path_filter.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/inside.h"
#include "base/memory.h"

#define DIRECTORY "etc/dpkg/dpkg.cfg.d"

enum meaning { EXCLUDE, INCLUDE, ELSEWHERE };

/* All others concern only what dpkg does itself. */
static const struct {
	const char *name;
	enum meaning meaning;
} known[] = {
	{"path-exclude", EXCLUDE},
	{"path-include", INCLUDE},
	{"admindir", ELSEWHERE},
	{"dry-run", ELSEWHERE},
	{"force-script-chrootless", ELSEWHERE},
	{"instdir", ELSEWHERE},
	{"no-act", ELSEWHERE},
	{"root", ELSEWHERE},
	{"selected-only", ELSEWHERE},
	{"simulate", ELSEWHERE},
};

static void
filter_add(struct path_filter *filter, struct view pattern, bool is_included)
{
	if (pattern.length > 1 && pattern.data[0] == '"' &&
	    view_ends(pattern, "\"")) {
		pattern.data++;
		pattern.length -= 2;
	}
	*vector_push(&filter->rules) =
	    (struct path_rule){view_string(pattern), is_included};
}

/* NAME, NAME VALUE or NAME=VALUE */
static int
filter_read_line(struct path_filter *filter, struct view line,
    const char *path, struct error *err)
{
	struct view name = line, value = {0};

	for (name.length = 0; name.length < line.length; name.length++)
		if (strchr("= \t", line.data[name.length]))
			break;
	value.data = name.data + name.length;
	value.length = line.length - name.length;
	while (value.length && strchr("= \t", *value.data)) {
		value.data++;
		value.length--;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!view_is(name, known[i].name))
			continue;
		if (known[i].meaning == ELSEWHERE)
			return error_set(err, "'%s' in the guest has the "
			    "option '%s', under which packages cannot be "
			    "unpacked; remove it", path, known[i].name);
		filter_add(filter, value, known[i].meaning == INCLUDE);
	}
	return 0;
}

static int
filter_read_file(struct path_filter *filter, int root, const char *path,
    struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct view rest, line;

	if (!inside_exists(root, path))
		return 0;
	if (inside_read(root, path, &text, err) < 0)
		return -1;
	rest = (struct view){text.data, text.length};
	while (view_cut(&rest, '\n', &line)) {
		line = view_trim(line);
		if (line.length && line.data[0] != '#' &&
		    filter_read_line(filter, line, path, err) < 0)
			return -1;
	}
	return 0;
}

/* Of other names dpkg thinks that they are backups. */
static bool
is_fragment(const char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("-_", *name))
			return false;
	return true;
}

static int
filter_list_fragments(int root, struct strings *names, struct error *err)
{
	int fd = inside_open(root, DIRECTORY, O_RDONLY | O_DIRECTORY, 0);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return errno == ENOENT ? 0 : error_errno(err,
		    "open '" DIRECTORY "' in the guest");
	while ((entry = readdir(dir)))
		if (is_fragment(entry->d_name))
			strings_printf(names, DIRECTORY "/%s", entry->d_name);
	strings_sort(names);
	return 0;
}

int
path_filter_read(struct path_filter *filter, int root, struct error *err)
{
	auto_strings struct strings paths = {0};

	path_filter_release(filter);
	if (filter_list_fragments(root, &paths, err) < 0)
		return -1;
	strings_add(&paths, "etc/dpkg/dpkg.cfg");
	strings_add(&paths, "root/.dpkg.cfg");
	vector_each(path, &paths)
		if (filter_read_file(filter, root, *path, err) < 0)
			return -1;
	return 0;
}

/* The part before the first character that means something to fnmatch. */
static size_t
literal_length(const char *pattern)
{
	size_t length = strcspn(pattern, "*?[\\");

	while (length && pattern[length - 1] == '/')
		length--;
	return length;
}

bool
path_filter_skips(const struct path_filter *filter, const char *path,
    mode_t mode)
{
	bool skips = false;

	vector_each(rule, &filter->rules)
		if (fnmatch(rule->pattern, path, 0) == 0)
			skips = !rule->is_included;
	if (!skips || (!S_ISDIR(mode) && !S_ISLNK(mode)))
		return skips;
	vector_each(rule, &filter->rules)
		if (rule->is_included && strncmp(path, rule->pattern,
		    literal_length(rule->pattern)) == 0)
			return false;
	return true;
}

void
path_filter_release(struct path_filter *filter)
{
	vector_each(rule, &filter->rules)
		free(rule->pattern);
	vector_release(&filter->rules);
}
