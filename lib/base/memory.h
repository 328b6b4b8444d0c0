/*
 * memory: allocation that ends the program when there is none left, so that
 * no caller has to think about it. Everything returned is freed with free().
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

void *memory_zeroed(size_t count, size_t size);
void *memory_resize(void *old, size_t count, size_t size);
void *memory_copy(const void *data, size_t length);
char *memory_string(const char *text);	/* NULL gives NULL */
char *memory_printf(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
char *memory_vprintf(const char *format, va_list arguments)
    __attribute__((format(printf, 1, 0)));

/* Overwrites a secret so that the compiler cannot leave it out, and frees. */
void memory_free_secret(char *secret);

#define memory_new(type) ((type *)memory_zeroed(1, sizeof(type)))

#endif
