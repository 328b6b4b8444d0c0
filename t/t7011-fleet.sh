#!/bin/sh
# What users see of mkguest-fleet: guests of a file, made at once, again, and
# only as far as is needed.
. "$(dirname "$0")/fleet.sh"

# What --json says of a guest: NAME FIELD
json() {
	python3 -c "
import json, sys
for line in open(sys.argv[1]):
	guest = json.loads(line)
	if guest.get(\"name\") == sys.argv[2]:
		print(guest[sys.argv[3]])
" "$trash/stdout" "$1" "$2"
}

test_case 'guests of ranges and groups, each its own' '
	write_fleet <<-END
		Group: web
		Memory: 300
		Address-Pool: 192.0.2.10-20
		Nic: ip=pool/24,gateway=192.0.2.1

		Name: web[01-03]
		Group: web

		Name: db1
		Nic: ip=192.0.2.11/24
		Include: openssh-server
		Cfg-Dir: cfg
	END
	mkdir cfg
	make_fleet
	expect_states web01:made web02:made web03:made db1:made
	expect_stdout "192.0.2.10/24"
	expect_stdout "SHA256:"
	for name in web01 web02 web03 db1; do
		is_clean $name.img
		test "$(content etc/hostname $name.img)" = $name
	done
	content etc/network/interfaces web02.img | grep -F 192.0.2.12/24
	content etc/network/interfaces web03.img | grep -F 192.0.2.13/24
	judge_cfg web03.cfg
	test -e cfg/db1.cfg
	grep -x "memory = 300" web03.cfg
	test "$(for name in web01 web02 web03 db1; do
		field Uuid $name
		card_mac $name
		blkid -o value -s UUID $name.img
	done | sort -u | wc -l)" = 12
	test "$(stat -c %a state/logs state/logs/web01.log)" = "700
600"
	grep -F "step: syncing the disk" state/logs/web01.log
'

test_case 'what is there is left alone, what is changed too, unless it is told' '
	write_fleet <<-END
		Memory: 300

		Name: a[1-3]
	END
	sed -i "1,/^$/{/^$/d}" a.fleet
	make_fleet
	facts | grep -v a.fleet >"$trash/before"
	make_fleet
	expect_states a1:there a2:there a3:there
	facts | grep -v a.fleet | diff "$trash/before" -
	sed -i "s/Memory: 300/Memory: 400/" a.fleet
	run fleet a.fleet
	expect_error 1 "guests that are not as described: 3; --replace makes them anew"
	expect_states a1:changed a2:changed a3:changed
	facts | grep -v a.fleet | diff "$trash/before" -
	run fleet --dry-run --only a2 a.fleet
	expect_status 0
	expect_stdout "a2: changed (Memory)"
	uuid=$(field Uuid a2)
	run fleet --replace --only a2 a.fleet
	expect_status 0
	expect_states a2:made
	grep -x "memory = 400" a2.cfg
	test "$(field Uuid a2)" = "$uuid"
	no_leftovers .
'

test_case 'only some, and no more than so many' '
	write_fleet <<-END
		Group: web

		Name: web[1-4]
		Group: web

		Name: db[1-2]
	END
	make_fleet --only web --limit 1
	expect_states web1:made web2:missing web3:missing web4:missing
	make_fleet --only "web*,db2" --limit 2 -j 1
	expect_states web1:there web2:made web3:made web4:missing db2:missing
	make_fleet
	expect_states web1:there web2:there web3:there web4:made db1:made db2:made
'

test_case 'an address is kept, and free again without its guest' '
	write_fleet <<-END
		Address-Pool: 192.0.2.10-12
		Nic: ip=pool/24

		Name: a[1-3]
	END
	sed -i "1,/^$/{/^$/d}" a.fleet
	make_fleet --only a3
	expect_stdout 192.0.2.12/24
	make_fleet
	expect_states a1:made a2:made a3:there
	sed -i "s/a\[1-3\]/a[2-4]/" a.fleet
	run fleet a.fleet
	expect_error 1 "a.fleet:10: Address-Pool: '\''192.0.2.10-12'\'' has no address left for '\''a4'\''"
	rm a1.img a1.cfg state/guests/a1
	make_fleet
	expect_states a2:there a3:there a4:made
	field Nic a4 | grep -F ip=192.0.2.10/24
	field Nic a2 | grep -F ip=192.0.2.11/24
'

test_case 'a guest of a fleet is what mkguest makes of it alone' '
	export SOURCE_DATE_EPOCH=1700000000
	write_fleet <<-END
		Name: a[1-2]
		Root-Password: locked
		Memory: 300
	END
	make_fleet
	sha256sum a2.img a2.cfg >sums
	rm -rf a2.img a2.cfg state
	make_guest a2 --size 100M --root-password locked --memory 300
	sha256sum -c sums
	run fleet a.fleet
	expect_states a1:failed a2:there
	expect_stderr "mkguest-fleet: error: a1: '\''$PWD/a1.img'\'' exists; --force replaces it"
'

test_case 'as an ordinary user' '
	require USER
	write_fleet <<-END
		Name: a[1-2]
	END
	mkdir user
	sed "s,^Cache-Dir:.*,Cache-Dir: cache," a.fleet >user/a.fleet
	run as_user env MKGUEST_STATE= mkguest-fleet a.fleet
	expect_status 0
	expect_states a1:made a2:made
	is_clean user/a2.img
	test "$(content etc/hostname user/a2.img)" = a2
	test -e user/data/mkguest/logs/a2.log
	no_leftovers .
'

test_case 'lines of JSON, as the guests end' '
	write_fleet <<-END
		Name: a[1-2]
	END
	make_fleet --only a1
	run fleet --json a.fleet
	expect_status 0
	test "$(json a1 state) $(json a2 state)" = "there made"
	test "$(json a2 size)" = 104857600
	test -e "$(json a2 password_file)"
	tail -n 1 "$trash/stdout" | grep -F "\"there\":1,\"made\":1,\"failed\":0"
'

test_case 'logs where they were asked to be' '
	write_fleet <<-END
		Name: a1
	END
	make_fleet --log-dir logs
	grep -F "step: syncing the disk" logs/a1.log
	rm a1.img a1.cfg
	run fleet --log-dir a.fleet a.fleet
	expect_error 1 "directory for logs '\''a.fleet'\'': Not a directory"
	rm logs/a1.log
	ln -s /dev/null logs/a1.log
	run fleet --log-dir logs a.fleet
	expect_stderr "mkguest-fleet: error: a1: open log '\''logs/a1.log'\''"
'

test_case 'a dry run writes nothing, and says what would be written' '
	write_fleet <<-END
		Name: a[1-2]
	END
	make_fleet --only a1
	find . | sort >"$trash/before"
	run fleet --dry-run a.fleet
	expect_status 0
	find . | sort | diff "$trash/before" -
	expect_stdout "a1: there"
	expect_stdout "a2: missing"
	expect_stdout "would write disk $PWD/a2.img (100 MiB, ext4 on /)"
	expect_stdout "would write domain file $PWD/a2.cfg"
	expect_stdout "would write manifest $PWD/state/guests/a2"
	not grep -F a1.img "$trash/stdout"
	cp "$trash/stdout" said
	run fleet --dry-run --json a.fleet
	json a2 writes | grep -F "domain file $PWD/a2.cfg"
	test "$(json a1 state) $(json a1 writes)" = "there []"
	"$helper/written-paths" promised said >promised
	strace -f -y -o log -e trace=file mkguest-fleet a.fleet 2>words ||
		{ cat words; false; }
	"$helper/written-paths" written log "$cache" "$TMPDIR" "$PWD/state/logs" |
		grep -v "/locks/fleet:$" >written
	grep -v " (of a directory" promised | diff - written
'

done_testing
