#include "repo/login.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

static const char file[] = "/etc/apt/auth.conf";
static const char directory[] = "/etc/apt/auth.conf.d";

/* Comments are whole lines. */
static bool
next_word(struct view *text, struct view *word)
{
	while (text->length && strchr(" \t\n\r", text->data[0])) {
		text->data++;
		text->length--;
	}
	*word = (struct view){text->data, 0};
	while (text->length && !strchr(" \t\n\r", text->data[0])) {
		text->data++;
		text->length--;
		word->length++;
	}
	return word->length > 0;
}

static char **
login_field(struct login *login, struct view word)
{
	if (view_is(word, "login"))
		return &login->name;
	return view_is(word, "password") ? &login->password : NULL;
}

static void
parse_line(struct logins *logins, struct view line)
{
	struct view word, value;

	while (next_word(&line, &word) && next_word(&line, &value)) {
		struct login *last = logins->count
		    ? &logins->items[logins->count - 1] : NULL;
		char **field = last ? login_field(last, word) : NULL;

		if (view_is(word, "machine"))
			vector_push(logins)->machine = view_string(value);
		else if (field && !*field)
			*field = view_string(value);
	}
}

void
logins_parse(struct logins *logins, struct view text)
{
	struct view line;

	while (view_cut(&text, '\n', &line))
		if (!view_starts(line, "#"))
			parse_line(logins, line);
}

static int
read_file(struct logins *logins, const char *path, struct error *err)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct buffer text = {0};
	int result;

	if (fd < 0)
		return errno == ENOENT || errno == EACCES ? 0
		    : error_errno(err, "open '%s'", path);
	result = file_read(fd, &text, err);
	if (result == 0)
		logins_parse(logins, (struct view){text.data, text.length});
	memory_free_secret(buffer_steal(&text));
	return result < 0 ? error_prefix(err, "'%s'", path) : 0;
}

int
logins_read(struct logins *logins, struct error *err)
{
	auto_closedir DIR *dir = opendir(directory);
	auto_strings struct strings paths = {0};
	struct dirent *entry;

	if (read_file(logins, file, err) < 0)
		return -1;
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' &&
		    view_ends(view_of(entry->d_name), ".conf"))
			strings_printf(&paths, "%s/%s", directory,
			    entry->d_name);
	strings_sort(&paths);
	vector_each(path, &paths)
		if (read_file(logins, *path, err) < 0)
			return -1;
	return 0;
}

static const char *
after_scheme(const char *url)
{
	const char *at = strstr(url, "://");

	return at ? at + 3 : url;
}

static bool
scheme_fits(const char *machine, const char *url)
{
	size_t length = (size_t)(after_scheme(url) - url);

	return after_scheme(machine) == machine
	    ? !strncmp(url, "https://", length)
	    : !strncmp(machine, url, length);
}

/* The host as a whole, and its port only if the machine has one; then the
 * beginning of the path. */
static bool
place_fits(const char *machine, const char *url)
{
	size_t host = strcspn(machine, "/");
	bool has_port = memchr(machine, ':', host);
	size_t wanted = has_port ? strcspn(url, "/") : strcspn(url, ":/");

	if (host != wanted || strncmp(machine, url, host))
		return false;
	machine += host;
	url += strcspn(url, "/");
	return !strncmp(machine, url, strlen(machine));
}

const struct login *
logins_find(const struct logins *logins, const char *url)
{
	const char *place = after_scheme(url);

	if (place == url || memchr(place, '@', strcspn(place, "/")))
		return NULL;
	vector_each(login, logins)
		if (scheme_fits(login->machine, url) &&
		    place_fits(after_scheme(login->machine), place))
			return login;
	return NULL;
}

void
logins_release(struct logins *logins)
{
	vector_each(login, logins) {
		free(login->machine);
		memory_free_secret(login->name);
		memory_free_secret(login->password);
	}
	vector_release(logins);
}
