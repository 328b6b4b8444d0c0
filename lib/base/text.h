/*
 * text: views, a pointer and a length into memory that somebody else owns.
 * Parsers work on views and copy nothing. A view with data == NULL is absent,
 * which is not the same as empty.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct view {
	const char *data;
	size_t length;
};

#define VIEW_FORMAT "%.*s"
#define VIEW_ARGUMENTS(view) (int)(view).length, (view).data

struct view view_of(const char *text);	/* NULL gives an absent view */
char *view_string(struct view view);	/* a copy, freed by the caller */
bool view_is(struct view view, const char *text);
bool view_equal(struct view a, struct view b);
bool view_equal_fold(struct view a, struct view b);	/* ASCII case folded */
bool view_starts(struct view view, const char *front);
bool view_ends(struct view view, const char *back);
bool view_is_utf8(struct view view);	/* as RFC 3629 has it */
int view_compare(struct view a, struct view b);	/* by byte value */
struct view view_trim(struct view view);	/* blanks, tabs, newlines */

/*
 * Cuts the part before the first `separator` off `*rest` and returns it; the
 * separator goes away. false when *rest is used up. Empty parts are parts.
 */
bool view_cut(struct view *rest, char separator, struct view *part);
/* The same for words: parts between runs of blanks, tabs and newlines. */
bool view_word(struct view *rest, struct view *word);

#endif
