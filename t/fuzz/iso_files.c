#include "t/fuzz/target.h"

#include <string.h>

#include "disk/iso_files.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_error struct error err = {0};
	auto_iso_files struct iso_files files = {0};
	struct view records = input_view(data, size);

	check_sentence(iso_files_parse(records, &files, &err), &err);
	vector_each(content, &files.items) {
		assert(*content->path && *content->path != '/');
		assert(strcmp(content->path, "..") &&
		    strncmp(content->path, "../", 3));
		assert(view_is_within(content->text, records));
	}
	return 0;
}
