/*
 * plan-print: prints the plan that lib/plan makes of index files.
 *
 *	plan-print [-a NATIVE,FOREIGN…] [-e EXTRA] [-i INCLUDE,…] [-x EXCLUDE,…]
 *	    [-R] [-r | -t] VARIANT INDEX…
 *
 * An INDEX is PATH, or PATH@PIN; the first is the suite's own. "-i -" reads the
 * includes of many plans from stdin, one plan a line. -R follows Recommends.
 * Each plan is printed as apt would do it, like
 * t/helper/apt-plan: "STAGE Inst NAME VERSION", then "2 Conf NAME" for stage 2,
 * or "error: SENTENCE", and then ".". -r prints instead the order to
 * configure, "STAGE.RUN auto|manual NAME VERSION"; -t the processor
 * times.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "plan/inclusion.h"
#include "plan/plan.h"

enum style { STYLE_APT, STYLE_RUNS, STYLE_TIMES };

static double
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int
stage_of(const struct plan_item *item)
{
	return item->is_essential ? 1 : 2;
}

static int
compare_unpack(const void *a, const void *b)
{
	const struct plan_item *item_a = a, *item_b = b;

	if (item_a->is_essential != item_b->is_essential)
		return item_a->is_essential ? -1 : 1;
	return (int)item_a->unpack_place - (int)item_b->unpack_place;
}

static void
print_unpack(const struct plan_item *items, size_t count)
{
	for (const struct plan_item *item = items; item < items + count; item++)
		printf("%d Inst " VIEW_FORMAT " " VIEW_FORMAT "\n",
		    stage_of(item), VIEW_ARGUMENTS(item->package->owner->text),
		    VIEW_ARGUMENTS(item->package->version));
}

static void
print_configure(const struct plan *plan, const struct plan_item *items,
    bool pending)
{
	for (size_t i = 0; i < plan->count; i++)
		if (!items[i].is_essential &&
		    (items[i].configure_run == plan->pending_run) == pending)
			printf("2 Conf " VIEW_FORMAT "\n",
			    VIEW_ARGUMENTS(items[i].package->owner->text));
}

/* apt shows what it leaves to dpkg in the order to unpack. */
static void
print_like_apt(const struct plan *plan)
{
	auto_free struct plan_item *sorted =
	    memory_copy(plan->items, plan->count * sizeof(*sorted));

	vector_sort_items(sorted, plan->count, sizeof(*sorted),
	    compare_unpack);
	print_unpack(sorted, plan->count);
	print_configure(plan, plan->items, false);
	print_configure(plan, sorted, true);
}

static void
print_runs(const struct plan *plan)
{
	vector_each(item, plan)
		printf("%d.%u %s " VIEW_FORMAT " " VIEW_FORMAT "\n",
		    stage_of(item), item->configure_run,
		    item->is_automatic ? "auto" : "manual",
		    VIEW_ARGUMENTS(item->package->owner->text),
		    VIEW_ARGUMENTS(item->package->version));
}

static void
print_plan(const struct package_set *set, const struct plan_request *request,
    enum style style)
{
	auto_error struct error err = {0};
	struct plan plan = {0};
	double start = milliseconds();
	int status = plan_make(set, request, &plan, &err);

	if (status < 0)
		printf("error: %s\n", err.text);
	else if (style == STYLE_TIMES)
		printf("plan %.1f ms, %zu packages\n", milliseconds() - start,
		    plan.count);
	else if (style == STYLE_RUNS)
		print_runs(&plan);
	else
		print_like_apt(&plan);
	puts(".");
	plan_release(&plan);
}

static void
print_plans(const struct package_set *set, struct plan_request *request,
    enum style style)
{
	char line[65536];

	while (fgets(line, sizeof(line), stdin)) {
		strings_release(&request->include);
		line[strcspn(line, "\n")] = '\0';
		inclusions_split(&request->include, line);
		print_plan(set, request, style);
	}
}

/* What apt-plan names them as well. */
static const char *const suites[] = {"suite0", "suite1"};

static int
add_index(struct package_set *set, char *path, unsigned index)
{
	auto_error struct error err = {0};
	auto_buffer struct buffer text = {0};
	char *pin = strchr(path, '@');
	struct package_origin origin = {
		.suite = view_of(suites[index ? 1 : 0]),
		.codename = view_of(suites[index ? 1 : 0]),
		.index = index, .from_suite = index == 0,
		.pin = pin ? (int)strtol(pin + 1, NULL, 10) : 500,
	};

	if (pin)
		*pin = '\0';
	if (file_read_at(AT_FDCWD, path, &text, &err) < 0 ||
	    package_set_add_index(set, path, &text, &origin, &err) < 0) {
		fprintf(stderr, "plan-print: %s\n", err.text);
		return -1;
	}
	return 0;
}

static struct package_set *
read_set(const struct strings *architectures, char **paths, enum style style)
{
	struct package_set *set = package_set_new(architectures->items[0]);
	double start = milliseconds();

	for (size_t i = 1; i < architectures->count; i++)
		package_set_add_foreign(set, architectures->items[i]);
	for (unsigned i = 0; paths[i]; i++)
		if (add_index(set, paths[i], i) < 0) {
			package_set_free(set);
			return NULL;
		}
	package_set_finish(set);
	if (style == STYLE_TIMES)
		printf("read %.1f ms\n", milliseconds() - start);
	return set;
}

struct options {
	struct plan_request request;
	struct strings architectures;
	const char *include;
	enum style style;
};

static int
read_option(struct options *options, int letter)
{
	if (letter == 'a')
		strings_split(&options->architectures, optarg, ",");
	else if (letter == 'e')
		strings_add(&options->request.essential_extra, optarg);
	else if (letter == 'i')
		options->include = optarg;
	else if (letter == 'r' || letter == 't')
		options->style = letter == 'r' ? STYLE_RUNS : STYLE_TIMES;
	else if (letter == 'R')
		options->request.recommends = true;
	else if (letter == 'x')
		strings_split(&options->request.exclude, optarg, ",");
	else
		return -1;
	return 0;
}

static void
print_all(struct options *options, char **indices)
{
	struct package_set *set = read_set(&options->architectures, indices,
	    options->style);

	if (!set)
		exit(1);
	if (strcmp(options->include, "-") == 0) {
		print_plans(set, &options->request, options->style);
	} else {
		inclusions_split(&options->request.include, options->include);
		print_plan(set, &options->request, options->style);
	}
	package_set_free(set);
}

int
main(int count, char **arguments)
{
	struct options options = {.include = ""};
	int letter;

	while ((letter = getopt(count, arguments, "a:e:i:rRtx:")) != -1)
		if (read_option(&options, letter) < 0)
			return 2;
	if (optind >= count)
		return 2;
	if (!options.architectures.count)
		strings_add(&options.architectures, "amd64");
	options.request.variant = arguments[optind];
	print_all(&options, arguments + optind + 1);
	strings_release(&options.architectures);
	strings_release(&options.request.include);
	strings_release(&options.request.exclude);
	strings_release(&options.request.essential_extra);
	return 0;
}
