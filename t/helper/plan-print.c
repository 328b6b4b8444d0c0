/*
 * plan-print: prints the plan that lib/plan makes of index files, one package
 * a line: stage, "auto" or "manual", name and version, in order to configure.
 *
 *	plan-print [-a ARCH] [-e EXTRA] [-i INCLUDE]… VARIANT INDEX…
 *
 * The first index is the suite's own. -i - reads requests from stdin, a list
 * of packages a line, and ends each plan with a line "." (an error is one line
 * "error: …"). -t prints times instead.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "plan/plan.h"

static double
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void
print_plan(const struct package_set *set, const struct plan_request *request,
    bool only_time)
{
	auto_error struct error err = {0};
	struct plan plan = {0};
	double start = milliseconds();
	int status = plan_make(set, request, &plan, &err);

	if (only_time)
		printf("plan %.1f ms, %zu packages\n", milliseconds() - start,
		    plan.count);
	else if (status < 0)
		printf("error: %s\n", err.text);
	else
		vector_each(item, &plan)
			printf("%d %s " VIEW_FORMAT " " VIEW_FORMAT "\n",
			    item->is_essential ? 1 : 2,
			    item->is_automatic ? "auto" : "manual",
			    VIEW_ARGUMENTS(item->package->name),
			    VIEW_ARGUMENTS(item->package->version));
	plan_release(&plan);
}

static void
print_plans(const struct package_set *set, struct plan_request *request,
    bool only_time)
{
	char line[65536];

	while (fgets(line, sizeof(line), stdin)) {
		strings_release(&request->include);
		strings_split(&request->include, line, " \n");
		print_plan(set, request, only_time);
		puts(".");
	}
}

static int
add_index(struct package_set *set, const char *path, unsigned index)
{
	auto_error struct error err = {0};
	auto_buffer struct buffer text = {0};
	int pin = strstr(path, "backports") ? 100 : 500;

	if (file_read_at(AT_FDCWD, path, &text, &err) < 0 ||
	    package_set_add_index(set, path, &text, index, index == 0, pin,
	    &err) < 0) {
		fprintf(stderr, "plan-print: %s\n", err.text);
		return -1;
	}
	return 0;
}

int
main(int count, char **arguments)
{
	const char *architecture = "amd64";
	struct plan_request request = {0};
	bool many = false, only_time = false;
	struct package_set *set;
	double start;
	int letter;

	while ((letter = getopt(count, arguments, "a:e:i:t")) != -1)
		switch (letter) {
		case 'a':
			architecture = optarg;
			break;
		case 'e':
			strings_add(&request.essential_extra, optarg);
			break;
		case 'i':
			many = strcmp(optarg, "-") == 0;
			if (!many)
				strings_split(&request.include, optarg, ",");
			break;
		case 't':
			only_time = true;
			break;
		default:
			return 2;
		}
	if (optind >= count)
		return 2;
	request.variant = arguments[optind++];
	start = milliseconds();
	set = package_set_new(architecture);
	for (int i = optind; i < count; i++)
		if (add_index(set, arguments[i], (unsigned)(i - optind)) < 0)
			return 1;
	package_set_finish(set);
	if (only_time)
		printf("read %.1f ms\n", milliseconds() - start);
	if (many)
		print_plans(set, &request, only_time);
	else
		print_plan(set, &request, only_time);
	package_set_free(set);
	strings_release(&request.include);
	strings_release(&request.essential_extra);
	return 0;
}
