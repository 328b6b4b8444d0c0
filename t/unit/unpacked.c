#include "install/unpacked.h"

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
	return done();
}
