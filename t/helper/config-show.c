/*
 * config-show FILE…: all values of domain files, and what is in their disks,
 * one a line, as xl-check prints them; "refused" for a file that is none. Of
 * several files each has its name before it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "xen/config.h"
#include "xen/disk_spec.h"

static void
show_value(const char *name, const struct config_value *value)
{
	auto_buffer struct buffer inner = {0};

	if (value->kind != CONFIG_LIST) {
		printf("%s=%s\n", name, value->text);
		return;
	}
	if (!value->count)
		printf("%s[]=\n", name);
	for (size_t i = 0; i < value->count; i++) {
		buffer_clear(&inner);
		buffer_printf(&inner, "%s[%zu]", name, i);
		show_value(inner.data, &value->items[i]);
	}
}

static void
show_disk(size_t i, const struct disk_spec *spec)
{
	bool is_read_only = spec->is_cdrom || view_is(spec->access, "r") ||
	    view_is(spec->access, "ro");
	struct view format = spec->format;

	if (!format.data)
		format = view_of("raw");
	if (spec->is_cdrom && !spec->target.data)
		format = view_of("empty");
	printf("disk[%zu].pdev_path=" VIEW_FORMAT "\n", i,
	    VIEW_ARGUMENTS(spec->target));
	printf("disk[%zu].vdev=" VIEW_FORMAT "\n", i,
	    VIEW_ARGUMENTS(spec->vdev));
	if (spec->script.data)
		printf("disk[%zu].script=" VIEW_FORMAT "\n", i,
		    VIEW_ARGUMENTS(spec->script));
	printf("disk[%zu].format=" VIEW_FORMAT "\n", i, VIEW_ARGUMENTS(format));
	printf("disk[%zu].readwrite=%d\n", i, !is_read_only);
	printf("disk[%zu].is_cdrom=%d\n", i, spec->is_cdrom);
}

static void
show_disks(const struct config *config)
{
	const struct config_value *list = config_get(config, "disk");

	if (!list || list->kind != CONFIG_LIST)
		return;
	for (size_t i = 0; i < list->count; i++) {
		struct disk_spec spec;

		if (list->items[i].kind == CONFIG_LIST)
			continue;
		spec = disk_spec_read(list->items[i].text);
		if (!spec.fault)
			show_disk(i, &spec);
	}
}

static int
show_file(const char *path)
{
	auto_buffer struct buffer text = {0};
	auto_config struct config config = {0};
	auto_error struct error err = {0};

	if (file_read_at(AT_FDCWD, path, &text, &err) < 0 ||
	    config_read(path, (struct view){text.data, text.length}, &config,
	    &err) < 0) {
		printf("refused\n");
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	vector_each(setting, &config.settings) {
		auto_free char *key = view_string(setting->key);

		show_value(key, &setting->value);
	}
	show_disks(&config);
	return 0;
}

int
main(int argc, char **argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		if (argc > 2)
			printf("== %s\n", argv[i]);
		status |= show_file(argv[i]);
	}
	return argc < 2 ? 2 : status;
}
