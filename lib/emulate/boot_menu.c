#include "emulate/boot_menu.h"

#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/confined.h"
#include "base/text.h"
#include "tree/edit.h"

static const char path[] = "/boot/grub/grub.cfg";
static const char parameter[] = " console=";

struct change {
	int filesystem;
	const char *console;
};

/* How many there were. */
static size_t
replace_consoles(const char *menu, const char *console, struct buffer *text)
{
	const char *found;
	size_t count = 0;

	while ((found = strstr(menu, parameter))) {
		found += strlen(parameter);
		buffer_add(text, menu, (size_t)(found - menu));
		buffer_text(text, console);
		menu = found + strcspn(found, " \t\n");
		count++;
	}
	buffer_text(text, menu);
	return count;
}

static int
change_menu(struct tree_edit *edit, const char *console, struct error *err)
{
	auto_buffer struct buffer menu = {0}, text = {0};

	if (edit->read(edit, path, &menu, err) < 0)
		return -1;
	if (!menu.data || !replace_consoles(menu.data, console, &text))
		return error_set(err, "no console is named in '%s'", path);
	if (edit->write(edit, path, (struct view){text.data, text.length},
	    0644, err) < 0)
		return -1;
	return edit->finish(edit, err);
}

static int
change_confined(void *context, struct error *err)
{
	const struct change *change = context;
	struct tree_edit *edit = edit_ext_new(change->filesystem, false, err);
	int result = edit ? change_menu(edit, change->console, err) : -1;

	if (edit)
		edit->free(edit);
	return result;
}

int
boot_menu_set_console(int filesystem, const char *console, struct error *err)
{
	struct change change = {filesystem, console};
	const struct confined confined = {
		.run = change_confined, .context = &change,
		.file_max = (uint64_t)lseek(filesystem, 0, SEEK_END),
	};

	return confined_run(&confined, err);
}
