#include "make/run_answers.h"

#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/epoch.h"
#include "base/file.h"
#include "base/memory.h"
#include "disk/fat_image.h"
#include "disk/iso.h"
#include "guest/access.h"
#include "guest/password.h"
#include "guest/windows_answers.h"

static const char label[] = "ANSWERS";
/* Where Setup looks for drivers on removable media. */
static const char driver_directory[] = "$WinPEDriver$";

/* --- what is to be written -------------------------------------------------- */

static char *
image_path(const struct run *run, const char *end)
{
	const char *directory = run->guest->image_dir;
	auto_free char *here = get_current_dir_name();
	auto_free char *real = realpath(directory, NULL);
	bool is_relative = !real && *directory != '/' && here;

	return memory_printf("%s%s%s/%s%s", is_relative ? here : "",
	    is_relative ? "/" : "", real ? real : directory, run->guest->name,
	    end);
}

/* Only this guest's own may be replaced. */
static int
check_path(const char *path, const char *before, const struct guest *guest,
    struct error *err)
{
	bool is_own = before && !strcmp(before, path);

	if (!path || !file_exists(AT_FDCWD, path) || (is_own && guest->force))
		return 0;
	return error_set(err, is_own ? "'%s' exists; --force replaces this "
	    "guest's own" : "'%s' exists, and is not this guest's", path);
}

static int
read_product_key(const struct guest *guest, char **key, struct error *err)
{
	if (!guest->product_key_file)
		return 0;
	if (password_read(guest->product_key_file, key, err) < 0)
		return error_prefix(err, "--product-key-file");
	return windows_product_key_check(*key, err) < 0 ? error_prefix(err,
	    "--product-key-file '%s'", guest->product_key_file) : 0;
}

static void
secret_release(char **secret)
{
	memory_free_secret(*secret);
}

static int
write_texts(struct run *run, const char *computer, struct error *err)
{
	struct guest *guest = run->guest;
	auto_end(secret_release) char *password = NULL, *key = NULL;

	if (read_product_key(guest, &key, err) < 0 ||
	    (!(run->dry_run && !strcmp(guest->root_password, "prompt")) &&
	    root_password_plain(guest, "Administrator", run->events, &password,
	    err) < 0))
		return -1;
	return windows_answers_text(&(struct windows_answers){
		.format = run->medium.family->answers,
		.computer_name = computer, .password = password,
		.product_key = key, .edition = guest->edition,
		.locale = guest->locale.count ? guest->locale.items[0] : NULL,
		.timezone = guest->timezone,
		.medium_label = run->medium.label,
		.firmware = guest->firmware,
		.architecture = guest->architecture,
	    }, &run->answers.text, err) < 0 ||
	    windows_first_logon(&guest->first_boot, &run->answers.logon,
	    err) < 0 ? -1 : 0;
}

/* --- drivers ------------------------------------------------------------------ */

static bool
is_driver(const char *name)
{
	return view_ends(view_of(name), ".inf") ||
	    view_ends(view_of(name), ".INF");
}

/* All files below the directory, as paths of the medium and of the host. */
static int
find_drivers(const char *directory, struct strings *paths,
    struct strings *sources, struct error *err)
{
	char *const roots[] = {(char *)directory, NULL};
	FTS *stream = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;
	int result = stream ? 0 : error_errno(err, "read '%s'", directory);

	while (result == 0 && (entry = fts_read(stream))) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
		    entry->fts_info == FTS_NS)
			result = error_set(err, "read '%s': %s",
			    entry->fts_path, strerror(entry->fts_errno));
		if (entry->fts_info != FTS_F)
			continue;
		strings_printf(paths, "%s%s", driver_directory,
		    entry->fts_path + strlen(directory));
		strings_add(sources, entry->fts_path);
	}
	if (stream)
		fts_close(stream);
	return result;
}

/* The same of an image, whose files are read now. */
static int
read_drivers(const char *path, int image, struct run_answers *answers,
    struct error *err)
{
	if (iso_files_read(image, &answers->image, err) < 0)
		return error_prefix(err, "'%s'", path);
	vector_each(file, &answers->image.items)
		strings_printf(&answers->paths, "%s/%s", driver_directory,
		    file->path);
	return 0;
}

static int
take_drivers(const char *path, struct run_answers *answers, struct error *err)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return error_errno(err, "read '%s'", path);
	if ((S_ISREG(status.st_mode) ? read_drivers(path, fd, answers, err)
	    : find_drivers(path, &answers->paths, &answers->sources, err)) < 0)
		return -1;
	vector_each(file, &answers->paths)
		if (is_driver(*file))
			return 0;
	return error_set(err, "'%s' holds no driver: there is no .inf file "
	    "below it", path);
}

static int
plan_drivers(struct run *run, struct error *err)
{
	struct run_answers *answers = &run->answers;
	const char *format = run->medium.family->answers;

	if (!run->guest->drivers)
		return 0;
	if (windows_answers_are_on_floppy(format))
		return error_set(err, "the setup of %s takes drivers from its "
		    "own CD only", run->medium.title);
	return take_drivers(run->guest->drivers, answers, err);
}

int
run_answers_plan(struct run *run, struct error *err)
{
	struct guest *guest = run->guest;
	struct run_answers *answers = &run->answers;
	auto_free char *computer = NULL;
	const char *format;

	if (!guest->unattended)
		return 0;
	format = run->medium.family->answers;
	if (!format)
		return error_set(err, "--unattended: there are no answers for "
		    "the setup of %s, only for those of Windows",
		    run->medium.title);
	answers->medium = image_path(run, "-answers.iso");
	if (windows_answers_are_on_floppy(format))
		answers->floppy = image_path(run, "-answers.img");
	if (answers->floppy && !fat_image_is_possible())
		return error_set(err, "the floppy that %s wants needs "
		    "mkfs.vfat and mcopy: apt-get install dosfstools mtools",
		    run->medium.title);
	if (check_path(answers->medium, run->before.answers, guest, err) < 0 ||
	    check_path(answers->floppy, run->before.floppy, guest, err) < 0 ||
	    windows_computer_name(guest->hostname, &computer, err) < 0)
		return -1;
	if (plan_drivers(run, err) < 0)
		return error_prefix(err, "--drivers");
	return write_texts(run, computer, err);
}

/* --- the media ------------------------------------------------------------------ */

static struct view
view_buffer(const struct buffer *buffer)
{
	return (struct view){buffer->data ? buffer->data : "",
	    buffer->length};
}

static void
add_scripts(const struct run *run, struct strings *names, struct iso *iso)
{
	const struct strings *scripts = &run->guest->first_boot;

	for (size_t i = 0; i < scripts->count; i++) {
		auto_free char *name = windows_script_name(i,
		    scripts->items[i]);

		strings_printf(names, "mkguest/%s", name);
	}
	for (size_t i = 0; i < scripts->count; i++)
		*vector_push(&iso->files) = (struct iso_file){
			.path = names->items[i], .source = scripts->items[i]};
}

static int
add_image(struct commit *files, const char *path, int image,
    struct error *err)
{
	struct buffer content = {0};
	int result;

	if (lseek(image, 0, SEEK_SET) < 0)
		return error_errno(err, "read '%s'", path);
	result = file_read(image, &content, err);
	if (result == 0)
		result = commit_add(files, path, &content, 0600, err);
	memory_free_secret(buffer_steal(&content));
	return result;
}

static int
add_medium(const struct run *run, struct commit *files, struct error *err)
{
	const struct run_answers *answers = &run->answers;
	auto_close int image = memfd_create("answers", MFD_CLOEXEC);
	auto_strings struct strings names = {0};
	struct iso iso = {.label = label, .time = epoch_or_now()};
	int result;

	if (image < 0)
		return error_errno(err, "make a file in memory");
	if (!answers->floppy)
		*vector_push(&iso.files) = (struct iso_file){
			.path = windows_answers_name(
			    run->medium.family->answers),
			.text = view_buffer(&answers->text)};
	*vector_push(&iso.files) = (struct iso_file){
		.path = "mkguest/first-logon.cmd",
		.text = view_buffer(&answers->logon)};
	add_scripts(run, &names, &iso);
	for (size_t i = 0; i < answers->paths.count; i++) {
		struct iso_file *file = vector_push(&iso.files);

		file->path = answers->paths.items[i];
		if (answers->image.items.count)
			file->text = answers->image.items.items[i].text;
		else
			file->source = answers->sources.items[i];
	}
	result = iso_write(&iso, image, err);
	vector_release(&iso.files);
	return result < 0 ? -1 : add_image(files, answers->medium, image, err);
}

static int
add_floppy(const struct run *run, struct commit *files, struct error *err)
{
	const struct run_answers *answers = &run->answers;
	const struct fat_image fat = {.uuid = run->guest->uuid,
	    .size = FAT_FLOPPY_SIZE, .sector_size = 512};
	auto_close int text = memfd_create("answers", MFD_CLOEXEC);
	auto_close int image = -1;

	if (text < 0)
		return error_errno(err, "make a file in memory");
	if (file_write(text, answers->text.data, answers->text.length,
	    err) < 0)
		return -1;
	image = fat_image_make(&fat, run->events, err);
	if (image < 0 || fat_image_add(image, windows_answers_name(
	    run->medium.family->answers), text, run->events, err) < 0)
		return -1;
	return add_image(files, answers->floppy, image, err);
}

int
run_answers_add(struct run *run, struct commit *files, struct error *err)
{
	const struct run_answers *answers = &run->answers;

	if (answers->medium && add_medium(run, files, err) < 0)
		return error_prefix(err, "'%s'", answers->medium);
	if (answers->floppy && add_floppy(run, files, err) < 0)
		return error_prefix(err, "'%s'", answers->floppy);
	return 0;
}

static void
forget(const char *before, const char *now)
{
	if (before && (!now || strcmp(before, now)))
		unlink(before);
}

void
run_answers_forget(const struct run *run)
{
	forget(run->before.answers, run->answers.medium);
	forget(run->before.floppy, run->answers.floppy);
}

void
run_answers_release(struct run_answers *answers)
{
	memory_free_secret(buffer_steal(&answers->text));
	buffer_release(&answers->logon);
	strings_release(&answers->paths);
	strings_release(&answers->sources);
	iso_files_release(&answers->image);
	free(answers->medium);
	free(answers->floppy);
}
