#!/bin/sh
# Hooks and roles of a guest: where they are found, in which order they run, what
# they are told, and that one that fails takes all back.
# shellcheck disable=SC2016 # hooks expand what is in them
. "$(dirname "$0")/guest.sh"

stages='setup extract essential customize personalise filled created'
MKGUEST_CONFIG=config
export MKGUEST_CONFIG

# STAGE/NAME [LINE…]: a hook of the admin's, in the body's own directory; it
# adds its stage and name to ./order.
hook() {
	MKGUEST_CONFIG=$PWD/config
	script "config/hooks.d/$1" "echo $1 >>'$PWD/order'" "$@"
}

# FILE LINE X [LINE…]
script() {
	file=$1
	first=$2
	shift 3
	mkdir -p "${file%/*}"
	printf '%s\n' "#!/bin/sh -e" "$first" "$@" >"$file"
	chmod 755 "$file"
}

# The program with hooks of its own beside it, as if they were shipped.
own_tree() {
	mkdir -p tree/build/bin
	cp "$MKGUEST_BUILD/bin/mkguest" tree/build/bin
	ln -s "$test_dir/../templates" tree/templates
	PATH=$PWD/tree/build/bin:$PATH
}

test_case 'stage by stage, in the order of the names over all places' '
	own_tree
	for stage in $stages; do
		for name in 10-b 20-both 40-masked 50-empty 90-z; do
			script tree/hooks/$stage/$name \
				"echo $stage/$name shipped >>$PWD/order" -
		done
		hook $stage/05-a
		hook $stage/20-both
		ln -s /dev/null config/hooks.d/$stage/40-masked
		: >config/hooks.d/$stage/50-empty
	done
	hook customize/30-c
	for stage in $stages; do
		echo $stage/05-a
		echo $stage/10-b shipped
		echo $stage/20-both
		test $stage != customize || echo customize/30-c
		echo $stage/90-z shipped
	done >wanted
	run guest debian1 --size 100M --dry-run
	expect_status 0
	test ! -e order
	sed -n "s,^would run \([a-z]*\) hook '\''.*/\([^/]*\)'\''\$,\1/\2,p" \
		"$trash/stdout" >promised
	make_guest debian1 --size 100M
	diff wanted order
	sed "s/ shipped//" wanted | diff - promised
'

test_case 'what is no hook by its name or mode is left out, and said' '
	hook created/10-yes
	for name in README 10-old~ 10-old.dpkg-dist "10-two words" 1-one 10-; do
		hook "created/$name"
	done
	hook "created/10-new
line"
	hook created/20-off
	chmod a-x config/hooks.d/created/20-off
	make_guest debian1 --size 100M
	test "$(cat order)" = created/10-yes
	expect_stderr "warning: '\''README'\'' in '\''$PWD/config/hooks.d/created'\'' is no name of a hook"
	expect_stderr "'\''10-two words'\''"
	expect_stderr "'\''10-new?line'\''"
	expect_stderr "20-off'\'' is named like a hook, but it is not executable"
'

# ---- what they are told ---------------------------------------------------------

# VARIABLE VALUE STAGE…
told() {
	variable=$1
	value=$2
	shift 2
	for stage; do
		grep -Fqx "$variable=$value" "env.$stage" || {
			echo "$stage: $variable is not '$value' but:"
			grep "^$variable=" "env.$stage"
			return 1
		}
	done
}

test_case 'what they are told, and nothing that the manual does not say' '
	export OWN=mine SECRET_FREE=1
	for stage in $stages; do
		hook $stage/10-env "env >$PWD/env.$stage" \
			"echo \"\$1\" >$PWD/argument.$stage"
	done
	make_guest debian1 --size 100M --include=hello
	guest_stages="personalise filled created"
	for stage in $stages; do
		told MKGUEST_STAGE $stage $stage
		told MKGUEST_TARGET "$(cat argument.$stage)" $stage
		told OWN mine $stage
	done
	told MKGUEST_SUITE bookworm $stages
	told MKGUEST_ARCH "$(dpkg --print-architecture)" $stages
	told MKGUEST_VERSION "$(mkguest --version | cut -d " " -f 2)" $stages
	told MKGUEST_NAME debian1 $guest_stages
	told MKGUEST_TARGET /proc/self/fd/3 filled
	told MKGUEST_TARGET "$PWD/debian1.img" created
	told MKGUEST_CFG "$PWD/debian1.cfg" created
	told MKGUEST_MANIFEST "$PWD/state/guests/debian1" created
	not grep MKGUEST_NAME env.customize
	not grep -e MKGUEST_CFG -e MKGUEST_MANIFEST env.filled
	password=$(cat state/passwords/debian1)
	not grep -F "$password" env.*
	sed -n "s/^\(MKGUEST_[A-Z0-9_]*\)=.*/\1/p" env.* | sort -u |
		grep -vx -e MKGUEST_BUILD -e MKGUEST_STATE -e MKGUEST_CONFIG \
			-e "MKGUEST_TEST_[A-Z]*" -e MKGUEST_LONG \
			>told
	sed -n "s/^\.It Ev //p" "$test_dir/../man/mkguest-hooks.7" |
		tr -d "," | tr " " "\n" | grep "^MKGUEST_" | sort -u |
		diff told -
'

test_case 'nothing to read, no descriptor of ours, and output in the log' '
	for stage in $stages; do
		hook $stage/10-look "test -z \"\$(cat)\"" \
			"ls /proc/self/fd >$PWD/fds.$stage" \
			"echo $stage speaks; echo $stage complains >&2"
	done
	make_guest debian1 --size 100M --log log 9<config 8>elsewhere
	not grep -e speaks -e complains "$trash/stdout" "$trash/stderr"
	# of ls itself: its directory, and the three of each; one more is passed
	for stage in $stages; do
		grep -q "$stage speaks\$" log
		grep -q "$stage complains\$" log
		sort -n fds.$stage | tr "\n" " " >fds
		case $stage in
		personalise | created) test "$(cat fds)" = "0 1 2 3 " ;;
		*) test "$(cat fds)" = "0 1 2 3 4 " ;;
		esac || { cat fds.$stage; false; }
	done
	make_guest debian2 --size 100M --verbose
	expect_stderr "mkguest: filled speaks"
'

# ---- they fail -------------------------------------------------------------------

# STAGE LINE: a hook that leaves nothing in ./order
fails() {
	MKGUEST_CONFIG=$PWD/config
	script "config/hooks.d/$1/10-fails" "$2" -
}

test_case 'a hook that fails before the commit takes all back' '
	for stage in ${stages% created}; do
		fails $stage "echo because of it; exit 3"
		refuse_guest 1 "$stage hook '\''$PWD/config/hooks.d/$stage/10-fails'\'': 10-fails failed with exit status 3: because of it" \
			debian1 --size 100M
		test ! -e debian1.img
		test ! -e state/guests/debian1
		rm -r config
	done
'

test_case 'of a guest that is made again, the old one stays' '
	make_guest debian1 --size 100M
	fails filled false
	refuse_guest 1 "filled hook " debian1 --size 100M --force
	is_clean
'

test_case 'one that fails afterwards says that the guest is there' '
	hook created/10-fails "test -s \"\$MKGUEST_CFG\"" \
		"test -s \"\$MKGUEST_MANIFEST\"" "exit 1"
	hook created/20-later
	run guest debian1 --size 100M
	expect_error 1 "10-fails failed with exit status 1; the guest '\''debian1'\'' is made, and stays"
	expect_stdout "root'\''s password is in "
	test "$(cat order)" = created/10-fails
	judge_cfg debian1.cfg
	is_clean
	run guest debian1 --size 100M --force --json
	expect_error 1 "is made, and stays"
	python3 -m json.tool "$trash/stdout" >/dev/null
'

test_case 'an interrupt ends a hook, and takes all back' '
	for stage in customize personalise filled; do
		hook $stage/10-waits "echo it waits; sleep 600"
		export MKGUEST_STATE="$PWD/state"
		# shellcheck disable=SC2086
		run interrupt_when "it waits" INT mkguest $archive $here \
			--cache-dir "$cache" debian1 --size 100M -v
		expect_error 1 interrupted
		no_leftovers .
		test ! -e debian1.img
		rm -r config
	done
'

# A process that has lost its lock is dead.
test_case 'processes that a hook leaves end with it; not those of created' '
	for stage in $stages; do
		hook $stage/10-leaves \
			"flock --no-fork $PWD/lock.$stage sleep 600 &" \
			"echo \$! >$PWD/pid.$stage" \
			"while flock -n $PWD/lock.$stage true; do sleep 0.01; done"
		hook $stage/20-looks "flock -n $PWD/lock.$stage true ||" \
			"test $stage = created"
	done
	run guest debian1 --size 100M
	kill "$(cat pid.created)"
	expect_status 0
	grep -qx created/20-looks order
	no_leftovers .
'

# ---- whose they are ---------------------------------------------------------------

test_case 'hooks that others could change are refused by name' '
	require ROOT
	hook created/10-own
	hook=$PWD/config/hooks.d/created/10-own
	for mode in 775 757; do
		chmod $mode "$hook"
		refuse_guest 1 "'\''$hook'\'' can be written by others" debian1 \
			--size 100M
	done
	chmod 755 "$hook"
	chown 65534 "$hook"
	refuse_guest 1 "'\''$hook'\'' is neither root'\''s nor yours" debian1 \
		--size 100M
	chown 0 "$hook"
	chmod 777 "${hook%/*}"
	refuse_guest 1 "'\''${hook%/*}'\'' can be written by others" debian1 \
		--size 100M
	chmod 755 "${hook%/*}"
	ln -s nowhere "${hook%/*}/20-dangling"
	refuse_guest 1 "20-dangling'\'': No such file" debian1 --size 100M
	rm "${hook%/*}/20-dangling"
	mkdir "${hook%/*}/20-directory"
	refuse_guest 1 "20-directory'\'' is not a file" debian1 --size 100M
	test ! -e order
'

test_case 'an ordinary user has hooks, too' '
	require ROOT USER
	unset MKGUEST_CONFIG
	mkdir user
	hook personalise/10-zone "mkguest-setup --timezone Europe/Berlin \"\$1\""
	hook filled/10-check "e2fsck -fn \"\$1\"" \
		"debugfs -R \"cat etc/hostname\" \"\$1\""
	mkdir user/config
	mv config user/config/mkguest
	: >order
	chmod 666 order
	as_user env MKGUEST_STATE= MKGUEST_CONFIG= mkguest $archive debian1 \
		--size 100M
	printf "%s\n" personalise/10-zone filled/10-check | diff - order
	debugfs -R "stat etc/localtime" user/debian1.img 2>/dev/null |
		grep -F /usr/share/zoneinfo/Europe/Berlin
	rm -r user/cache
	no_leftovers .
'

# ---- what they do ------------------------------------------------------------------

test_case 'a personalise hook edits a directory and an image alike' '
	make_guest debian2 --size 100M
	hook personalise/10-edit "mkguest-setup --timezone Europe/Berlin \\" \
		"	--hostname other.example.org \"\$MKGUEST_TARGET\""
	make_guest debian1 --size 100M
	MKGUEST_TARGET=debian2.img config/hooks.d/personalise/10-edit
	for file in etc/hostname etc/hosts; do
		content $file debian2.img >second
		content $file | diff - second
		grep other second
	done
	for image in debian1.img debian2.img; do
		debugfs -R "stat etc/localtime" $image 2>/dev/null |
			grep -F /usr/share/zoneinfo/Europe/Berlin
	done
	is_clean
	is_clean debian2.img
'

test_case 'a created hook has the guest to itself' '
	hook created/10-edit "mkguest-setup --timezone Europe/Berlin \"\$1\"" \
		"mkguest-cfg check \"\$MKGUEST_CFG\"" \
		"flock -n $PWD/state/locks/debian1 true"
	make_guest debian1 --size 100M
	debugfs -R "stat etc/localtime" debian1.img 2>/dev/null |
		grep -F /usr/share/zoneinfo/Europe/Berlin
	is_clean
'

test_case 'a base is kept if all that made it says that it may' '
	forget_bases
	hook customize/10-count "# Cacheable: yes" \
		"echo here >\"\$1/etc/customized\""
	hook personalise/10-free
	for name in debian1 debian2; do
		make_guest $name --size 100M
		test "$(content etc/customized $name.img)" = here
	done
	test "$(grep -c customize order)" = 1
	test "$(grep -c personalise order)" = 2
	hook customize/10-count "# Cacheable: yes" \
		"echo there >\"\$1/etc/customized\""
	make_guest debian3 --size 100M
	test "$(content etc/customized debian3.img)" = there
	hook customize/20-free
	make_guest debian4 --size 100M
	make_guest debian5 --size 100M
	test "$(grep -c customize/20-free order)" = 2
	MKGUEST_CONFIG=none
	make_guest debian6 --size 100M
	test -z "$(content etc/customized debian6.img)"
'

test_case 'those of the command line come after, in its order' '
	hook customize/10-a
	hook personalise/10-a
	mkdir "a dir"
	script "a dir/hook" "echo file >>$PWD/order" -
	script flat/customize1 "echo flat >>$PWD/order" -
	make_guest debian1 --size 100M \
		--created-hook "echo created \$MKGUEST_NAME >>order" \
		--customize-hook "echo line \$# >>order" \
		--customize-hook "a dir/hook" --hook-directory flat \
		--personalise-hook "mkguest-setup --timezone Europe/Berlin \"\$1\"" \
		--filled-hook "echo filled >>order" \
		--chrooted-customize-hook "echo in >/etc/inside" \
		--customize-hook "copy-in order /etc"
	printf "%s\n" customize/10-a "line 1" file flat personalise/10-a \
		filled "created debian1" | diff - order
	test "$(content etc/inside)" = in
	content etc/order | grep -x flat
'

test_case 'packages come from where setup hooks say' '
	make_guest debian1 --size 100M --include=hello
	test "$(content usr/share/hello/version)" = 2.1
	hook setup/10-source "rm \"\$1/etc/apt/sources.list.d/debian.sources\"" \
		"echo deb $mirror bookworm main >\"\$1/etc/apt/sources.list.d/own.list\""
	run guest debian2 --size 100M --include=hello --dry-run
	expect_stdout "would install"
	test ! -e order
	make_guest debian2 --size 100M --include=hello
	test "$(content usr/share/hello/version debian2.img)" = 2.0
	content etc/apt/sources.list.d/own.list debian2.img | grep "$mirror"
	is_clean debian2.img
'

# ---- roles --------------------------------------------------------------------------

# NAME [LINE…]: one of the admin's, with a hook that marks the base.
role() {
	MKGUEST_CONFIG=$PWD/config
	directory=config/roles/$1
	mkdir -p "$directory"
	script "$directory/customize/10-mark" "# Cacheable: yes" - \
		"echo $1 >>'$PWD/order'" "echo $1 >>\"\$1/etc/roles\""
	shift
	printf '%s\n' "$@" >"$directory/role"
}

# IMAGE SCRIPT ROLE: runs both here as the guest would there.
first_boot() {
	content "usr/lib/mkguest/first-boot.d/$2" "$1" |
		sed "s,/usr/lib/mkguest,$PWD," >first-boot
	content "usr/lib/mkguest/$3" "$1" >"$3"
	chmod +x "$3"
	sh first-boot
	test ! -e "$3"
}

test_case 'a role brings packages, hooks and a script with its argument' '
	forget_bases
	role db "Description: a database" "Packages: hello, libhello" \
		"Argument: a size"
	role plain "Description: nothing"
	script config/roles/db/first-boot "echo \"\$# \${1-}\" >first" -
	make_guest debian1 --size 100M --role db=64M --role plain
	make_guest debian2 --size 100M --role plain,db=2G
	make_guest debian3 --size 100M --role db,plain
	test "$(content usr/share/hello/version)" = 2.1
	content etc/roles | tr "\n" " " | grep -x "db plain "
	content etc/roles debian2.img | tr "\n" " " | grep -x "plain db "
	test "$(grep -c db order)" = 2
	content usr/lib/mkguest/role-db | diff - config/roles/db/first-boot
	test "$(mode usr/lib/mkguest/role-db)" = 0700
	debugfs -R "stat etc/systemd/system/multi-user.target.wants/mkguest-first-boot.service" debian1.img 2>/dev/null |
		grep -F mkguest-first-boot.service
	not grep -a -l -r 64M "$cache/bases"
	first_boot debian1.img 00-role-db role-db
	test "$(cat first)" = "1 64M"
	first_boot debian2.img 00-role-db role-db
	test "$(cat first)" = "1 2G"
	first_boot debian3.img 00-role-db role-db
	test "$(cat first)" = "0 "
	make_guest debian4 --size 100M --role "db=it'\''s\$HOME"
	first_boot debian4.img 00-role-db role-db
	test "$(cat first)" = "1 it'\''s\$HOME"
	is_clean
'

test_case 'roles and arguments that are none' '
	role db "Argument: a size" "Argument-Pattern: [0-9]+[MG]|all"
	role plain "Packages:"
	refuse_guest 2 "unknown role '\''none'\''; there are admin, db, plain, smarthost, web" \
		debian1 --role none
	for name in "" . .. a/b ../roles/db; do
		refuse_guest 2 "unknown role '\''$name'\''" debian1 \
			--role "db,$name=1"
	done
	refuse_guest 2 "takes a size as its argument, not '\''5'\''" debian1 \
		--role db=5
	refuse_guest 2 "not '\''allM'\''" debian1 --role db=allM
	refuse_guest 2 "'\''plain'\'' takes no argument, not '\''x'\''" debian1 \
		--role plain=x
	refuse_guest 2 "'\''db'\'' is asked for twice" debian1 --role db,db=5M
	echo "Packges: a" >>config/roles/plain/role
	refuse_guest 1 "roles/plain/role:2: unknown field '\''Packges'\''" debian1 \
		--role plain
	role plain "Argument: x" "Argument-Pattern: ("
	refuse_guest 1 "'\''plain'\'' has an Argument-Pattern that is no regular" \
		debian1 --role plain=1
	chmod o+w config/roles/plain/role
	refuse_guest 1 "role'\'' can be written by others" debian1 --role plain
'

# The fake archive has none of their packages.
test_case 'the roles that come with mkguest: their packages, their arguments' '
	for role in web=8080:nginx admin=04:30:unattended-upgrades \
			smarthost=mail.example.org:587:dma; do
		refuse_guest 2 "has no package '\''${role##*:}"  debian1 --role "${role%:*}" --dry-run
	done
	for value in 0 08 65536 70000 80x "" -1; do
		refuse_guest 2 "takes a port as its argument, not '\''$value'\''" \
			debian1 --role "web=$value"
	done
	for value in 24:00 4:30 04:60 0430; do
		refuse_guest 2 "takes a time as 04:30 as its argument" debian1 \
			--role "admin=$value"
	done
	for value in -host host- host:0 host:x "a/b" "\$(id)"; do
		refuse_guest 2 "takes a mail server as " debian1 \
			--role "smarthost=$value"
	done
'

# SUITE: a guest with all of them; its first boot is played in a namespace.
play_roles() {
	run mkguest debian1 --suite "$1" --image-dir . --cfg-dir . \
		--cache-dir "$cache" --size 3G \
		--role web=8080,admin=04:30,smarthost=mail.example.org:587
	expect_status 0
	is_clean
	mkdir root
	debugfs -R "rdump / root" debian1.img 2>/dev/null
	rm -f root/usr/sbin/policy-rc.d
	unshare --net --mount --pid --fork sh -ec '
		ip link set lo up
		mount --bind root root
		mount -t proc proc root/proc
		mount --rbind /dev root/dev
		chroot root /usr/lib/mkguest/first-boot
		curl -sS --fail --dump-header headers http://127.0.0.1:8080/ >page
		chroot root apt-config dump >apt-config
		chroot root perl -e "
			our %nrconf; do \"/etc/needrestart/conf.d/mkguest.conf\";
			print \$nrconf{restart}" >restart
	'
	grep -qi nginx page
	tr -d "\r" <headers | grep -ix "server: nginx"
	test ! -e root/usr/lib/mkguest
	grep -Fx 'APT::Periodic::Unattended-Upgrade "1";' apt-config
	grep -Fx 'Unattended-Upgrade::Automatic-Reboot-Time "04:30";' apt-config
	test "$(cat restart)" = a
	for line in "SMARTHOST mail.example.org" "PORT 587" STARTTLS \
			OPPORTUNISTIC_TLS; do
		test "$(grep -cx "$line" root/etc/dma/dma.conf)" = 1
	done
	test "$(mode usr/bin/sudo)" = 04755
	rm -rf --one-file-system root debian1.img debian1.cfg state
}

if test -n "${MKGUEST_LONG-}"; then
	for suite in bookworm trixie; do
		test_case "$suite: the roles do what they say" '
			require ROOT NET
			MKGUEST_CONFIG=/nonexistent
			MKGUEST_STATE=$PWD/state
			play_roles '$suite'
		'
	done
fi

done_testing
