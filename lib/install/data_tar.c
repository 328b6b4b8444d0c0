#include "install/data_tar.h"

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"
#include "install/metadata.h"

/* Installed-Size is an estimate, but not this far from the truth. */
enum { SIZE_FACTOR = 16, SIZE_SLACK = 256 << 20, ENTRY_SIZE = 512 };

static uint64_t
plausible_size(const struct unpacked *package)
{
	auto_error struct error ignored = {0};
	uint64_t kib = 0;

	if (number_parse(stanza_get(&package->fields, "Installed-Size"), &kib,
	    &ignored) < 0 || kib > UINT32_MAX)
		kib = 0;
	return kib * 1024 * SIZE_FACTOR + SIZE_SLACK;
}

void
data_tar_begin(struct data_tar *tar, struct archive *archive,
    struct unpacked *package)
{
	*tar = (struct data_tar){
		.archive = archive,
		.package = package,
		.most = plausible_size(package),
	};
}

static int
tar_fail(const struct data_tar *tar, struct error *err)
{
	return error_set(err, "data.tar: %s",
	    archive_error_string(tar->archive));
}

static const char *
entry_text(const char *text, const char *utf8)
{
	return text ? text : utf8;
}

/* A name in the archive as in PACKAGE.list; NULL if it is not allowed. */
static char *
entry_path(const char *name, struct error *err)
{
	auto_buffer struct buffer path = {0};
	struct view rest = view_of(name), part;

	if (strchr(name, '\n')) {
		error_set(err, "a newline is not allowed in a name");
		return NULL;
	}
	while (view_cut(&rest, '/', &part)) {
		if (!part.length || view_is(part, "."))
			continue;
		if (view_is(part, "..")) {
			error_set(err, "'%s' is not allowed as a name", name);
			return NULL;
		}
		buffer_text(&path, "/");
		buffer_view(&path, part);
	}
	if (!path.length)
		buffer_text(&path, "/.");
	return buffer_steal(&path);
}

static int
note_links(struct unpacked_path *path, struct archive_entry *entry,
    struct error *err)
{
	const char *hard = entry_text(archive_entry_hardlink(entry),
	    archive_entry_hardlink_utf8(entry));
	const char *symbolic = entry_text(archive_entry_symlink(entry),
	    archive_entry_symlink_utf8(entry));

	path->is_hard_link = hard != NULL;
	path->link = hard ? entry_path(hard, err)
	    : memory_string(symbolic ? symbolic : "");
	return path->link ? 0 : -1;
}

/* Names need room as well, in memory and in the root. */
static int
note_size(struct data_tar *tar, const struct unpacked_path *path,
    struct error *err)
{
	la_int64_t size = archive_entry_size(tar->entry);
	uint64_t names = ENTRY_SIZE + strlen(path->path) + strlen(path->link);

	if (size < 0 || names > tar->most ||
	    (uint64_t)size > tar->most - names)
		return error_set(err, "'%s' makes it far larger than its "
		    "Installed-Size says", path->path);
	tar->most -= names + (uint64_t)size;
	return 0;
}

static int
note_entry(struct data_tar *tar, struct unpacked_path **noted,
    struct error *err)
{
	struct archive_entry *entry = tar->entry;
	char *name = entry_path(entry_text(archive_entry_pathname(entry),
	    archive_entry_pathname_utf8(entry)), err);
	struct unpacked_path *path;

	if (!name)
		return -1;
	*noted = path = vector_push(&tar->package->paths);
	path->path = name;
	path->mode = archive_entry_mode(entry);
	path->uid = (uid_t)archive_entry_uid(entry);
	path->gid = (gid_t)archive_entry_gid(entry);
	path->time = archive_entry_mtime(entry);
	if (note_links(path, entry, err) < 0)
		return -1;
	return note_size(tar, path, err);
}

int
data_tar_next(struct data_tar *tar, struct unpacked_path **path,
    struct error *err)
{
	int result = archive_read_next_header(tar->archive, &tar->entry);

	if (result == ARCHIVE_EOF)
		return 0;
	if (result < ARCHIVE_WARN)
		return tar_fail(tar, err);
	return note_entry(tar, path, err) < 0 ? -1 : 1;
}

static int
write_data(const struct data_tar *tar, const struct unpacked_path *path,
    int fd, struct error *err)
{
	la_int64_t size = archive_entry_size(tar->entry), offset = 0;
	uint64_t end = 0;
	const void *block;
	size_t length;
	int result;

	while ((result = archive_read_data_block(tar->archive, &block,
	    &length, &offset)) >= ARCHIVE_WARN && result != ARCHIVE_EOF) {
		if (file_write_position(fd, block, length, (uint64_t)offset,
		    err) < 0)
			return error_prefix(err, "'%s'", path->path);
		end = (uint64_t)offset + length;
	}
	if (result != ARCHIVE_EOF)
		return tar_fail(tar, err);
	if (end < (uint64_t)size && ftruncate(fd, size) < 0)
		return error_errno(err, "'%s'", path->path);
	return 0;
}

/* dpkg's database knows the digests of conffiles, and of all files where the
 * package brings none itself. */
static int
note_digest(const struct data_tar *tar, struct unpacked_path *path, int fd,
    struct error *err)
{
	char md5[DIGEST_HEX_MAX + 1];

	if (!tar->package->wants_md5sums &&
	    !unpacked_has_conffile(tar->package, path->path))
		return 0;
	if (digest_of_file(DIGEST_MD5, fd, md5, err) < 0)
		return error_prefix(err, "'%s'", path->path);
	path->md5 = memory_string(md5);
	return 0;
}

int
data_tar_fill(const struct data_tar *tar, struct unpacked_path *path, int fd,
    struct error *err)
{
	if (write_data(tar, path, fd, err) < 0 ||
	    note_digest(tar, path, fd, err) < 0 ||
	    metadata_own(fd, path, err) < 0)
		return -1;
	return metadata_set_time(fd, path, err);
}
