#!/bin/sh
# What a guest was asked to be: in its manifest, without secrets, and compared
# with what is asked for later.
. "$(dirname "$0")/guest.sh"

# The state that --dry-run --json says, and the fields that differ.
state_of() {
	run guest debian1 --dry-run --json "$@"
	expect_status 0
	python3 -c '
import json, sys
guest = json.load(sys.stdin)
print(guest["state"], *(d["field"] for d in guest["differences"]))
' <"$trash/stdout"
}

is_state() {
	wanted=$1
	shift
	words=$(state_of "$@")
	test "$words" = "$wanted" || show_run "it is '$words', not '$wanted'"
}

test_case 'the manifest says what was asked for, by what, and of which packages' '
	make_guest debian1 --size 100M --memory 600 --force \
		--write "/etc/key:geheim" --customize-hook "true # geheim" \
		--nic ip=192.0.2.7/24 --nic bridge=br1
	manifest=state/guests/debian1
	test "$(stat -c %a $manifest)" = 600
	test "$(field Format)" = 1
	field Tool | grep -Eqx "mkguest [0-9.]+ \([0-9a-f]{12}\)"
	field Plan | grep -Eqx "[0-9a-f]{64}"
	grep -Fx " Memory: 600" $manifest
	grep -A 1 -Fx " Nic: ip=192.0.2.7/24" $manifest | grep -Fx "  bridge=br1"
	not grep -e geheim -e Force: -e Cache-Dir: $manifest
	grep -Eqx " Write: /etc/key:sha256=[0-9a-f]{16}" $manifest
	grep -Eqx " Customize-Hook: sha256=[0-9a-f]{16}" $manifest
	content /etc/key | grep -qx geheim
'

test_case 'missing, there, changed' '
	is_state missing --size 100M
	make_guest debian1 --size 100M
	before=$(facts)
	is_state there --size 100M
	is_state there --size 102400K --memory 512 --wipe
	is_state "changed Memory Autostart" --size 100M --memory 600 --autostart
	python3 -c "
import json
guest = json.load(open(\"$trash/stdout\"))
assert guest[\"name\"] == \"debian1\", guest
assert guest[\"differences\"][0] == {\"field\": \"Memory\",
    \"before\": [\"512\"], \"after\": [\"600\"]}, guest
assert \"writes\" not in guest, guest
"
	test "$(facts)" = "$before"
	mv debian1.img elsewhere
	is_state missing --size 100M --force
'

test_case '--dry-run --json: all that would be made' '
	is_state missing --size 100M --boot direct --created-hook true
	python3 -c "
import json
guest = json.load(open(\"$trash/stdout\"))
assert guest[\"disks\"][0][\"size\"] == 100 << 20, guest
assert any(p[\"name\"] == \"base-files\" and p[\"version\"] for p in
    guest[\"packages\"]), guest
assert guest[\"download\"] > 0, guest
assert [w for w in guest[\"writes\"] if w.startswith(\"kernel \")], guest
assert guest[\"hooks\"][0].startswith(\"created hook \"), guest
"
	test ! -e debian1.img
	make_guest debian1 --size 100M
	is_state "changed Vcpus" --size 100M --vcpus 2 --force
	grep -q \"writes\" "$trash/stdout"
'

test_case 'a manifest of a later format, of this guest or of another, is refused' '
	make_guest debian1 --size 100M
	sed -i "s/^Format: 1/Format: 2/" state/guests/debian1
	later="state/guests/debian1'\'' is a manifest of format 2"
	refuse_guest 1 "$later, and this mkguest knows 1; use the newer one" \
		debian1 --size 100M --force
	refuse_guest 1 "$later" debian1 --size 100M --dry-run --json
	refuse_guest 1 "$later" debian2 --size 100M
	run mkguest-cfg write debian1
	expect_error 1 "$later"
	run mkguest-try debian1
	expect_error 1 "$later"
'

test_case 'a manifest without a description is that of another guest' '
	make_guest debian1 --size 100M
	sed -i "/^Description:/,/^[^ ]/{/^Description:/d;/^ /d}" \
		state/guests/debian1
	is_state "changed Description" --size 100M
'

test_case 'what cannot stand in a file is said before anything is made' '
	refuse_guest 2 "--keymap: there is a blank at an end of '\''de '\''" \
		debian1 --keymap "de "
'

done_testing
