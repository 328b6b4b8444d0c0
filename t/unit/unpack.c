/* Hostile and colliding packages, made by t/helper/deb.py. */
#include "install/unpack.h"

#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "install/new_directories.h"
#include "scratch.h"

static char *helper;	/* t/helper */
static bool is_ahead;	/* in two parts, with nothing in the root between */

struct bench {
	int root, annex;
	struct path_owners *owners;
	struct unpack_rules rules;
	struct unpacked packages[3];
	size_t count;
};

static void
bench_begin(struct bench *bench)
{
	*bench = (struct bench){.owners = path_owners_new()};
	shell("rm -rf root outside annex\nmkdir -p root outside annex\n"
	    "echo safe >outside/file");
	bench->root = open("root", O_RDONLY | O_DIRECTORY);
	bench->annex = open("annex", O_RDONLY | O_DIRECTORY);
}

static void
bench_end(struct bench *bench)
{
	for (size_t i = 0; i < bench->count; i++)
		unpacked_release(&bench->packages[i]);
	path_owners_free(bench->owners);
	unpack_rules_release(&bench->rules);
	close(bench->root);
	close(bench->annex);
}

static int
bench_unpack_ahead(struct unpack *unpack, struct unpacked *package,
    struct error *err)
{
	bool is_same;

	shell("find root -printf '%%P %%i %%C@\\n' | sort >before");
	if (unpack_ahead(unpack, package, err) < 0)
		return -1;
	is_same = shell("find root -printf '%%P %%i %%C@\\n' | sort | "
	    "diff before -");
	return is_same ? unpack_place(unpack, package, err)
	    : error_set(err, "the root is not as it was");
}

static int
bench_unpack_file(struct bench *bench, struct error *err)
{
	struct unpack unpack = {
		.parent = {.root = bench->root},
		.owners = bench->owners,
		.rules = &bench->rules,
		.annex = bench->annex,
	};
	struct unpacked *package = &bench->packages[bench->count++];
	int result;

	package->deb = open("test.deb", O_RDONLY);
	result = is_ahead ? bench_unpack_ahead(&unpack, package, err)
	    : unpack_deb(&unpack, package, err);
	close(package->deb);
	unpack_release(&unpack);
	return result;
}

/* `members` and what follows are arguments of deb.Package. */
static int
bench_unpack(struct bench *bench, const char *name, const char *members,
    struct error *err)
{
	shell("PYTHONDONTWRITEBYTECODE=1 PYTHONPATH='%s' python3 - <<'END'\n"
	    "import os, tarfile\n"
	    "from deb import *\n"
	    "own = (os.getuid(), os.getgid())\n"
	    "package = Package('%s', %s)\n"
	    "for info, data in package.members: info.uid, info.gid = own\n"
	    "open('test.deb', 'wb').write(package.deb())\n"
	    "END", helper, name, members);
	return bench_unpack_file(bench, err);
}

static void
refused(const char *members, const char *part, const char *what)
{
	struct bench bench;
	struct error err = {0};

	bench_begin(&bench);
	ok(refuses(bench_unpack(&bench, "bad", members, &err), &err, part),
	    "%s", what);
	ok(shell("test \"$(cat outside/file)\" = safe\n"
	    "test \"$(ls -A outside)\" = file"), "… and nothing is outside");
	bench_end(&bench);
}

static void
test_hostile(void)
{
	refused("member('../outside/file', data=b'x')", "is not allowed",
	    "a name that climbs out");
	refused("member('./a/../../outside/file', data=b'x')",
	    "is not allowed", "a name that climbs out in its middle");
	refused("file('a\\nb', 'x')", "a newline is not allowed in a name",
	    "a newline in a name");
	refused("symlink('out', '../outside'), "
	    "member('./out/file', data=b'x')", "",
	    "a file through a link out of the root");
	refused("symlink('a', 'b'), symlink('b', '../../outside'), "
	    "member('./a/file', data=b'x')", "",
	    "a file through a chain of links out of the root");
	refused("symlink('a', 'a'), member('./a/file', data=b'x')", "",
	    "a file through a link to itself");
	refused("file('f', 'x'), member('./f/../../outside/file', data=b'x')",
	    "is not allowed", "a name that climbs out of a file");
	refused("file('x' * 300, 'y')", "", "a name that is too long");
	refused("hardlink('self', 'self')", "link '/self' to '/self'",
	    "a hard link to itself");
	refused("hardlink('mine', '../outside/file')", "is not allowed",
	    "a hard link out of the root");
	refused("hardlink('mine', 'etc/passwd')", "not the package's own",
	    "a hard link to another's file");
	refused("directory('d'), file('d', 'x')", "replace '/d'",
	    "a file where a directory is");
	refused("member('./dev', tarfile.CHRTYPE)", "'/dev' is a device",
	    "a character device");
	refused("member('./dev', tarfile.BLKTYPE)", "'/dev' is a device",
	    "a block device");
	refused("file('f', 'x'), directory('f')", "create directory '/f'",
	    "a directory where a file is");
}

/* `script` leaves data.tar, or more than that, in ./tree. */
static int
bench_unpack_tree(struct bench *bench, const char *script, struct error *err)
{
	shell("rm -rf tree test.deb; mkdir tree; cd tree\n"
	    "printf 'Package: p\nVersion: 1\nArchitecture: all\n"
	    "Installed-Size: 1\n' >control\n"
	    "tar -cf control.tar control; echo 2.0 >debian-binary\n"
	    "%s\n"
	    "ar qcS ../test.deb debian-binary control.tar data.tar*", script);
	return bench_unpack_file(bench, err);
}

static void
test_bomb(void)
{
	static const char far[] = "makes it far larger than its "
	    "Installed-Size says";
	static const struct {
		const char *script, *part, *what;
	} bombs[] = {
		{"truncate -s 300M f; tar -cf - f | zstd -q1 -o data.tar.zst",
		    far, "300 MiB of zeros"},
		{"truncate -s 4T f; tar -cSf data.tar f", far,
		    "a hole of 4 TiB"},
		{"truncate -s 4T f; tar -cSf data.tar --format=posix f", far,
		    "a hole of 4 TiB, by another format"},
		{"d=$(printf '%0200d/' $(seq 15)); mkdir -p $d\n"
		    "yes $d | head -n 80000 | tar -cf - --no-recursion -T - |"
		    "zstd -q1 -o data.tar.zst",
		    far, "names alone that are too many"},
		{"head -c 100000 /dev/urandom >f; tar -cf data.tar f\n"
		    "truncate -s 60000 data.tar", "data.tar: ",
		    "a data.tar that is cut off"},
	};

	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
		struct bench bench;
		struct error err = {0};

		bench_begin(&bench);
		ok(refuses(bench_unpack_tree(&bench, bombs[i].script, &err),
		    &err, bombs[i].part), "%s", bombs[i].what);
		bench_end(&bench);
	}
	refused("sized(file('f', ''), -1)", "", "a size below zero");
	refused("sized(file('f', ''), 1 << 62)", far, "a size of 4 EiB");
}

static void
test_sparse(void)
{
	struct bench bench;
	struct error err = {0};

	bench_begin(&bench);
	ok(succeeds(bench_unpack_tree(&bench, "echo begin >f\n"
	    "truncate -s 5M f; echo end >>f; tar -cSf data.tar ./f", &err),
	    &err), "a file with a hole");
	ok(shell("cmp root/f tree/f"), "… has it");
	bench_end(&bench);
}

static void
test_absolute_link(void)
{
	struct bench bench;
	struct error err = {0};

	bench_begin(&bench);
	ok(succeeds(bench_unpack(&bench, "p", "directory('real'), "
	    "symlink('link', '/real'), member('./link/new', data=b'x')",
	    &err), &err), "an absolute link is followed inside the root");
	ok(shell("test \"$(cat root/real/new)\" = x"), "… to its target");
	bench_end(&bench);
}

static void
test_metadata(void)
{
	struct bench bench;
	struct error err = {0};
	struct unpacked *package = &bench.packages[0];

	bench_begin(&bench);
	ok(succeeds(bench_unpack(&bench, "p", "file('s', 'x', mode=0o4755), "
	    "hardlink('h', 's'), symlink('l', 's'), "
	    "directory('d', mode=0o2750)", &err), &err), "modes and links");
	ok(succeeds(new_directories_finish(bench.root, &package, 1, &err), &err),
	    "directories last");
	ok(shell("test \"$(stat -c %%a.%%Y.%%h root/s)\" = 4755.1700000000.2"),
	    "setuid, time and link count");
	ok(shell("test \"$(stat -c %%Y root/l)\" = 1700000000"),
	    "the time of a symlink");
	ok(shell("test \"$(stat -c %%a.%%Y root/d)\" = 2750.1700000000"),
	    "mode and time of a directory");
	bench_end(&bench);
}

static void
test_twice(void)
{
	struct bench bench;
	struct error err = {0};

	bench_begin(&bench);
	ok(succeeds(bench_unpack(&bench, "p", "file('f', 'first'), "
	    "file('f', 'last'), member('./fifo', tarfile.FIFOTYPE), "
	    "conffiles=['f']", &err), &err), "one name twice, and a fifo");
	ok(shell("test \"$(cat root/f)\" = last; test -p root/fifo\n"
	    "test ! -e root/f.dpkg-new"), "the last one counts");
	bench_end(&bench);
}

static void
test_first_directory_wins(void)
{
	struct bench bench;
	struct error err = {0};
	struct unpacked *order[2] = {&bench.packages[1], &bench.packages[0]};

	bench_begin(&bench);
	shell("mkdir -m 711 root/there");
	bench_unpack(&bench, "a", "directory('d', mode=0o700), "
	    "directory('there', mode=0o700)", &err);
	bench_unpack(&bench, "b", "directory('d', mode=0o755)", &err);
	ok(succeeds(new_directories_finish(bench.root, order, 2, &err), &err),
	    "two packages with one directory");
	ok(shell("test \"$(stat -c %%a root/d)\" = 755"),
	    "the first in the given order decides, whichever made it");
	ok(shell("test \"$(stat -c %%a root/there)\" = 711"),
	    "a directory that was there stays as it was");
	bench_end(&bench);
}

static void
test_kept_links(void)
{
	struct bench bench;
	struct error err = {0};

	bench_begin(&bench);
	shell("mkdir -p root/usr/bin root/full; ln -s usr/bin root/bin");
	ok(succeeds(bench_unpack(&bench, "p", "directory('bin'), "
	    "file('bin/tool', 'x'), symlink('full', 'usr')", &err), &err),
	    "a package for a root that is merged");
	ok(shell("test -L root/bin; test -f root/usr/bin/tool"),
	    "a link to a directory stays, and is followed");
	ok(shell("test ! -L root/full"), "a directory is not made a link");
	bench_end(&bench);
}

/* In both orders of arrival, the first in the order to unpack has the file. */
static void
collide(const char *first, const char *second, bool is_swapped)
{
	struct bench bench;
	struct error err = {0};

	bench_begin(&bench);
	bench.packages[0].place = is_swapped;
	bench.packages[1].place = !is_swapped;
	ok(succeeds(bench_unpack(&bench, is_swapped ? "b" : "a",
	    is_swapped ? second : first, &err), &err) &&
	    succeeds(bench_unpack(&bench, is_swapped ? "a" : "b",
	    is_swapped ? first : second, &err), &err),
	    "a file in two packages, %s", is_swapped ? "the second first"
	    : "in order");
	ok(shell("test \"$(cat root/f)\" = a\n"
	    "test -z \"$(find root -name '.mkguest*' -o -name '*.dpkg*')\""),
	    "the first has it");
	ok(bench.packages[is_swapped].is_slow == false &&
	    bench.packages[!is_swapped].is_slow, "… and the other is slow");
	bench_end(&bench);
}

static void
test_collisions(void)
{
	static const char *const pairs[][2] = {
		{"file('f', 'a')", "file('f', 'b')"},
		{"file('f', 'a')", "file('g', 'b'), hardlink('f', 'g')"},
		{"file('f', 'a')", "file('f', 'b'), hardlink('g', 'f')"},
		{"file('f', 'a'), conffiles=['f']",
		    "file('f', 'b'), conffiles=['f']"},
		{"file('x', 'a'), symlink('f', 'x')", "symlink('f', 'y')"},
		{"symlink('usr', '.'), directory('d'), file('f', 'a')",
		    "directory('d'), member('./usr/f', data=b'b')"},
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		for (int swapped = 0; swapped < 2; swapped++)
			if (i < 5 || !swapped)
				collide(pairs[i][0], pairs[i][1], swapped);
}

static void
test_diverting(void)
{
	static const struct {
		const char *script;
		bool is_slow;
	} cases[] = {
		{"dpkg-divert --add --rename /f", true},
		{"dpkg-divert --add /f", true},
		{"dpkg-divert --no-rename --add /f", false},
		{"exit 0", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench;
		struct error err = {0};
		auto_free char *members = memory_printf("file('f', 'x'), "
		    "files={'preinst': '%s'}", cases[i].script);

		bench_begin(&bench);
		ok(succeeds(bench_unpack(&bench, "p", members, &err), &err) &&
		    bench.packages[0].is_slow == cases[i].is_slow &&
		    shell("test %s -e root/f", cases[i].is_slow ? "!" : ""),
		    "a preinst with '%s'", cases[i].script);
		bench_end(&bench);
	}
}

static void
test_diversion(void)
{
	struct bench bench;
	struct error err = {0};

	bench_begin(&bench);
	shell("mkdir -p root/var/lib/dpkg\n"
	    "printf '/f\\n/f.distrib\\nother\\n' "
	    ">root/var/lib/dpkg/diversions");
	ok(succeeds(unpack_rules_read(&bench.rules, bench.root, &err),
	    &err), "diversions are read");
	ok(succeeds(bench_unpack(&bench, "p", "file('f', 'p')", &err), &err) &&
	    succeeds(bench_unpack(&bench, "other", "file('f', 'o')", &err),
	    &err), "a diverted file and the one that takes its name");
	ok(shell("test \"$(cat root/f root/f.distrib)\" = op"),
	    "each where it belongs");
	bench_end(&bench);
}

/* dpkg unpacks the same package with the same options in etc/dpkg. */
static void
filter(const char *options)
{
	struct bench bench;
	struct error err = {0};
	static const char members[] = "file('usr/share/doc/p/copyright', 'c'),"
	    "file('usr/share/doc/p/deep/f', 'f'), file('usr/lib/p/f', 'f'), "
	    "symlink('usr/lib/p/l', 'f'), symlink('usr/share/doc/p/l', '/usr')";

	bench_begin(&bench);
	shell("mkdir -p root/etc/dpkg/dpkg.cfg.d\n"
	    "printf '%s' >root/etc/dpkg/dpkg.cfg.d/b_1-x\n"
	    "echo 'path-exclude /*' >root/etc/dpkg/dpkg.cfg.d/c.bak\n"
	    "echo 'path-exclude=/usr/lib/p/l' >root/etc/dpkg/dpkg.cfg.d/a\n"
	    "echo '# path-exclude=/*' >root/etc/dpkg/dpkg.cfg\n", options);
	ok(succeeds(unpack_rules_read(&bench.rules, bench.root, &err), &err) &&
	    succeeds(bench_unpack(&bench, "p", members, &err), &err),
	    "files are filtered by etc/dpkg");
	ok(shell("export PATH=$PATH:/usr/sbin:/sbin\n"
	    "rm -rf theirs; mkdir -p theirs/var/lib/dpkg/info "
	    "theirs/var/lib/dpkg/updates; : >theirs/var/lib/dpkg/status\n"
	    "set -f\n"
	    "dpkg --root=$PWD/theirs --log=/dev/null --force-not-root "
	    "$(printf 'path-exclude=/usr/lib/p/l\n%s' | "
	    "sed 's/^/--/; s/ /=/; s/\"//g') --unpack test.deb\n"
	    "(cd root && find . | grep -v '^./etc' | sort) >ours.list\n"
	    "(cd theirs && find . -path ./var -prune -o -print | sort) | "
	    "diff ours.list -", options),
	    "… as by dpkg");
	bench_end(&bench);
}

static void
test_filter(void)
{
	static const char *const options[] = {
		"path-exclude=/usr/share/*\n"
		    "path-include=/usr/share/doc/*/copyright\n",
		"path-include=/usr/share/doc/*/copyright\n"
		    "path-exclude=/usr/share/*\n",
		"path-exclude /usr/share/doc/p/*\n"
		    "path-include \"/usr/share/doc/p/deep\"\n",
		"path-exclude=/usr/share/doc/*\npath-include=*/deep/*\n",
		"path-exclude=/*\n",
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		filter(options[i]);
}

static void
refused_option(const char *option)
{
	struct bench bench;
	struct error err = {0};

	bench_begin(&bench);
	shell("mkdir -p root/etc/dpkg; echo '%s' >root/etc/dpkg/dpkg.cfg",
	    option);
	ok(refuses(unpack_rules_read(&bench.rules, bench.root, &err), &err,
	    "under which packages cannot be unpacked; remove it"),
	    "'%s' in dpkg.cfg", option);
	bench_end(&bench);
}

static void
test_overrides(void)
{
	struct bench bench;
	struct error err = {0};
	struct unpacked *package = &bench.packages[0];
	static const char write[] = "mkdir -p root/etc root/var/lib/dpkg\n"
	    "printf 'me:x:%%s:0::/:\n' $(id -u) >root/etc/passwd\n"
	    "printf '%s' >root/var/lib/dpkg/statoverride\n";

	bench_begin(&bench);
	shell(write, "me #'$(id -g)' 4710 /f\n"
	    "#'$(id -u)' #'$(id -g)' 2700 /d\n");
	ok(succeeds(unpack_rules_read(&bench.rules, bench.root, &err), &err) &&
	    succeeds(bench_unpack(&bench, "p", "file('f', 'x'), "
	    "directory('d'), file('g', 'x')", &err), &err) &&
	    succeeds(new_directories_finish(bench.root, &package, 1, &err), &err),
	    "a package with overrides");
	ok(shell("test \"$(stat -c %%a root/f root/d root/g | paste -sd' ')\" "
	    "= '4710 2700 644'"), "their modes, and the package's own");
	shell(write, "nobody #0 644 /f\n");
	ok(refuses(unpack_rules_read(&bench.rules, bench.root, &err), &err,
	    "'nobody' is not in 'etc/passwd' in the guest"),
	    "an unknown user");
	shell(write, "#0 #0 rw- /f\n");
	ok(refuses(unpack_rules_read(&bench.rules, bench.root, &err), &err,
	    "'rw-' is not a mode"), "a mode that is none");
	shell(write, "#0 #0 644\n");
	ok(refuses(unpack_rules_read(&bench.rules, bench.root, &err), &err,
	    "is not USER GROUP MODE PATH"), "a line that is too short");
	bench_end(&bench);
}

static void
test_all(void)
{
	test_hostile();
	test_bomb();
	test_sparse();
	test_absolute_link();
	test_metadata();
	test_twice();
	test_first_directory_wins();
	test_kept_links();
	test_collisions();
	test_diverting();
	test_diversion();
	test_filter();
	refused_option("instdir /elsewhere");
	refused_option("no-act");
	test_overrides();
}

int
main(void)
{
	helper = realpath("t/helper", NULL);
	scratch_enter();
	test_all();
	is_ahead = true;
	test_all();
	scratch_leave();
	free(helper);
	return done();
}
