#include "keep/cfg_edit.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "keep/cfg_file.h"
#include "xen/config_edit.h"
#include "xen/convert.h"
#include "xen/keys.h"

/* In the place of what `text` holds. */
static int
edit_text(const char *path, struct buffer *text, const char *edit,
    struct error *err)
{
	auto_config struct config config = {0};
	auto_buffer struct buffer value = {0};
	struct buffer edited = {0};
	struct view rest = view_of(edit), key;
	auto_free char *name = NULL;

	view_cut(&rest, '=', &key);
	name = view_string(key);
	if (key_name_check(name, err) < 0 ||
	    (rest.data && config_value_text(rest.data, &value, err) < 0) ||
	    config_read(path, (struct view){text->data, text->length},
	    &config, err) < 0)
		return -1;
	config_edit(&config, (struct view){text->data, text->length}, name,
	    rest.data ? value.data : NULL, &edited);
	buffer_release(text);
	*text = edited;
	return 0;
}

static bool
is_edited(const char *key, const struct strings *edits)
{
	size_t length = strlen(key);

	vector_each(edit, edits)
		if (!strncmp(*edit, key, length) &&
		    (!(*edit)[length] || (*edit)[length] == '='))
			return true;
	return false;
}

/* edits NULL: whatever it is. */
static void
warn_of(const struct cfg_file *file, struct view text,
    const struct strings *edits, struct events *events)
{
	auto_lint struct lint lint = {
		.path = file->path, .text = text,
		.version = file->lint.version,
	};

	lint_run(&lint);
	vector_each(finding, &lint.findings)
		if (!edits || (finding->key && is_edited(finding->key, edits)))
			events_warn(events, "%s: %s", finding->key,
			    finding->text);
}

int
cfg_edit(const char *path, const struct strings *edits,
    struct events *events, struct error *err)
{
	const struct lint rules = {.version = lint_host_version()};
	auto_cfg_file struct cfg_file file = {0};
	auto_buffer struct buffer text = {0};

	if (cfg_file_read(&file, path, &rules, err) < 0)
		return -1;
	buffer_view(&text, file.lint.text);
	vector_each(edit, edits)
		if (edit_text(path, &text, *edit, err) < 0)
			return -1;
	if (cfg_file_replace(&file, (struct view){text.data, text.length},
	    err) < 0)
		return -1;
	warn_of(&file, (struct view){text.data, text.length}, edits, events);
	return 0;
}

int
cfg_convert(const char *path, struct events *events, struct error *err)
{
	const struct lint rules = {.version = lint_host_version()};
	auto_cfg_file struct cfg_file file = {0};
	auto_buffer struct buffer text = {0};

	if (cfg_file_read(&file, path, &rules, err) < 0 ||
	    convert_to_xl(path, file.lint.text, &text, err) < 0 ||
	    cfg_file_replace(&file, (struct view){text.data, text.length},
	    err) < 0)
		return -1;
	warn_of(&file, (struct view){text.data, text.length}, NULL, events);
	return 0;
}
