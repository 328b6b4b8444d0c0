#!/bin/sh
# A guest by its file, defaults of mkguest.conf, the admin's own templates and
# releases: what is nearer wins, and all that is wrong is said with its place.
. "$(dirname "$0")/guest.sh"

etc=$trash/etc
MKGUEST_CONFIG=$etc
export MKGUEST_CONFIG

# Each body has its own.
fresh_etc() {
	rm -rf "$etc"
	mkdir "$etc"
}

# LINE…: what mkguest says on standard error, and nothing else
expect_errors() {
	printf 'mkguest: error: %s\n' "$@" | diff - "$trash/stderr"
	expect_status 2
}

print() {
	mkguest --print-guest-file "$@" | grep -v '^#'
}

test_case 'a guest of its file is the guest of its command line' '
	fresh_etc
	export SOURCE_DATE_EPOCH=1700000000
	set -- --size 100M --memory 300 --mac 00:16:3e:01:02:03 --bridge xenbr0 \
		--root-password locked --timezone Etc/UTC --swap 64M \
		--disk debian1.img --disk home.img,size=64M,mount=/home \
		--include=netbase --hostname debian1.example.org
	make_guest debian1 "$@"
	sha256sum debian1.img home.img debian1.cfg >sums
	# shellcheck disable=SC2086
	mkguest $archive $here "$@" --print-guest-file debian1 >debian1.guest
	rm -rf ./*.img debian1.cfg state
	run mkguest --cache-dir "$cache" -f debian1.guest
	expect_status 0
	sha256sum -c sums
	no_leftovers .
'

test_case 'every field that is wrong is told, and nothing is done' '
	fresh_etc
	cat >web.guest <<-END
		# two lines
		Name: Web
		Memroy: 7
		Memory: 5
		memory: 8
		Disk: a.img
		 b.img,size=1G
		 c.img,mount=/x
		Full: maybe
		Size: big
		nonsense
		Timezone: a
		 b
	END
	echo "Vcpus: 9999" >"$etc/mkguest.conf"
	run mkguest -f web.guest
	expect_errors \
		"web.guest:11: not a '\''Field: value'\'' line" \
		"web.guest:3: Memroy: unknown field; is it Memory?" \
		"web.guest:5: memory: the field is in line 4 already" \
		"web.guest:9: Full: '\''maybe'\'' is neither yes nor no" \
		"web.guest:10: Size: '\''big'\'' is not a size; write it as 512M or 4G" \
		"web.guest:12: Timezone: it has one line only" \
		"web.guest:2: Name: '\''Web'\'' is no name for a guest: use lower-case letters, digits, inner hyphens, and dots between labels" \
		"web.guest:4: Memory: 5 is not between 64 and 16777216" \
		"$etc/mkguest.conf:1: Vcpus: 9999 is not between 1 and 512" \
		"web.guest:7: Disk: '\''b.img'\'': it needs mount=, fs=swap or fs=none" \
		"web.guest:8: Disk: '\''c.img'\'': it needs a size: size=4G"
	test "$(ls)" = web.guest
'

test_case 'of options, too, all that are wrong' '
	fresh_etc
	run mkguest debian1 --memory 5 --type xen --mac x
	expect_errors \
		"--type: '\''xen'\'' is unknown; it can be pvh, pv or hvm" \
		"--memory: 5 is not between 64 and 16777216" \
		"--mac: '\''x'\'' is no MAC address; write it as 00:16:3e:xx:xx:xx"
'

test_case 'options go before the file, and that before mkguest.conf' '
	fresh_etc
	cat >"$etc/mkguest.conf" <<-END
		Memory: 100
		Vcpus: 2
		Lvm: vg0
		Full: yes
		Wipe: yes
		Cfg-Dir: /srv/cfg
		Include: nginx
	END
	cat >a.guest <<-END
		Name: a
		Memory: 200
		Size: 3G
		Disk: b.img,size=1G,mount=/b
		 c.img,size=1G,mount=/c
		Cfg-Dir:
		Zpool: tank
		Wipe: no
	END
	print -f a.guest --size 5G --disk d.img,size=1G,mount=/d --full=no >got
	cat >expected <<-END
		Name: a
		Include: nginx
		Disk: d.img,size=1G,mount=/d
		Size: 5G
		Memory: 200
		Vcpus: 2
		Cfg-Dir:
		Zpool: tank
		Full: no
		Wipe: no
	END
	sort expected >sorted
	sort got | diff sorted -
	test "$(print -f a.guest other | head -n 1)" = "Name: other"
	print b | grep -Fx "Lvm: vg0"
'

test_case 'a file from standard input and from a pipe' '
	fresh_etc
	echo "Memory: 99" | print -f - debian1 | grep -Fx "Memory: 99"
	mkfifo fifo
	echo "Memory: 98" >fifo &
	print -f fifo debian1 | grep -Fx "Memory: 98"
	echo "Memroy: 98" >wrong
	run mkguest -f - <wrong debian1
	expect_errors "standard input:1: Memroy: unknown field; is it Memory?"
'

test_case 'what is no guest file' '
	fresh_etc
	run mkguest -f nowhere
	expect_error 1 "open '\''nowhere'\'': No such file"
	run mkguest -f .
	expect_error 1 "'\''.'\'' is no guest file"
	: >empty
	run mkguest -f empty
	expect_error 2 "'\''empty'\'' has no Name, and no NAME is given"
	printf "Name: a\n\nName: b\n" >two
	run mkguest -f two
	expect_error 2 "two:3: a second guest; a file describes one"
	run mkguest
	expect_error 2 "NAME is missing"
	run mkguest debian1 --print-guest-file --include " "
	expect_status 0
	run mkguest debian1 --print-guest-file --timezone "a
b"
	expect_error 2 "--timezone: "
	run mkguest debian1 --full=perhaps
	expect_error 2 "--full: '\''perhaps'\'' is neither yes nor no"
'

test_case 'files that others can write to' '
	fresh_etc
	echo "Memory: 99" >a.guest
	chmod 666 a.guest
	run mkguest -f a.guest debian1
	expect_error 1 "others can write to '\''a.guest'\''"
	chmod 664 a.guest
	print -f a.guest debian1 | grep -Fx "Memory: 99"
	cp a.guest "$etc/mkguest.conf"
	chmod 664 "$etc/mkguest.conf"
	run mkguest debian1
	expect_error 1 "others can write to '\''$etc/mkguest.conf'\''"
	chmod 644 "$etc/mkguest.conf"
	print debian1 | grep -Fx "Memory: 99"
	require ROOT
	chown nobody: "$etc/mkguest.conf" a.guest
	run mkguest debian1
	expect_error 1 "neither to root nor to you"
	rm "$etc/mkguest.conf"
	print -f a.guest debian1 | grep -Fx "Memory: 99"
'

test_case 'the user has a mkguest.conf of their own' '
	require USER
	as_user sh -ec "
		unset MKGUEST_CONFIG
		mkdir -p config/mkguest
		echo Memory: 77 >config/mkguest/mkguest.conf
		mkguest --print-guest-file debian1
	" >got
	grep -Fx "Memory: 77" got
'

test_case 'the admin has templates of their own' '
	fresh_etc
	mkdir "$etc/templates"
	printf "127.0.0.1 localhost\n# by the admin\n\${ADDRESS} \${NAMES}\n" \
		>"$etc/templates/hosts"
	make_guest debian1 --size 100M
	content etc/hosts | grep -Fx "# by the admin"
	content etc/hosts | grep -x "127.0.1.1 .*debian1"
	printf "\n\${ADDRESS} \${NAME}\n" >"$etc/templates/hosts"
	refuse_guest 1 "$etc/templates/hosts:2: nothing is known for '\''\${NAME}'\''" \
		debian1 --size 100M --force --dry-run
	unit=mkguest-first-boot.service
	sed "s/^Description=.*/Description=by the admin/" \
		"$test_dir/../templates/$unit" >"$etc/templates/$unit"
	echo "#!/bin/sh" >script
	mkguest-setup --first-boot script debian1.img
	content "etc/systemd/system/$unit" | grep -Fx "Description=by the admin"
	is_clean
'

test_case 'in a user namespace as well' '
	require USER
	cp -r "$cache" user-cache
	as_user sh -ec "
		unset MKGUEST_CONFIG
		mkdir -p config/mkguest/templates
		printf \"\\\${ADDRESS} \\\${NAMES} of-the-user\n\" >config/mkguest/templates/hosts
		mkguest $archive $here debian1 --size 100M -q
	"
	content etc/hosts user/debian1.img | grep "debian1 of-the-user"
'

test_case 'the admin has releases of their own' '
	fresh_etc
	printf "Codename: bookworm\nLike: bookworm\nFilesystem: ext3\n" \
		>"$etc/suites.deb822"
	printf "Filesystem-Features: has_journal,ext_attr,dir_index,filetype\n" \
		>>"$etc/suites.deb822"
	make_guest debian1 --size 100M
	is_clean
	test "$(blkid -o value -s TYPE debian1.img)" = ext3
	dumpe2fs -h debian1.img 2>/dev/null | grep "features:" >features
	not grep -w extent features
'

test_case 'releases that are wrong' '
	fresh_etc
	cat >"$etc/suites.deb822" <<-END
		Codename: mine
		Like: trixie
		Kernel-Compresion: xz
		Released: perhaps
		Dpkg-Quirks: odd

		Codename: yours
	END
	run mkguest debian1
	expect_status 1
	for line in "3: Kernel-Compresion: unknown field" \
			"4: Released: '\''perhaps'\'' is none of: yes no" \
			"5: Dpkg-Quirks: '\''odd'\'' is no quirk of dpkg" \
			"7: the stanza has no Components"; do
		expect_stderr "error: $etc/suites.deb822:$line"
	done
	printf "Codename: mine\nLike: yours\n" >"$etc/suites.deb822"
	run mkguest debian1
	expect_error 1 "suites.deb822:1: Like: there is no '\''yours'\''"
	printf "\nCodename: yours\nLike: mine\n" >>"$etc/suites.deb822"
	run mkguest debian1
	expect_status 1
	expect_stderr "Like: it leads in a circle"
	printf "Codename: mine\nLike: trixie\nKernel-amd64:\n" \
		>"$etc/suites.deb822"
	run mkguest debian1 --suite nowhere
	expect_error 2 "(known: mine, bookworm, "
'

test_case 'mkguest(5) has all fields, and no other' '
	fresh_etc
	mkguest --help | sed -n "s/^ *\(-., \)\?--\([a-z-]*\).*/\2/p" >options
	while read -r option; do
		field=$(printf "%s" "$option" | sed "s/\(^\|-\)\(.\)/\1\u\2/g")
		echo "$field:" >one
		mkguest -f one --print-guest-file debian1 >/dev/null 2>words ||
			test $? -eq 2
		grep -q "$field: unknown field" words || echo "$field"
	done <options >fields
	echo Name >>fields
	sort fields >known
	sed -n "s/^\.It Ic \([A-Za-z-]*\).*/\1/p" "$test_dir/../man/mkguest.5" |
		sort >told
	diff known told
'

done_testing
