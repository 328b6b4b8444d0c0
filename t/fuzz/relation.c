#include "t/fuzz/target.h"

#include <string.h>

#include "plan/relation.h"

static void
check_round_trip(const struct relation *relation)
{
	auto_free char *text = relation_text(relation);
	auto_relations struct relations again = {0};
	auto_error struct error err = {0};

	assert(relations_parse(view_of(text), &again, &err) == 0);
	assert(again.count == 1);
	assert(view_equal(again.items->name, relation->name));
	assert(view_equal(again.items->architecture, relation->architecture));
	assert(again.items->operator == relation->operator);
	assert(view_equal(again.items->version, relation->version));
}

static void
check_relation(const struct relation *relation, struct view text)
{
	static const bool with_itself[] = {
		[RELATION_ANY] = true, [RELATION_LE] = true,
		[RELATION_EQ] = true, [RELATION_GE] = true,
		[RELATION_GT] = false,
	};

	assert(relation->name.length);
	assert(view_is_within(relation->name, text));
	assert(view_is_within(relation->architecture, text));
	assert(view_is_within(relation->version, text));
	assert(relation_allows(relation, relation->version) ==
	    with_itself[relation->operator]);
	if (!memchr(text.data, '\0', text.length))
		check_round_trip(relation);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view text = input_view(data, size);
	auto_relations struct relations relations = {0};
	auto_error struct error err = {0};
	int result = relations_parse(text, &relations, &err);

	check_sentence(result, &err);
	for (size_t i = 0; result == 0 && i < relations.count; i++)
		check_relation(&relations.items[i], text);
	assert(result < 0 || !relations.count ||
	    !relations.items[relations.count - 1].or_next);
	return 0;
}
