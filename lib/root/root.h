/*
 * root: what is wanted of a root, and from that to its plan: sources → index →
 * plan.
 */
#ifndef ROOT_ROOT_H
#define ROOT_ROOT_H

#include "base/error.h"
#include "base/events.h"
#include "install/divert_directory.h"
#include "install/hook_list.h"
#include "plan/plan.h"
#include "repo/repository.h"
#include "root/local_debs.h"
#include "root/root_sources.h"
#include "suite/suite.h"

struct root_request {
	const struct suite *suite;
	struct suite_table *suites;	/* where others are looked up, if setup
					   hooks may change it */
	const struct suite *host_suite;	/* of this host; NULL: not Debian's */
	const char *suite_name;	/* as asked for: codename or alias; "": the
				   given sources say it */
	const char *architecture;
	struct strings foreign;	/* architectures besides */
	bool first_stage;	/* nothing is run in the root yet */
	const char *variant;
	struct strings mirrors;	/* as operands; none: the host's own sources, or
				   official */
	struct root_sources given;	/* what they say: root_sources_read */
	struct strings extra_suites;	/* of each mirror that is an address */
	bool with_updates;	/* with a mirror: updates and security too */
	const char *security_mirror;	/* then; NULL: the host's, or official */
	struct trust trust;
	struct connection connection;	/* without proxies: the host's */
	const char *cache_directory;
	struct strings include;	/* each as plan/inclusion.h says */
	struct local_debs local_debs;	/* those that include names by paths */
	struct strings exclude;	/* names */
	bool recommends;	/* are followed */
	struct strings components;	/* of a mirror or the security suite */
	struct strings proxies;	/* as apt-config dumps them; before the host's */
	struct root_files files;	/* the root's own: options of apt and dpkg */
	struct divert_directory divert;
	struct hook_list hooks;	/* for the moments of a bootstrap only */
	bool hooks_are_unattended;	/* see hook_program.h */
	const char *mode;	/* of mode_find; hooks are told */
	bool lends_resolver;	/* to scripts and hooks */
	unsigned skip;	/* see install/skip.h */
	unsigned verbosity;	/* 0 quiet to 3; hooks are told */
	bool no_base_cache;
	uint64_t cache_limit;	/* bytes; 0: the usual */
	const char *unpack_tarball;	/* plan and .debs; nothing is fetched */
	const char *lock;	/* install what this file lists, or else write
				   it; NULL: neither */
	uint64_t threads;	/* to unpack, to compress; 0: one a processor */
	struct events *events;
};

/* The threads that are wanted, as far as we have so many. */
unsigned root_request_threads(const struct root_request *request);

struct root_plan {
	const struct suite *suite;	/* that it is of */
	struct plan plan;	/* from a file, if only from the cache's */
	struct sources sources;
	struct proxies proxies;
	struct logins logins;
	struct downloader *downloader;
	struct repository *repository;	/* kept for hooks; or NULL */
	int cache;
};

#define auto_root_plan __attribute__((cleanup(root_plan_release)))

int root_plan_make(struct root_plan *root_plan,
    const struct root_request *request, struct error *err);
/* Brings the .debs into the cache, no more. */
int root_plan_download(const struct root_plan *root_plan,
    const struct root_request *request, struct error *err);
/* After what was asked for is done: only warns if it cannot. */
void root_plan_limit_cache(const struct root_plan *root_plan,
    const struct root_request *request);
void root_plan_release(struct root_plan *root_plan);

#endif
