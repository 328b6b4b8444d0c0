/* Each line is a card, as --nic takes it. */
#include "t/fuzz/target.h"

#include <string.h>

#include "guest/guest_nics.h"

static void
read_cards(const struct strings *words, struct guest_nics *nics,
    struct error *err, int *result)
{
	struct origins origins = {0};
	struct faults faults = {&origins, err, 0};

	guest_nics_read(nics, words, &faults);
	*result = faults_result(&faults);
	check_sentence(*result, err);
	assert(*result == 0 || err->kind == ERROR_USAGE);
}

/* What is good is good again as it is written, and says the same. */
static void
check_round_trip(const struct guest_nics *nics)
{
	auto_end(guest_nics_release) struct guest_nics again = {0};
	auto_buffer struct buffer text = {0}, second = {0};
	auto_strings struct strings words = {0};
	auto_error struct error err = {0};
	int result;

	guest_nics_text(nics, &text);
	strings_split(&words, text.data ? text.data : "", "\n");
	assert(words.count == nics->count);
	read_cards(&words, &again, &err, &result);
	assert(result == 0);
	guest_nics_text(&again, &second);
	assert(!text.data || !strcmp(text.data, second.data));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_end(guest_nics_release) struct guest_nics nics = {0};
	struct view rest = input_view(data, size), line;
	auto_strings struct strings words = {0};
	auto_error struct error err = {0};
	int result;

	while (rest.length && view_cut(&rest, '\n', &line))
		*vector_push(&words) = view_string(line);
	read_cards(&words, &nics, &err, &result);
	if (result == 0)
		check_round_trip(&nics);
	return 0;
}
