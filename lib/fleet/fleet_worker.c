#include "fleet/fleet_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/memory.h"
#include "fleet/fleet_result.h"
#include "fleet/fleet_word.h"
#include "make/run_hooks.h"

/* Nobody reads faster. */
static const double progress_interval = 0.1;

/* --- in the process ------------------------------------------------------ */

/* What the run says goes to its log and to the fleet. */
struct voice {
	struct events events;
	int socket;
	FILE *log;
	double started, progress_told;
};

static void
voice_log(struct voice *voice, const char *front, const char *text)
{
	fprintf(voice->log, "%8.2f %s%s\n", clock_seconds() - voice->started,
	    front, text);
}

static void
voice_message(struct events *events, enum event_level level, const char *text)
{
	struct voice *voice = (struct voice *)events;
	struct fleet_word word = {WORD_MESSAGE, (int)level, 0, 0};

	voice_log(voice, level == EVENT_WARNING ? "warning: " : "", text);
	fleet_word_send(voice->socket, &word, text);
}

static void
voice_step(struct events *events, const char *name)
{
	struct voice *voice = (struct voice *)events;
	struct fleet_word word = {WORD_STEP, 0, 0, 0};

	if (!name)
		return;
	voice_log(voice, "step: ", name);
	fleet_word_send(voice->socket, &word, name);
}

static void
voice_progress(struct events *events, enum event_unit unit, uint64_t done,
    uint64_t total)
{
	struct voice *voice = (struct voice *)events;
	struct fleet_word word = {WORD_PROGRESS, (int)unit, done, total};
	double now = clock_seconds();

	if (now - voice->progress_told < progress_interval)
		return;
	voice->progress_told = now;
	fleet_word_send(voice->socket, &word, NULL);
}

static int
make_guest(struct run *run, struct error *err)
{
	if (run_plan(run, err) < 0 || run_make(run, err) < 0)
		return -1;
	return run->suite ? run_hooks_created(run, err) : 0;
}

static void
worker_result(struct voice *voice, struct run *run, struct error *err,
    int result)
{
	struct fleet_word word = {WORD_RESULT, (int)err->kind, 0, 0};
	auto_buffer struct buffer text = {0};

	if (result < 0)
		voice_log(voice, "error: ", err->text);
	fleet_result_write(run, result < 0 ? err->text : NULL, &text);
	fleet_word_send(voice->socket, &word, text.data);
}

static _Noreturn void
worker_main(struct fleet_member *member, int socket, FILE *log)
{
	struct voice voice = {
		.events = {
			.message = voice_message, .step = voice_step,
			.progress = voice_progress,
		},
		.socket = socket, .log = log, .started = clock_seconds(),
	};
	struct run *run = &member->run;
	struct error err = {0};
	int result;

	run->events = run->request.events = &voice.events;
	result = make_guest(run, &err);
	worker_result(&voice, run, &err, result);
	run_release(run);
	fclose(log);
	_exit(0);
}

/* A fleet that is killed takes its workers along: they unwind. */
static void
follow(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent)
		_exit(1);
}

/* --- in the fleet -------------------------------------------------------- */

static FILE *
log_open(const char *path, struct error *err)
{
	auto_close int fd = open(path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *log = fd < 0 ? NULL : fdopen(fd, "w");

	if (!log) {
		error_errno(err, "open log '%s'", path);
		return NULL;
	}
	steal_fd(&fd);
	setvbuf(log, NULL, _IOLBF, 0);
	return log;
}

static void
leave_others(const struct fleet_workers *workers)
{
	for (size_t i = 0; i < workers->count; i++)
		if (workers->items[i].member)
			close(workers->items[i].socket);
}

static int
worker_fork(struct fleet_workers *workers, struct fleet_worker *worker,
    struct fleet_member *member, FILE *log, struct error *err)
{
	pid_t parent = getpid();
	int sockets[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
		return error_errno(err, "make a pair of sockets");
	worker->pid = fork();
	if (worker->pid == 0) {
		follow(parent);
		leave_others(workers);
		close(sockets[0]);
		worker_main(member, sockets[1], log);
	}
	close(sockets[1]);
	worker->socket = sockets[0];
	if (worker->pid > 0)
		return 0;
	close(sockets[0]);
	return error_errno(err, "start a process");
}

int
fleet_worker_start(struct fleet_workers *workers, size_t slot,
    struct fleet_member *member, const char *log_directory, struct error *err)
{
	struct fleet_worker *worker = &workers->items[slot];
	FILE *log;
	int result;

	member->result.log = memory_printf("%s/%s.log", log_directory,
	    member->name);
	log = log_open(member->result.log, err);
	if (!log)
		return -1;
	result = worker_fork(workers, worker, member, log, err);
	fclose(log);
	if (result < 0)
		return -1;
	worker->member = member;
	worker->started = clock_seconds();
	return 0;
}

/* One that said nothing at its end has met with an accident. */
static void
worker_end(struct fleet_worker *worker, struct fleet_watch *watch)
{
	struct fleet_member *member = worker->member;
	int status = 0;

	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(worker->socket);
	member->result.seconds = clock_seconds() - worker->started;
	if (status && WIFSIGNALED(status)) {
		free(member->result.error);
		member->result.error = memory_printf("its process was ended "
		    "by signal %d (%s)", WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
		member->state = FLEET_FAILED;
	} else if (member->state < FLEET_MADE) {
		member->result.error =
		    memory_string("its process ended early");
		member->state = FLEET_FAILED;
	}
	worker->member = NULL;
	watch->end(watch, member);
}

static void
hear_message(struct fleet_worker *worker, struct fleet_watch *watch,
    enum event_level level, const char *text)
{
	struct fleet_result *result = &worker->member->result;

	if (level == EVENT_WARNING) {
		char *more = memory_printf("%s%s%s", result->warnings
		    ? result->warnings : "", result->warnings ? "\n" : "",
		    text);

		free(result->warnings);
		result->warnings = more;
	}
	watch->message(watch, worker->member, level, text);
}

static void
hear_result(struct fleet_member *member, enum error_kind kind,
    const char *text)
{
	fleet_result_read(&member->result, view_of(text));
	member->state = !member->result.error ? FLEET_MADE
	    : kind == ERROR_INTERRUPTED ? FLEET_INTERRUPTED : FLEET_FAILED;
}

void
fleet_worker_hear(struct fleet_worker *worker, struct fleet_watch *watch)
{
	auto_free char *text = NULL;
	struct fleet_word word = {0};

	if (!fleet_word_receive(worker->socket, &word, &text)) {
		worker_end(worker, watch);
		return;
	}
	switch (word.kind) {
	case WORD_MESSAGE:
		hear_message(worker, watch, (enum event_level)word.detail,
		    text);
		break;
	case WORD_STEP:
		watch->step(watch, worker->member, text);
		break;
	case WORD_PROGRESS:
		watch->progress(watch, worker->member,
		    (enum event_unit)word.detail, word.done, word.total);
		break;
	case WORD_RESULT:
		hear_result(worker->member, (enum error_kind)word.detail,
		    text);
		break;
	}
}

void
fleet_worker_stop(const struct fleet_worker *worker)
{
	if (worker->member)
		kill(worker->pid, SIGTERM);
}
