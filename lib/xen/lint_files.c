#include "xen/lint_check.h"

#include <unistd.h>

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

static void
check_secret(struct lint *lint, const struct config_setting *setting,
    const struct key *key)
{
	if (*setting->value.text && lint->mode & (S_IRGRP | S_IROTH))
		lint_add(lint, setting->line, key->name, "others can read this "
		    "secret; chmod 600 '%s'", lint->path);
}

void
lint_files(struct lint *lint)
{
	vector_each(setting, &lint->config.settings) {
		const struct key *key = key_find(setting->key);

		if (!setting->value.text)
			continue;
		if (key_is(key, KEY_FILE))
			check_file(lint, setting, key);
		if (key_is(key, KEY_SECRET))
			check_secret(lint, setting, key);
	}
}
