#include "bin/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/size.h"

enum { SECRET_MAX = 1024 };

static const double progress_interval = 0.2;

/* Ends a progress line, so that what follows starts a line of its own. */
static void
terminal_clear_line(struct terminal *terminal)
{
	if (terminal->line_is_open)
		fputs("\r\033[K", stderr);
	terminal->line_is_open = false;
}

static void
terminal_log(struct terminal *terminal, const char *front, const char *text)
{
	if (terminal->log)
		fprintf(terminal->log, "%8.2f %s%s\n",
		    terminal_seconds(terminal), front, text);
}

static void
terminal_message(struct events *events, enum event_level level,
    const char *text)
{
	static const char *const fronts[] = {
		[EVENT_DEBUG] = "",
		[EVENT_INFO] = "",
		[EVENT_WARNING] = "warning: ",
		[EVENT_OUTPUT] = "",
	};
	struct terminal *terminal = (struct terminal *)events;

	terminal_log(terminal, fronts[level], text);
	if (level == EVENT_DEBUG && !terminal->verbose)
		return;
	if (level == EVENT_INFO && terminal->quiet)
		return;
	terminal_clear_line(terminal);
	if (level == EVENT_OUTPUT)
		fprintf(stderr, "%s\n", text);
	else
		fprintf(stderr, "%s: %s%s\n", terminal->tool, fronts[level],
		    text);
}

static void
terminal_step_end(struct terminal *terminal)
{
	double seconds = clock_seconds() - terminal->step_started;

	if (!terminal->step)
		return;
	terminal_clear_line(terminal);
	if (!terminal->quiet)
		fprintf(stderr, "%s: %s: %.2f s\n", terminal->tool,
		    terminal->step, seconds);
	*vector_push(&terminal->steps) = (struct terminal_step){
		.name = steal_pointer(&terminal->step), .seconds = seconds};
}

static void
terminal_step(struct events *events, const char *name)
{
	struct terminal *terminal = (struct terminal *)events;

	if (name && terminal->step && !strcmp(name, terminal->step))
		return;
	terminal_step_end(terminal);
	terminal->step_started = clock_seconds();
	terminal->step = memory_string(name);
	if (!name)
		return;
	terminal_log(terminal, "step: ", name);
	if (terminal->quiet)
		return;
	if (terminal->is_terminal) {
		fprintf(stderr, "\r\033[K%s …", name);
		terminal->line_is_open = true;
	} else {
		fprintf(stderr, "%s: %s\n", terminal->tool, name);
	}
	fflush(stderr);
}

static char *
amount_text(enum event_unit unit, double amount)
{
	return unit == EVENT_BYTES ? size_text((uint64_t)amount)
	    : memory_printf("%.0f", amount);
}

static void
terminal_progress(struct events *events, enum event_unit unit, uint64_t done,
    uint64_t total)
{
	static const char *const units[] = {
		[EVENT_BYTES] = "",
		[EVENT_PACKAGES] = " packages",
	};
	struct terminal *terminal = (struct terminal *)events;
	double now = clock_seconds();
	double spent = now - terminal->step_started;
	double rate = spent > 0 ? (double)done / spent : 0;
	auto_free char *done_text = NULL, *total_text = NULL;
	auto_free char *rate_text = NULL;

	if (!terminal->is_terminal || terminal->quiet || !terminal->step ||
	    now - terminal->progress_shown < progress_interval)
		return;
	terminal->progress_shown = now;
	done_text = amount_text(unit, (double)done);
	total_text = amount_text(unit, (double)total);
	rate_text = amount_text(unit, rate);
	fprintf(stderr, "\r\033[K%s … %s of %s%s, %s/s", terminal->step,
	    done_text, total_text, units[unit], rate_text);
	if (rate > 0 && total > done)
		fprintf(stderr, ", %.0f s left",
		    (double)(total - done) / rate);
	fflush(stderr);
	terminal->line_is_open = true;
}

/* A line, without its newline. */
static int
secret_read(int fd, char **secret, struct error *err)
{
	char line[SECRET_MAX + 1];
	size_t length = 0;
	ssize_t got = -1;

	while (length < SECRET_MAX && interrupt_check(err) == 0) {
		got = read(fd, line + length, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || line[length] == '\n')
			break;
		length++;
	}
	if (got > 0 && line[length] == '\n') {
		line[length] = '\0';
		*secret = memory_string(line);
	}
	explicit_bzero(line, sizeof(line));
	if (*secret || err->text)
		return *secret ? 0 : -1;
	return error_set(err, "nothing was typed that ends with a newline");
}

/* On the terminal itself, wherever the streams lead. */
static int
terminal_ask_secret(struct events *events, const char *question, char **secret,
    struct error *err)
{
	struct terminal *terminal = (struct terminal *)events;
	auto_close int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios shown, hidden;
	int result;

	if (fd < 0 || tcgetattr(fd, &shown) < 0)
		return error_set(err, "there is no terminal to ask for the %s "
		    "on; give a file", question);
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	hidden.c_lflag |= ICANON | ISIG;
	terminal_clear_line(terminal);
	if (tcsetattr(fd, TCSAFLUSH, &hidden) < 0)
		return error_errno(err, "hide what is typed");
	dprintf(fd, "%s: ", question);
	result = secret_read(fd, secret, err);
	tcsetattr(fd, TCSAFLUSH, &shown);
	dprintf(fd, "\n");
	return result;
}

int
terminal_confirm(struct terminal *terminal, const char *question,
    const char *option, struct error *err)
{
	auto_free char *line = NULL;
	size_t size = 0;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return error_set(err, "there is no terminal to ask on: %s; "
		    "%s says yes", question, option);
	terminal_clear_line(terminal);
	printf("%s [y/N] ", question);
	fflush(stdout);
	if (getline(&line, &size, stdin) < 0)
		return interrupt_check(err);
	return *line == 'y' || *line == 'Y';
}

static int
terminal_open_log(struct terminal *terminal, const char *path,
    struct error *err)
{
	auto_close int fd = open(path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return error_errno(err, "open log '%s'", path);
	terminal->log = fdopen(fd, "w");
	if (!terminal->log)
		return error_errno(err, "open log '%s'", path);
	steal_fd(&fd);
	setvbuf(terminal->log, NULL, _IOLBF, 0);
	return 0;
}

static int
terminal_redirect(struct terminal *terminal, const char *path,
    struct error *err)
{
	auto_close int fd = open(path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
		return error_errno(err, "open log '%s'", path);
	terminal->is_terminal = false;
	return 0;
}

void
terminal_start(struct terminal *terminal, const char *tool)
{
	*terminal = (struct terminal){
		.events = {
			.message = terminal_message,
			.step = terminal_step,
			.progress = terminal_progress,
			.ask_secret = terminal_ask_secret,
		},
		.tool = tool,
		.is_terminal = isatty(STDERR_FILENO),
		.started = clock_seconds(),
	};
	interrupt_catch();
}

int
terminal_open(struct terminal *terminal,
    const struct terminal_options *options, struct error *err)
{
	terminal->verbose = options->voice == 'v' || options->voice == 'd';
	terminal->quiet = options->voice == 'q' || options->voice == 's';
	if (options->logfile &&
	    terminal_redirect(terminal, options->logfile, err) < 0)
		return -1;
	return options->log
	    ? terminal_open_log(terminal, options->log, err) : 0;
}

static void
terminal_release(struct terminal *terminal)
{
	vector_each(step, &terminal->steps)
		free(step->name);
	vector_release(&terminal->steps);
	free(steal_pointer(&terminal->step));
	if (terminal->log)
		fclose(terminal->log);
	terminal->log = NULL;
}

/* A line that is indented belongs to the sentence before it. */
static void
terminal_error(struct terminal *terminal, struct view text)
{
	struct view line;

	while (view_cut(&text, '\n', &line)) {
		if (!line.length || *line.data != ' ')
			fprintf(stderr, "%s: error: ", terminal->tool);
		fprintf(stderr, VIEW_FORMAT "\n", VIEW_ARGUMENTS(line));
	}
}

int
terminal_fail(struct terminal *terminal, const struct error *err)
{
	const char *text = err->text ? err->text : "failed";

	terminal_clear_line(terminal);
	terminal_log(terminal, "error: ", text);
	terminal_error(terminal, view_of(text));
	terminal_release(terminal);
	return err->kind == ERROR_USAGE ? 2 : 1;
}

int
terminal_end(struct terminal *terminal)
{
	bool failed;

	terminal_step_end(terminal);
	failed = fflush(stdout) != 0 || ferror(stdout);
	if (failed)
		fprintf(stderr, "%s: error: write to standard output: %s\n",
		    terminal->tool, strerror(errno));
	terminal_release(terminal);
	return failed ? 1 : 0;
}

double
terminal_seconds(const struct terminal *terminal)
{
	return clock_seconds() - terminal->started;
}
