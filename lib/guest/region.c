#include "guest/region.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/keyboard.h"
#include "guest/locale.h"

static const char zoneinfo[] = "/usr/share/zoneinfo";
static const char supported[] = "/usr/share/i18n/SUPPORTED";

bool
zone_is_name(const char *zone)
{
	struct view rest = view_of(zone), part;

	while (view_cut(&rest, '/', &part))
		if (!part.length || part.data[0] == '.')
			return false;
	return true;
}

static void
check_locales(struct guest *guest, struct faults *faults)
{
	for (size_t i = 0; i < guest->locale.count; i++) {
		auto_error struct error one = {0};
		char *normal = locale_normal(guest->locale.items[i], &one);

		if (!normal) {
			faults_add(faults, "locale", i, &one);
			continue;
		}
		free(guest->locale.items[i]);
		guest->locale.items[i] = normal;
	}
}

void
region_check(struct guest *guest, struct faults *faults)
{
	auto_error struct error zone = {0}, keymap = {0};

	if (guest->timezone && !zone_is_name(guest->timezone)) {
		error_usage(&zone, "'%s' is no name of a time zone; write "
		    "Europe/Berlin", guest->timezone);
		faults_add(faults, "timezone", 0, &zone);
	}
	if (guest->keymap && !keyboard_is_name(guest->keymap)) {
		error_usage(&keymap, "'%s' is no keyboard; write de or "
		    "de:nodeadkeys", guest->keymap);
		faults_add(faults, "keymap", 0, &keymap);
	}
	check_locales(guest, faults);
}

static int
check_zone(const char *zone, struct error *err)
{
	auto_free char *path = memory_printf("%s/%s", zoneinfo, zone);

	if (!file_exists(AT_FDCWD, zoneinfo) || file_exists(AT_FDCWD, path))
		return 0;
	return error_usage(err, "there is no time zone '%s'; see %s", zone,
	    zoneinfo);
}

static int
check_keyboard(const char *keyboard, struct error *err)
{
	auto_buffer struct buffer list = {0};
	auto_error struct error no_list = {0};

	if (!keyboard || file_read_at(AT_FDCWD, "/" KEYBOARD_LIST, &list,
	    &no_list) < 0 || keyboard_list_has((struct view){list.data,
	    list.length}, keyboard))
		return 0;
	return error_usage(err, "there is no keyboard '%s'; see /%s",
	    keyboard, KEYBOARD_LIST);
}

int
region_check_by_host(const struct guest *guest, struct error *err)
{
	auto_buffer struct buffer list = {0};
	auto_error struct error no_list = {0};

	if (check_zone(guest->timezone, err) < 0 ||
	    check_keyboard(guest->keymap, err) < 0)
		return -1;
	if (file_read_at(AT_FDCWD, supported, &list, &no_list) < 0)
		return 0;
	vector_each(locale, &guest->locale)
		if (!locale_is_built_in(*locale) && !locale_list_has(
		    (struct view){list.data, list.length}, *locale))
			return error_usage(err, "there is no locale '%s'; see "
			    "%s", *locale, supported);
	return 0;
}

void
region_packages(const struct guest *guest, struct strings *packages)
{
	bool needs_locales = false;

	vector_each(locale, &guest->locale)
		needs_locales |= !locale_is_built_in(*locale);
	if (needs_locales)
		strings_add(packages, "locales");
	if (guest->keymap)
		strings_add(packages, "console-setup");
}
