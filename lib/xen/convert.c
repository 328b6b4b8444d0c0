#include "xen/convert.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "xen/config_edit.h"
#include "xen/disk_spec.h"
#include "xen/keys.h"
#include "xen/vif_spec.h"

/* The text so far, and its reading, which points into it. */
struct conversion {
	const char *path;
	struct buffer text;
	struct config config;
};

/* value NULL: the key goes. */
static int
change(struct conversion *conversion, const char *key, const char *value,
    struct error *err)
{
	struct view text = {conversion->text.data, conversion->text.length};
	struct buffer edited = {0};

	config_edit(&conversion->config, text, key, value, &edited);
	config_release(&conversion->config);
	conversion->config = (struct config){0};
	buffer_release(&conversion->text);
	conversion->text = edited;
	return config_read(conversion->path, (struct view){edited.data,
	    edited.length}, &conversion->config, err);
}

static int
change_text(struct conversion *conversion, const char *key, const char *text,
    struct error *err)
{
	auto_buffer struct buffer value = {0};

	if (config_quote(text, &value, err) < 0)
		return -1;
	return change(conversion, key, value.data, err);
}

static const char *
text_of(const struct conversion *conversion, const char *key)
{
	return config_text(&conversion->config, key);
}

/* xm's builders: "linux" (its default) and "generic" are PV. */
static int
convert_type(struct conversion *conversion, struct error *err)
{
	const char *builder = text_of(conversion, "builder");
	bool is_hvm = builder && !strcmp(builder, "hvm");

	if (!text_of(conversion, "type") &&
	    change_text(conversion, "type", is_hvm ? "hvm" : "pv", err) < 0)
		return -1;
	return change(conversion, "builder", NULL, err);
}

/* As xl itself puts them together. */
static int
convert_cmdline(struct conversion *conversion, struct error *err)
{
	const char *root = text_of(conversion, "root");
	const char *extra = text_of(conversion, "extra");
	auto_free char *cmdline = memory_printf("%s%s%s%s", root ? "root=" : "",
	    root ? root : "", root && extra ? " " : "", extra ? extra : "");

	if (*cmdline && !text_of(conversion, "cmdline") &&
	    change_text(conversion, "cmdline", cmdline, err) < 0)
		return -1;
	if (change(conversion, "root", NULL, err) < 0)
		return -1;
	return change(conversion, "extra", NULL, err);
}

static int
convert_loaders(struct conversion *conversion, struct error *err)
{
	const char *kernel = text_of(conversion, "kernel");
	const char *loader = text_of(conversion, "bootloader");

	if (loader && strstr(loader, "/pygrub") &&
	    change_text(conversion, "bootloader", "pygrub", err) < 0)
		return -1;
	if (kernel && strstr(kernel, "hvmloader"))
		return change(conversion, "kernel", NULL, err);
	return 0;
}

static int
convert_display(struct conversion *conversion, struct error *err)
{
	const char *standard = text_of(conversion, "stdvga");

	if (standard && !text_of(conversion, "vga") &&
	    change_text(conversion, "vga", strcmp(standard, "0") ? "stdvga" :
	    "cirrus", err) < 0)
		return -1;
	return change(conversion, "stdvga", NULL, err);
}

/* Each item of a list through `write`. */
static int
convert_list(struct conversion *conversion, const char *key,
    int (*write)(const char *item, struct buffer *text, struct error *err),
    struct error *err)
{
	const struct config_value *list =
	    config_get(&conversion->config, key);
	auto_buffer struct buffer value = {0};

	if (!list || list->kind != CONFIG_LIST)
		return 0;
	buffer_text(&value, "[\n");
	for (size_t i = 0; i < list->count; i++) {
		auto_buffer struct buffer item = {0};

		if (list->items[i].kind == CONFIG_LIST)
			return error_set(err, "%s:%u: %s: a list within its "
			    "list cannot be converted", conversion->path,
			    list->items[i].line, key);
		if (write(list->items[i].text, &item, err) < 0)
			return error_prefix(err, "%s:%u: %s", conversion->path,
			    list->items[i].line, key);
		buffer_text(&value, "\t");
		if (config_quote(item.data ? item.data : "", &value, err) < 0)
			return -1;
		buffer_text(&value, ",\n");
	}
	buffer_text(&value, "]");
	return change(conversion, key, value.data, err);
}

static int
write_disk(const char *item, struct buffer *text, struct error *err)
{
	struct disk_spec spec = disk_spec_read(item);
	bool is_shared = view_is(spec.access, "w!");

	if (spec.fault && !is_shared)
		return error_set(err, "'%s': " VIEW_FORMAT "%s%s", item,
		    VIEW_ARGUMENTS(spec.near), spec.near.data ? " " : "it ",
		    spec.fault);
	disk_spec_write(&spec, text);
	return 0;
}

static int
convert_disks(struct conversion *conversion, struct error *err)
{
	return convert_list(conversion, "disk", write_disk, err);
}

static int
write_vif(const char *item, struct buffer *text,
    struct error *err __attribute__((unused)))
{
	struct view rest = view_of(item), name, value;

	while (vif_spec_next(&rest, &name, &value)) {
		value = value.data ? view_trim(value) : value;
		if (view_is(name, "netdev"))
			name = view_of("gatewaydev");
		buffer_printf(text, "%s" VIEW_FORMAT "%s" VIEW_FORMAT,
		    text->length ? "," : "", VIEW_ARGUMENTS(name),
		    value.data ? "=" : "", VIEW_ARGUMENTS(value));
	}
	return 0;
}

static int
convert_vifs(struct conversion *conversion, struct error *err)
{
	return convert_list(conversion, "vif", write_vif, err);
}

/* xm said in one word what shows it. */
static int
write_vfb(const char *item, struct buffer *text,
    struct error *err __attribute__((unused)))
{
	struct view rest = view_of(item), name, value;

	while (vif_spec_next(&rest, &name, &value)) {
		bool is_kind = view_is(name, "type");

		value = value.data ? view_trim(value) : value;
		buffer_printf(text, "%s" VIEW_FORMAT "=" VIEW_FORMAT,
		    text->length ? "," : "",
		    VIEW_ARGUMENTS(is_kind ? value : name),
		    VIEW_ARGUMENTS(is_kind ? view_of("1") : value));
	}
	return 0;
}

static int
convert_vfbs(struct conversion *conversion, struct error *err)
{
	return convert_list(conversion, "vfb", write_vfb, err);
}

/* What xl has no use for. */
static int
convert_rest(struct conversion *conversion, struct error *err)
{
	static const char *const useless[] = {
		"device_model", "vncviewer", "vif2", "nodes",
	};

	for (size_t i = 0; i < sizeof(useless) / sizeof(*useless); i++)
		if (change(conversion, useless[i], NULL, err) < 0)
			return -1;
	for (size_t i = 0; i < conversion->config.settings.count;) {
		struct view key = conversion->config.settings.items[i].key;
		auto_free char *name = view_string(key);

		if (key_find(key))
			i++;
		else if (change(conversion, name, NULL, err) < 0)
			return -1;
	}
	return 0;
}

int
convert_to_xl(const char *path, struct view text, struct buffer *converted,
    struct error *err)
{
	static int (*const steps[])(struct conversion *, struct error *) = {
		convert_type, convert_cmdline, convert_loaders,
		convert_display, convert_disks, convert_vifs, convert_vfbs,
		convert_rest,
	};
	struct conversion conversion = {.path = path};
	int result;

	buffer_view(&conversion.text, text);
	result = config_read(path, (struct view){conversion.text.data,
	    conversion.text.length}, &conversion.config, err);
	for (size_t i = 0; result == 0 && i < sizeof(steps) / sizeof(*steps);
	     i++)
		result = steps[i](&conversion, err);
	if (result == 0)
		buffer_add(converted, conversion.text.data,
		    conversion.text.length);
	config_release(&conversion.config);
	buffer_release(&conversion.text);
	return result;
}
