#include "guest/kernel_support.h"

#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/memory.h"

enum {
	/* of a bzImage (Documentation/arch/x86/boot.rst of Linux) */
	SETUP_SECTORS = 0x1f1, SECTOR = 512, MAGIC = 0x202, VERSION = 0x206,
	VERSION_WITH_PAYLOAD = 0x208, PAYLOAD = 0x248, PAYLOAD_LENGTH = 0x24c,
	/* notes of Xen's */
	NOTE_ENTRY = 1, NOTE_PHYS32_ENTRY = 18,
	SEGMENTS_MAX = 64, IMAGE_MAX = 512 << 20,
};

/* --- numbers and parts that may lie beyond the end ------------------------ */

/* Little-endian; 0 of what is not there. */
static uint64_t
number_at(struct view data, uint64_t offset, unsigned size)
{
	uint64_t number = 0;

	if (offset > data.length || data.length - offset < size)
		return 0;
	while (size--)
		number = number << 8 |
		    (unsigned char)data.data[offset + size];
	return number;
}

/* Absent if it is not there. */
static struct view
part_of(struct view data, uint64_t offset, uint64_t length)
{
	if (offset > data.length || length > data.length - offset)
		return (struct view){0};
	return (struct view){data.data + offset, (size_t)length};
}

/* --- notes ---------------------------------------------------------------- */

static uint64_t
padded(uint64_t length)
{
	return (length + 3) & ~(uint64_t)3;
}

/* Each is the lengths of its name and of its text, its type, and both. */
static void
notes_read(struct view notes, struct kernel_support *support)
{
	enum { HEAD = 12 };

	while (notes.length >= HEAD) {
		uint64_t name = number_at(notes, 0, 4);
		uint64_t type = number_at(notes, 8, 4);
		uint64_t size = HEAD + padded(name) +
		    padded(number_at(notes, 4, 4));

		if (name == sizeof("Xen") && view_starts(part_of(notes, HEAD,
		    notes.length - HEAD), "Xen")) {
			support->pv |= type == NOTE_ENTRY;
			support->pvh |= type == NOTE_PHYS32_ENTRY;
		}
		if (size > notes.length)
			return;
		notes = part_of(notes, size, notes.length - size);
	}
}

/* Where a file of 32 or 64 bits has what is looked for. */
static const struct layout {
	unsigned char class;
	unsigned size;	/* of an offset or length */
	size_t table, entry_size, entries;	/* in the file's header */
	size_t offset, length;	/* in an entry of the table */
} layouts[] = {
	{ELFCLASS32, 4, offsetof(Elf32_Ehdr, e_phoff),
	    offsetof(Elf32_Ehdr, e_phentsize), offsetof(Elf32_Ehdr, e_phnum),
	    offsetof(Elf32_Phdr, p_offset), offsetof(Elf32_Phdr, p_filesz)},
	{ELFCLASS64, 8, offsetof(Elf64_Ehdr, e_phoff),
	    offsetof(Elf64_Ehdr, e_phentsize), offsetof(Elf64_Ehdr, e_phnum),
	    offsetof(Elf64_Phdr, p_offset), offsetof(Elf64_Phdr, p_filesz)},
};

static void
segments_read(struct view elf, const struct layout *layout,
    struct kernel_support *support)
{
	uint64_t at = number_at(elf, layout->table, layout->size);
	uint64_t step = number_at(elf, layout->entry_size, 2);
	uint64_t count = number_at(elf, layout->entries, 2);

	for (uint64_t i = 0; i < count && i < SEGMENTS_MAX; i++, at += step)
		if (number_at(elf, at, 4) == PT_NOTE)
			notes_read(part_of(elf,
			    number_at(elf, at + layout->offset, layout->size),
			    number_at(elf, at + layout->length, layout->size)),
			    support);
}

static bool
elf_read(struct view elf, struct kernel_support *support)
{
	if (!view_starts(elf, ELFMAG))
		return false;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++)
		if (number_at(elf, EI_CLASS, 1) == layouts[i].class)
			segments_read(elf, &layouts[i], support);
	return true;
}

/* --- images --------------------------------------------------------------- */

static void
archive_release(struct archive **archive)
{
	archive_read_free(*archive);
}

static bool
unpack_open(struct archive *archive, struct view packed)
{
	struct archive_entry *entry;

	archive_read_support_filter_gzip(archive);
	archive_read_support_filter_bzip2(archive);
	archive_read_support_filter_lzma(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_lz4(archive);
	archive_read_support_filter_zstd(archive);
	archive_read_support_format_raw(archive);
	return archive_read_open_memory(archive, packed.data, packed.length) ==
	    ARCHIVE_OK && archive_read_next_header(archive, &entry) ==
	    ARCHIVE_OK;
}

/* As much as can be read: an image's size may follow it. */
static void
unpack(struct view packed, struct buffer *image)
{
	__attribute__((cleanup(archive_release))) struct archive *archive =
	    archive_read_new();
	const void *block;
	size_t length;
	la_int64_t offset;

	if (!unpack_open(archive, packed))
		return;
	while (archive_read_data_block(archive, &block, &length, &offset) ==
	    ARCHIVE_OK && image->length + length <= IMAGE_MAX)
		buffer_add(image, block, length);
}

/* What a bzImage unpacks when it starts; absent of anything else. Its build
 * adds the unpacked size, but for gzip, which has it at that place itself. */
static struct view
payload_of(struct view file)
{
	enum { SIZE = 4 };
	uint64_t sectors = number_at(file, SETUP_SECTORS, 1);
	struct view payload;

	if (!view_starts(part_of(file, MAGIC, 4), "HdrS") ||
	    number_at(file, VERSION, 2) < VERSION_WITH_PAYLOAD)
		return (struct view){0};
	payload = part_of(file, ((sectors ? sectors : 4) + 1) * SECTOR +
	    number_at(file, PAYLOAD, 4), number_at(file, PAYLOAD_LENGTH, 4));
	if (payload.length > SIZE && !view_starts(payload, "\x1f\x8b"))
		payload.length -= SIZE;
	return payload;
}

/* Linux has had notes for Xen since it had payloads; older ones, which come as
 * ELF files, packed or not, may start without. */
struct kernel_support
kernel_support_of_image(struct view file)
{
	struct kernel_support support = {0};
	struct view payload = payload_of(file);
	auto_buffer struct buffer image = {0};

	if (elf_read(file, &support)) {
		support.is_known = support.pv || support.pvh;
		return support;
	}
	unpack(payload.length ? payload : file, &image);
	support.is_known = elf_read((struct view){image.data, image.length},
	    &support) && (payload.length || support.pv || support.pvh);
	return support;
}

/* --- configurations ------------------------------------------------------- */

/* Since PVH came, PV has an option of its own; Linux of Xen's own tree had
 * others. */
struct kernel_support
kernel_support_of_config(struct view config)
{
	static const char *const of_pv[] = {
		"CONFIG_XEN_PV=y", "CONFIG_X86_XEN=y", "CONFIG_X86_64_XEN=y",
	};
	struct kernel_support support = {0};
	bool has_xen = false, has_pv_option = false;
	struct view line;

	while (view_cut(&config, '\n', &line)) {
		support.is_known |= view_starts(line, "CONFIG_");
		has_xen |= view_is(line, "CONFIG_XEN=y");
		has_pv_option |= view_starts(line, "# CONFIG_XEN_PV ");
		support.pvh |= view_is(line, "CONFIG_XEN_PVH=y");
		for (size_t i = 0; i < sizeof(of_pv) / sizeof(*of_pv); i++)
			support.pv |= view_is(line, of_pv[i]);
	}
	support.pv |= has_xen && !has_pv_option;
	return support;
}

/* --- is it the right one? ------------------------------------------------- */

int
kernel_support_check(const struct kernel_support *support, const char *path,
    const char *type, struct error *err)
{
	bool is_pvh = !strcmp(type, "pvh"), is_pv = !strcmp(type, "pv");

	if (!support->is_known || (is_pvh && support->pvh) ||
	    (is_pv && support->pv) || (!is_pvh && !is_pv))
		return 0;
	return error_set(err, "the kernel '%s' starts in no domain of type %s: "
	    "it is built %s; use %s%s", path, type, support->pv
	    ? "for pv domains of Xen only" : support->pvh
	    ? "for pvh domains of Xen only" : "without support for Xen",
	    support->pv ? "--type pv" : support->pvh ? "--type pvh"
	    : "another kernel", support->pv || support->pvh ? ""
	    : ", or --type hvm");
}

/* RELEASE of the file vmlinuz-RELEASE that boots the tree, freed by the caller:
 * "" if it has another name, NULL if there is none. */
static char *
tree_release(struct tree_edit *edit)
{
	static const char *const links[] = {"/vmlinuz", "/boot/vmlinuz"};
	static const char front[] = "vmlinuz-";

	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		auto_buffer struct buffer target = {0};
		auto_error struct error ignored = {0};
		const char *name;

		if (edit->exists(edit, links[i], &ignored) <= 0)
			continue;
		if (edit->read_link(edit, links[i], &target, &ignored) < 0)
			return memory_string("");
		name = strstr(target.data ? target.data : "", front);
		return memory_string(name ? name + strlen(front) : "");
	}
	return NULL;
}

int
kernel_support_check_tree(struct tree_edit *edit, const char *type,
    struct error *err)
{
	auto_free char *release = tree_release(edit);
	auto_free char *kernel = memory_printf("/boot/vmlinuz-%s", release
	    ? release : "");
	auto_free char *path = memory_printf("/boot/config-%s", release
	    ? release : "");
	auto_error struct error ignored = {0};
	auto_buffer struct buffer config = {0};
	struct kernel_support support;

	if (!release || !*release ||
	    edit->read(edit, path, &config, &ignored) < 0)
		return 0;
	support = kernel_support_of_config(
	    (struct view){config.data, config.length});
	return kernel_support_check(&support, kernel, type, err);
}
