#include "guest/step.h"

#include "base/epoch.h"

/* shadow(5): name:password:day of the change:the rest. */
enum { SECONDS_A_DAY = 86400 };

static int
shadow_add_root(struct view line, const char *hash, struct buffer *text,
    struct error *err)
{
	struct view name, password, day;

	if (!view_cut(&line, ':', &name) || !view_cut(&line, ':', &password) ||
	    !view_cut(&line, ':', &day) || !line.data)
		return error_set(err, "root's line in /etc/shadow is broken");
	buffer_printf(text, "root:%s:%lld:" VIEW_FORMAT "\n", hash,
	    (long long)epoch_or_now() / SECONDS_A_DAY, VIEW_ARGUMENTS(line));
	return 0;
}

static int
shadow_edit(struct view old, const char *hash, struct buffer *text,
    struct error *err)
{
	struct view line;
	bool found = false;

	while (old.length && view_cut(&old, '\n', &line)) {
		if (!view_starts(line, "root:")) {
			buffer_view(text, line);
			buffer_text(text, "\n");
			continue;
		}
		found = true;
		if (shadow_add_root(line, hash, text, err) < 0)
			return -1;
	}
	if (!found)
		return error_set(err, "the guest's /etc/shadow has no root");
	return 0;
}

STEP(step_root_password)
{
	const char *hash = guest->password_hash ? guest->password_hash : "*";
	auto_buffer struct buffer old = {0}, text = {0};

	if (edit->read(edit, "etc/shadow", &old, err) < 0 ||
	    shadow_edit((struct view){old.data, old.length}, hash, &text,
	    err) < 0)
		return -1;
	return edit->write(edit, "etc/shadow",
	    (struct view){text.data, text.length}, 0640, err);
}
