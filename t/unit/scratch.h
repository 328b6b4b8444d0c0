/*
 * scratch: a directory of its own for a test, the working directory from
 * scratch_enter to scratch_leave, and other people's programs to ask there.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "tap.h"

static char scratch_path[] = "/tmp/mkguest-unit.XXXXXX";

static inline void
scratch_enter(void)
{
	if (!mkdtemp(scratch_path) || chdir(scratch_path) < 0) {
		perror(scratch_path);
		exit(1);
	}
}

static inline void
scratch_leave(void)
{
	struct error err = {0};

	if (chdir("/") < 0 ||
	    file_remove_tree(AT_FDCWD, scratch_path, &err) < 0)
		printf("# %s\n", err.text ? err.text : scratch_path);
	error_release(&err);
}

/* Does a shell end well with this? Its output is shown when it does not. */
__attribute__((format(printf, 1, 2))) static inline bool
shell(const char *format, ...)
{
	va_list arguments;
	char *script, *command;
	bool well;

	va_start(arguments, format);
	if (vasprintf(&script, format, arguments) < 0)
		exit(1);
	va_end(arguments);
	/* in front of || the shell would not mind set -e */
	if (asprintf(&command, "( set -e\n%s\n) >log 2>&1\n"
	    "[ $? = 0 ] || { sed 's/^/# /' log; exit 1; }", script) < 0)
		exit(1);
	well = system(command) == 0;
	free(script);
	free(command);
	return well;
}

/* For a call that must succeed: shows the sentence if it did not. */
static inline bool
succeeds(int result, struct error *err)
{
	if (result < 0)
		printf("# %s\n", err->text);
	error_release(err);
	return result >= 0;
}

/* For a call that must be refused: is `part` in the sentence? */
static inline bool
refuses(int result, struct error *err, const char *part)
{
	bool right = result < 0 && err->text && strstr(err->text, part);

	if (!right)
		printf("# got: %s\n", err->text ? err->text : "(success)");
	error_release(err);
	return right;
}

#endif
