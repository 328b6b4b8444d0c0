#include "base/nearest.h"

#include <stdint.h>
#include <string.h>

enum {
	LENGTH_MAX = 64,
	LETTERS_A_SLIP = 3,	/* of a word: one slip for so many is near */
};

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* One row for each letter of `a`; the two before it are all that it needs. */
size_t
nearest_slips(struct view a, struct view b)
{
	size_t rows[3][LENGTH_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	if (a.length > LENGTH_MAX || b.length > LENGTH_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.length; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.length; i++) {
		size_t *oldest = before;

		row[0] = i;
		for (size_t j = 1; j <= b.length; j++) {
			bool same = a.data[i - 1] == b.data[j - 1];

			row[j] = smaller(smaller(last[j], row[j - 1]) + 1,
			    last[j - 1] + !same);
			if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
			    a.data[i - 2] == b.data[j - 1])
				row[j] = smaller(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = oldest;
	}
	return last[b.length];
}

bool
nearest_is_near(struct view word, size_t slips)
{
	return slips <= (word.length + LETTERS_A_SLIP - 1) / LETTERS_A_SLIP &&
	    slips < word.length;
}
