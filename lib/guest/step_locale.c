/* The language and the keyboard of a guest: files that its programs read. */
#include "guest/step.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/keyboard.h"
#include "guest/locale.h"

/* Fine if it is not there. */
static int
read_if_there(struct tree_edit *edit, const char *path, struct buffer *text,
    struct error *err)
{
	if (edit->read(edit, path, text, err) == 0)
		return 0;
	return err->number == ENOENT ? (error_release(err), 0) : -1;
}

static int
list_check(struct tree_edit *edit, const char *path, const char *name,
    const char *sentence, struct error *err)
{
	auto_buffer struct buffer list = {0};

	if (read_if_there(edit, path, &list, err) < 0)
		return -1;
	return locale_list_has((struct view){list.data, list.length}, name)
	    ? 0 : error_usage(err, sentence, name, path);
}

/* What locale-gen does not know it leaves out, and that is all. */
static int
locale_check(struct tree_edit *edit, const char *name, struct error *err)
{
	if (locale_is_built_in(name))
		return 0;
	if (list_check(edit, "usr/share/i18n/SUPPORTED", name, "the guest "
	    "knows no locale '%s'; see its /%s, of package locales", err) < 0)
		return -1;
	return list_check(edit, "etc/locale.gen", name, "the guest has not "
	    "generated the locale '%s': it is not in its /%s", err);
}

/* PAM reads the old one, wherever systemd has it. */
static int
locale_write(struct tree_edit *edit, const struct suite *suite,
    const char *text, struct error *err)
{
	static const char pam[] = "etc/default/locale";
	auto_free char *target = memory_printf("/%s", suite->locale_file);

	if (edit->write(edit, suite->locale_file, view_of(text), 0644,
	    err) < 0)
		return -1;
	return strcmp(suite->locale_file, pam)
	    ? edit->symlink(edit, pam, target, err) : 0;
}

STEP(step_locale)
{
	const char *lang = guest->locale.count ? guest->locale.items[0]
	    : suite->locale;
	auto_free char *text = memory_printf("LANG=%s\n", lang ? lang : "");

	vector_each(name, &guest->locale)
		if (locale_check(edit, *name, err) < 0)
			return -1;
	return lang ? locale_write(edit, suite, text, err) : 0;
}

/* ---- keyboard(5) --------------------------------------------------------- */

static void
variable_set(struct buffer *text, const char *name, struct view value)
{
	struct view rest = {text->data, text->length}, line;
	auto_buffer struct buffer changed = {0};
	auto_free char *front = memory_printf("%s=", name);
	bool is_set = false;

	while (rest.length && view_cut(&rest, '\n', &line)) {
		if (!view_starts(line, front)) {
			buffer_view(&changed, line);
			buffer_text(&changed, "\n");
		} else if (!is_set) {
			buffer_printf(&changed, "%s\"" VIEW_FORMAT "\"\n",
			    front, VIEW_ARGUMENTS(value));
			is_set = true;
		}
	}
	if (!is_set)
		buffer_printf(&changed, "%s\"" VIEW_FORMAT "\"\n", front,
		    VIEW_ARGUMENTS(value));
	buffer_clear(text);
	buffer_add(text, changed.data, changed.length);
}

static int
keymap_check(struct tree_edit *edit, const char *keymap, struct error *err)
{
	auto_buffer struct buffer list = {0};

	if (edit->read(edit, KEYBOARD_LIST, &list, err) < 0)
		return error_prefix(err, "package console-setup");
	return keyboard_list_has((struct view){list.data, list.length}, keymap)
	    ? 0 : error_usage(err, "the guest knows no keyboard '%s'; see its "
	    "/%s", keymap, KEYBOARD_LIST);
}

/* Before it had a file of its own, the keyboard was in console-setup's. */
static int
keyboard_file(struct tree_edit *edit, const char **path, struct error *err)
{
	static const char own[] = "etc/default/keyboard";
	static const char old[] = "etc/default/console-setup";
	auto_buffer struct buffer text = {0};

	*path = own;
	if (edit->exists(edit, own, err) != 0 ||
	    read_if_there(edit, old, &text, err) < 0)
		return err->text ? -1 : 0;
	if (text.length && strstr(text.data, "\nXKBLAYOUT="))
		*path = old;
	return 0;
}

STEP(step_keymap)
{
	/* when the package was configured; they would win */
	static const char *const made_of_it[] = {
		"etc/console-setup/cached_setup_keyboard.sh",
		"etc/console-setup/cached.kmap.gz",
		NULL
	};
	struct view variant = view_of(guest->keymap), layout;
	auto_buffer struct buffer text = {0};
	const char *path;

	if (!guest->keymap)
		return 0;
	view_cut(&variant, ':', &layout);
	if (keymap_check(edit, guest->keymap, err) < 0 ||
	    keyboard_file(edit, &path, err) < 0 ||
	    read_if_there(edit, path, &text, err) < 0)
		return -1;
	variable_set(&text, "XKBLAYOUT", layout);
	variable_set(&text, "XKBVARIANT", variant);
	if (edit->write(edit, path, (struct view){text.data, text.length},
	    0644, err) < 0)
		return -1;
	return step_remove_all(edit, made_of_it, err);
}
