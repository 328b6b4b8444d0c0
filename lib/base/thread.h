/*
 * thread: a thread that no signal is delivered to, so that signals interrupt
 * the one that waits for them.
 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

bool thread_start(pthread_t *thread, void *(*function)(void *context),
    void *context);

#endif
