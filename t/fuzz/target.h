/*
 * target: a parser that is fed with any bytes. libFuzzer does so (make fuzz),
 * and replay.c with the files of corpus/NOUN (make check). The bytes are a
 * block of their own, so that sanitizers see a step beyond; what must hold
 * beside that, a target asserts.
 */
#ifndef TARGET_H
#define TARGET_H

#undef NDEBUG
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

/* Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer's own changes, and a target's in their place; not for replays. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
    unsigned seed);

static inline struct view
input_view(const uint8_t *data, size_t size)
{
	return (struct view){(const char *)data, size};
}

/* Absent, or a part of `whole`? */
static inline bool
view_is_within(struct view part, struct view whole)
{
	return !part.data || (part.data >= whole.data && part.length <=
	    whole.length - (size_t)(part.data - whole.data));
}

/* A failure has a sentence, a success none. */
static inline void
check_sentence(int result, const struct error *err)
{
	assert(result < 0 ? err->text && *err->text : !err->text);
}

#endif
