#!/bin/sh
# Root and users of a guest, their language and keyboard, on a directory and on an
# image alike, judged by the programs that read their files: pwck, grpck, visudo,
# ssh-keygen, crypt(3), sh.

. "$(dirname "$0")/setup.sh"

# The accounts that every Debian begins with, and what adduser would look at.
mkdir -p base/etc/sudoers.d base/etc/skel/.config base/root base/home \
	base/bin base/usr/bin base/usr/sbin
echo 12.5 >base/etc/debian_version
sed 's/:\*:/:x:/' /usr/share/base-passwd/passwd.master >base/etc/passwd
sed 's/:\*:/:x:/' /usr/share/base-passwd/group.master >base/etc/group
sed 's/:.*/:*:19000:0:99999:7:::/' base/etc/passwd >base/etc/shadow
sed 's/:.*/:*::/' base/etc/group >base/etc/gshadow
: >base/etc/subuid
: >base/etc/subgid
cut -d: -f6 base/etc/passwd | sort -u | sed "s|^|base|" | xargs mkdir -p
touch base/bin/bash base/bin/sh base/bin/sync base/usr/bin/sudo \
	base/usr/sbin/nologin
chmod 755 base/bin/* base/usr/*bin/*
echo '# skeleton' >base/etc/skel/.bashrc
echo 'mine' >base/etc/skel/.config/some
ln -s .bashrc base/etc/skel/.profile
chmod 700 base/etc/skel/.config
printf '%%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n' \
	>base/etc/sudoers
mkdir -p base/etc/default base/etc/console-setup base/usr/share/i18n \
	base/usr/share/X11/xkb/rules
printf '%s UTF-8\n' C.UTF-8 de_DE.UTF-8 en_IN fr_FR.UTF-8 \
	>base/usr/share/i18n/SUPPORTED
printf '# C.UTF-8 UTF-8\nde_DE.UTF-8 UTF-8\nen_IN UTF-8\n' \
	>base/etc/locale.gen
printf '%s\n' '! model' '  pc105 x' '! layout' '  us x' '  de x' \
	'! variant' '  nodeadkeys de: x' >base/usr/share/X11/xkb/rules/base.lst
printf '# here\nXKBMODEL="pc105"\nXKBLAYOUT="us"\nXKBOPTIONS="x"\n' \
	>base/etc/default/keyboard
echo exit >base/etc/console-setup/cached_setup_keyboard.sh
chmod 640 base/etc/*shadow
chmod 440 base/etc/sudoers
ssh-keygen -q -t ed25519 -N '' -C one -f "$trash/one"
ssh-keygen -q -t ecdsa -N '' -C two -f "$trash/two"
(umask 077 && printf 'correct horse\nnot this\n' >"$trash/password")
(umask 077 && openssl passwd -6 -in "$trash/password" | head -n 1 >"$trash/hash")

# Its accounts have owners.
setup_needs=ROOT

# The databases are sound, by those who keep them.
judge() {
	look
	pwck -r -q -R "$PWD/root"
	grpck -r -R "$PWD/root"
	(cd root/etc && find sudoers.d -type f) >rules
	while read -r rule; do
		visudo -q -c -f "root/etc/$rule"
	done <rules
}

# USER FIELD
shadow() {
	awk -F: -v user="$1" '$1 == user { print $n }' n="$2" root/etc/shadow
}

# USER PASSWORD
has_password() {
	hash=$(shadow "$1" 2)
	test -n "$hash"
	test "$(perl -e 'print crypt(shift, shift)' "$2" "$hash")" = "$hash"
}

on_both 'a user with all that can be asked for' '
	setup --user "ann,uid=1234,groups=adm:users,ssh-key=$trash/one.pub,ssh-key=$trash/two.pub,password-file=$trash/password,sudo,shell=/bin/sh,gecos=Ann, of Ghent"
	expect_status 0
	test ! -s "$trash/stdout"
	judge
	grep -Fx "ann:x:1234:1234:Ann, of Ghent:/home/ann:/bin/sh" root/etc/passwd
	has_password ann "correct horse"
	test "$(shadow ann 5)" = 99999
	case $(shadow ann 2) in \$y\$*) ;; *) false ;; esac
	grep -Fx "ann:x:1234:" root/etc/group
	for group in adm users sudo; do
		grep -x "$group:x:[0-9]*:ann" root/etc/group
		grep -x "$group:\*::ann" root/etc/gshadow
	done
	grep -Fx ann:100000:65536 root/etc/subuid
	grep -Fx ann:100000:65536 root/etc/subgid
	test "$(stat -c "%a %u %g" root/home/ann root/home/ann/.ssh)" = \
"700 1234 1234
700 1234 1234"
	keys=root/home/ann/.ssh/authorized_keys
	test "$(stat -c "%a %u %g" $keys)" = "600 1234 1234"
	test "$(ssh-keygen -l -f $keys | wc -l)" -eq 2
	test -z "$(ls root/etc/sudoers.d)"
	not grep -r "correct horse" root
'

test_case 'an ordinary user makes users of an image' '
	require ROOT USER
	make_root image
	mkdir user
	cp root.img user
	chown $test_user: user/root.img
	as_user env MKGUEST_STATE= mkguest-setup --user ann,sudo root.img
	mv user/root.img .
	judge
	test "$(find root/home/ann ! -type l -printf "%U:%G\n" | sort -u)" = \
		1000:1000
	grep -Fx "ann ALL=(ALL) NOPASSWD: ALL" root/etc/sudoers.d/mkguest-1000
'

on_both 'a home like the skeleton' '
	setup --user ann
	expect_status 0
	judge
	grep -Fx "ann:x:1000:1000::/home/ann:/bin/bash" root/etc/passwd
	test "$(shadow ann 2)" = "*"
	diff -r root/etc/skel root/home/ann
	test "$(readlink root/home/ann/.profile)" = .bashrc
	test "$(find root/home/ann ! -type l -printf "%U:%G\n" | sort -u)" = \
		1000:1000
	# debugfs gives no symlink away
	test -e root.img || test "$(stat -c %u root/home/ann/.profile)" = 1000
	test "$(stat -c %a root/home/ann/.config)" = 700
'

on_both 'several users, and numbers that are free' '
	setup --user ann,uid=1001 --user bob --user carol --user dan,uid=33000 \
		--user john.doe,sudo
	expect_status 0
	judge
	cut -d: -f1,3,4 root/etc/passwd | tail -n 5 >ids
	printf "%s\n" ann:1001:1001 bob:1000:1000 carol:1002:1002 \
		dan:33000:33000 john.doe:1003:1003 | diff ids -
	cut -d: -f2 root/etc/subuid | uniq | wc -l | grep -x 5
	grep -Fx "john.doe ALL=(ALL) NOPASSWD: ALL" root/etc/sudoers.d/mkguest-1003
	test "$(stat -c "%a %u" root/etc/sudoers.d/mkguest-1003)" = "440 0"
'

on_both 'a user that is there is completed, and not doubled' '
	setup --user ann,groups=adm --user bob
	setup --user "ann,groups=adm:users,hash-file=$trash/hash,ssh-key=$trash/one.pub,sudo"
	expect_status 0
	setup --user "ann,uid=1000,shell=/bin/sh,ssh-key=$trash/one.pub,ssh-key=$trash/two.pub,gecos=Ann"
	expect_status 0
	judge
	test "$(grep -c ^ann: root/etc/passwd root/etc/shadow root/etc/group \
		root/etc/gshadow root/etc/subuid | cut -d: -f2 | uniq)" = 1
	grep -Fx "ann:x:1000:1000:Ann:/home/ann:/bin/sh" root/etc/passwd
	grep -x "adm:x:[0-9]*:ann" root/etc/group
	has_password ann "correct horse"
	test "$(wc -l <root/home/ann/.ssh/authorized_keys)" -eq 2
	test "$(shadow ann 2)" = "$(cat "$trash/hash")"
'

on_both 'sudo without a password, until there is one' '
	setup --user ann,sudo
	expect_status 0
	setup --user "ann,sudo,password-file=$trash/password"
	expect_status 0
	judge
	test -z "$(ls root/etc/sudoers.d)"
	grep -x "sudo:x:27:ann" root/etc/group
'

on_both 'a sudo that has one file for its rules' '
	if test -e root.img; then
		printf "root ALL=(ALL) ALL" >sudoers
		debugfs -w -R "rm etc/sudoers" root.img 2>/dev/null
		debugfs -w -R "write sudoers etc/sudoers" root.img 2>/dev/null
	else
		printf "root ALL=(ALL) ALL" >root/etc/sudoers
	fi
	setup --user ann,sudo
	setup --user ann,sudo
	expect_status 0
	look
	printf "root ALL=(ALL) ALL\nann ALL=(ALL) NOPASSWD: ALL\n" |
		diff - root/etc/sudoers
	test "$(stat -c %a root/etc/sudoers)" = 440
	visudo -q -c -f root/etc/sudoers
'

on_both 'root: a password, a hash, none, and keys beside those that are there' '
	setup --root-password "file:$trash/password" --ssh-key "$trash/one.pub"
	expect_status 0
	setup --ssh-key "$trash/one.pub" --ssh-key "$trash/two.pub"
	expect_status 0
	judge
	has_password root "correct horse"
	test "$(ssh-keygen -l -f root/root/.ssh/authorized_keys | wc -l)" -eq 2
	setup --root-password "hash-file:$trash/hash"
	expect_status 0
	look
	test "$(shadow root 2)" = "$(cat "$trash/hash")"
	setup --root-password locked
	expect_status 0
	look
	test "$(shadow root 2)" = "*"
'

# Types what follows on a terminal of its own.
typing() {
	printf "%s\n" "$@" >typed
	python3 "$helper/typist" typed mkguest-setup --root-password prompt "$root"
}

on_both 'root: a password that is typed twice, and not shown' '
	typing "correct horse" "correct horse" >shown
	judge
	has_password root "correct horse"
	grep -F "password of root: " shown
	grep -F "password of root, again: " shown
	not grep -F horse shown
	not typing one two >shown
	grep -F "the two passwords differ" shown
	look
	has_password root "correct horse"
	setsid -w mkguest-setup --root-password prompt "$root" 2>said </dev/null ||
		test $? -eq 1
	grep -F "there is no terminal to ask for the password of root on; give a file" said
'

on_both 'root: a random password, on a terminal only' '
	setup --root-password random
	expect_error 1 "needs a terminal"
	look
	diff -r "$trash/base/etc/shadow" root/etc/shadow
	: >none
	python3 "$helper/typist" none mkguest-setup --root-password random \
		"$root" >shown
	judge
	has_password root "$(sed -n "s/.*shown only here: \([^ ]*\).*/\1/p" shown |
		tr -d "\r")"
'

on_both 'a language and a keyboard' '
	setup --locale de_DE.utf8,en_IN --keymap de:nodeadkeys
	expect_status 0
	look
	test "$(. root/etc/default/locale; echo "$LANG")" = de_DE.UTF-8
	(
		. root/etc/default/keyboard
		test "$XKBMODEL $XKBLAYOUT $XKBVARIANT $XKBOPTIONS" = \
			"pc105 de nodeadkeys x"
	)
	test -z "$(ls root/etc/console-setup)"
	setup --locale C.UTF-8 --keymap us
	expect_status 0
	look
	test "$(. root/etc/default/locale; echo "$LANG")" = C.UTF-8
	grep -Fx "XKBVARIANT=\"\"" root/etc/default/keyboard
	test "$(wc -l <root/etc/default/keyboard)" -eq 5
'

on_both 'a release with /etc/locale.conf' '
	setup --suite trixie --locale de_DE.UTF-8
	expect_status 0
	look
	test "$(cat root/etc/locale.conf)" = LANG=de_DE.UTF-8
	test "$(readlink root/etc/default/locale)" = /etc/locale.conf
'

# STATUS TEXT OPTION…: refused, and all is as it was
refuse_setup() {
	wanted=$1
	text=$2
	shift 2
	setup "$@"
	expect_error "$wanted" "$text"
	look
	diff -r --no-dereference "$trash/base" root
}

on_both 'what the guest cannot have' '
	refuse_setup 1 "uid 33 is that of '"'www-data'"'" --user ann,uid=33
	refuse_setup 1 "has a group '"'staff'"' already" \
		--user staff
	refuse_setup 1 "no group '"'docker'"'; include the package" \
		--user ann,groups=adm:docker
	refuse_setup 1 "has the uid 33, not 34" --user www-data,uid=34
	refuse_setup 2 "knows no locale '"'de_DE'"'" --locale de_DE
	refuse_setup 2 "has not generated the locale '"'fr_FR.UTF-8'"'" \
		--locale de_DE.UTF-8,fr_FR.UTF-8
	refuse_setup 2 "knows no keyboard '"'xx'"'" --keymap xx
	refuse_setup 2 "knows no keyboard '"'de:xx'"'" --keymap de:xx
	refuse_setup 1 "no shell (/bin/zsh); include the package" \
		--user ann,shell=/bin/zsh
'

test_case 'what is wrong is said before anything is opened' '
	root=nowhere
	(umask 077; echo secret >password; echo "\$1\$x" >broken
	printf "%s\n" "\$5\$" >short; : >empty)
	cp password weak && chmod 640 weak
	while IFS="|" read -r status text options; do
		eval "setup $options"
		expect_error "$status" "$text"
	done <<-"END"
		2|--hostname: '"'a b'"' is no name|--hostname "a b"
		2|--root-password: it is no password|--root-password secret
		2|it is no password, which all could see|--root-password file:
		2|'"'~/key'"': a shell replaces|--root-password "file:~/key"
		2|'"'~/key'"': a shell replaces|--user "ann,ssh-key=~/key"
		2|--user: ann: '"'password'"' is unknown|--user ann,password=secret
		2|ssh-key has no value|--user ann,ssh-key=
		2|sudo takes no value|--user ann,sudo=yes
		2|uid is given twice|--user ann,uid=1,uid=2
		2|'"''"' is no name of a user|--user ""
		2|'"'Ann'"' is no name of a user|--user Ann
		2|'"'1ann'"' is no name of a user|--user 1ann
		2|'"'a b'"' is no name of a user|--user "a b"
		2|'"'a:b'"' is no name of a user|--user a:b
		2|'"'../x'"' is no name of a user|--user ../x
		2|is no name of a user|--user aaaaaaaaaabbbbbbbbbbccccccccccddd
		2|root is there anyway|--user root,sudo
		2|uid '"'0'"' is no number|--user ann,uid=0
		2|uid '"'4294967295'"' is no number|--user ann,uid=4294967295
		2|uid '"'x'"' is no number|--user ann,uid=x
		2|uid 5 is that of '"'ann'"'|--user ann,uid=5 --user bob,uid=5
		2|the user is given twice|--user ann --user bob --user ann,sudo
		2|has an empty name|--user ann,groups=adm::users
		2|is no absolute path|--user ann,shell=bash
		2|gecos has a colon|--user ann,gecos=a:b
		2|--timezone: '"'../etc/passwd'"' is no name|--timezone ../etc/passwd
		2|--timezone: '"''"' is no name|--timezone=
		2|'"'de-DE'"' is no locale|--locale=de-DE
		2|'"'.UTF-8'"' is no locale|--locale .UTF-8
		2|--keymap: '"'d\$e'"' is no keyboard|"--keymap=d\$e"
		2|--keymap: '"'de:'"' is no keyboard|--keymap de:
		2|exclude each other|--user ann,password-file=a,hash-file=b
	END
	test ! -e nowhere
'

on_both 'secrets and keys that cannot be used' '
	(umask 077; echo secret >password; echo "\$6\$salt\$short" >short
	echo "\$3\$\$8846f7eaee8fb117ad06bdd830b7586c" >windows; : >empty)
	cp password weak && chmod 640 weak
	echo hello >text && chmod 600 text
	for what in --root-password=file: --user=ann,password-file=; do
		refuse_setup 1 "'"'weak'; chmod 600 'weak'"'" ${what}weak
		refuse_setup 1 "holds no password" ${what}empty
		refuse_setup 1 "open '"'none'"'" ${what}none
	done
	for what in --root-password=hash-file: --user=ann,hash-file=; do
		refuse_setup 1 "'"'weak'; chmod 600 'weak'"'" ${what}weak
		refuse_setup 1 "holds no hash of a password" ${what}password
		refuse_setup 1 "holds no hash of a password" ${what}short
		refuse_setup 1 "knows those that begin with \$y\$ " ${what}windows
	done
	for what in --ssh-key= --user=ann,ssh-key=; do
		refuse_setup 1 "is a private key" "$what$trash/one"
		refuse_setup 1 "text:1: not a public ssh key" ${what}text
		refuse_setup 1 "holds no public ssh key" ${what}empty
		refuse_setup 1 "none" ${what}none
	done
'

done_testing
