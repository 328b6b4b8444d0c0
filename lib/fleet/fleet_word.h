/*
 * fleet_word: what a worker of a fleet (fleet_worker.h) tells, a message of a
 * socket that keeps them apart (SOCK_SEQPACKET).
 */
#ifndef FLEET_FLEET_WORD_H
#define FLEET_FLEET_WORD_H

#include <stdint.h>

#include "base/events.h"

struct fleet_result;

enum fleet_word_kind {
	WORD_MESSAGE,	/* level, text */
	WORD_STEP,	/* text */
	WORD_PROGRESS,	/* unit, done, total */
	WORD_RESULT,	/* text: a stanza; whether it was made, or why not */
};

struct fleet_word {
	enum fleet_word_kind kind;
	int detail;	/* level, unit, or the kind of error */
	uint64_t done, total;
};

enum { WORD_TEXT_MAX = 1 << 15 };

/* What is too long is cut. A peer that is gone hears nothing. */
void fleet_word_send(int socket, const struct fleet_word *word,
    const char *text);
/* 1, with the text, which is freed by the caller; 0 at the end. */
int fleet_word_receive(int socket, struct fleet_word *word, char **text);

#endif
