/* The text of a guest file. */
#include "t/fuzz/target.h"

#include <string.h>

#include "guest/guest_file.h"

static int
read_stanza(struct view text, struct guest *guest, struct error *err)
{
	struct stanza_reader reader = stanza_reader("input", text);
	auto_stanza struct stanza stanza = {0};

	if (stanza_read(&reader, &stanza, err) < 0)
		return -1;
	return guest_file_stanza("input", &stanza, guest, err);
}

/* A file that was read is written, and that one is read as the same. */
static void
check_again(struct guest *guest)
{
	auto_end(guest_release) struct guest other = {0};
	auto_buffer struct buffer text = {0}, again = {0};
	auto_error struct error err = {0};

	assert(guest_file_text(guest, &text, &err) == 0);
	assert(read_stanza((struct view){text.data ? text.data : "",
	    text.length}, &other, &err) == 0);
	assert(guest_file_text(&other, &again, &err) == 0);
	assert(text.length == again.length && (!text.length ||
	    !memcmp(text.data, again.data, text.length)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_end(guest_release) struct guest guest = {0};
	auto_error struct error err = {0}, wrong = {0};
	int result = read_stanza(input_view(data, size), &guest, &err);

	check_sentence(result, &err);
	if (result == 0)
		check_again(&guest);
	result = guest_complete(&guest, &wrong);
	check_sentence(result, &wrong);
	assert(result == 0 || wrong.kind == ERROR_USAGE);
	return 0;
}
