/*
 * error: why something failed, as the sentence that the user will read.
 *
 * A function that can fail takes `struct error *err` last and returns -1 (or
 * NULL) after filling it. Each level that knows a name adds it in front.
 *
 *	auto_error struct error err = {0};
 *	if (file_read(fd, &text, &err) < 0)
 *		return error_prefix(err, "reading '%s'", path);
 *
 * Sentences are lower case, without a final stop, names in '…'.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum error_kind {
	ERROR_FAILED, /* exit status 1 */
	ERROR_USAGE,  /* exit status 2: the request itself is wrong */
	ERROR_INTERRUPTED, /* a signal asked us to end; exit status 1 */
};

struct error {
	char *text; /* owned; NULL while nothing failed */
	enum error_kind kind;
	int number; /* errno of the cause, or 0 */
};

#define auto_error __attribute__((cleanup(error_release)))

/* Each returns -1, so that a caller can `return error_set(…)`. */
int error_set(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int error_usage(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int error_errno(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int error_interrupted(struct error *err);

/* Puts "format: " in front of the present text. */
int error_prefix(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds to its end. */
int error_suffix(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds another one, whose sentence is a line of its own; the kind is that of
 * the first. The other is empty then. */
int error_add(struct error *err, struct error *other);

/* Hands the error on to another object, which must be empty. */
int error_move(struct error *to, struct error *from);
void error_release(struct error *err);

#endif
