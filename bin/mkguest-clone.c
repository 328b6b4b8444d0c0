#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "bin/tool.h"
#include "guest/guest.h"
#include "keep/guest_clone.h"

/* One record for all option tables: the guest's comes first. */
struct request {
	struct guest guest;
	struct terminal_options terminal;
	bool dry_run;
};

static const struct option clone_options[] = {
	{0, "cfg-dir", "DIR", "for TO.cfg (default: where FROM's is)",
	    OPTION_TEXT, offsetof(struct guest, cfg_dir)},
	{0, "image-dir", "DIR", "for its images (default: where FROM's are)",
	    OPTION_TEXT, offsetof(struct guest, image_dir)},
	{'n', "dry-run", NULL, "say what would be written, and write nothing",
	    OPTION_FLAG, offsetof(struct request, dry_run)},
	TERMINAL_OPTIONS(struct request, terminal),
	OPTIONS_END
};

static void
print_writes(const struct guest_clone *clone)
{
	auto_strings struct strings writes = {0};

	guest_clone_writes(clone, &writes);
	vector_each(line, &writes)
		printf("would write %s\n", *line);
}

static void
print_nic(const struct guest_nic *nic)
{
	auto_buffer struct buffer text = {0};

	guest_nic_text(nic, &text);
	printf("  nic     %s\n", text.data);
}

static void
print_clone(const struct guest_clone *clone)
{
	const struct guest *guest = clone->guest;

	printf("%s: a clone of %s\n", guest->name, clone->from);
	vector_each(disk, &clone->disks)
		printf("  disk    %s\n", disk->target.path);
	vector_each(nic, &clone->new.nics)
		print_nic(nic);
	printf("  domain  %s\n", clone->new.cfg);
	vector_each(key, &guest->host_keys)
		printf("  host key  %s\n", key->fingerprint);
	if (guest->random_password)
		printf("  root's password, shown only here: %s\n",
		    guest->random_password);
}

static int
make_clone(struct request *request, const char *from,
    struct terminal *terminal, struct error *err)
{
	auto_guest_clone struct guest_clone clone = {
		.from = from, .guest = &request->guest,
		.dry_run = request->dry_run, .events = &terminal->events,
		GUEST_CLONE_NONE,
	};

	if (guest_clone_plan(&clone, err) < 0)
		return -1;
	if (request->dry_run) {
		print_writes(&clone);
		return 0;
	}
	if (guest_clone_make(&clone, err) < 0)
		return -1;
	events_step(&terminal->events, NULL);
	print_clone(&clone);
	return 0;
}

static int
run(void *record, struct strings *operands, struct terminal *terminal,
    struct error *err)
{
	struct request *request = record;
	struct guest *guest = &request->guest;

	if (operands->count != 2)
		return error_usage(err, "FROM and TO are two names; see "
		    "--help");
	if (guest->root_password && !isatty(STDOUT_FILENO) &&
	    !strcmp(guest->root_password, "random"))
		return error_set(err, "--root-password random needs a terminal "
		    "to show it on");
	guest->name = memory_string(operands->items[1]);
	return make_clone(request, operands->items[0], terminal, err);
}

static const struct option *const tables[] = {
	identity_options, clone_options, NULL
};

static const struct tool tool = {
	.name = "mkguest-clone",
	.usage = "mkguest-clone [OPTION]… FROM TO",
	.about = "Makes the guest TO as a copy of FROM, which must not run: "
	    "with the same packages\nand data, and a name, addresses, keys and "
	    "ids of its own.\n",
	.tables = tables,
	.terminal = offsetof(struct request, terminal),
	.origins = offsetof(struct request, guest.origins),
	.run = run,
};

int
main(int argc, char **argv)
{
	struct request request = {0};
	int status = argc > 0 ? tool_main(&tool, &request, argv) : 2;

	guest_release(&request.guest);
	options_release(clone_options, &request);
	return status;
}
