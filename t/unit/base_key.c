#include <stdlib.h>

#include "base/cleanup.h"
#include "root/base_key.h"
#include "t/unit/scratch.h"

/* A build of two packages, and the means to change each part of it. */
static struct package packages[2];
static struct plan_item items[2];
static struct stanza_field fields[1];
static struct suite suite;
static struct root_request request;
static struct root_plan root_plan;
static struct bootstrap_file files[2];
static struct root_build build;
static struct hook hook_items[1];
static struct hook_list hook_list;
static struct hook_run hooks;
static char facts[] = "FORMAT=tar";
static char *fact_items[] = {facts};

static struct error err;
static char usual[DIGEST_HEX_MAX + 1];

static void
begin(void)
{
	packages[0] = (struct package){
		.name = view_of("a"), .version = view_of("1"),
		.architecture = view_of("all"), .sha256 = view_of("00")};
	packages[1] = packages[0];
	packages[1].name = view_of("b");
	for (size_t i = 0; i < 2; i++)
		items[i] = (struct plan_item){.package = &packages[i]};
	fields[0] = (struct stanza_field){view_of("Field"), view_of("is"), 1};
	suite = (struct suite){.fields = {{fields, 1, 1}, 1}};
	request = (struct root_request){.suite = &suite,
		.architecture = "amd64", .variant = "apt"};
	root_plan.plan = (struct plan){.items = items, .count = 2};
	files[0] = (struct bootstrap_file){"etc/fstab", "text"};
	build = (struct root_build){.request = &request,
		.root_plan = &root_plan, .files = files};
	hook_list = (struct hook_list){NULL, 0, 0};
	hooks = (struct hook_run){.list = &hook_list};
}

static bool
is_other(void)
{
	char key[DIGEST_HEX_MAX + 1];
	bool other = succeeds(base_key(&build, &hooks, key, &err), &err) &&
	    strcmp(key, usual);

	begin();
	return other;
}

static void
test_plan(void)
{
	packages[1].version = view_of("2");
	ok(is_other(), "a version");
	packages[0].sha256 = view_of("01");
	ok(is_other(), "the bytes of a package");
	packages[0].architecture = view_of("amd64");
	ok(is_other(), "the architecture of a package");
	items[0].package = &packages[1];
	items[1].package = &packages[0];
	ok(is_other(), "the order to configure");
	items[1].unpack_place = 1;
	ok(is_other(), "the order to unpack");
	items[1].configure_run = 1;
	ok(is_other(), "the runs of dpkg");
	items[0].is_essential = true;
	ok(is_other(), "the stage");
	items[0].is_automatic = true;
	ok(is_other(), "what is automatic");
	root_plan.plan.pending_run = 1;
	ok(is_other(), "the last run");
	root_plan.plan.count = 1;
	ok(is_other(), "a package less");
}

static void
test_request(void)
{
	request.variant = "minbase";
	ok(is_other(), "the variant");
	request.architecture = "i386";
	ok(is_other(), "the architecture");
	request.lends_resolver = true;
	ok(is_other(), "a network for scripts");
	request.foreign = (struct strings){fact_items, 1, 1};
	ok(is_other(), "one more architecture");
	fields[0].value = view_of("is not");
	ok(is_other(), "what the suite table says");
	files[0].text = "other";
	ok(is_other(), "what is in a file");
	files[0].path = "etc/other";
	ok(is_other(), "where it is");
	build.base_without = "etc/other";
	ok(is_other(), "what is left out");
	setenv("SOURCE_DATE_EPOCH", "1", 1);
	ok(is_other(), "the date");
	unsetenv("SOURCE_DATE_EPOCH");
}

static void
use_hook(char *command)
{
	hook_items[0] = (struct hook){.number = 1, .command = command};
	hook_list = (struct hook_list){hook_items, 1, 1};
}

static void
test_hooks(void)
{
	char key[DIGEST_HEX_MAX + 1];
	char command[] = "echo # Cacheable: yes", path[] = "./hook";

	use_hook(command);
	ok(refuses(base_key(&build, &hooks, key, &err), &err,
	    "the setup hook 1 is no file"), "a command");
	ok(shell("echo '#!/bin/sh' >hook; echo true >>hook"), "a file");
	use_hook(path);
	ok(refuses(base_key(&build, &hooks, key, &err), &err,
	    "the setup hook './hook' is no file with a line"), "does not say so");
	ok(shell("echo '# Cacheable: yes' >>hook"), "one that says so");
	base_key(&build, &hooks, usual, &err);
	begin();
	ok(is_other(), "is not as none");
	use_hook(path);
	hook_items[0].stage = HOOK_CUSTOMIZE;
	ok(is_other(), "its stage");
	use_hook(path);
	hook_items[0].is_chrooted = true;
	ok(is_other(), "where it runs");
	use_hook(path);
	hooks.facts = (struct strings){fact_items, 1, 1};
	ok(is_other(), "what it is told");
	use_hook(path);
	ok(shell("echo true >>hook") && is_other(), "its text");
}

static bool
essential_is_other(void)
{
	char key[DIGEST_HEX_MAX + 1];
	bool other = succeeds(base_key_essential(&build, key, &err), &err) &&
	    strcmp(key, usual);

	begin();
	items[0].is_essential = true;
	return other;
}

static void
test_essential(void)
{
	items[0].is_essential = true;
	ok(succeeds(base_key_essential(&build, usual, &err), &err),
	    "a key of the essential base");
	packages[1].version = view_of("2");
	request.variant = "minbase";
	root_plan.plan.pending_run = 1;
	ok(!essential_is_other(), "what follows is no part of it");
	packages[0].sha256 = view_of("01");
	ok(essential_is_other(), "the bytes of an essential package");
	items[1].is_essential = true;
	ok(essential_is_other(), "one more of them");
	files[0].text = "other";
	ok(essential_is_other(), "a file that is there before");
	items[1].is_essential = false;
	request.first_stage = true;
	ok(refuses(base_key_essential(&build, usual, &err), &err,
	    "there is no essential package to be configured"),
	    "none of a first stage");
	begin();
}

int
main(void)
{
	char again[DIGEST_HEX_MAX + 1];

	scratch_enter();
	unsetenv("SOURCE_DATE_EPOCH");
	begin();
	ok(succeeds(base_key(&build, &hooks, usual, &err), &err) &&
	    digest_is_hex(DIGEST_SHA256, view_of(usual)), "a key");
	ok(base_key(&build, &hooks, again, &err) == 0 &&
	    !strcmp(again, usual), "the same for the same");
	test_plan();
	test_request();
	test_hooks();
	test_essential();
	scratch_leave();
	return done();
}
