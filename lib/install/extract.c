#include "install/extract.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/thread.h"

enum { WAIT_NS = 100000000, SECOND_NS = 1000000000 };

struct job {
	off_t size;
	struct unpacked *package;
	unsigned round;
};

struct extract {
	struct unpack unpack;	/* what each thread starts from */
	pthread_mutex_t mutex;
	pthread_cond_t changed;	/* a job, a round, or the end */
	pthread_cond_t done;	/* a job */
	VECTOR(struct job) queue;
	size_t finished[EXTRACT_ROUNDS];
	unsigned open;	/* how many rounds are */
	unsigned ahead, ahead_most;	/* threads at work for the next one */
	bool is_ending;
	struct error error;	/* the first */
	VECTOR(pthread_t) threads;
};

/* Scripts of this round should not have to share their processor. */
static bool
job_may_run(const struct extract *extract, const struct job *job)
{
	if (job->round < extract->open)
		return true;
	return extract->open > 0 && extract->unpack.annex >= 0 &&
	    !job->package->annex && extract->ahead < extract->ahead_most;
}

static bool
job_is_better(const struct job *job, const struct job *other)
{
	if (job->round != other->round)
		return job->round < other->round;
	return job->size > other->size;
}

static struct job *
extract_best(const struct extract *extract)
{
	struct job *best = NULL;

	vector_each(job, &extract->queue)
		if (job_may_run(extract, job) &&
		    (!best || job_is_better(job, best)))
			best = job;
	return best;
}

/* The next job; false at the end. */
static bool
extract_take(struct extract *extract, struct job *job, bool *is_ahead)
{
	struct job *best = NULL;

	pthread_mutex_lock(&extract->mutex);
	while (!extract->is_ending && !(best = extract_best(extract)))
		pthread_cond_wait(&extract->changed, &extract->mutex);
	if (best) {
		*job = *best;
		*best = extract->queue.items[--extract->queue.count];
		*is_ahead = job->round >= extract->open;
		extract->ahead += *is_ahead;
	}
	pthread_mutex_unlock(&extract->mutex);
	return best != NULL;
}

static void
extract_stop(struct extract *extract)
{
	extract->is_ending = true;
	pthread_cond_broadcast(&extract->changed);
}

static void
extract_note(struct extract *extract, const struct job *job, bool is_ahead,
    struct error *failure)
{
	pthread_mutex_lock(&extract->mutex);
	if (is_ahead) {
		extract->ahead--;
		*vector_push(&extract->queue) = *job;
	} else {
		extract->finished[job->round]++;
	}
	/* an errno is the machine's affair, not the package's */
	job->package->is_malformed = failure->text && !failure->number &&
	    failure->kind == ERROR_FAILED;
	if (failure->text && !extract->error.text) {
		if (job->package->name.data)
			error_prefix(failure, "unpacking '" VIEW_FORMAT "'",
			    VIEW_ARGUMENTS(job->package->name));
		error_move(&extract->error, failure);
		extract_stop(extract);
	}
	pthread_cond_broadcast(&extract->changed);
	pthread_cond_signal(&extract->done);
	pthread_mutex_unlock(&extract->mutex);
}

static int
job_run(const struct job *job, bool is_ahead, struct unpack *unpack,
    struct error *err)
{
	if (job->package->annex)
		return unpack_place(unpack, job->package, err);
	return is_ahead ? unpack_ahead(unpack, job->package, err)
	    : unpack_deb(unpack, job->package, err);
}

static void *
extract_work(void *context)
{
	struct extract *extract = context;
	struct unpack unpack = extract->unpack;
	struct job job = {0};
	unsigned round = 0;
	bool is_ahead;

	while (extract_take(extract, &job, &is_ahead)) {
		auto_error struct error failure = {0};

		/* scripts may have moved what is open */
		if (job.round != round)
			unpack_release(&unpack);
		round = job.round;
		job_run(&job, is_ahead, &unpack, &failure);
		extract_note(extract, &job, is_ahead, &failure);
	}
	unpack_release(&unpack);
	return NULL;
}

static void
extract_start(struct extract *extract, unsigned threads)
{
	while (threads--) {
		pthread_t *thread = vector_push(&extract->threads);

		if (!thread_start(thread, extract_work, extract))
			extract->threads.count--;
	}
}

struct extract *
extract_new(const struct unpack *unpack, unsigned threads)
{
	struct extract *extract = memory_new(struct extract);

	extract->unpack = *unpack;
	extract->ahead_most = threads > 1 ? threads - 1 : 1;
	pthread_mutex_init(&extract->mutex, NULL);
	pthread_cond_init(&extract->changed, NULL);
	pthread_cond_init(&extract->done, NULL);
	extract_start(extract, threads);
	if (!extract->threads.count)
		error_set(&extract->error, "cannot start a thread");
	return extract;
}

void
extract_add(struct extract *extract, struct unpacked *package,
    unsigned round)
{
	struct stat status = {0};

	fstat(package->deb, &status);
	pthread_mutex_lock(&extract->mutex);
	*vector_push(&extract->queue) =
	    (struct job){status.st_size, package, round};
	pthread_cond_broadcast(&extract->changed);
	pthread_mutex_unlock(&extract->mutex);
}

void
extract_skip(struct extract *extract, unsigned round)
{
	pthread_mutex_lock(&extract->mutex);
	extract->finished[round]++;
	pthread_cond_signal(&extract->done);
	pthread_mutex_unlock(&extract->mutex);
}

void
extract_fail(struct extract *extract, struct error *err)
{
	pthread_mutex_lock(&extract->mutex);
	if (!extract->error.text)
		error_move(&extract->error, err);
	extract_stop(extract);
	pthread_cond_signal(&extract->done);
	pthread_mutex_unlock(&extract->mutex);
}

void
extract_open(struct extract *extract, unsigned round)
{
	pthread_mutex_lock(&extract->mutex);
	extract->open = round + 1;
	pthread_cond_broadcast(&extract->changed);
	pthread_mutex_unlock(&extract->mutex);
}

int
extract_wait(struct extract *extract, size_t wanted, struct error *err)
{
	const size_t *finished = &extract->finished[extract->open - 1];
	struct timespec until;
	int result;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += WAIT_NS;
	until.tv_sec += until.tv_nsec / SECOND_NS;
	until.tv_nsec %= SECOND_NS;
	pthread_mutex_lock(&extract->mutex);
	if (*finished < wanted && !extract->error.text)
		pthread_cond_timedwait(&extract->done, &extract->mutex,
		    &until);
	result = extract->error.text ? error_move(err, &extract->error)
	    : (int)*finished;
	pthread_mutex_unlock(&extract->mutex);
	return result;
}

void
extract_end(struct extract *extract)
{
	pthread_mutex_lock(&extract->mutex);
	extract_stop(extract);
	pthread_mutex_unlock(&extract->mutex);
	vector_each(thread, &extract->threads)
		pthread_join(*thread, NULL);
	extract->threads.count = 0;
}

void
extract_free(struct extract *extract)
{
	if (!extract)
		return;
	extract_end(extract);
	vector_release(&extract->queue);
	vector_release(&extract->threads);
	pthread_cond_destroy(&extract->done);
	pthread_cond_destroy(&extract->changed);
	pthread_mutex_destroy(&extract->mutex);
	error_release(&extract->error);
	free(extract);
}
