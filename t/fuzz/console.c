/* The first byte is how many of the rest come at once. */
#include "t/fuzz/target.h"

#include "emulate/console.h"

static void
check_same(const struct console *a, const struct console *b)
{
	auto_strings struct strings lines_a = {0}, lines_b = {0};

	console_last_lines(a, &lines_a);
	console_last_lines(b, &lines_b);
	assert(lines_a.count == lines_b.count);
	for (size_t i = 0; i < lines_a.count; i++) {
		struct view line = view_of(lines_a.items[i]);

		assert(line.length && line.length <= CONSOLE_LINE_MAX);
		assert(view_is(line, lines_b.items[i]));
	}
	assert(a->bytes == b->bytes && a->count == b->count);
	assert(a->login == b->login);
	assert(!a->hopeless == !b->hopeless);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_console struct console whole = {.hostname = "debian1"};
	auto_console struct console parts = {.hostname = "debian1"};
	size_t step = size && *data ? *data : 1;

	if (!size)
		return 0;
	console_add(&whole, data + 1, size - 1);
	for (size_t i = 1; i < size; i += step)
		console_add(&parts, data + i,
		    size - i < step ? size - i : step);
	check_same(&whole, &parts);
	return 0;
}
