#include "guest/kernel_support.h"

#include "base/cleanup.h"
#include "t/unit/tap.h"

static const struct {
	const char *text;
	bool is_known, pv, pvh;
} configs[] = {
	{"CONFIG_XEN=y\nCONFIG_XEN_PV=y\nCONFIG_XEN_PVH=y\n", true, true, true},
	{"CONFIG_XEN=y\n# CONFIG_XEN_PV is not set\nCONFIG_XEN_PVH=y\n", true,
	    false, true},
	{"CONFIG_XEN=y\nCONFIG_XEN_PVHVM=y\n", true, true, false},
	{"CONFIG_X86_XEN=y\n", true, true, false},
	{"CONFIG_X86_64=y\n# CONFIG_XEN is not set\n", true, false, false},
	{"CONFIG_XENFS=m\nCONFIG_XEN_PVH=m\n", true, false, false},
	{"no configuration\n", false, false, false},
	{"", false, false, false},
};

static const struct {
	struct kernel_support support;
	const char *type;
	const char *sentence;	/* NULL: it starts */
} checks[] = {
	{{true, true, true}, "pvh", NULL},
	{{true, false, true}, "pvh", NULL},
	{{true, true, false}, "pv", NULL},
	{{true, false, false}, "hvm", NULL},
	{{false, false, false}, "pvh", NULL},
	{{true, true, false}, "pvh", "the kernel 'k' starts in no domain of "
	    "type pvh: it is built for pv domains of Xen only; use --type pv"},
	{{true, false, true}, "pv", "the kernel 'k' starts in no domain of "
	    "type pv: it is built for pvh domains of Xen only; use --type pvh"},
	{{true, false, false}, "pv", "the kernel 'k' starts in no domain of "
	    "type pv: it is built without support for Xen; use another kernel, "
	    "or --type hvm"},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(configs) / sizeof(*configs); i++) {
		struct kernel_support support =
		    kernel_support_of_config(view_of(configs[i].text));

		ok(support.is_known == configs[i].is_known &&
		    support.pv == configs[i].pv &&
		    support.pvh == configs[i].pvh, "configuration %zu", i);
	}
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		auto_error struct error err = {0};

		kernel_support_check(&checks[i].support, "k", checks[i].type,
		    &err);
		is_text(err.text, checks[i].sentence, "check %zu", i);
	}
	ok(!kernel_support_of_image((struct view){0}).is_known, "no image");
	return done();
}
