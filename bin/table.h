/*
 * table: columns of text on stdout, each as wide as what is in it, two blanks
 * between them. On a terminal a line ends at its edge.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vector.h"

struct table_column {
	const char *heading;
	bool is_number;	/* its right edge is straight */
};

struct table {
	VECTOR(struct table_column) columns;
	struct strings cells;	/* row by row */
};

#define auto_table __attribute__((cleanup(table_release)))

void table_print(const struct table *table, bool with_headings);
void table_release(struct table *table);

#endif
