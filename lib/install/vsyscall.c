#include "install/vsyscall.h"

#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"

/* proc(5): addresses, permissions, offset, device, inode, name. */
bool
vsyscall_is_there(struct view maps)
{
	struct view line;

	while (maps.length && view_cut(&maps, '\n', &line)) {
		struct view addresses, permissions;

		if (view_ends(line, "[vsyscall]") &&
		    view_word(&line, &addresses) &&
		    view_word(&line, &permissions))
			return memchr(permissions.data, 'x',
			    permissions.length) != NULL;
	}
	return false;
}

int
vsyscall_check(const struct suite *suite, const char *architecture,
    struct error *err)
{
	struct view concerned = stanza_get(&suite->fields, "Vsyscall");
	auto_buffer struct buffer maps = {0};

	if (!view_is(concerned, architecture) ||
	    strcmp(architecture, suite_host_architecture()))
		return 0;
	if (file_read_at(AT_FDCWD, "/proc/self/maps", &maps, err) < 0)
		return -1;
	if (vsyscall_is_there((struct view){maps.data, maps.length}))
		return 0;
	return error_set(err, "this host's kernel cannot run programs of %s "
	    "for %s; boot it with vsyscall=emulate on its command line",
	    suite->codename, architecture);
}
