#!/bin/sh
# mkguest-setup on a directory and on an image alike, judged by the programs
# that read what it has written.

. "$(dirname "$0")/setup.sh"

# As little of a Debian as the steps look at.
mkdir -p base/etc base/root base/usr/share/zoneinfo/Europe
cp /usr/share/zoneinfo/Europe/Berlin base/usr/share/zoneinfo/Europe
echo 12.5 >base/etc/debian_version
echo old >base/etc/hostname
printf '127.0.0.1\tlocalhost\n127.0.1.1\told\n' >base/etc/hosts
echo 'root:*:1:0:99999:7:::' >base/etc/shadow
chmod 640 base/etc/shadow
ssh-keygen -q -t ed25519 -N '' -C me -f "$trash/key"

on_both 'hostname, time zone and ssh key' '
	setup --hostname web1.example.org --timezone Europe/Berlin \
		--ssh-key "$trash/key.pub"
	expect_status 0
	look
	test "$(cat root/etc/hostname)" = web1
	grep -E "^127.0.1.1[[:blank:]]+web1.example.org web1$" root/etc/hosts
	test "$(readlink root/etc/localtime)" = \
		/usr/share/zoneinfo/Europe/Berlin
	ssh-keygen -l -f root/root/.ssh/authorized_keys
	diff -r "$trash/base/etc/shadow" root/etc/shadow
	no_leftovers .
'

on_both 'the lines of /etc/hosts that are the admin'"'"'s stay' '
	printf "%s\n" "# mine" "127.0.0.1 localhost" \
		"192.0.2.1 old.example.org old alias" "192.0.2.2 older" \
		"::1 localhost # old" >wanted
	setup --upload wanted:/etc/hosts
	echo old.example.org >mailname
	setup --upload mailname:/etc/mailname
	setup --hostname new.example.net
	expect_status 0
	look
	printf "%s\n" "# mine" "127.0.0.1 localhost" \
		"192.0.2.1	new.example.net new alias" "192.0.2.2 older" \
		"::1 localhost # old" | diff - root/etc/hosts
	test "$(cat root/etc/hostname root/etc/mailname)" = "new
new.example.net"
'

on_both 'the machine id: none yet, a given one, a new one, D-Bus has the same' '
	setup --mkdir /var/lib/dbus --write /var/lib/dbus/machine-id:old
	for id in empty 0123456789ABCDEF0123456789abcdef new; do
		setup --machine-id $id
		expect_status 0
		look
		case $id in
		empty) test ! -s root/etc/machine-id ;;
		new) systemd-id128 show "$(cat root/etc/machine-id)" >/dev/null
			grep -Ex "[0-9a-f]{32}" root/etc/machine-id ;;
		*) test "$(cat root/etc/machine-id)" = \
			0123456789abcdef0123456789abcdef ;;
		esac
		test "$(readlink root/var/lib/dbus/machine-id)" = \
			/etc/machine-id
		test "$(stat -c %a root/etc/machine-id)" = 444
	done
	export SOURCE_DATE_EPOCH=1700000000
	setup --machine-id new --hostname web1
	look
	cp root/etc/machine-id first
	setup --machine-id new --hostname web2
	look
	not cmp -s first root/etc/machine-id
	setup --machine-id new --hostname web1
	look
	cmp first root/etc/machine-id
	setup --machine-id 0 --suite wheezy
	expect_error 2 "--machine-id"
	setup --machine-id empty --suite wheezy
	look
	test ! -e root/etc/machine-id && test ! -L root/var/lib/dbus/machine-id
'

on_both 'ssh host keys, which ssh-keygen knows again' '
	setup --ssh-host-keys now
	expect_error 1 "has no sshd"
	setup --mkdir /usr/sbin --write /usr/sbin/sshd:x --mkdir /etc/ssh \
		--write /etc/ssh/ssh_host_dsa_key:old \
		--write /etc/ssh/sshd_config:old
	setup --ssh-host-keys now --hostname web1
	expect_status 0
	look
	for type in rsa ecdsa ed25519; do
		key=root/etc/ssh/ssh_host_${type}_key
		test "$(stat -c %a $key $key.pub)" = "600
644"
		ssh-keygen -y -P "" -f $key | cut -d " " -f 1,2 >public
		cut -d " " -f 1,2 $key.pub | diff - public
		expect_stdout "host key $(ssh-keygen -l -f $key.pub)"
		grep " root@web1$" $key.pub
	done
	test ! -e root/etc/ssh/ssh_host_dsa_key
	test -e root/etc/ssh/sshd_config
	test ! -e root/etc/systemd
	set -- root/etc/ssh/ssh_host_*
	test $# = 6
	setup --ssh-host-keys first-boot
	expect_status 0
	test ! -s "$trash/stdout"
	look
	test "$(ls root/etc/ssh)" = sshd_config
	test -L root/etc/systemd/system/*.wants/mkguest-ssh-host-keys.service
	setup --ssh-host-keys first-boot --suite etch
	expect_error 2 "use now"
	setup --ssh-host-keys now --suite etch
	look
	head -n 1 root/etc/ssh/ssh_host_rsa_key >first
	echo "-----BEGIN RSA PRIVATE KEY-----" | diff - first
	test ! -e root/etc/ssh/ssh_host_ed25519_key
	no_leftovers .
'

on_both 'what was not asked for stays' '
	setup --ssh-key "$trash/key.pub"
	expect_status 0
	look
	rm -r root/root/.ssh
	diff -r "$trash/base" root
'

on_both 'files: copied, written, removed, as cp and rm would' '
	mkdir -p from/deep from/empty like
	echo one >from/deep/one
	ln from/deep/one from/two
	ln -s ../deep from/empty/link
	chown -hR 7:8 from
	chmod 4750 from/deep/one
	chmod 1770 from/empty
	head -c 3000000 /dev/urandom >"with:colon"
	setup --mkdir /srv/a --copy-in "$PWD/from:/srv" --delete /root \
		--upload with:colon:/srv/a/big --write "/etc/motd:hello: you" \
		--append-line /etc/hosts:last --append-line /etc/new:first \
		--link /srv:/www:/web --chmod 0600:/etc/motd \
		--chown 5:6:/etc/motd --truncate /etc/shadow \
		--delete /no/such/file
	expect_status 0
	look
	cp -a "$trash/base/." like
	mkdir -p like/srv/a && cp -a from like/srv && rm -r like/root
	chown -hR 0:0 like/srv && chmod 4750 like/srv/from/two
	cp with:colon like/srv/a/big
	printf "hello: you" >like/etc/motd
	echo last >>like/etc/hosts
	echo first >like/etc/new
	ln -s /srv like/www && ln -s /srv like/web
	chmod 600 like/etc/motd && chown 5:6 like/etc/motd
	: >like/etc/shadow
	diff -r --no-dereference like root
	"$helper/root-facts" like >wanted
	"$helper/root-facts" $root | diff wanted -
'

on_both 'a skeleton goes where the guest has its directories' '
	mkdir -p skel/lib/own skel/etc skel/usr
	echo x >skel/lib/own/x
	chmod 700 skel/usr skel/etc
	echo new >skel/etc/hostname
	setup --link usr:/lib
	setup --skel skel
	expect_status 0
	look
	test "$(cat root/usr/own/x) $(cat root/etc/hostname)" = "x new"
	test "$(stat -c %a root/etc root/usr)" = "755
755"
'

# Whatever links the guest has made, the host keeps what it has.
on_both 'links that lead out of the guest stay in it' '
	mkdir outside
	echo mine >outside/hostname
	echo mine >outside/keep
	setup --mkdir "$PWD/outside" --delete /etc/hostname \
		--link "$PWD/outside/hostname:/etc/hostname" \
		--link "../../../../../../../..$PWD/outside/keep:/etc/hosts" \
		--link "$PWD/outside:/dots" --link /proc/self/root:/magic
	expect_status 0
	setup --hostname web1 --append-line /etc/hosts:x --delete /dots/keep \
		--write /dots/new:x --write /../../../up:x --mkdir /dots/directory
	expect_status 0
	setup --write /magic/etc/passwd-new:x
	expect_status 1
	test "$(cat outside/hostname outside/keep)" = "mine
mine"
	test "$(ls outside)" = "hostname
keep"
	test ! -e /etc/passwd-new && test ! -e /up
	look
	test "$(cat root/etc/hostname)" = web1
	test ! -L root/etc/hostname
	test -e root/up && test -e "root$PWD/outside/new"
'

# What the guest would start, with its paths below ./root.
first_boot() {
	sed "s,/usr/lib/,$PWD/root/usr/lib/,g; s,/etc/,$PWD/root/etc/,g" \
		root/usr/lib/mkguest/first-boot >runner
	status=0
	sh runner >"$trash/stdout" 2>"$trash/stderr" || status=$?
}

on_both 'what runs at the first boot runs until it has succeeded, and goes' '
	printf "#!/bin/sh\necho one >>$PWD/ran\n" >one
	printf "#!/bin/sh\necho two >>$PWD/ran\ntest -e $PWD/good\n" >two
	printf "#!/bin/sh\necho three >>$PWD/ran\n" >"a third"
	setup --first-boot one --first-boot "$PWD/two" --first-boot "a third"
	expect_status 0
	look
	test "$(stat -c %a root/usr/lib/mkguest/first-boot.d/*)" = "700
700
700"
	unit=root/etc/systemd/system/mkguest-first-boot.service
	sed "s,ExecStart=.*,ExecStart=/bin/true," $unit >first-boot.service
	systemd-analyze verify "$PWD/first-boot.service"
	test "$(readlink root/etc/systemd/system/*.wants/*)" = \
		/etc/systemd/system/mkguest-first-boot.service
	first_boot
	expect_status 1
	touch good
	first_boot
	expect_status 0
	test "$(xargs <ran)" = "one two two three"
	test ! -e root/usr/lib/mkguest
	test -z "$(find root/etc/systemd -type f -o -type l)"
'

on_both 'sysvinit runs it from inittab' '
	echo "id:2:initdefault:" >inittab
	printf "#!/bin/sh\n" >script
	setup --suite wheezy --upload inittab:/etc/inittab
	setup --suite wheezy --first-boot script
	setup --suite wheezy --first-boot script
	expect_status 0
	look
	test "$(grep -c "^mk:2345:once:/usr/lib/mkguest/first-boot " \
		root/etc/inittab)" = 1
	test ! -e root/etc/systemd
	first_boot
	expect_status 0
	diff inittab root/etc/inittab
'

# ./fresh: what packages and mkguest leave; ./root or ./root.img: the same after
# some months.
used_root() {
	mv root fresh
	(
		cd fresh
		mkdir -p var/log/apt var/log/journal var/lib/systemd/timers \
			var/lib/dhcp var/lib/NetworkManager var/lib/dbus \
			var/mail var/spool/cron/atjobs var/cache/apt/archives \
			var/lib/apt/lists var/tmp tmp etc/ssh etc/udev/rules.d \
			etc/iscsi usr/sbin home/me/.ssh root/.ssh var/log/db \
			var/spool/postfix/deferred
		: >etc/machine-id
		chmod 444 etc/machine-id
		ln -s /etc/machine-id var/lib/dbus/machine-id
		for log in btmp wtmp lastlog db/own; do : >"var/log/$log"; done
		chown 33:33 var/log/db/own
		ln -s ../../usr/share/doc var/log/README
		touch usr/sbin/sshd
		echo kept | tee home/me/.ssh/authorized_keys \
			root/.ssh/authorized_keys var/lib/apt/lists/list \
			etc/ssh/sshd_config etc/udev/rules.d/10-own.rules \
			var/spool/cron/atjobs/.SEQ >/dev/null
		echo "GenerateName=yes" >etc/iscsi/initiatorname.iscsi
		chmod 600 etc/iscsi/initiatorname.iscsi
		chmod 1777 tmp var/tmp
	)
	cp -a fresh root
	cd root
	echo 0123456789abcdef0123456789abcdef >etc/machine-id
	echo used | tee var/log/syslog var/log/syslog.1.gz var/log/apt/term.log \
		var/log/wtmp var/log/db/own var/lib/systemd/random-seed \
		var/lib/systemd/credential.secret var/lib/systemd/timers/stamp \
		var/lib/dhcp/dhclient.leases var/lib/NetworkManager/secret_key \
		var/mail/me var/spool/cron/atjobs/a00001 var/tmp/x tmp/.x \
		var/cache/apt/archives/x.deb etc/shadow- etc/passwd- \
		etc/ssh/ssh_host_rsa_key etc/ssh/ssh_host_rsa_key.pub \
		etc/udev/rules.d/70-persistent-net.rules \
		etc/iscsi/initiatorname.iscsi root/.bash_history \
		home/me/.bash_history home/me/.ssh/known_hosts \
		home/me/.ssh/id_rsa var/spool/postfix/deferred/A >/dev/null
	mkdir -p var/log/journal/0123456789abcdef tmp/deep/er
	echo used >var/log/journal/0123456789abcdef/system.journal
	echo used >tmp/deep/er/x
	ln -s ../fresh/etc tmp/link
	cd ..
	rm -f root.img
	test "$1" = directory || mke2fs -q -t ext4 -d root root.img 32M
}

# Every path whose facts or content differ.
changed() {
	{
		diff "$1.facts" "$2.facts" | sed -n "s/^[<>] \([^ ]*\) .*/\1/p"
		diff -rq --no-dereference "$1" "$2" |
			sed -n "s/^Files $1\(.*\) and .* differ$/\1/p"
	} | sort -u
}

on_both 'a reset makes a used guest what it was, and says before what goes' '
	used_root $kind
	cp -a root before
	"$helper/root-facts" $root >before.facts
	setup --dry-run --reset
	expect_status 0
	sed -n "s/^would [a-z]* \([^ ]*\).*/\1/p" "$trash/stdout" |
		sort >said
	look
	diff -r --no-dereference before root
	setup --reset
	expect_status 0
	test ! -s "$trash/stdout"
	look
	"$helper/root-facts" $root >root.facts
	"$helper/root-facts" fresh >fresh.facts
	changed fresh root >left
	grep -v "^/etc/systemd" left | not grep .
	test -L root/etc/systemd/system/*.wants/mkguest-ssh-host-keys.service
	changed before root >done
	grep -vx "/etc/systemd.*" done >done.files
	grep -vx "/etc/systemd.*" said | diff done.files -
	test -d fresh/etc/ssh
	setup --reset
	cp root.facts first.facts
	look
	"$helper/root-facts" $root | diff first.facts -
'

on_both 'a clone gets all that is its own at once' '
	used_root $kind
	setup --reset --hostname clone.example.org --machine-id new \
		--ssh-host-keys now
	expect_status 0
	expect_stdout "host key 256 SHA256:"
	look
	test "$(cat root/etc/hostname)" = clone
	grep -Ex "[0-9a-f]{32}" root/etc/machine-id
	test -s root/etc/ssh/ssh_host_ed25519_key
	test ! -e root/etc/systemd
'

test_case 'filesystems that are not to be changed' '
	make_root image
	debugfs -w -R "feature needs_recovery" root.img
	root=root.img
	for wanted in "not unmounted cleanly (its journal" "not unmounted clean" \
	    "the feature '"'quota'"'" "an xfs filesystem" \
	    "the format qcow2" "a gpt partition table" "nothing that is known"; do
		before=$(sha256sum <root.img)
		for option in --dry-run --quiet; do
			setup $option --hostname web1
			expect_error 1 "$wanted"
			test "$(sha256sum <root.img)" = "$before"
		done
		case $wanted in
		*journal*)
			debugfs -w -R "feature ^needs_recovery" root.img
			debugfs -w -R "set_super_value state 0" root.img ;;
		*clean) mke2fs -q -F -O quota -t ext4 root.img ;;
		*quota*) truncate -s 300M root.img && mkfs.xfs -q -f root.img ;;
		*xfs*) rm root.img && printf "QFI\373" >root.img &&
			truncate -s 1M root.img ;;
		*qcow2) echo "label: gpt" | sfdisk -q root.img ;;
		*) rm root.img && truncate -s 1M root.img ;;
		esac 2>/dev/null || :
	done
	root=/
	setup --hostname web1
	expect_error 1 "this host'"'"'s own root"
	root=none
	setup --hostname web1
	expect_error 1 "No such file or directory"
	mkdir root2 && root=root2
	setup --hostname web1
	expect_error 1 "does not say which Debian it is; --suite does"
'

test_case 'an image is changed wholly or not at all' '
	make_root image
	root=root.img
	"$helper/root-facts" root.img >before
	head -c 60000000 /dev/urandom >large
	setup --hostname web1 --delete /root --mkdir /srv --copy-in large:/srv
	expect_error 1 "no space left"
	look
	"$helper/root-facts" root.img | diff before -
	diff -r "$trash/base" root
	free=$(dumpe2fs -h root.img 2>&1 | grep "Free blocks")
	head -c 5000000 /dev/urandom >large
	setup --upload large:/large
	setup --delete /large
	test "$(dumpe2fs -h root.img 2>&1 | grep "Free blocks")" = "$free"
'

# At any call that it makes, the file or the filesystem is whole, or says so.
test_case 'a run that is killed leaves an image whole, or says that it is not' '
	make_root image
	cp root.img clean.img
	yes yes | head -c 300000 >file
	for delay in 0.005 0.010 0.015 0.020 0.025 0.030; do
		cp clean.img root.img
		setsid mkguest-setup --copy-in file:/root --hostname web1 \
			--delete /usr root.img &
		sleep $delay
		kill -s KILL $! || :
		wait $! || :
		wait_for_end .
		e2fsck -fn root.img || dumpe2fs -h root.img | grep "not clean"
	done
'

test_case 'under SOURCE_DATE_EPOCH the same options give the same image' '
	export SOURCE_DATE_EPOCH=1700000000
	cp -a "$trash/base" root
	mke2fs -q -U clear -E hash_seed=clear -t ext4 -d root root.img 32M ||
		mke2fs -q -t ext4 -d root root.img 32M
	echo x >script && sed -i "1i #!/bin/sh" script
	for copy in one two; do
		cp root.img $copy.img
		root=$copy.img
		setup --reset --hostname web1.example.org --machine-id new \
			--first-boot script --timezone Europe/Berlin \
			--ssh-key "$trash/key.pub" --upload script:/script
		expect_status 0
		sleep 1.1
	done
	cmp one.img two.img
	not cmp -s one.img root.img
'

# The owners are those of the root as the user has made it.
test_case 'a user changes images and directories of their own' '
	require USER
	make_root image
	mkdir user
	cp root.img user
	chown -R "$test_user:" user
	as_user env MKGUEST_STATE= mkguest-setup --hostname web1 --mkdir /srv root.img
	e2fsck -fn user/root.img
	test "$(debugfs -R "cat /etc/hostname" user/root.img 2>/dev/null)" = web1
	debugfs -R "stat /srv" user/root.img 2>/dev/null | grep "User: *0 "
	test "$(stat -c %U user/root.img)" = "$test_user"
	cp -a "$trash/base" user/root
	chown -hR "$test_user:" user/root
	as_user env MKGUEST_STATE= mkguest-setup --hostname web1 --chown 0:0:/etc/hostname \
		--write /new:x --chown 5:5:/new root
	test "$(cat user/root/etc/hostname)" = web1
	test "$(stat -c %U user/root/etc/hostname)" = "$test_user"
	test "$(stat -c %U user/root/new)" = UNKNOWN
	chown -hR 0:0 user/root
	run as_user env MKGUEST_STATE= mkguest-setup --hostname web2 root
	expect_error 1 "in the guest"
	no_leftovers .
'

on_both 'wrong files' '
	for words in "2 --write=/x" "2 --write=x:y" "2 --copy-in=/etc" \
	    "2 --copy-in=.:/srv" "2 --copy-in=x:srv" "2 --chmod=888:/x" \
	    "2 --chmod=10000:/x" "2 --chown=root:root:/x" "2 --mkdir=srv" \
	    "2 --link=/a:b" "2 --delete=" "1 --upload=/no/such/file:/x" \
	    "1 --first-boot=/etc/fstab" "1 --first-boot=/none" \
	    "1 --upload=/dev/null:/x" "1 --skel=/no/such/directory" \
	    "1 --copy-in=.:/no/such/directory" "1 --chmod=644:/none" \
	    "1 --write=/etc:x" "1 --write=/etc/hosts/x:y" \
	    "1 --truncate=/none" "1 --truncate=/etc" "1 --mkdir=/etc/hosts"; do
		setup "${words#* }"
		case $words in *copy-in=.:/no*) setup --copy-in ../base:/no/x ;; esac
		expect_error "${words%% *}" ""
	done
	look
	diff -r "$trash/base" root
'

on_both 'a time zone that the guest does not know' '
	setup --timezone Mars/Olympus
	expect_error 2 "knows no time zone"
	look
	diff -r "$trash/base" root
'

test_case 'nothing to change' '
	make_root directory
	run mkguest-setup root
	expect_error 2 "nothing to change was named"
'

done_testing
