#include "xen/lint_check.h"

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "xen/keys.h"

static void
check_file(struct lint *lint, const struct config_setting *setting,
    const struct key *key)
{
	const char *path = setting->value.text;

	if (*path == '/' && !lint->elsewhere && access(path, F_OK) < 0)
		lint_add(lint, setting->line, key->name, "there is no '%s' on "
		    "this host", path);
}

/* A frame buffer's password is a part of a string. */
bool
lint_is_secret(const struct config_setting *setting)
{
	const char *text = setting->value.text;

	if (key_is(key_find(setting->key), KEY_SECRET))
		return text && *text;
	if (view_is(setting->key, "vfb"))
		lint_each(item, &setting->value)
			if (strstr(item->text, "vncpasswd="))
				return true;
	return false;
}

static void
check_secret(struct lint *lint, const struct config_setting *setting)
{
	auto_free char *key = view_string(setting->key);

	if (lint->mode & (S_IRGRP | S_IROTH) && lint_is_secret(setting))
		lint_add(lint, setting->line, key, "others can read this "
		    "secret; chmod 600 '%s'", lint->path);
}

void
lint_files(struct lint *lint)
{
	vector_each(setting, &lint->config.settings) {
		const struct key *key = key_find(setting->key);

		if (setting->value.text && key_is(key, KEY_FILE))
			check_file(lint, setting, key);
		check_secret(lint, setting);
	}
}
