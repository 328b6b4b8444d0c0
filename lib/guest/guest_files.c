#include "guest/guest_files.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/config.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/change.h"

static int
read_skel(struct guest *guest, struct error *err)
{
	auto_strings struct strings usual = {0};

	vector_each(directory, &guest->skel)
		if (changes_add_tree(&guest->files, *directory, "/", err) < 0)
			return error_prefix(err, "--skel");
	if (guest->skel.count || guest->is_there)
		return 0;
	config_paths("skel", &usual);
	/* the first is to win */
	for (size_t i = usual.count; i-- > 0;)
		if (access(usual.items[i], F_OK) == 0 &&
		    changes_add_tree(&guest->files, usual.items[i], "/",
		    err) < 0)
			return -1;
	return 0;
}

static char *
first_boot_path(struct guest *guest, const char *name)
{
	return memory_printf("/usr/lib/mkguest/first-boot.d/%02u-%s",
	    guest->first_boots++, name);
}

int
guest_add_first_boot(struct guest *guest, const char *name,
    struct view script, struct error *err)
{
	struct change *change = change_new(&guest->files, change_file,
	    first_boot_path(guest, name));

	change->mode = 0700;
	return change_store(&guest->files, change, script.data, script.length,
	    err);
}

/* Something that the kernel can start. */
static int
script_check(const struct buffer *text, struct error *err)
{
	struct view view = {text->data, text->length};

	if (view_starts(view, "#!") || view_starts(view, "\177ELF"))
		return 0;
	return error_set(err, "it is no script, which would begin with '#!', "
	    "and no program");
}

static int
read_first_boot(struct guest *guest, struct error *err)
{
	vector_each(file, &guest->first_boot) {
		const char *slash = strrchr(*file, '/');
		auto_buffer struct buffer text = {0};

		if (file_read_at(AT_FDCWD, *file, &text, err) < 0)
			return error_prefix(err, "--first-boot");
		if (script_check(&text, err) < 0)
			return error_prefix(err, "--first-boot '%s'", *file);
		if (guest_add_first_boot(guest, slash ? slash + 1 : *file,
		    (struct view){text.data, text.length}, err) < 0)
			return -1;
	}
	return 0;
}

/* Of the host's kernel, whose name has its release: vmlinuz-6.1.0-9-amd64. */
static int
read_modules(struct guest *guest, struct error *err)
{
	const char *slash = strrchr(guest->kernel, '/');
	const char *release = strchr(slash, '-');
	bool is_auto = !strcmp(guest->modules, "auto");
	auto_free char *source = NULL, *path = NULL;
	struct view directory = view_of(guest->modules);

	if (is_auto && !release)
		return error_usage(err, "--modules auto: the name of '%s' does "
		    "not say which they are; name their directory",
		    guest->kernel);
	while (directory.length > 1 && view_ends(directory, "/"))
		directory.length--;
	source = is_auto ? memory_printf("/lib/modules/%s", release + 1)
	    : view_string(directory);
	slash = strrchr(source, '/');
	path = memory_printf("/lib/modules/%s", slash ? slash + 1 : source);
	return changes_add_tree(&guest->files, source, path, err) < 0
	    ? error_prefix(err, "--modules") : 0;
}

int
guest_read_files(struct guest *guest, struct error *err)
{
	if ((guest->modules && read_modules(guest, err) < 0) ||
	    read_skel(guest, err) < 0 || read_first_boot(guest, err) < 0)
		return -1;
	for (size_t i = 0; i + 1 < guest->changes.count; i += 2)
		if (changes_add(&guest->files, guest->changes.items[i],
		    guest->changes.items[i + 1], err) < 0)
			return -1;
	return changes_load(&guest->files, err);
}
