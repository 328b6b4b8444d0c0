#!/bin/sh
# What setup hooks write below the root's etc/apt is what its packages come from.
# shellcheck disable=SC2016 # hooks expand what is in them
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm
updates="echo deb $mirror bookworm-updates main"
version='dpkg-query --admindir="$1/var/lib/dpkg" --show hello >version'

# SUITE [OPTION…]: a root whose sources are the hooks' alone
make_sourceless() {
	suite=$1
	shift
	run mkguest-root --variant=minbase --keyring="$keyring" \
		--cache-dir="$cache" "$@" "$suite" root.tar - </dev/null
}

test_case 'without a suite: the first that hooks write' '
	export SOURCE_DATE_EPOCH=1700000000
	root_of wanted.tar --aptopt="Acquire::Retries 1"
	make_sourceless "" --aptopt="Acquire::Retries 1" \
		--setup-hook="echo deb $mirror bookworm main >\"\$1/etc/apt/sources.list\""
	expect_status 0
	cmp wanted.tar root.tar
	no_leftovers .
'

test_case 'without sources: those that hooks write, or none' '
	make_sourceless bookworm --customize-hook="$version" --include=hello \
		--setup-hook="test ! -e \"\$1/etc/apt/sources.list\"" \
		--setup-hook="echo deb $mirror bookworm main >\"\$1/etc/apt/sources.list.d/a.list\""
	expect_status 0
	grep -w 2.0 version
	rm root.tar
	make_sourceless bookworm --setup-hook=true
	expect_error 1 "the root'\''s etc/apt has no source of packages for"
	test ! -e root.tar
'

test_case 'besides the others, or in their place' '
	run root_of root.tar --include=hello --customize-hook="$version" \
		--setup-hook="$updates >\"\$1/etc/apt/sources.list.d/updates.list\""
	expect_status 0
	grep -w 2.1 version
	run root_of root.tar --include=hello \
		--setup-hook="echo deb $mirror bookworm-updates main >\"\$1/etc/apt/sources.list\""
	expect_error 2 "the archive has no package"
	run root_of root.tar --include=hello --customize-hook="$version" \
		--setup-hook="echo URIs: nowhere >\"\$1/etc/apt/sources.list.d/x.off\""
	expect_status 0
	grep -w 2.0 version
'

test_case 'apt has their lists from the next stage on' '
	run root_of root.tar --setup-hook="ls \"\$1/var/lib/apt/lists\" >before" \
		--setup-hook="$updates >\"\$1/etc/apt/sources.list.d/updates.list\"" \
		--extract-hook="APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG apt-cache policy hello >policy"
	expect_status 0
	not grep dists before
	grep "Candidate: 2.1" policy
'

test_case 'for --print-debs, --download-only and --make-tarball, too' '
	hook="$updates >>\"\$1/etc/apt/sources.list\"; echo \"\$1\" >>ran"
	run root_of root --print-debs --include=hello --setup-hook="$hook"
	expect_status 0
	expect_stdout " hello"
	test "$(wc -l <ran)" -eq 1
	not test -e root
	run root_of ignored --make-tarball=debs.tgz --include=hello \
		--setup-hook="$hook"
	expect_status 0
	tar -tf debs.tgz | grep hello_2.1
	run root_of root --download-only --include=hello --setup-hook="$hook"
	expect_status 0
	not test -e root
	no_leftovers .
'

test_case 'a simulation runs no hooks, and says so' '
	run root_of root --simulate --include=hello --setup-hook="touch ran"
	expect_status 0
	expect_stdout "hello 2.0"
	expect_stderr "hooks are not run, so sources of packages that they would write are not known"
	not test -e ran
'

test_case 'keys that hooks make apt trust may sign' '
	keys=/usr/share/keyrings/debian-archive-keyring.gpg
	test -e $keys || skip "the archive'\''s keyring is not here"
	own=$keyring
	keyring=$keys
	run root_of root.tar --setup-hook=true
	expect_status 1
	expect_stderr "key"
	for place in trusted.gpg trusted.gpg.d/own.gpg; do
		run root_of root.tar --setup-hook="mkdir -p \"\$1/etc/apt/trusted.gpg.d\"; cp $own \"\$1/etc/apt/$place\"" \
			--customize-hook="APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG apt-get update 2>&1 | tee update"
		expect_status 0
		not grep "^[WE]:" update
	done
	run root_of root.tar --setup-hook="mkdir -p \"\$1/etc/apt/trusted.gpg.d\"; cp $own \"\$1/etc/apt/trusted.gpg.d/own.gpg~\""
	expect_status 1
'

test_case 'options of apt are honoured, or refused by name' '
	run root_of root --print-debs --include=recommends-hello \
		--setup-hook="echo APT::Install-Recommends 1\; >\"\$1/etc/apt/apt.conf.d/own\""
	expect_status 0
	expect_stdout " hello"
	refuse_root 2 "after setup hooks: '\''etc/apt/apt.conf.d/own'\'': what '\''APT::Solver'\'' means" \
		--setup-hook="echo APT::Solver 3\; >\"\$1/etc/apt/apt.conf.d/own\""
'

test_case 'pins are not followed, which is told' '
	run root_of root.tar --setup-hook="printf \"%s\n\" \"Package: *\" \
		\"Pin: release n=x\" \"Pin-Priority: 9\" >\"\$1/etc/apt/preferences.d/own\""
	expect_status 0
	expect_stderr "the pins of '\''etc/apt/preferences.d/own'\'' are only for the root'\''s own apt"
'

test_case 'only files below the root are read' '
	mkdir outside
	echo "deb $mirror nowhere main" >outside/own.list
	run root_of root.tar --setup-hook="ln -s $PWD/outside/own.list \"\$1/etc/apt/sources.list.d\""
	expect_status 0
	refuse_root 1 "'\''etc/apt/sources.list.d/own.list'\'' in the root is not a file" \
		--setup-hook="mkfifo \"\$1/etc/apt/sources.list.d/own.list\""
	refuse_root 1 "'\''etc/apt/sources.list'\'' in the root is not a file" \
		--setup-hook="rm \"\$1/etc/apt/sources.list\"; mkdir \"\$1/etc/apt/sources.list\""
'

test_case 'as an ordinary user' '
	require USER
	as_user mkguest-root --variant=minbase --keyring="$keyring" \
		--cache-dir=cache --include=hello --customize-hook="$version" \
		--setup-hook="$updates >>\"\$1/etc/apt/sources.list\"" \
		bookworm root.tar "$mirror"
	grep -w 2.1 user/version
'

test_case 'a hook that fails is the end of it; so is a plan that cannot be' '
	refuse_root 1 "setup hook 2: sh failed" --setup-hook=true \
		--setup-hook="exit 1;"
	refuse_root 2 "'\''nothing-of-that-name'\''" --setup-hook=true \
		--include=nothing-of-that-name
'

done_testing
