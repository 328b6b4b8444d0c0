#include "guest/guest_defaults.h"

#include "base/config.h"
#include "base/file.h"
#include "guest/guest_file.h"

int
guest_defaults_read(struct guest_defaults *defaults, struct error *err)
{
	auto_strings struct strings paths = {0};
	int result = 0;

	config_paths("mkguest.conf", &paths);
	vector_each(path, &paths) {
		auto_guest_text struct guest_text text = {0};
		auto_error struct error one = {0};

		if (!file_exists(AT_FDCWD, *path))
			continue;
		if (guest_text_read(&text, *path, false, &one) < 0) {
			result = error_add(err, &one);
			continue;
		}
		*vector_push(defaults) = text;
		text = (struct guest_text){0};
	}
	return result;
}

int
guest_defaults_apply(const struct guest_defaults *defaults,
    struct guest *guest, struct error *err)
{
	int result = 0;

	vector_each(text, defaults) {
		auto_error struct error one = {0};

		if (guest_file_parse(text, guest_tables, guest, &one) < 0)
			result = error_add(err, &one);
	}
	return result;
}

void
guest_defaults_release(struct guest_defaults *defaults)
{
	vector_each(text, defaults)
		guest_text_release(text);
	vector_release(defaults);
}
