/*
 * answer: what Ansible is told of a task, one object of JSON: changed,
 * warnings, msg and failed as any module has them, and what there is of the
 * guest. It takes what is on standard error for a part of it, so the events'
 * warnings go into it only.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <jansson.h>

#include "base/events.h"
#include "guest/guest.h"
#include "keep/removal.h"
#include "make/presence.h"
#include "make/run.h"

struct answer {
	struct events events;	/* to be handed to the library */
	struct events *terminal;	/* takes all but warnings */
	bool shows_diff;
	json_t *json;
};

#define auto_answer __attribute__((cleanup(answer_release)))

void answer_begin(struct answer *answer, struct events *terminal);
/* What was asked for, without secrets. Before guest_complete. */
int answer_invocation(struct answer *answer, const struct guest *guest,
    struct error *err);
/* How the guest that is there differs from that. */
void answer_differences(struct answer *answer,
    const struct presence *presence);
/* A guest that is there. */
int answer_present(struct answer *answer, const struct manifest *manifest,
    struct error *err);
/* One that was made, or with dry_run would be. */
int answer_made(struct answer *answer, const struct run *run,
    struct error *err);
void answer_changed(struct answer *answer);
/* One that was removed, or with dry_run would be. */
void answer_removed(struct answer *answer, const struct removal *removal);
void answer_failed(struct answer *answer, const struct error *err);
/* One line on standard output. */
void answer_print(const struct answer *answer);
void answer_release(struct answer *answer);

#endif
