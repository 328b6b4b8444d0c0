/* What is written is read again as the same. */
#include "t/fuzz/target.h"

#include <string.h>

#include "plan/plan_file.h"

static void
check_item(const struct plan_item *item, struct view whole)
{
	const struct package *package = item->package;

	assert(view_is_within(package->name, whole) && package->name.length);
	assert(view_is_within(package->version, whole));
	assert(view_is_within(item->digest, whole));
	assert(digest_is_hex(item->kind, item->digest));
	assert(package->size && *item->url);
}

static void
check_round_trip(const struct plan *plan, struct view architectures)
{
	struct plan again = {0};
	auto_stanza struct stanza head = {0};
	auto_buffer struct buffer text = {0}, second = {0}, third = {0};
	auto_error struct error err = {0};

	buffer_printf(&text, "Architectures: " VIEW_FORMAT "\n",
	    VIEW_ARGUMENTS(architectures));
	plan_file_write(plan, &text);
	buffer_add(&second, text.data, text.length);
	assert(plan_file_read("again", &text, &head, &again, &err) == 0);
	buffer_printf(&third, "Architectures: " VIEW_FORMAT "\n",
	    VIEW_ARGUMENTS(architectures));
	plan_file_write(&again, &third);
	assert(!strcmp(second.data, third.data));
	assert(again.download_size == plan->download_size);
	plan_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan plan = {0};
	auto_stanza struct stanza head = {0};
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};
	int result;

	buffer_view(&text, input_view(data, size));
	result = plan_file_read("input", &text, &head, &plan, &err);
	check_sentence(result, &err);
	vector_each(item, &plan)
		check_item(item, (struct view){plan.text, size});
	if (result == 0 && !memchr(data, '\0', size))
		check_round_trip(&plan, stanza_get(&head, "Architectures"));
	plan_release(&plan);
	return 0;
}
