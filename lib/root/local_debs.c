#include "root/local_debs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/confined.h"
#include "base/file.h"
#include "base/memory.h"
#include "install/deb_file.h"
#include "repo/url.h"
#include "root/root.h"

/* Above all that apt_preferences(5) knows. */
enum { LOCAL_PIN = 32767 };

static bool
is_path(const char *include)
{
	return *include == '/' || !strncmp(include, "./", 2) ||
	    !strncmp(include, "../", 3);
}

static const struct local_deb *
deb_find(const struct local_debs *debs, const char *path)
{
	vector_each(deb, debs)
		if (!strcmp(deb->path, path))
			return deb;
	return NULL;
}

struct extraction {
	int deb;
	int control;	/* a file in memory */
};

static int
extract_control(void *context, struct error *err)
{
	const struct extraction *extraction = context;
	struct deb_control control = {0};
	struct deb_file *deb = deb_file_open(extraction->deb, &control, err);
	const struct deb_control_file *file;
	int result = -1;

	if (deb) {
		file = deb_control_find(&control, "control");
		result = file_write(extraction->control, file->data,
		    file->length, err);
		deb_file_close(deb);
	}
	deb_control_release(&control);
	return result;
}

/* Nobody has vouched for it yet. */
static int
read_control(int deb, struct buffer *text, struct error *err)
{
	auto_close int memory = memfd_create("control", MFD_CLOEXEC);
	struct extraction extraction = {deb, memory};
	const struct confined confined = {
		.run = extract_control, .context = &extraction,
	};

	if (memory < 0)
		return error_errno(err, "make a file in memory");
	if (confined_run(&confined, err) < 0)
		return -1;
	if (lseek(memory, 0, SEEK_SET) < 0)
		return error_errno(err, "seek");
	return file_read(memory, text, err);
}

static bool
is_wanted(const struct root_request *request, struct view architecture)
{
	auto_free char *name = view_string(architecture);

	return !strcmp(name, "all") || !strcmp(name, request->architecture) ||
	    strings_has(&request->foreign, name);
}

static int
check_control(struct local_deb *deb, const struct root_request *request,
    struct view text, struct error *err)
{
	struct stanza_reader reader = stanza_reader(deb->path, text);
	struct package package = {0}, other;
	int more = stanza_read_columns(&reader, package_columns, &package,
	    err);

	if (more < 0 || package_complete(&package, err) < 0)
		return -1;
	more = stanza_read_columns(&reader, package_columns, &other, err);
	if (more)
		return more < 0 ? -1 : error_set(err, "its control file is "
		    "more than one stanza");
	if (!is_wanted(request, package.architecture))
		return error_usage(err, "it is for '" VIEW_FORMAT "', which "
		    "the root is not; see --architectures",
		    VIEW_ARGUMENTS(package.architecture));
	deb->inclusion = view_is(package.architecture, "all")
	    ? memory_printf(VIEW_FORMAT "=" VIEW_FORMAT,
	    VIEW_ARGUMENTS(package.name), VIEW_ARGUMENTS(package.version))
	    : memory_printf(VIEW_FORMAT ":" VIEW_FORMAT "=" VIEW_FORMAT,
	    VIEW_ARGUMENTS(package.name), VIEW_ARGUMENTS(package.architecture),
	    VIEW_ARGUMENTS(package.version));
	return 0;
}

static int
deb_describe(struct local_deb *deb, int fd, struct view control,
    struct error *err)
{
	auto_free char *real = realpath(deb->path, NULL);
	struct buffer text = {0};
	struct stat status;

	if (!real || fstat(fd, &status) < 0)
		return error_errno(err, "its place");
	if (digest_of_file(DIGEST_SHA256, fd, deb->sha256, err) < 0)
		return -1;
	deb->url = url_below("file:", view_of(real + 1));
	/* of fields that are there twice the last counts */
	buffer_printf(&text, VIEW_FORMAT "\nSize: %lld\nSHA256: %s\n",
	    VIEW_ARGUMENTS(view_trim(control)), (long long)status.st_size,
	    deb->sha256);
	deb->stanza = buffer_steal(&text);
	return 0;
}

static int
deb_read(struct local_deb *deb, const struct root_request *request,
    struct error *err)
{
	auto_close int fd = open(deb->path, O_RDONLY | O_CLOEXEC);
	auto_buffer struct buffer text = {0};
	struct view control;

	if (fd < 0)
		return error_errno(err, "it is to be included, but cannot be "
		    "read");
	if (read_control(fd, &text, err) < 0)
		return -1;
	control = (struct view){text.data, text.length};
	if (check_control(deb, request, control, err) < 0)
		return -1;
	return deb_describe(deb, fd, control, err);
}

int
local_debs_read(struct local_debs *debs, const struct root_request *request,
    struct error *err)
{
	vector_each(include, &request->include) {
		struct local_deb *deb;

		if (!is_path(*include) || deb_find(debs, *include))
			continue;
		deb = vector_push(debs);
		deb->path = memory_string(*include);
		if (deb_read(deb, request, err) < 0)
			return error_prefix(err, "'%s'", deb->path);
	}
	return 0;
}

void
local_debs_release(struct local_debs *debs)
{
	vector_each(deb, debs) {
		free(deb->path);
		free(deb->url);
		free(deb->stanza);
		free(deb->inclusion);
	}
	vector_release(debs);
}

int
local_debs_add(const struct local_debs *debs, struct package_set *set,
    struct error *err)
{
	const struct package_origin origin = {.pin = LOCAL_PIN};

	vector_each(deb, debs) {
		auto_buffer struct buffer text = {0};

		buffer_text(&text, deb->stanza);
		if (package_set_add_index(set, deb->path, &text, &origin,
		    err) < 0)
			return -1;
	}
	return 0;
}

void
local_debs_include(const struct local_debs *debs,
    const struct strings *include, struct strings *inclusions)
{
	vector_each(text, include) {
		const struct local_deb *deb = deb_find(debs, *text);

		strings_add(inclusions, deb ? deb->inclusion : *text);
	}
}

void
local_debs_locate(const struct local_debs *debs, struct plan *plan)
{
	vector_each(deb, debs)
		vector_each(item, plan) {
			if (item->url ||
			    !view_is(item->package->sha256, deb->sha256))
				continue;
			item->url = memory_string(deb->url);
			item->kind = DIGEST_SHA256;
			item->digest = item->package->sha256;
		}
}
