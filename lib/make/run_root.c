#include "make/run_root.h"

#include <stdlib.h>

#include "base/memory.h"
#include "guest/apt_sources.h"
#include "guest/kernel_support.h"
#include "guest/locale.h"
#include "guest/personalise.h"
#include "root/root_setup.h"

/* The base has no identity yet, but its initrd must know what fsck to bring. */
static const char base_fstab[] = "/dev/root\t/\t%s\tdefaults\t0\t1\n";

void
run_root_files_make(struct run_root_files *files, const struct run *run)
{
	const struct guest *guest = run->guest;
	struct apt_mirrors mirrors = apt_mirrors_of(guest);
	struct bootstrap_file *file = files->files;

	*files = (struct run_root_files){
		.fstab = memory_printf(base_fstab, guest->disks.items[0].fs),
	};
	apt_sources_text(run->suite, &mirrors, &files->sources_path,
	    &files->sources);
	locale_gen_text(&guest->locale, &files->locales);
	*file++ = (struct bootstrap_file){"etc/fstab", files->fstab};
	*file++ = (struct bootstrap_file){files->sources_path,
	    files->sources.data};
	if (files->locales.length)
		*file = (struct bootstrap_file){"etc/locale.gen",
		    files->locales.data};
}

void
run_root_files_release(struct run_root_files *files)
{
	free(files->fstab);
	free(files->sources_path);
	buffer_release(&files->sources);
	buffer_release(&files->locales);
}

/* --- in the sandbox ---------------------------------------------------- */

static int
inside_open(void *context, int *directory, int *annex, struct error *err)
{
	struct run_root *root = context;
	struct run *run = root->run;

	/* what the guest's programs could find in /proc */
	vector_each(disk, &run->disks)
		target_leave(&disk->target);
	if (workspace_open(&root->workspace, run->cache_directory,
	    root_setup_size(&run->request, root->root_plan),
	    run->events, err) < 0)
		return -1;
	*directory = root->workspace.root;
	*annex = root->workspace.annex.fd;
	return 0;
}

static void
inside_close(void *context)
{
	struct run_root *root = context;

	workspace_release(&root->workspace);
}

/* --- outside ------------------------------------------------------------ */

int
run_root_build(struct run_root *root, struct root_build *build,
    struct error *err)
{
	struct run *run = root->run;
	auto_run_root_files struct run_root_files files = {0};

	run_root_files_make(&files, run);
	root->root_plan = build->root_plan;
	build->request = &run->request;
	build->files = files.files;
	build->base_without = RUN_ROOT_WITHOUT;
	build->format = run->guest->disks.items[0].fs;
	build->whole = -1;
	build->open = inside_open;
	build->close = inside_close;
	build->context = root;
	return root_build(build, err);
}

int
run_root_personalise(const struct run *run, struct tree_edit *edit,
    struct events *events, struct error *err)
{
	if (!run->guest->kernel &&
	    kernel_support_check_tree(edit, run->guest->type, err) < 0)
		return -1;
	events_step(events, "personalising");
	return personalise(edit, run->guest, run->suite, events, err);
}
