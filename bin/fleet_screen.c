#include "bin/fleet_screen.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"

/* Terminals that know it show what is between these at once. */
#define SYNC_BEGIN "\033[?2026h"
#define SYNC_END "\033[?2026l"
#define ERASE_LINE "\033[K"
#define ERASE_BELOW "\033[J"

static const double draw_interval = 0.1;

/* --- drawing ------------------------------------------------------------- */

static struct winsize
window(void)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct winsize real;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &real) == 0 && real.ws_row &&
	    real.ws_col)
		size = real;
	return size;
}

/* As far as it fits: a character that is begun is ended. */
static void
add_line(struct buffer *out, const char *text, size_t width)
{
	size_t columns = 0, length = 0;

	for (; text[length]; length++) {
		columns += ((unsigned char)text[length] & 0xc0) != 0x80;
		if (columns >= width)
			break;
	}
	buffer_add(out, text, length);
	buffer_text(out, ERASE_LINE "\n");
}

static char *
row_text(const struct fleet_row *row, double now)
{
	static const char *const units[] = {
		[EVENT_BYTES] = "", [EVENT_PACKAGES] = " packages",
	};
	bool counts_bytes = row->unit == EVENT_BYTES;
	auto_free char *done = counts_bytes ? size_text(row->done)
	    : memory_printf("%llu", (unsigned long long)row->done);
	auto_free char *total = counts_bytes ? size_text(row->total)
	    : memory_printf("%llu", (unsigned long long)row->total);

	if (!row->total)
		return memory_printf("%s: %s … %.0f s", row->member->name,
		    row->step, now - row->began);
	return memory_printf("%s: %s … %s of %s%s", row->member->name,
	    row->step, done, total, units[row->unit]);
}

static char *
total_text(const struct fleet_screen *screen, double now)
{
	double spent = now - screen->began;
	double rate = spent > 0 ? (double)screen->done / spent : 0;
	size_t left = screen->to_make - screen->done;
	auto_free char *failed = screen->failed
	    ? memory_printf(", %zu failed", screen->failed)
	    : memory_string("");

	if (!screen->done)
		return memory_printf("0 of %zu guests", screen->to_make);
	return memory_printf("%zu of %zu guests%s, %.1f/s, %.0f s left",
	    screen->done, screen->to_make, failed, rate,
	    (double)left / rate);
}

/* To the first of the lines that stand there. */
static void
go_up(const struct fleet_screen *screen, struct buffer *out)
{
	if (screen->height)
		buffer_printf(out, "\033[%zuA\r", screen->height);
}

static void
put(struct buffer *out)
{
	auto_error struct error ignored = {0};

	file_write(STDERR_FILENO, out->data, out->length, &ignored);
}

static void
draw(struct fleet_screen *screen)
{
	struct winsize size = window();
	double now = clock_seconds();
	auto_free char *total = total_text(screen, now);
	auto_buffer struct buffer out = {0};
	size_t height = 0;

	buffer_text(&out, SYNC_BEGIN);
	go_up(screen, &out);
	vector_each(row, &screen->rows) {
		auto_free char *text = row_text(row, now);

		if (height + 2 >= size.ws_row)
			break;
		add_line(&out, text, size.ws_col);
		height++;
	}
	add_line(&out, total, size.ws_col);
	buffer_text(&out, ERASE_BELOW SYNC_END);
	put(&out);
	screen->height = height + 1;
	screen->drawn = now;
}

static void
erase(struct fleet_screen *screen)
{
	auto_buffer struct buffer out = {0};

	go_up(screen, &out);
	if (screen->height) {
		buffer_text(&out, ERASE_BELOW);
		put(&out);
	}
	screen->height = 0;
}

/* --- what the fleet tells ------------------------------------------------ */

static struct fleet_row *
row_of(struct fleet_screen *screen, const struct fleet_member *member)
{
	vector_each(row, &screen->rows)
		if (row->member == member)
			return row;
	return NULL;
}

static void
screen_begin(struct fleet_watch *watch, const struct fleet_member *member)
{
	struct fleet_screen *screen = (struct fleet_screen *)watch;

	events_step(&screen->terminal->events, NULL);
	if (!screen->began)
		screen->began = clock_seconds();
	*vector_push(&screen->rows) = (struct fleet_row){
		.member = member, .step = memory_string("planning"),
		.began = clock_seconds(),
	};
}

static void
screen_progress(struct fleet_watch *watch, const struct fleet_member *member,
    enum event_unit unit, uint64_t done, uint64_t total)
{
	struct fleet_row *row = row_of((struct fleet_screen *)watch, member);

	row->unit = unit;
	row->done = done;
	row->total = total;
}

static void
screen_message(struct fleet_watch *watch, const struct fleet_member *member,
    enum event_level level, const char *text)
{
	struct fleet_screen *screen = (struct fleet_screen *)watch;
	auto_free char *line = memory_printf("%s: %s", member->name, text);

	if (level == EVENT_DEBUG && !screen->terminal->verbose)
		return;
	erase(screen);
	events_line(&screen->terminal->events, level, line);
}

static void
screen_step(struct fleet_watch *watch, const struct fleet_member *member,
    const char *name)
{
	struct fleet_row *row = row_of((struct fleet_screen *)watch, member);

	screen_message(watch, member, EVENT_DEBUG, name);
	free(row->step);
	row->step = memory_string(name);
	row->total = 0;
	row->began = clock_seconds();
}

/* One that could not begin has none. */
static void
row_remove(struct fleet_screen *screen, const struct fleet_member *member)
{
	struct fleet_row *row = row_of(screen, member);
	size_t index = row ? (size_t)(row - screen->rows.items) : 0;

	if (!row)
		return;
	free(row->step);
	screen->rows.count--;
	memmove(row, row + 1, (screen->rows.count - index) * sizeof(*row));
}

/* Even to those who want to hear little. Why many failed for the same reason is
 * told once; the logs and the table have the others. */
static void
tell_failure(struct fleet_screen *screen, const struct fleet_member *member)
{
	struct events *events = &screen->terminal->events;
	const char *why = member->result.error;
	auto_free char *failure = memory_printf("%s: error: %s: %s",
	    screen->terminal->tool, member->name, why);

	if (strings_has(&screen->told, why)) {
		events_info(events, "%s: failed, too", member->name);
		return;
	}
	strings_add(&screen->told, why);
	events_line(events, EVENT_OUTPUT, failure);
}

/* On a terminal the lines go as their guests end; the log has them all. */
static void
tell_end(struct fleet_screen *screen, const struct fleet_member *member)
{
	struct events *events = &screen->terminal->events;

	if (member->state == FLEET_FAILED)
		tell_failure(screen, member);
	else if (member->state == FLEET_INTERRUPTED)
		events_info(events, "%s: interrupted", member->name);
	else if (screen->terminal->is_terminal)
		events_debug(events, "%s: made in %.1f s", member->name,
		    member->result.seconds);
	else
		events_info(events, "%s: made in %.1f s", member->name,
		    member->result.seconds);
}

static void
screen_end(struct fleet_watch *watch, const struct fleet_member *member)
{
	struct fleet_screen *screen = (struct fleet_screen *)watch;

	row_remove(screen, member);
	screen->done++;
	screen->failed += member->state == FLEET_FAILED;
	if (member->state != FLEET_MADE || screen->terminal->verbose ||
	    screen->ended)
		erase(screen);
	tell_end(screen, member);
	if (screen->ended)
		screen->ended(member);
}

static void
screen_tick(struct fleet_watch *watch)
{
	struct fleet_screen *screen = (struct fleet_screen *)watch;

	if (screen->terminal->is_terminal && !screen->terminal->quiet &&
	    screen->rows.count &&
	    (!screen->height || clock_seconds() - screen->drawn >=
	    draw_interval))
		draw(screen);
}

/* A wait ends, and the next look finds the new size. */
static void
window_changed(int number)
{
	(void)number;
}

void
fleet_screen_open(struct fleet_screen *screen, struct terminal *terminal,
    const struct fleet_plan *plan)
{
	struct sigaction action = {.sa_handler = window_changed};

	*screen = (struct fleet_screen){
		.watch = {
			.begin = screen_begin, .step = screen_step,
			.progress = screen_progress,
			.message = screen_message, .end = screen_end,
			.tick = screen_tick,
		},
		.terminal = terminal,
	};
	vector_each(member, &plan->members)
		screen->to_make += (*member)->is_to_make;
	sigaction(SIGWINCH, &action, NULL);
}

void
fleet_screen_close(struct fleet_screen *screen)
{
	erase(screen);
	vector_each(row, &screen->rows)
		free(row->step);
	vector_release(&screen->rows);
	strings_release(&screen->told);
}
