/*
 * error_list: many sentences that become one error, a line each and each only
 * once, as what is wrong with a thing that many share is found with each of
 * them.
 */
#ifndef BASE_ERROR_LIST_H
#define BASE_ERROR_LIST_H

#include "base/error.h"
#include "base/map.h"
#include "base/vector.h"

struct error_list {
	struct strings lines;
	struct strings sentences;	/* of which they are */
	struct map known;	/* … by themselves */
	enum error_kind kind;	/* of the first */
};

#define auto_error_list __attribute__((cleanup(error_list_release)))

/* Takes over the sentences; does nothing if there are none. */
void error_list_add(struct error_list *list, struct error *one);
/* The same; each line gets the place in front, which is no part of what makes
 * it another one: of things that are wrong in the same way the first is told. */
void error_list_add_at(struct error_list *list, const char *place,
    struct error *one);
/* All of them as one; 0 if there are none. */
int error_list_result(const struct error_list *list, struct error *err);
void error_list_release(struct error_list *list);

#endif
