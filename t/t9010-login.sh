#!/bin/sh
# A true guest whose user logs in on its console, in the language that was asked
# for. Only with MKGUEST_LONG.
. "$(dirname "$0")/real-guest.sh"

test -n "${MKGUEST_LONG-}" || skip 'MKGUEST_LONG is not set'

# What the guest's own programs say of its accounts, in a chroot.
accounts_are_sound() {
	mkdir -p mnt
	unshare --mount sh -ec '
		mount -o loop,ro "$1" mnt
		chroot mnt pwck -r -q
		chroot mnt grpck -r
		chroot mnt visudo -q -c
		chroot mnt getent passwd ann bob
		chroot mnt id -Gn ann
		chroot mnt locale -a
	' sh debian1.img >said
	cat said
	grep -Fx "ann:x:1000:1000:Ann:/home/ann:/bin/bash" said
	grep -Fx "ann adm sudo" said
	grep -Fx de_DE.utf8 said
	grep -Fx en_IN said
}

looks="id -un; date +%Z; sudo -n true; echo 'correct horse' | sudo -S -p '' id -un; exit"

# PASSWORD: what bob sees when he has logged in and looks around.
bob_looks_around() {
	printf "%s\n" bob "$1" "$looks" >typed
	printf "\035\n" >>typed
	timeout 900 python3 "$helper/typist" typed mkguest-try --console \
		--timeout 600 debian1 >shown
	tr -d "\r" <shown | sed "s/\x1b\[[?0-9;]*[a-zA-Z]//g" >words
	tail -n 20 words
	grep -a -x bob words
	grep -a -E -x "CES?T" words
	grep -a -x root words
	grep -a "Ein Passwort ist notwendig" words
}

test_case 'trixie in German, with two users' '
	MKGUEST_STATE=$PWD/state
	export MKGUEST_STATE
	(umask 077 && echo "correct horse" >password)
	ssh-keygen -q -t ed25519 -N "" -f key
	run mkguest debian1 --suite trixie --image-dir . --cfg-dir . \
		--cache-dir cache --locale de_DE.UTF-8,en_IN --keymap de \
		--timezone Europe/Berlin \
		--user ann,groups=adm,ssh-key=key.pub,sudo,gecos=Ann \
		--user bob,password-file=password,sudo
	expect_status 0
	accounts_are_sound
	bob_looks_around "correct horse"
'

done_testing
