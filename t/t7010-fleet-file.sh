#!/bin/sh
# The file of a fleet: all that is wrong with it is said at once, each with its
# place, and then nothing is done.
. "$(dirname "$0")/lib.sh"

MKGUEST_STATE=state
export MKGUEST_STATE

# What it says of ./a.fleet, which nothing comes of: LINE…
expect_errors() {
	MKGUEST_STATE=$PWD/state
	find . -size +0 -type f >"$trash/before"
	run mkguest-fleet a.fleet
	printf 'mkguest-fleet: error: %s\n' "$@" | diff - "$trash/stderr"
	test "$status" -ne 0
	find . -size +0 -type f | diff "$trash/before" -
}

test_case 'words that are wrong' '
	cat >a.fleet <<-END
		Suite: bookworm
		Image-Dir: .
		Cfg-Dir: .
		Memroy: 7

		Name: web[1-3]
		Group: wbe
		Nic: ip=192.0.2.[1-4]/24
		Vcpus: 9999

		Name: db1
		nonsense

		Memory: 7

		Name: db1

		Group: web
		Timezone: Nowhere/None
	END
	expect_errors \
		"a.fleet:12: not a '\''Field: value'\'' line" \
		"a.fleet:14: neither Name nor Group; only the first stanza has the defaults of all" \
		"a.fleet:8: Nic: its range stands for 4, but that of Name for 3" \
		"a.fleet:7: Group: no stanza has the defaults of group '\''wbe'\''; is it '\''web'\''?" \
		"a.fleet:4: Memroy: unknown field; is it Memory?" \
		"a.fleet:16: Name: '\''db1'\'' is a guest of line 11 already" \
		"a.fleet:9: Vcpus: 9999 is not between 1 and 512"
	expect_status 2
'

test_case 'what many share is said once, of the first' '
	cat >a.fleet <<-END
		Suite: wombat
		Memory: 5
		Image-Dir: .
		Cfg-Dir: .

		Name: a[1-50]
	END
	MKGUEST_STATE=$PWD/state
	run mkguest-fleet a.fleet
	expect_error 2 "a.fleet:2: Memory: 5 is not between 64 and 16777216"
	sed -i /Memory/d a.fleet
	run mkguest-fleet a.fleet
	expect_error 2 "a.fleet:5: a1: unknown suite '\''wombat'\''"
'

test_case 'two guests that would have the same' '
	cat >a.fleet <<-END
		Suite: bookworm
		Image-Dir: .
		Cfg-Dir: .

		Name: a
		Nic: mac=00:16:3e:00:00:01,ip=192.0.2.10/24
		Disk: a.img,mount=/,size=1G
		 data.img,mount=/srv,size=1G

		Name: b
		Nic: mac=00:16:3e:00:00:01
		Disk: ./data.img,mount=/,size=1G

		Name: c
		Nic: ip=192.0.2.10/24
	END
	expect_errors \
		"a.fleet:10: b: '\''00:16:3e:00:00:01'\'' is the MAC address of guest '\''a'\'' (a.fleet:5)" \
		"a.fleet:10: b: '\''$PWD/data.img'\'' is the disk of guest '\''a'\'' (a.fleet:5)" \
		"a.fleet:14: c: '\''192.0.2.10'\'' is an address of guest '\''a'\'' (a.fleet:5)"
'

test_case 'what guests of this host have' '
	mkdir cfg
	cat >cfg/old.cfg <<-END
		name = "old"
		disk = ["file:$PWD/b.img,xvda,w"]
		vif = ["mac=00:16:3e:00:00:09,ip=192.0.2.10"]
	END
	echo "name = \"d\"" >cfg/other
	cat >a.fleet <<-END
		Suite: bookworm
		Image-Dir: .
		Cfg-Dir: cfg

		Name: a
		Nic: mac=00:16:3e:00:00:09

		Name: b

		Name: c
		Nic: ip=192.0.2.10/24

		Name: d
	END
	expect_errors \
		"a.fleet:5: a: '\''00:16:3e:00:00:09'\'' is the MAC address of guest '\''old'\'' (cfg/old.cfg)" \
		"a.fleet:8: b: '\''$PWD/b.img'\'' is the disk of guest '\''old'\'' (cfg/old.cfg)" \
		"a.fleet:10: c: '\''192.0.2.10'\'' is an address of guest '\''old'\'' (cfg/old.cfg)" \
		"a.fleet:13: d: '\''cfg/other'\'' is the domain file of a domain '\''d'\'', too; choose another name, or remove that file"
'

test_case 'pools that are none, too small, or not used' '
	cat >a.fleet <<-END
		Suite: bookworm
		Image-Dir: .
		Cfg-Dir: .

		Group: small
		Address-Pool: 192.0.2.0-3
		Nic: ip=pool/24,gateway=192.0.2.1

		Name: a[1-3]
		Group: small

		Name: b
		Address-Pool: 192.0.2.9-8
		Nic: ip=pool/24

		Name: c
		Nic: ip=pool/24

		Name: d
		Address-Pool: 192.0.2.20-30
		Nic: ip=pool

		Name: e
		Address-Pool: 192.0.2.20-40
	END
	expect_errors \
		"a.fleet:6: Address-Pool: '\''192.0.2.0-3'\'' has no address left for '\''a3'\''; make it larger, or delete guests" \
		"a.fleet:13: Address-Pool: '\''192.0.2.9-8'\'' descends; write the smaller address first" \
		"a.fleet:17: Nic: '\''ip=pool/24'\'': there is no Address-Pool to take the address from" \
		"a.fleet:21: Nic: '\''ip=pool'\'': it has no prefix length; write ip=pool/24" \
		"a.fleet:24: Address-Pool: no guest takes an address out of it; write Nic: ip=pool/24"
'

test_case 'what is no fleet' '
	MKGUEST_STATE=$PWD/state
	run mkguest-fleet
	expect_error 2 "FILE is missing; see --help"
	run mkguest-fleet a b
	expect_error 2 "one FILE at a time; see --help"
	run mkguest-fleet a.fleet
	expect_error 1 "open '\''a.fleet'\'': No such file or directory"
	echo "Suite: bookworm" >a.fleet
	run mkguest-fleet a.fleet
	expect_error 2 "'\''a.fleet'\'' has no guests"
	printf "Suite: bookworm\nImage-Dir: .\nCfg-Dir: .\n\nName: a\n" >a.fleet
	run mkguest-fleet --only "b*" --dry-run a.fleet
	expect_error 2 "'\''b*'\'' is neither a guest nor a group of '\''a.fleet'\''"
	chmod o+w a.fleet
	run mkguest-fleet a.fleet
	expect_error 1 "others can write to '\''a.fleet'\''"
'

test_case 'ten thousand stanzas' '
	MKGUEST_STATE=$PWD/state
	{
		printf "Suite: bookworm\nMirror: http://mirror.example.org/debian\n"
		printf "Image-Dir: .\nCfg-Dir: .\n"
		for number in $(seq 10000); do
			printf "\nName: web%d\nMemory: 300\n" "$number"
		done
		printf "\nName: web77\n"
	} >a.fleet
	run timeout 60 mkguest-fleet a.fleet
	expect_error 2 "a.fleet:30006: Name: '\''web77'\'' is a guest of line 234 already"
'

done_testing
