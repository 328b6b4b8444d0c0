#include "install/extract.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/memory.h"

enum { WAIT_NS = 100000000, SECOND_NS = 1000000000 };

struct job {
	off_t size;
	struct unpacked *package;
};

struct extract {
	struct unpack unpack;	/* what each thread starts from */
	pthread_mutex_t mutex;
	pthread_cond_t added;	/* a job, or the end */
	pthread_cond_t done;	/* a job */
	VECTOR(struct job) queue;
	size_t unfinished;	/* queued and running */
	bool is_ending;
	struct error error;	/* the first */
	VECTOR(pthread_t) threads;
};

static size_t
queue_largest(const struct extract *extract)
{
	size_t largest = 0;

	for (size_t i = 1; i < extract->queue.count; i++)
		if (extract->queue.items[i].size >
		    extract->queue.items[largest].size)
			largest = i;
	return largest;
}

/* The next job; false at the end. */
static bool
extract_take(struct extract *extract, struct job *job)
{
	bool is_taken;

	pthread_mutex_lock(&extract->mutex);
	while (!extract->queue.count && !extract->is_ending)
		pthread_cond_wait(&extract->added, &extract->mutex);
	is_taken = !extract->is_ending;
	if (is_taken) {
		struct job *taken =
		    &extract->queue.items[queue_largest(extract)];

		*job = *taken;
		*taken = extract->queue.items[--extract->queue.count];
	}
	pthread_mutex_unlock(&extract->mutex);
	return is_taken;
}

static void
extract_note(struct extract *extract, const struct job *job,
    struct error *failure)
{
	pthread_mutex_lock(&extract->mutex);
	extract->unfinished--;
	if (failure->text && !extract->error.text) {
		if (job->package->name.data)
			error_prefix(failure, "unpacking '" VIEW_FORMAT "'",
			    VIEW_ARGUMENTS(job->package->name));
		error_move(&extract->error, failure);
		extract->is_ending = true;
		pthread_cond_broadcast(&extract->added);
	}
	pthread_cond_signal(&extract->done);
	pthread_mutex_unlock(&extract->mutex);
}

static void *
extract_work(void *context)
{
	struct extract *extract = context;
	struct unpack unpack = extract->unpack;
	struct job job = {0};

	while (extract_take(extract, &job)) {
		auto_error struct error failure = {0};

		unpack_deb(&unpack, job.package, &failure);
		extract_note(extract, &job, &failure);
	}
	unpack_release(&unpack);
	return NULL;
}

/* Signals are for the thread that started us. */
static void
extract_start(struct extract *extract, unsigned threads)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (threads--) {
		pthread_t *thread = vector_push(&extract->threads);

		if (pthread_create(thread, NULL, extract_work, extract) != 0)
			extract->threads.count--;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct extract *
extract_new(const struct unpack *unpack, unsigned threads)
{
	struct extract *extract = memory_new(struct extract);

	extract->unpack = *unpack;
	pthread_mutex_init(&extract->mutex, NULL);
	pthread_cond_init(&extract->added, NULL);
	pthread_cond_init(&extract->done, NULL);
	extract_start(extract, threads);
	if (!extract->threads.count)
		error_set(&extract->error, "cannot start a thread");
	return extract;
}

void
extract_add(struct extract *extract, struct unpacked *package)
{
	struct stat status = {0};

	fstat(package->deb, &status);
	pthread_mutex_lock(&extract->mutex);
	*vector_push(&extract->queue) =
	    (struct job){status.st_size, package};
	extract->unfinished++;
	pthread_cond_signal(&extract->added);
	pthread_mutex_unlock(&extract->mutex);
}

int
extract_wait(struct extract *extract, size_t most, struct error *err)
{
	struct timespec until;
	int result;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += WAIT_NS;
	until.tv_sec += until.tv_nsec / SECOND_NS;
	until.tv_nsec %= SECOND_NS;
	pthread_mutex_lock(&extract->mutex);
	if (extract->unfinished > most && !extract->error.text)
		pthread_cond_timedwait(&extract->done, &extract->mutex,
		    &until);
	result = extract->error.text ? error_move(err, &extract->error)
	    : (int)extract->unfinished;
	pthread_mutex_unlock(&extract->mutex);
	return result;
}

void
extract_free(struct extract *extract)
{
	if (!extract)
		return;
	pthread_mutex_lock(&extract->mutex);
	extract->is_ending = true;
	pthread_cond_broadcast(&extract->added);
	pthread_mutex_unlock(&extract->mutex);
	vector_each(thread, &extract->threads)
		pthread_join(*thread, NULL);
	vector_release(&extract->queue);
	vector_release(&extract->threads);
	pthread_cond_destroy(&extract->done);
	pthread_cond_destroy(&extract->added);
	pthread_mutex_destroy(&extract->mutex);
	error_release(&extract->error);
	free(extract);
}
