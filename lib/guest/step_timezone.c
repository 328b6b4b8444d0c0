#include "guest/step.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "guest/region.h"

/* tzfile(5) starts with TZif. */
static int
zone_check(struct tree_edit *edit, const char *zone, struct error *err)
{
	auto_free char *path = memory_printf("usr/share/zoneinfo/%s", zone);
	auto_buffer struct buffer text = {0};

	if (zone_is_name(zone) &&
	    edit->read(edit, path, &text, err) == 0 && text.length > 4 &&
	    !memcmp(text.data, "TZif", 4))
		return 0;
	return error_usage(err, "the guest knows no time zone '%s'; see its "
	    "/usr/share/zoneinfo", zone);
}

/* Newer releases have no etc/timezone any more: the link says it all. */
static int
timezone_file(struct tree_edit *edit, const char *zone, struct error *err)
{
	auto_free char *text = memory_printf("%s\n", zone);
	int there = edit->exists(edit, "etc/timezone", err);

	if (there <= 0)
		return there;
	return edit->write(edit, "etc/timezone", view_of(text), 0644, err);
}

STEP(step_timezone)
{
	auto_free char *target =
	    memory_printf("/usr/share/zoneinfo/%s", guest->timezone);

	if (zone_check(edit, guest->timezone, err) < 0 ||
	    edit->symlink(edit, "etc/localtime", target, err) < 0)
		return -1;
	return timezone_file(edit, guest->timezone, err);
}
