#include "plan/relation.h"

#include <string.h>

#include "base/buffer.h"
#include "plan/version.h"

/* "<" and ">" are what dpkg takes them for. */
static const struct {
	const char *text;
	enum relation_operator operator;
} operators[] = {
	{"<<", RELATION_LT}, {"<=", RELATION_LE}, {"=", RELATION_EQ},
	{">=", RELATION_GE}, {">>", RELATION_GT}, {"<", RELATION_LE},
	{">", RELATION_GE},
};

enum { OPERATOR_COUNT = sizeof(operators) / sizeof(operators[0]) };

static struct view
cut_front(struct view *text, size_t length)
{
	struct view front = {text->data, length};

	text->data += length;
	text->length -= length;
	return front;
}

static size_t
length_before(struct view text, const char *ends)
{
	size_t length = 0;

	while (length < text.length && !strchr(ends, text.data[length]))
		length++;
	return length;
}

/* What stands between the parentheses: OP VERSION. */
static bool
parse_condition(struct view text, struct relation *relation)
{
	size_t length = 0;

	text = view_trim(text);
	while (length < text.length && strchr("<=>", text.data[length]))
		length++;
	for (size_t i = 0; i < OPERATOR_COUNT; i++)
		if (view_is((struct view){text.data, length},
		    operators[i].text)) {
			relation->operator = operators[i].operator;
			cut_front(&text, length);
			relation->version = view_trim(text);
			return relation->version.length > 0;
		}
	return false;
}

static bool
parse_relation(struct view text, struct relation *relation)
{
	text = view_trim(text);
	relation->name = cut_front(&text, length_before(text, ": \t\n("));
	if (text.length && text.data[0] == ':') {
		cut_front(&text, 1);
		relation->architecture =
		    cut_front(&text, length_before(text, " \t\n("));
		if (!relation->architecture.length)
			return false;
	}
	text = view_trim(text);
	if (!relation->name.length)
		return false;
	if (!text.length)
		return true;
	if (text.length < 2 || text.data[0] != '(' ||
	    text.data[text.length - 1] != ')')
		return false;
	return parse_condition((struct view){text.data + 1, text.length - 2},
	    relation);
}

static int
parse_group(struct view group, struct relations *relations, struct error *err)
{
	struct view rest = group, alternative;

	while (view_cut(&rest, '|', &alternative)) {
		struct relation *relation = vector_push(relations);

		relation->or_next = rest.data != NULL;
		if (!parse_relation(alternative, relation))
			return error_set(err, "'" VIEW_FORMAT
			    "' is not a relation between packages",
			    VIEW_ARGUMENTS(group));
	}
	return 0;
}

int
relations_parse(struct view text, struct relations *relations,
    struct error *err)
{
	struct view group;

	while (view_cut(&text, ',', &group)) {
		group = view_trim(group);
		if (group.length && parse_group(group, relations, err) < 0)
			return -1;
	}
	return 0;
}

void
relations_release(struct relations *relations)
{
	vector_release(relations);
}

bool
relation_allows(const struct relation *relation, struct view version)
{
	int order;

	if (relation->operator == RELATION_ANY)
		return true;
	if (!version.data)
		return false;
	order = version_compare(version, relation->version);
	switch (relation->operator) {
	case RELATION_LT:
		return order < 0;
	case RELATION_LE:
		return order <= 0;
	case RELATION_EQ:
		return order == 0;
	case RELATION_GE:
		return order >= 0;
	case RELATION_NE:
		return order != 0;
	default:
		return order > 0;
	}
}

static const char *
operator_text(enum relation_operator operator)
{
	for (size_t i = 0; i < OPERATOR_COUNT; i++)
		if (operators[i].operator == operator)
			return operators[i].text;
	return "";
}

char *
relation_text(const struct relation *relation)
{
	struct buffer text = {0};

	buffer_view(&text, relation->name);
	if (relation->architecture.data)
		buffer_printf(&text, ":" VIEW_FORMAT,
		    VIEW_ARGUMENTS(relation->architecture));
	if (relation->operator != RELATION_ANY)
		buffer_printf(&text, " (%s " VIEW_FORMAT ")",
		    operator_text(relation->operator),
		    VIEW_ARGUMENTS(relation->version));
	return buffer_steal(&text);
}
