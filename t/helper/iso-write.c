/*
 * iso-write FILE LABEL TIME PATH=TEXT|PATH@SOURCE…: the medium that mkguest
 * writes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "disk/iso.h"

static struct iso_file
file_of(char *word)
{
	char *end = word + strcspn(word, "=@");
	bool is_source = *end == '@';

	*end = '\0';
	return (struct iso_file){
		.path = word,
		.text = is_source ? (struct view){0} : view_of(end + 1),
		.source = is_source ? end + 1 : NULL,
	};
}

int
main(int argc, char **argv)
{
	auto_error struct error err = {0};
	auto_close int fd = argc < 4 ? -1
	    : open(argv[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct iso iso = {0};
	int result;

	if (fd < 0)
		return 2;
	iso.label = argv[2];
	iso.time = atoll(argv[3]);
	for (int i = 4; i < argc; i++)
		*vector_push(&iso.files) = file_of(argv[i]);
	result = iso_write(&iso, fd, &err);
	vector_release(&iso.files);
	if (result == 0)
		return 0;
	fprintf(stderr, "%s\n", err.text);
	return 1;
}
