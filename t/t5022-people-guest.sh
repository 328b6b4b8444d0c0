#!/bin/sh
# Whole guests of the fake mirror with users and languages: which packages they
# bring, what belongs to the base and what does not.
. "$(dirname "$0")/guest.sh"

ssh-keygen -q -t ed25519 -N "" -f "$trash/key"
(umask 077 && echo "correct horse" >"$trash/password")

# Was it taken from a base, or configured?
from_base() {
	not grep -F "mkguest: configure" "$trash/stderr"
}

from_packages() {
	grep -Fx "mkguest: configure" "$trash/stderr"
}

is_installed() {
	content var/lib/dpkg/status | sed -n "s/^Package: //p" >installed
	for package; do
		grep -Fx "$package" installed
	done
}

test_case 'users, a language and a keyboard bring what they need' '
	make_guest debian1 --size 100M --locale de_DE.utf8,en_IN --keymap de \
		--user "ann,ssh-key=$trash/key.pub,sudo,groups=staff,shell=/bin/sh"
	from_packages
	is_installed sudo openssh-server locales console-setup
	printf "de_DE.UTF-8 UTF-8\nen_IN UTF-8\n" >wanted
	content etc/locale.gen | diff wanted -
	content var/lib/locales.generated | diff wanted -
	test "$(content etc/default/locale)" = LANG=de_DE.UTF-8
	content etc/default/keyboard | grep -Fx "XKBLAYOUT=\"de\""
	content etc/passwd | grep -Fx "ann:x:1000:1000::/home/ann:/bin/sh"
	content etc/group | grep -Fx staff:x:50:ann
	content home/ann/.ssh/authorized_keys | cmp - "$trash/key.pub"
	test "$(mode etc/sudoers.d/mkguest-1000)" = 0440
	# who becomes root without a password of root needs none
	content etc/shadow | grep "^root:\*:"
	test ! -e state/passwords
	is_clean
'

test_case 'other users and another of the languages have the same base' '
	make_guest debian1 --size 100M --locale en_IN,de_DE.UTF-8 --keymap de \
		--ssh-key "$trash/key.pub" \
		--user "bob,password-file=$trash/password,sudo,shell=/bin/sh"
	from_base
	test "$(content etc/default/locale)" = LANG=en_IN
	content etc/passwd >passwd
	grep "^bob:" passwd
	not grep "^ann:" passwd
	test -z "$(content home/ann/.ssh/authorized_keys)"
	hash=$(content etc/shadow | sed -n "s/^bob:\([^:]*\):.*/\1/p")
	test "$(perl -e "print crypt(\"correct horse\", shift)" "$hash")" = "$hash"
	test -z "$(content etc/sudoers.d/mkguest-1000)"
'

test_case 'another language is another base' '
	make_guest debian1 --size 100M --locale de_DE.UTF-8 --keymap de \
		--ssh-key "$trash/key.pub" --user ann,sudo,shell=/bin/sh
	from_packages
	test "$(content etc/locale.gen)" = "de_DE.UTF-8 UTF-8"
'

test_case 'C.UTF-8 needs no package; a user without sudo leaves root its password' '
	make_guest debian1 --size 100M --user \
		"ann,password-file=$trash/password,shell=/bin/sh"
	test "$(content etc/default/locale)" = LANG=C.UTF-8
	is_installed passwd
	not grep -Fx -e sudo -e locales -e openssh-server installed
	expect_stdout "password is in $PWD/state/passwords/debian1"
'

test_case 'a time zone or a language that the guest does not know' '
	refuse_guest 2 "no time zone '"'Mars/Olympus'"'" debian1 --size 100M \
		--timezone Mars/Olympus
	refuse_guest 2 "no locale '"'xx_YY.UTF-8'"'" debian1 --size 100M \
		--locale xx_YY.UTF-8
'

test_case 'root with a password that is asked for, but not for a dry run' '
	printf "correct horse\ncorrect horse\n" >typed
	MKGUEST_STATE=$PWD/state
	# shellcheck disable=SC2086
	python3 "$helper/typist" typed mkguest $archive $here \
		--cache-dir "$cache" debian1 --size 100M \
		--root-password prompt >shown
	hash=$(content etc/shadow | sed -n "s/^root:\([^:]*\):.*/\1/p")
	test "$(perl -e "print crypt(\"correct horse\", shift)" "$hash")" = "$hash"
	not grep -F horse shown
	run guest debian2 --size 100M --root-password prompt --dry-run
	expect_status 0
	not grep -F "password" "$trash/stdout"
'

test_case 'a partition of a table, as the guest and sfdisk call it' '
	make_guest debian1 --disk debian1.img,size=200M,table=gpt \
		--fstab-by vdev
	number=$(sfdisk --list --output Device debian1.img | tail -n 1 |
		sed "s/.*img//")
	start=$(sfdisk --json debian1.img | grep -o "\"start\": *[0-9]*" |
		tail -n 1 | tr -dc 0-9)
	content etc/fstab "debian1.img?offset=$((start * 512))" |
		grep "^/dev/xvda$number	/	"
'

done_testing
