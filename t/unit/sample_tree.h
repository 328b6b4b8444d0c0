/*
 * sample_tree: a directory with one of everything that a root can hold, made
 * in ./tree. What only root can make is left out for others.
 */
#ifndef SAMPLE_TREE_H
#define SAMPLE_TREE_H

#include "scratch.h"

static inline bool
sample_tree_make(void)
{
	bool made = shell("umask 022; mkdir tree; cd tree\n"
	    "mkdir etc usr usr/bin many deep dev lost+found var\n"
	    "echo hello >etc/hello; ln etc/hello etc/again\n"
	    "ln etc/hello usr/third\n"
	    ": >etc/empty; printf x >etc/one; chmod 4755 etc/one\n"
	    "chmod 1777 var; chmod 0700 deep\n"
	    "head -c 4096 /dev/urandom >usr/block\n"
	    "head -c 5000001 /dev/urandom >usr/large\n"
	    "truncate -s 9M usr/hole; echo end >>usr/hole\n"
	    "head -c 3000000 /dev/zero >usr/zeros\n"
	    "{ cat usr/block; head -c 12288 /dev/zero; cat usr/block; } "
	    ">usr/gap\n"
	    "ln -s hello etc/fast; ln -s $(printf '%%059d' 0) etc/fast59\n"
	    "ln -s $(printf '%%060d' 0) etc/slow60\n"
	    "ln -s /$(printf '%%0300d' 0) etc/slow; ln -s usr/bin bin\n"
	    "mkfifo var/fifo\n"
	    "python3 -c 'import socket; "
	    "socket.socket(socket.AF_UNIX).bind(\"var/socket\")'\n"
	    "for i in $(seq 1 900); do "
	    "echo $i >many/a-name-of-some-length-so-that-blocks-fill-$i; done\n"
	    "p=deep; for i in 1 2 3 4 5 6 7 8 9; do p=$p/$i; mkdir $p; done\n"
	    "echo bottom >$p/file\n"
	    "n=$(printf 'long%%0251d' 7); echo $n >var/$n\n"
	    "touch 'etc/F\xc5\x91 name' \"$(printf 'etc/bad\\377')\"\n"
	    "touch -d '1969-12-31 10:00:00.5 UTC' etc/old\n"
	    "touch -d '2040-01-01 00:00:00.123456789 UTC' etc/late\n"
	    "touch -d '2100-06-01 UTC' etc/later\n"
	    "touch -d '2001-02-03 04:05:06.7 UTC' usr/bin usr\n");

	if (made && geteuid() == 0)
		made = shell("cd tree\n"
		    "mknod var/null c 1 3; mknod var/disk b 259 70000\n"
		    "chown 100000:200000 etc/one; chown 7:8 deep; "
		    "chown -h 9:10 etc/slow\n"
		    "chmod 4755 etc/one\n"
		    "python3 - <<'end'\n"
		    "import os, struct\n"
		    "cap = struct.pack('<IIIII', 0x2000001, 1 << 13, 0, 0, 0)\n"
		    "os.setxattr('usr/block', 'security.capability', cap)\n"
		    "os.setxattr('etc/hello', 'user.note', b'text')\n"
		    "os.setxattr('usr/large', 'user.large', b'x' * 2000)\n"
		    "os.setxattr('etc', 'trusted.mark', b'\\0\\1')\n"
		    "acl = struct.pack('<I', 2) + b''.join(\n"
		    "    struct.pack('<HHi', *e) for e in [(1, 6, -1),\n"
		    "    (2, 4, 1000), (4, 4, -1), (16, 4, -1), (32, 0, -1)])\n"
		    "os.setxattr('etc/one', 'system.posix_acl_access', acl)\n"
		    "os.setxattr('var', 'system.posix_acl_default', acl)\n"
		    "os.setxattr('.', 'user.root', b'r')\n"
		    "end\n");
	return made;
}

/* The tree as GNU tar reads it: a file of it, for comparisons. */
#define GNU_TAR(directory, file) \
	"tar --sort=name --format=pax " \
	"--pax-option=delete=atime,delete=ctime,exthdr.name=%%f " \
	"--xattrs --xattrs-include='*' --acls --numeric-owner " \
	"--exclude=./dev --exclude=./lost+found --warning=no-file-ignored " \
	"-C " directory " -cf " file " .\n"

#endif
