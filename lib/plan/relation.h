/*
 * relation: the text of Depends, Provides and their kin (deb-control(5)):
 * groups joined by ',', alternatives by '|', each NAME[:ARCH] [(OP VERSION)].
 */
#ifndef PLAN_RELATION_H
#define PLAN_RELATION_H

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

enum relation_operator {
	RELATION_ANY, RELATION_LT, RELATION_LE, RELATION_EQ, RELATION_GE,
	RELATION_GT, RELATION_NE,	/* the last cannot be written */
};

struct relation {
	struct view name;
	struct view architecture;	/* after ':', absent if none */
	enum relation_operator operator;
	struct view version;
	bool or_next;	/* the next relation is an alternative to this */
};

struct relations {
	struct relation *items;
	size_t count;
	size_t capacity;
};

#define auto_relations __attribute__((cleanup(relations_release)))

/* Appends the relations of a field's text; an absent view has none. */
int relations_parse(struct view text, struct relations *relations,
    struct error *err);
void relations_release(struct relations *relations);

/*
 * Is `version` one that the relation asks for? An absent version (of a
 * Provides without one) is only allowed by a relation without a version.
 */
bool relation_allows(const struct relation *relation, struct view version);
char *relation_text(const struct relation *relation);	/* "NAME (>= 2)" */

#endif
