/*
 * cfg_file: one domain file of the host, read and judged (xen/lint.h).
 */
#ifndef KEEP_CFG_FILE_H
#define KEEP_CFG_FILE_H

#include <sys/stat.h>

#include "base/buffer.h"
#include "base/error.h"
#include "xen/lint.h"

struct cfg_file {
	char *path;
	struct buffer text;
	struct stat status;
	struct lint lint;
};

#define auto_cfg_file __attribute__((cleanup(cfg_file_release)))

/* `rules` says for which Xen and host it is judged; to be released in any
 * case. Fails if it cannot be read; what is wrong in it is no failure. */
int cfg_file_read(struct cfg_file *file, const char *path,
    const struct lint *rules, struct error *err);
/* Puts `text` in the place of the file's, which keeps its owner and its mode,
 * but for what others may do if there is a secret in it. */
int cfg_file_replace(struct cfg_file *file, struct view text,
    struct error *err);
bool cfg_file_is_same(const struct cfg_file *a, const struct cfg_file *b);
void cfg_file_release(struct cfg_file *file);

#endif
