/*
 * root_options: the command line of mkguest-root: the record that its options
 * fill, and their tables.
 */
#ifndef ROOT_OPTIONS_H
#define ROOT_OPTIONS_H

#include "bin/terminal.h"
#include "root/root.h"
#include "root/root_output.h"

struct root_options {
	struct terminal_options terminal;
	char *variant;
	struct strings includes;	/* not cut yet */
	struct strings exclude;
	struct strings components;
	struct strings extra_suites;
	struct strings architectures;
	bool first_stage;
	bool second_stage;
	char *second_stage_target;
	char *cache_directory;
	char *mode;
	struct strings hooks;
	struct strings aptopts;
	struct strings dpkgopts;
	struct strings skip;
	uint64_t cache_limit;
	char *lock;
	char *make_tarball;
	char *unpack_tarball;
	bool clean_cache;
	uint64_t threads;
	bool no_base_cache;
	bool verify;
	bool print_debs;
	bool simulate;
	bool dry_run;
	bool download_only;
	bool no_check_sig;
	bool force_check_sig;
	bool is_so_anyway;
	char *extractor;
	char *inrelease_path;
	struct trust trust;
	struct connection connection;
	struct root_output_request output;
};

extern const struct option *const root_option_tables[];

/* Frees what the options own. */
void root_options_release(struct root_options *options);

#endif
