#include "t/fuzz/target.h"

#include <string.h>

#include "guest/manifest.h"

/* What is written is read again; lines within a value are not so lucky. */
static void
check_round_trip(const struct manifest *manifest)
{
	auto_manifest struct manifest again = {0};
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	manifest_text(manifest, &text);
	assert(manifest_parse("again", (struct view){text.data, text.length},
	    &again, &err) == 1);
	if (!strchr(manifest->name, '\n'))
		assert(!strcmp(again.name, manifest->name));
	assert(again.disks.count == manifest->disks.count);
	for (size_t i = 0; i < again.disks.count; i++)
		assert(!strcmp(again.disks.items[i].path,
		    manifest->disks.items[i].path));
	assert(again.nics.count == manifest->nics.count);
	if (manifest->description)
		assert(!strcmp(again.description, manifest->description));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_manifest struct manifest manifest = {0};
	auto_error struct error err = {0};
	int result = manifest_parse("input", input_view(data, size),
	    &manifest, &err);

	check_sentence(result, &err);
	if (result > 0 && !memchr(data, '\0', size))
		check_round_trip(&manifest);
	return 0;
}
