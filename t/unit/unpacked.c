#include "install/unpacked.h"

#include <time.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "t/unit/scratch.h"

/* What a .deb with these fields in its control file is taken for. */
static int
read_control(const char *text, struct error *err)
{
	auto_end(unpacked_release) struct unpacked package = {0};
	struct deb_control_file *file = vector_push(&package.control);

	file->name = memory_string("control");
	file->data = memory_string(text);
	file->length = strlen(text);
	return unpacked_read_control(&package, err);
}

static void
add_path(struct unpacked *package, const char *path)
{
	*vector_push(&package->paths) =
	    (struct unpacked_path){.path = memory_string(path)};
}

/* Each asked for once, which must not take the square of their number. */
static void
test_many_paths(void)
{
	enum { MANY = 200000 };
	auto_end(unpacked_release) struct unpacked package = {0};
	clock_t begin = clock();
	size_t found = 0;

	for (int i = 0; i < MANY; i++) {
		auto_free char *path = memory_printf("/usr/%d", i);
		const struct unpacked_path *there;

		add_path(&package, path);
		there = unpacked_find(&package, path);
		found += there && strcmp(there->path, path) == 0;
	}
	is_number((long long)found, MANY, "every path is found");
	ok(clock() - begin < 5 * CLOCKS_PER_SEC, "… in a few seconds");
	add_path(&package, "/usr/7");
	ok(unpacked_find(&package, "/usr/7") == &package.paths.items[7],
	    "of two with one name the first");
	ok(!unpacked_find(&package, "/usr"), "none that is not there");
}

int
main(void)
{
	static const struct {
		const char *control;
		const char *part;	/* of the sentence */
	} bad[] = {
		{"Package: a\nArchitecture: all\n", "control lacks"},
		{"Package: ../a\nVersion: 1\nArchitecture: all\n",
		    "'../a' cannot be a package's name"},
		{"Package: a\nVersion: 1\nArchitecture: all/..\n",
		    "'all/..' cannot be an architecture"},
	};
	struct error err = {0};

	ok(succeeds(read_control("Package: libstdc++6_x-1.0\nVersion: 1\n"
	    "Architecture: kfreebsd-amd64\n", &err), &err),
	    "all that names may hold");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(refuses(read_control(bad[i].control, &err), &err,
		    bad[i].part), "refused: %s", bad[i].part);
	test_many_paths();
	return done();
}
