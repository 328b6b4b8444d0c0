#include "bin/table.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

static bool
is_begin(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

/* Characters, of which several bytes may be one. */
static size_t
text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += is_begin(*text);
	return width;
}

/* Of a terminal; SIZE_MAX: nobody looks. */
static size_t
line_width(void)
{
	struct winsize window;

	return isatty(STDOUT_FILENO) &&
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col
	    ? window.ws_col : SIZE_MAX;
}

static void
line_print(const char *line, size_t width)
{
	size_t column = 0;

	for (; *line; line++) {
		column += is_begin(*line);
		if (column > width)
			break;
		putchar(iscntrl((unsigned char)*line) ? '?' : *line);
	}
	putchar('\n');
}

static void
add_cell(struct buffer *line, const char *text, size_t width, bool is_number)
{
	size_t blanks = width > text_width(text) ? width - text_width(text)
	    : 0;

	if (is_number)
		buffer_printf(line, "%*s%s", (int)blanks, "", text);
	else
		buffer_printf(line, "%s%*s", text, (int)blanks, "");
	buffer_text(line, "  ");
}

/* The last column needs no blanks after it. */
static void
row_print(const struct table *table, char *const *cells, const size_t *widths,
    size_t width)
{
	struct buffer line = {0};

	for (size_t i = 0; i < table->columns.count; i++)
		add_cell(&line, cells[i], widths[i],
		    table->columns.items[i].is_number);
	while (line.length && line.data[line.length - 1] == ' ')
		line.data[--line.length] = '\0';
	line_print(line.data ? line.data : "", width);
	buffer_release(&line);
}

static void
widths_find(const struct table *table, size_t *widths)
{
	for (size_t i = 0; i < table->cells.count; i++) {
		size_t *width = &widths[i % table->columns.count];
		size_t cell = text_width(table->cells.items[i]);

		if (cell > *width)
			*width = cell;
	}
}

void
table_print(const struct table *table, bool with_headings)
{
	size_t count = table->columns.count, edge = line_width();
	size_t *widths = memory_zeroed(count, sizeof(*widths));
	struct strings headings = {0};

	vector_each(column, &table->columns) {
		strings_add(&headings, column->heading);
		if (with_headings)
			widths[headings.count - 1] =
			    text_width(column->heading);
	}
	widths_find(table, widths);
	if (with_headings)
		row_print(table, headings.items, widths, edge);
	for (size_t i = 0; i + count <= table->cells.count; i += count)
		row_print(table, table->cells.items + i, widths, edge);
	strings_release(&headings);
	free(widths);
}

void
table_release(struct table *table)
{
	vector_release(&table->columns);
	strings_release(&table->cells);
}
