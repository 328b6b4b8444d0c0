#!/bin/sh
# Hooks: the user's own commands at four moments, and what they are told.
# shellcheck disable=SC2016 # hooks expand what is in them
. "$(dirname "$0")/lib.sh"

fake_mirror --suite bookworm

# A root is made with these options, and thrown away.
make_root() {
	run root_of root.tar "$@"
	expect_status 0
	no_leftovers .
	rm root.tar
}

# Hooks of this name in ./hooks add a line to ./order: NAME…
hook_files() {
	mkdir -p hooks
	for name; do
		{
			echo "#!/bin/sh"
			echo "echo $name >>$PWD/order"
		} >"hooks/$name"
		chmod +x "hooks/$name"
	done
}

test_case 'hooks run in the order of the command line, stage by stage' '
	hook_files setup01 setup00.sh customize extract00 essential9
	touch hooks/README hooks/customize.off
	make_root --customize-hook="echo A >>order" \
		--setup-hook="echo B >>order" --hook-directory=hooks \
		--hook-dir=hooks --customize="echo C >>order" \
		--setup-hook="echo D >>order" --extract-hook="echo E >>order" \
		--essential-hook="echo F >>order"
	set -- B setup00.sh setup01 setup00.sh setup01 D \
		extract00 extract00 E essential9 essential9 F \
		A customize customize C
	printf "%s\n" "$@" | diff - order
	expect_stderr "'\''hooks/customize.off'\'' is named like a hook, but it is not executable"
'

test_case 'each hook finds the root as its stage has it' '
	make_root --include=hello \
		--setup-hook="test -d \"\$1/etc/apt/apt.conf.d\"" \
		--setup-hook="test ! -e \"\$1/usr/bin/sh\"" \
		--extract-hook="test \"\$(chroot \"\$1\" dash -c \"echo in\")\" = in" \
		--extract-hook="! grep \" installed\$\" \"\$1/var/lib/dpkg/status\"" \
		--essential-hook="! grep \" unpacked\$\" \"\$1/var/lib/dpkg/status\"" \
		--essential-hook="test ! -e \"\$1/usr/bin/hello\"" \
		--customize-hook="test \"\$(chroot \"\$1\" hello)\" = hello" \
		--customize-hook="test -e \"\$1/usr/sbin/policy-rc.d\"" \
		--customize-hook="test -e \"\$1/proc/self/status\""
'

test_case 'a hook is a file, plain words, or a line for sh' '
	mkdir "a dir"
	printf "%s\n" "#!/bin/sh" "echo file \$# >>$PWD/ran" >"a dir/hook"
	chmod +x "a dir/hook"
	make_root --customize-hook="a dir/hook" --customize-hook=stat \
		--customize-hook="echo \$0 \$# >>ran; echo >&2 said"
	printf "%s\n" "file 1" "exec 1" | diff - ran
	expect_stderr said
	grep -q "^said$" "$trash/stderr"
	grep -q "^  File: /" "$trash/stderr"
	test ! -s "$trash/stdout"
'

test_case 'what hooks are told' '
	export OWN=mine TMPDIR APT_CONFIG=/dev/null
	make_root --include=hello,libhello --verbose \
		--essential-hook="env >environment"
	for fact in HOOK=essential INCLUDE=hello,libhello \
			VERBOSITY=2 FORMAT=tar SUITE=bookworm \
			"ARGV0=$(realpath "$MKGUEST_BUILD/bin/mkguest-root")"; do
		grep -qx "MKGUEST_$fact" environment
		grep -qx "MMDEBSTRAP_$fact" environment
	done
	for setting in OWN=mine DEBIAN_FRONTEND=noninteractive \
			DEBCONF_NONINTERACTIVE_SEEN=true LC_ALL=C.UTF-8; do
		grep -qx $setting environment
	done
	not grep -e "^TMPDIR=" -e "^APT_CONFIG=" environment
'

test_case 'a chrooted hook runs in the root' '
	make_root --chrooted-extract-hook="test -x /usr/bin/dpkg" \
		--chrooted-essential-hook="test \"\$MKGUEST_HOOK\" = essential" \
		--chrooted-customize-hook="pwd; echo \$0 \$#"
	grep -qx / "$trash/stderr"
	grep -qx "sh 0" "$trash/stderr"
'

test_case 'a hook that fails ends it, with its last words' '
	refuse_root 1 "customize hook 1: sh failed with exit status 3: two, after: one / two" \
		--customize-hook="echo one; echo two >&2; exit 3" \
		--customize-hook="touch not-reached"
	refuse_root 1 "setup hook '\''no-such-program'\'': no-such-program failed with exit status 127" \
		--setup-hook=no-such-program
	refuse_root 1 "hook directory '\''nowhere'\'': No such file" \
		--hook-directory=nowhere
	test ! -e not-reached
'

test_case 'a hook'\''s line for sh, which may hold a secret, is not told' '
	for option in --verbose --debug; do
		run root_of root.tar $option --setup-hook="PASS=abra true" \
			--customize-hook="echo abra >/dev/null; exit 1" --log=log
		expect_error 1 "customize hook 1: sh failed"
		expect_stderr "setup hook 1"
		not grep -r abra "$trash/stderr" "$trash/stdout" log
		rm log
	done
'

test_case 'the variant extract runs setup and extract hooks only' '
	make_root --variant=extract --setup-hook="echo setup >>ran" \
		--extract-hook="echo extract >>ran" \
		--essential-hook="echo essential >>ran" \
		--customize-hook="echo customize >>ran"
	test "$(echo $(cat ran))" = "setup extract"
	expect_stderr "essential and customize hooks are not run in the variant '\''extract'\''"
'

test_case 'Ctrl-C ends a hook, and what it left behind' '
	for signal in INT TERM; do
		run interrupt_when "hook waits" $signal mkguest-root \
			--variant=minbase --keyring="$keyring" \
			--cache-dir="$PWD/cache" \
			--customize-hook="sleep 600 & echo hook waits; wait" \
			bookworm root "$mirror"
		expect_error 1 interrupted
		test ! -e root
		no_leftovers .
	done
'

test_case 'what a hook leaves running ends with the run' '
	make_root --setup-hook="sleep 600 & echo \$! >pid" \
		--customize-hook="kill -0 \$(cat pid)"
'

test_case 'copy-in, copy-out, sync, tar, upload, download' '
	require ROOT
	mkdir -p in/a in/b out
	echo one >in/a/one
	echo two >in/b/two
	ln -s one in/a/link
	chmod 640 in/a/one
	chown 12:34 in/a/one
	tar -C in -cf in.tar b
	run root_of root --setup-hook="copy-in in/a /" \
		--setup-hook="sync-in in/b /a" \
		--extract-hook="tar-in in.tar /usr" \
		--essential-hook="upload in/b/two /bin/../../..//new//" \
		--customize-hook="download /a/link out/new/one" \
		--customize-hook="copy-out /a /etc/os-release out/copy" \
		--customize-hook="sync-out /a out/sync" \
		--customize-hook="tar-out /bin/sh \"out/a tar\""
	expect_status 0
	test "$(stat -c "%a %u %g" root/a/one)" = "640 12 34"
	cmp in/a/one root/a/link
	cmp in/b/two root/a/two
	cmp in/b/two root/usr/b/two
	cmp in/b/two root/new
	cmp in/a/one out/new/one
	ls out/copy out/sync >listing
	printf "%s\n" out/copy: a os-release "" out/sync: link one two |
		diff - listing
	tar -tf "out/a tar" | grep -x dash
'

test_case 'links in the root lead nowhere outside for special hooks' '
	require ROOT
	mkdir victim
	run root_of root --setup-hook="ln -s $PWD/victim \"\$1/place\"" \
		--setup-hook="mkdir -p \"\$1$PWD/victim\"" \
		--setup-hook="touch \"\$1$PWD/victim/inner\"" \
		--setup-hook="copy-in $helper/leftovers /place" \
		--setup-hook="upload $helper/leftovers /../../place/up" \
		--setup-hook="copy-out /place out" \
		--customize-hook="ls \"\$1$PWD/victim\" >inside"
	expect_status 0
	test -z "$(ls victim)"
	test "$(echo $(cat inside))" = "inner leftovers up"
	test "$(echo $(ls out/victim))" = "inner leftovers up"
'

test_case 'special hooks that cannot be' '
	for case in "copy-in nothing /:'\''nothing'\'' in '\''.'\'': No such file" \
			"copy-in /etc/hosts /nowhere:'\''/nowhere'\'' in the root: No such file" \
			"copy-out /nowhere out:'\''/nowhere'\'' in the root: No such file" \
			"upload nothing /x:'\''nothing'\'': No such file" \
			"download /etc out:'\''/etc'\'' in the root is not a file" \
			"tar-in /etc/hosts /:tar failed with exit status 2"; do
		refuse_root 1 "${case%% *}: ${case#*:}" --setup-hook="${case%%:*}"
	done
	refuse_root 2 "setup hook '\''copy-in'\'': copy-in needs a path outside and one inside" \
		--setup-hook="copy-in one"
	refuse_root 2 "a '\'' is missing in '\''copy-in '\''one /'\''" \
		--setup-hook="copy-in '\''one /"
'

test_case 'hooks that call --hook-helper: ours and mmdebstrap'\''s' '
	require ROOT
	set --
	for program in "\$MMDEBSTRAP_ARGV0" mmdebstrap; do
		for what in "sync-in in /" "copy-out /etc/fstab out"; do
			set -- "$@" --customize-hook="$program --hook-helper \"\$1\" \$MMDEBSTRAP_MODE \$MMDEBSTRAP_HOOK env \$MMDEBSTRAP_VERBOSITY $what <&\$MMDEBSTRAP_HOOKSOCK >&\$MMDEBSTRAP_HOOKSOCK"
		done
	done
	mkdir in
	seq 20000 >in/numbers
	run root_of root "$@"
	expect_status 0
	cmp in/numbers root/numbers
	cmp root/etc/fstab out/fstab
	run mkguest-root --hook-helper root
	expect_error 2 "--hook-helper needs ROOT MODE HOOK"
	run mkguest-root --hook-helper root root setup env 1 nothing a b
	expect_error 2 "'\''nothing'\'' is no special hook"
	run mkguest-root --hook-listener
	expect_error 2 "--hook-listener needs VERBOSITY"
'

test_case 'mmdebstrap'\''s helper and our listener, the other way round' '
	mkdir in root
	seq 20000 >in/numbers
	mkfifo channel
	mkguest-root --hook-helper root root setup env 1 copy-in in / \
		<channel | mmdebstrap --hook-listener 1 >channel || :
	cmp in/numbers root/in/numbers
	mmdebstrap --hook-helper root root setup env 1 tar-out /in out.tar \
		<channel | mkguest-root --hook-listener 1 >channel || :
	test "$(tar -tf out.tar | tail -n 1)" = in/numbers
'

test_case 'an apt outside works on the root, without an update of its own' '
	make_root --extract-hook="APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG apt-cache policy hello >policy" \
		--customize-hook="APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG apt-get --yes install hello" \
		--customize-hook="chroot \"\$1\" hello >hello" \
		--customize-hook="APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG apt-get update 2>&1 | tee update" \
		--customize-hook="echo >\"\$1/var/cache/apt/archives/x.deb\""
	grep -q "Candidate: 2.0" policy
	test "$(cat hello)" = hello
	not grep "^[WE]:" update
	not grep Packages update
'

test_case 'what apt and hooks need goes again' '
	require ROOT
	run root_of root --customize-hook="test -e \"\$1/etc/apt/apt.conf.d/00mmdebstrap\"" \
		--customize-hook="cmp /etc/resolv.conf \"\$1/etc/resolv.conf\""
	expect_status 0
	for place in tmp var/lib/apt/lists/partial etc/apt/apt.conf.d; do
		test -z "$(ls root/$place)"
	done
	test "$(echo $(ls root/var/cache/apt/archives root/var/lib/apt/lists))" = \
		"root/var/cache/apt/archives: lock partial root/var/lib/apt/lists: lock partial"
	test ! -e root/etc/resolv.conf
	rm -r root
	run root_of root --customize-hook="cp /etc/resolv.conf \"\$1/etc\""
	expect_status 0
	cmp /etc/resolv.conf root/etc/resolv.conf
	mkdir "a \" b"
	run root_of "a \" b/root" --setup-hook=true
	expect_error 1 "apt cannot be told of"
'

test_case 'a package that a hook has installed before' '
	require ROOT
	run root_of root --include=hello \
		--essential-hook="APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG apt-get --yes install hello libhello"
	expect_status 0
	test "$(grep -c "^Package: hello$" root/var/lib/dpkg/status)" -eq 1
	dpkg --root=root --audit >audit
	dpkg --root=root --verify >>audit
	test ! -s audit
'

test_case 'an ordinary user'\''s hooks' '
	require USER
	mkdir user
	echo "#!/bin/sh" >user/hook
	chmod +x user/hook
	echo secret >user/own
	as_user sh -c "
		chmod 600 own
		mkdir closed && chmod 700 closed && cd closed &&
		exec mkguest-root --variant=minbase --keyring=$keyring \
		--setup-hook=\"copy-in ../own /\" --customize-hook=../hook \
		--customize-hook=\"chroot \\\"\\\$1\\\" chown mail:mail /own\" \
		--customize-hook=\"env >environment\" \
		--customize-hook=\"copy-out /own out\" \
		bookworm ../root.tar $mirror"
	tar --numeric-owner -tvf user/root.tar ./own | grep " 8/8 "
	grep -qx MMDEBSTRAP_MODE=unshare user/closed/environment
	grep -qx container=mmdebstrap-unshare user/closed/environment
	test "$(stat -c %U user/closed/out/own)" = mkguest-test
	rm -r user/cache
	no_leftovers .
'

test_case '--mode' '
	require ROOT USER
	for mode in auto root sudo; do
		make_root --mode=$mode --setup-hook="echo \$MKGUEST_MODE >mode"
		test "$(cat mode)" = root
	done
	make_root --mode=unshare --setup-hook="echo \$MKGUEST_MODE >mode"
	test "$(cat mode)" = unshare
	refuse_root 2 "unknown mode '\''magic'\''" --mode=magic
	refuse_root 2 "the mode '\''fakechroot'\'' is not made here" \
		--mode=fakechroot
	refuse_root 2 "the mode '\''chrootless'\'' is not made here" \
		--mode=chrootless
	as_user mkguest-root --mode=root bookworm root "$mirror" \
		2>"$trash/stderr" && status=0 || status=$?
	expect_error 2 "the mode '\''root'\'' needs to be run by root"
'

test_case 'what would be said goes to --logfile' '
	run mkguest-root --variant=minbase --keyring="$keyring" -d \
		--cache-dir="$cache" --logfile=log bookworm root.tar "$mirror"
	expect_status 0
	test ! -s "$trash/stderr"
	grep -q "writing the tar" log
'

test_case '--aptopt and --dpkgopt are files of the root, as mmdebstrap writes them' '
	require ROOT
	printf "%s\n" "// a file" "Acquire { Retries 3; };" >conf
	set -- --aptopt="Acquire::Languages \"none\"" --aptopt=conf \
		--aptopt="APT { Install-Recommends \"no\"; Color 1; };" \
		--dpkgopt=force-confold --dpkgopt="path-exclude=/usr/share/doc/*"
	run root_of root "$@"
	expect_status 0
	mmdebstrap --variant=extract --quiet "$@" --include=hello \
		--keyring="$keyring" bookworm theirs.tar "$mirror"
	for file in apt/apt.conf.d dpkg/dpkg.cfg.d; do
		tar -xOf theirs.tar ./etc/$file/99mmdebstrap |
			cmp - root/etc/$file/99mmdebstrap
		test "$(stat -c %a root/etc/$file/99mmdebstrap)" = 644
	done
'

test_case '--aptopt is honoured while the root is made' '
	for wish in no yes; do
		root_of root --print-debs --include=recommends-hello \
			--aptopt="APT::Install-Recommends $wish" | tr " " "\n" >$wish
	done
	diff no yes >difference || :
	test "$(grep -c "^>" difference)" -eq 2
	grep -qx "> hello" difference
	run root_of root --print-debs \
		--aptopt="APT::Get::AllowUnauthenticated yes"
	expect_status 0
	expect_stderr "is NOT checked"
	unset no_proxy
	run root_of root --aptopt="Acquire::http::Proxy \"http://127.0.0.1:9\"" \
		--cache-dir="$PWD/empty"
	expect_error 1 "127.0.0.1"
	expect_stderr "onnect"
'

test_case 'an --aptopt that we do not know is refused by its name' '
	for case in "APT::Solver \"aspcud\":what '\''APT::Solver'\'' means" \
			"APT { Install-Suggests 1; }:'\''APT::Install-Suggests'\'' cannot be '\''1'\''" \
			"APT::Key::gpgvcommand \"/bin/true\":'\''APT::Key::gpgvcommand'\'' cannot be '\''/bin/true'\''" \
			"Dir \"/x:a quote is not closed" "APT {:a { is not closed" \
			"}:a } has no {" "#clear APT:'\''#clear'\'' is not done here"; do
		refuse_root 2 "${case##*:}" --aptopt="${case%:*}"
	done
'

# Both tools' roots from the host's mirror, with these options, are equal.
equal_roots() {
	mirror=$("$helper/host-mirror" bookworm)
	export SOURCE_DATE_EPOCH=1700000000
	mmdebstrap --quiet --variant=minbase "$@" bookworm theirs.tar "$mirror"
	mkguest-root --variant=minbase --cache-dir="$cache" "$@" \
		bookworm ours.tar "$mirror"
	"$helper/tree-compare" theirs.tar ours.tar |
		grep -v -e "^./etc/resolv.conf: " -e "^./etc/hostname: " >differ ||
		return 0
	cat differ
	return 1
}

# Without one of the first two, mmdebstrap merges /usr by a package.
if test -n "${MKGUEST_LONG-}"; then
	for hooks in merged-usr no-merged-usr "merged-usr eatmydata" \
			"merged-usr file-mirror-automount" \
			"merged-usr maybe-jessie-or-older"; do
		test_case "mmdebstrap makes the same with its own hooks: $hooks" '
			require ROOT NET
			set --
			for hook in '"$hooks"'; do
				set -- "$@" "--hook-directory=/usr/share/mmdebstrap/hooks/$hook"
			done
			equal_roots "$@"
		'
	done
fi

done_testing
