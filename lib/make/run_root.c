#include "make/run_root.h"

#include <stdlib.h>

#include "base/memory.h"
#include "guest/apt_sources.h"
#include "guest/locale.h"

/* The base has no identity yet, but its initrd must know what fsck to bring. */
static const char base_fstab[] = "/dev/root\t/\t%s\tdefaults\t0\t1\n";

/* Each guest gets its own when it is personalised. */
static const char own_host_keys[] = "etc/ssh/ssh_host_";

void
run_root_describe(struct run_root *root, const struct run *run)
{
	const struct guest *guest = run->guest;
	struct apt_mirrors mirrors = apt_mirrors_of(guest);
	struct bootstrap_file *file = root->files;

	*root = (struct run_root){
		.fstab = memory_printf(base_fstab, guest->disks.items[0].fs),
	};
	apt_sources_text(run->suite, &mirrors, &root->sources_path,
	    &root->sources);
	locale_gen_text(&guest->locale, &root->locales);
	*file++ = (struct bootstrap_file){"etc/fstab", root->fstab};
	*file++ = (struct bootstrap_file){root->sources_path,
	    root->sources.data};
	if (root->locales.length)
		*file = (struct bootstrap_file){"etc/locale.gen",
		    root->locales.data};
}

void
run_root_release(struct run_root *root)
{
	free(root->fstab);
	free(root->sources_path);
	buffer_release(&root->sources);
	buffer_release(&root->locales);
}

int
run_root_build(struct run *run, struct root_build *build, struct error *err)
{
	auto_run_root struct run_root root = {0};

	run_root_describe(&root, run);
	build->request = &run->request;
	build->files = root.files;
	build->base_without = own_host_keys;
	build->format = run->guest->disks.items[0].fs;
	build->whole = -1;
	return root_build(build, err);
}
