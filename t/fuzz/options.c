/* Each line is an argument of mkguest. */
#include "t/fuzz/target.h"

#include "guest/guest.h"

/* A block of just the right size, with its NULL. */
static char **
arguments_new(struct view rest)
{
	auto_strings struct strings lines = {0};
	struct view line;
	char **arguments;

	while (rest.length && view_cut(&rest, '\n', &line))
		*vector_push(&lines) = view_string(line);
	arguments = memory_zeroed(lines.count + 1, sizeof(*arguments));
	for (size_t i = 0; i < lines.count; i++)
		arguments[i] = steal_pointer(&lines.items[i]);
	return arguments;
}

static void
arguments_free(char **arguments)
{
	for (char **argument = arguments; *argument; argument++)
		free(*argument);
	free(arguments);
}

static void
complete(struct guest *guest, const struct strings *operands)
{
	auto_error struct error err = {0};
	int result;

	guest->name = memory_string(operands->count ? operands->items[0]
	    : "debian1");
	result = guest_complete(guest, &err);
	check_sentence(result, &err);
	assert(result == 0 || err.kind == ERROR_USAGE);
	assert(result < 0 || (guest->disks.count && guest->memory && guest->vcpus));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char **arguments = arguments_new(input_view(data, size));
	auto_end(guest_release) struct guest guest = {0};
	auto_strings struct strings operands = {0};
	auto_error struct error err = {0};
	int result = options_parse(guest_tables, arguments, &guest, &operands,
	    &err);

	check_sentence(result, &err);
	if (result == 0)
		complete(&guest, &operands);
	arguments_free(arguments);
	return 0;
}
