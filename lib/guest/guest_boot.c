#include "guest/guest_boot.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define GUEST(member) offsetof(struct guest, member)

struct choice {
	const char *option;
	size_t offset;	/* of a char * */
	const char *values[2];
};

static const struct choice choices[] = {
	{"toolstack", GUEST(toolstack), {"xl", "xm"}},
	{"type", GUEST(type), {"pvh", "pv"}},
	{"boot", GUEST(boot), {"pvgrub", "direct"}},
};

static int
choice_check(const struct choice *choice, const struct guest *guest,
    struct error *err)
{
	const char *text =
	    *(char *const *)((const char *)guest + choice->offset);

	if (!text || !strcmp(text, choice->values[0]) ||
	    !strcmp(text, choice->values[1]))
		return 0;
	return error_usage(err, "--%s '%s' is unknown; it can be %s or %s",
	    choice->option, text, choice->values[0], choice->values[1]);
}

/* Of the host where the guest is to run. */
static const struct {
	const char *option;
	size_t offset;	/* of a char * */
} host_paths[] = {
	{"kernel", GUEST(kernel)}, {"ramdisk", GUEST(ramdisk)},
	{"cdrom", GUEST(cdrom)},
};

static int
host_paths_check(const struct guest *guest, struct error *err)
{
	for (size_t i = 0; i < sizeof(host_paths) / sizeof(*host_paths); i++) {
		const char *path = *(char *const *)
		    ((const char *)guest + host_paths[i].offset);

		if (path && *path != '/')
			return error_usage(err, "--%s '%s' is no absolute "
			    "path", host_paths[i].option, path);
	}
	return 0;
}

static bool
text_is(const char *text, const char *word)
{
	return text && !strcmp(text, word);
}

/* What does not go together, whatever the release is. */
static int
together_check(const struct guest *guest, struct error *err)
{
	bool is_xm = text_is(guest->toolstack, "xm");

	if (guest->ramdisk && !guest->kernel)
		return error_usage(err, "--ramdisk is for --kernel");
	if (guest->kernel && text_is(guest->boot, "pvgrub"))
		return error_usage(err, "--kernel leaves nothing to do for "
		    "--boot pvgrub");
	if (is_xm && text_is(guest->type, "pvh"))
		return error_usage(err, "xm knows no --type pvh; use --type pv "
		    "or --toolstack xl");
	if (is_xm && text_is(guest->boot, "pvgrub"))
		return error_usage(err, "the hosts that have xm have no "
		    "--boot pvgrub; use --boot direct or --kernel");
	return 0;
}

static void
set_default(char **place, const char *value)
{
	if (!*place)
		*place = memory_string(value);
}

int
guest_boot_check(struct guest *guest, struct error *err)
{
	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++)
		if (choice_check(&choices[i], guest, err) < 0)
			return -1;
	if (host_paths_check(guest, err) < 0 || together_check(guest, err) < 0)
		return -1;
	set_default(&guest->toolstack, "xl");
	set_default(&guest->boot, guest->kernel ||
	    text_is(guest->toolstack, "xm") ? "direct" : "pvgrub");
	return 0;
}

/* With a kernel of the host's all is up to that. */
static int
type_check(const struct guest *guest, const struct suite *suite,
    struct view types, struct error *err)
{
	struct view rest = types, word;

	while (view_word(&rest, &word))
		if (view_is(word, guest->type))
			return 0;
	if (!types.data || guest->kernel)
		return 0;
	return error_usage(err, "the kernel of %s for %s starts in no domain "
	    "of type %s, only of type " VIEW_FORMAT, suite->codename,
	    guest->architecture, guest->type, VIEW_ARGUMENTS(types));
}

static void
type_default(struct guest *guest, struct view types)
{
	struct view first;

	if (guest->type)
		return;
	if (text_is(guest->toolstack, "xm"))
		guest->type = memory_string("pv");
	else if (view_word(&types, &first))
		guest->type = view_string(first);
	else
		guest->type = memory_string("pvh");
}

/* GRUB for PV unpacks the kernel itself, and knows only some ways. */
static int
compression_check(const struct guest *guest, const struct suite *suite,
    struct view types, struct error *err)
{
	static const char *const known[] = {"gzip", "xz", "lzo"};
	struct view kernel = stanza_get(&suite->fields, "Kernel-Compression");

	if (strcmp(guest->type, "pv") || strcmp(guest->boot, "pvgrub"))
		return 0;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (view_is(kernel, known[i]))
			return 0;
	return error_usage(err, "GRUB for PV guests cannot unpack the kernel "
	    "of %s (" VIEW_FORMAT "); use --boot direct%s", suite->codename,
	    VIEW_ARGUMENTS(kernel.data ? kernel : view_of("compression "
	    "unknown")), view_starts(types, "pvh") ? " or --type pvh" : "");
}

int
guest_boot_complete(struct guest *guest, const struct suite *suite,
    struct error *err)
{
	struct view types = suite_kernel_types(suite, guest->architecture);

	type_default(guest, types);
	if (type_check(guest, suite, types, err) < 0)
		return -1;
	return compression_check(guest, suite, types, err);
}
