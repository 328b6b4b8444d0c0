#include "install/hook_apt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/inside.h"
#include "base/memory.h"
#include "install/place.h"

const char hook_apt_file[] = "tmp/mkguest-apt.conf";

static const char keys_directory[] = "tmp/mkguest-apt.d";
static const char keys_file[] = "tmp/mkguest-apt.d/keys.gpg";

/* Beside the user's own settings, and read before them. */
static const char defaults_file[] = "etc/apt/apt.conf.d/00mmdebstrap";
static const char defaults[] = "Apt::Install-Recommends false;\n"
    "Acquire::Languages \"none\";\n";

/* As URItoFileName of libapt has it: the scheme goes, as does who logs in, and
 * what means something to apt or in a file's name is quoted. */
static char *
list_name(const char *url)
{
	static const char quoted[] = "\\|{}[]<>\"^~_=!@#$%^&*";
	const char *at = strstr(url, "://"), *slash, *user;
	struct buffer name = {0};

	at = at ? at + 3 : strchr(url, ':') ? strchr(url, ':') + 1 : url;
	slash = strchr(at, '/');
	user = slash ? memrchr(at, '@', (size_t)(slash - at)) : NULL;
	for (at = user ? user + 1 : at; *at; at++)
		if (*at == '/')
			buffer_text(&name, "_");
		else if (strchr(quoted, *at) || *at <= ' ' || *at == 0x7f)
			buffer_printf(&name, "%%%02x", (unsigned char)*at);
		else
			buffer_add(&name, at, 1);
	return buffer_steal(&name);
}

int
hook_apt_write_lists(const struct hook_apt *apt, int root, struct error *err)
{
	vector_each(list, &apt->lists) {
		auto_free char *name = list_name(list->url);
		auto_free char *path =
		    memory_printf("var/lib/apt/lists/%s", name);
		auto_buffer struct buffer text = {0};

		if (lseek(list->fd, 0, SEEK_SET) < 0)
			return error_errno(err, "seek");
		if (file_read(list->fd, &text, err) < 0)
			return error_prefix(err, "'%s'", name);
		if (place_file(root, path,
		    (struct view){text.data, text.length}, 0644, err) < 0)
			return -1;
	}
	return 0;
}

void
hook_apt_lists_release(struct hook_apt_lists *lists)
{
	vector_each(list, lists)
		free(list->url);
	vector_release(lists);
}

static int
write_configuration(const struct hook_apt *apt, int root, struct error *err)
{
	auto_free char *path = file_descriptor_path(root);
	auto_buffer struct buffer text = {0}, architectures = {0};

	if (!path)
		return error_errno(err, "the root's path");
	if (strchr(path, '"'))
		return error_set(err, "apt cannot be told of '%s', since there "
		    "is a quote in it; hooks need another place", path);
	buffer_text(&architectures, apt->architecture);
	vector_each(foreign, &apt->foreign)
		buffer_printf(&architectures, ",%s", *foreign);
	buffer_printf(&text, "Apt::Architecture \"%s\";\n"
	    "Apt::Architectures \"%s\";\n"
	    "Dir \"%s\";\n"
	    "Dir::State::Status \"%s/var/lib/dpkg/status\";\n"
	    "DPkg::Chroot-Directory \"%s\";\n"
	    "pkgCacheGen::ForceEssential \",\";\n"
	    "APT::Sandbox::User \"root\";\n"
	    "Dir::Etc::TrustedParts \"%s/%s\";\n%s",
	    apt->architecture, architectures.data, path, path, path, path,
	    keys_directory, apt->settings);
	return place_file(root, hook_apt_file,
	    (struct view){text.data, text.length}, 0600, err);
}

int
hook_apt_write(const struct hook_apt *apt, int root, struct error *err)
{
	if (write_configuration(apt, root, err) < 0 ||
	    place_directory(root, keys_directory, 0755, err) < 0 ||
	    place_file(root, keys_file, apt->keys, 0644, err) < 0 ||
	    place_file(root, defaults_file, view_of(defaults), 0644, err) < 0)
		return -1;
	return hook_apt_write_lists(apt, root, err);
}

int
hook_apt_remove(int root, struct error *err)
{
	if (inside_remove(root, hook_apt_file, err) < 0 ||
	    place_remove(root, keys_directory, err) < 0)
		return -1;
	return inside_remove(root, defaults_file, err);
}
