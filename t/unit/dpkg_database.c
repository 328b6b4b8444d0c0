/*
 * The database against dpkg(1): the same packages are unpacked by dpkg into
 * one root and by us into another; after dpkg has configured both, the two
 * roots are the same.
 */
#include "install/dpkg_database.h"

#include <sys/stat.h>

#include "base/cleanup.h"
#include "install/new_directories.h"
#include "install/unpack.h"
#include "scratch.h"

enum { PACKAGES = 7 };

static char *helper;	/* t/helper */

/* Everything that the database treats in a way of its own. */
static const char packages[] =
    "plain = Package('plain', file('usr/share/plain/a b', 'text'),\n"
    "    symlink('usr/share/plain/l', 'a b'), Essential='yes',\n"
    "    Depends='same(>=1)|missing , both', Source='other (2)',\n"
    "    XB_Odd='kept', Homepage='https://example.org/')\n"
    "same = Package('same', file('usr/lib/same', 'x'),\n"
    "    architecture='ARCH', Multi_Arch='same',\n"
    "    files={'shlibs': 'libsame 1 same\\n',\n"
    "    'triggers': 'interest-noawait /usr/share/plain\\n'})\n"
    "sums = Package('sums', file('etc/sums.conf', 'conf'),\n"
    "    file('usr/share/sums/one', '1'), hardlink('usr/share/sums/two',\n"
    "    'usr/share/sums/one'), md5sums=False,\n"
    "    conffiles=['etc/sums.conf'])\n"
    "conf = Package('conf', file('etc/conf.d/a', 'a'),\n"
    "    file('etc/conf.d/b', ''),\n"
    "    conffiles=['etc/conf.d/a', 'etc/conf.d/b'],\n"
    "    Section='admin', Priority='extra')\n"
    "conf.files['conffiles'] += 'remove-on-upgrade /etc/gone\\n'\n"
    "old = Package('old', file('usr/share/moved', 'old'),\n"
    "    file('usr/share/stays', 'old'))\n"
    "both = Package('both', file('usr/share/moved', 'new'),\n"
    "    Replaces='old (<< 2)', Breaks='old (<< 1)', version='1:3~rc1-2',\n"
    "    Provides='virtual (= 3), thing')\n"
    "empty = Package('empty', Suggests='plain')\n";

static const char *const order[PACKAGES] = {
	"plain", "same", "sums", "conf", "old", "both", "empty",
};

static bool
make_packages(void)
{
	return shell("PYTHONDONTWRITEBYTECODE=1 PYTHONPATH='%s' python3 - "
	    "<<'END'\n"
	    "import os\n"
	    "from deb import *\n"
	    "%s\n"
	    "same.fields['Architecture'] = os.popen(\n"
	    "    'dpkg --print-architecture').read().strip()\n"
	    "for p in (plain, same, sums, conf, old, both, empty):\n"
	    "    for info, data in p.members:\n"
	    "        info.uid, info.gid = os.getuid(), os.getgid()\n"
	    "        info.uname = info.gname = ''\n"
	    "    open(p.name + '.deb', 'wb').write(p.deb())\n"
	    "END", helper, packages);
}

static bool
dpkg(const char *root, const char *action)
{
	return shell("export PATH=$PATH:/usr/sbin:/sbin\n"
	    "dpkg --root=$PWD/%s --log=/dev/null --force-not-root "
	    "--force-script-chrootless --force-depends %s", root, action);
}

static int
unpack_all(int root, struct unpacked *items, struct error *err)
{
	struct path_owners *owners = path_owners_new();
	struct unpack_rules none = {0};
	struct unpack unpack = {
		.parent = {.root = root},
		.owners = owners,
		.rules = &none,
	};
	struct unpacked *all[PACKAGES];
	int result = 0;

	for (size_t i = 0; i < PACKAGES && result == 0; i++) {
		char *name;

		if (asprintf(&name, "%s.deb", order[i]) < 0)
			exit(1);
		all[i] = &items[i];
		all[i]->place = i;
		all[i]->deb = open(name, O_RDONLY);
		free(name);
		result = unpack_deb(&unpack, all[i], err);
		close(all[i]->deb);
	}
	unpack_release(&unpack);
	if (result == 0)
		result = new_directories_finish(root, all, PACKAGES, err);
	if (result == 0)
		result = dpkg_database_add(&(struct dpkg_database){
		    .root = root}, all, PACKAGES, err);
	path_owners_free(owners);
	return result;
}

static void
test_against_dpkg(void)
{
	struct unpacked items[PACKAGES] = {0};
	struct error err = {0};
	auto_close int root = -1;

	ok(make_packages(), "packages");
	ok(shell("mkdir ours theirs\n"
	    "mkdir -p theirs/var/lib/dpkg/info theirs/var/lib/dpkg/updates "
	    "theirs/var/lib/dpkg/alternatives\n"
	    "dpkg --print-architecture >theirs/var/lib/dpkg/arch\n"
	    ": >theirs/var/lib/dpkg/status") &&
	    dpkg("theirs", "--unpack plain.deb same.deb sums.deb conf.deb "
	    "old.deb both.deb empty.deb"), "dpkg unpacks them");
	root = open("ours", O_RDONLY | O_DIRECTORY);
	{
		auto_buffer struct buffer arch = {0};

		shell("dpkg --print-architecture | tr -d '\\n' >arch");
		file_read_at(AT_FDCWD, "arch", &arch, &err);
		ok(succeeds(dpkg_database_begin(&(struct dpkg_database){
		    root, arch.data, &(struct strings){0}}, &err), &err),
		    "a database without packages");
	}
	ok(dpkg("ours", "--audit"), "dpkg takes it");
	ok(succeeds(unpack_all(root, items, &err), &err), "we unpack them");
	for (size_t i = 0; i < PACKAGES; i++)
		ok(items[i].is_slow == !strcmp(order[i], "both"),
		    "what takes a file over is slow: %s", order[i]);
	ok(dpkg("ours", "--unpack both.deb"), "dpkg unpacks that one");
	ok(shell("cd theirs/var/lib/dpkg/info; sha256sum * >../../../../../sums"
	    "\ncd ../../../../../ours/var/lib/dpkg/info\n"
	    "sha256sum -c --quiet ../../../../../sums\n"
	    "test $(ls | wc -l) = $(wc -l <../../../../../sums)"),
	    "the same info/ before anything is configured");
	ok(dpkg("theirs", "--configure -a") && dpkg("ours", "--configure -a"),
	    "dpkg configures both");
	ok(shell("'%s/tree-compare' --clamp 1700000000 ours theirs", helper),
	    "the same roots, var/lib/dpkg and all");
	ok(shell("cmp ours/var/lib/dpkg/status theirs/var/lib/dpkg/status"),
	    "the same status, byte for byte");
	ok(dpkg("ours", "--verify") && shell("test ! -s log"),
	    "dpkg --verify is silent");
	for (size_t i = 0; i < PACKAGES; i++)
		unpacked_release(&items[i]);
}

int
main(void)
{
	helper = realpath("t/helper", NULL);
	scratch_enter();
	test_against_dpkg();
	scratch_leave();
	free(helper);
	return done();
}
