#include "install/id_map.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/command.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"

/* Guests use 1 to 65534 (nobody, nogroup) at the most. */
enum { IDS_NEEDED = 65535 };

struct id_range {
	const char *path;	/* /etc/subuid */
	const char *program;	/* newuidmap */
	uint64_t start;
	unsigned own;
};

/* NAME:START:COUNT, or the uid in place of the name. */
static bool
range_parse(struct view line, const char *user, struct id_range *range)
{
	auto_error struct error ignored = {0};
	auto_free char *number = memory_printf("%u", getuid());
	struct view name, start;
	uint64_t count;

	return view_cut(&line, ':', &name) && view_cut(&line, ':', &start) &&
	    (view_is(name, user) || view_is(name, number)) &&
	    number_parse(start, &range->start, &ignored) == 0 &&
	    number_parse(view_trim(line), &count, &ignored) == 0 &&
	    count >= IDS_NEEDED;
}

static int
range_find(struct id_range *range, const char *user, struct error *err)
{
	auto_buffer struct buffer text = {0};
	struct view rest, line;

	if (file_read_at(AT_FDCWD, range->path, &text, err) < 0 &&
	    err->number != ENOENT)
		return -1;
	error_release(err);
	rest = (struct view){text.data ? text.data : "", text.length};
	while (view_cut(&rest, '\n', &line))
		if (range_parse(line, user, range))
			return 0;
	return error_set(err, "user '%s' has no %d subordinate ids in %s; as "
	    "root: usermod --add-subuids 100000-165535 --add-subgids "
	    "100000-165535 %s", user, IDS_NEEDED, range->path, user);
}

static int
ranges_find(struct id_range ranges[2], struct error *err)
{
	struct passwd *user = getpwuid(getuid());

	if (!user)
		return error_set(err, "uid %u has no name in passwd(5)",
		    getuid());
	ranges[0] = (struct id_range){
		"/etc/subuid", "newuidmap", 0, getuid()};
	ranges[1] = (struct id_range){
		"/etc/subgid", "newgidmap", 0, getgid()};
	for (int i = 0; i < 2; i++) {
		if (!command_exists(ranges[i].program))
			return error_set(err, "%s is missing; as root: "
			    "apt-get install uidmap", ranges[i].program);
		if (range_find(&ranges[i], user->pw_name, err) < 0)
			return -1;
	}
	return 0;
}

int
id_map_check(struct error *err)
{
	struct id_range ranges[2];

	return ranges_find(ranges, err);
}

static int
write_as_root(pid_t process, struct error *err)
{
	static const char *const files[] = {"uid_map", "gid_map"};

	for (size_t i = 0; i < 2; i++) {
		auto_free char *path = memory_printf("/proc/%ld/%s",
		    (long)process, files[i]);
		auto_free char *map = memory_printf("0 %d %d\n",
		    ID_MAP_OF_ROOT, IDS_NEEDED + 1);
		auto_close int fd = open(path, O_WRONLY | O_CLOEXEC);

		if (fd < 0)
			return error_errno(err, "open '%s'", path);
		if (file_write(fd, map, strlen(map), err) < 0)
			return error_prefix(err, "'%s'", path);
	}
	return 0;
}

int
id_map_write(pid_t process, struct error *err)
{
	struct id_range ranges[2];

	if (geteuid() == 0)
		return write_as_root(process, err);
	if (ranges_find(ranges, err) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		auto_command struct command command = {0};

		command_add(&command, ranges[i].program);
		command_addf(&command, "%ld", (long)process);
		command_add(&command, "0");
		command_addf(&command, "%u", ranges[i].own);
		command_add(&command, "1");
		command_add(&command, "1");
		command_addf(&command, "%llu",
		    (unsigned long long)ranges[i].start);
		command_addf(&command, "%d", IDS_NEEDED);
		if (command_run(&command, err) < 0)
			return -1;
	}
	return 0;
}
