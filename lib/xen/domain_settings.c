#include "xen/domain_settings.h"

#include <string.h>

#include "base/cleanup.h"
#include "guest/guest_settings.h"
#include "xen/config_edit.h"
#include "xen/keys.h"
#include "xen/lint.h"

bool
domain_settings_have(const struct domain *domain, const char *key)
{
	for (size_t i = 0; domain->settings && i < domain->settings->count; i++)
		if (view_is(setting_key(domain->settings->items[i]), key))
			return true;
	return false;
}

bool
domain_version_has(const struct domain *domain, const char *name)
{
	const struct key *key = key_find(view_of(name));

	return !domain->version || !key || (key->since <= domain->version &&
	    (!key->until || key->until >= domain->version));
}

static int
setting_write(const char *setting, struct buffer *text, struct error *err)
{
	struct view key = setting_key(setting);
	auto_free char *name = view_string(key);

	if (key_name_check(name, err) < 0)
		return -1;
	if (key_is(key_find(key), KEY_SECRET))
		return error_usage(err, "%s is a secret, which would be for "
		    "all to read", name);
	buffer_printf(text, "%s = ", name);
	if (config_value_text(setting + key.length + 1, text, err) < 0)
		return error_prefix(err, "%s", name);
	buffer_text(text, "\n");
	return 0;
}

int
domain_settings_write(const struct domain *domain, struct buffer *text,
    struct error *err)
{
	for (size_t i = 0; domain->settings && i < domain->settings->count; i++)
		if (setting_write(domain->settings->items[i], text, err) < 0)
			return -1;
	return 0;
}

int
domain_settings_check(const struct domain *domain, struct view text,
    struct error *err)
{
	auto_lint struct lint lint = {
		.path = domain->name, .text = text, .elsewhere = true,
		.version = domain->version ? domain->version
		    : lint_host_version(),
	};
	int result = 0;

	lint_run(&lint);
	vector_each(finding, &lint.findings) {
		auto_error struct error one = {0};

		if (!finding->key || !domain_settings_have(domain,
		    finding->key))
			continue;
		error_usage(&one, "%s: %s", finding->key, finding->text);
		result = error_add(err, &one);
	}
	return result;
}
