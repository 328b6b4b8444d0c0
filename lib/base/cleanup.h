/*
 * cleanup: resources that end with the scope they are declared in, and the
 * calls that hand them on.
 *
 *	auto_close int fd = open(…);
 *	auto_free char *path = …;
 *	return steal_fd(&fd);
 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void
cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void
cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void
cleanup_closedir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static inline int
steal_fd(int *fd)
{
	int stolen = *fd;

	*fd = -1;
	return stolen;
}

#define auto_free __attribute__((cleanup(cleanup_free)))
#define auto_close __attribute__((cleanup(cleanup_close)))
#define auto_closedir __attribute__((cleanup(cleanup_closedir)))
#define auto_end(release) __attribute__((cleanup(release)))

#define steal_pointer(pointer) \
	({ \
		__typeof__(*(pointer)) stolen_ = *(pointer); \
		*(pointer) = NULL; \
		stolen_; \
	})

#endif
