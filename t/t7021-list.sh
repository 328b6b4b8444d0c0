#!/bin/sh
# mkguest-list: the guests of this host, and what became of them.
. "$(dirname "$0")/guest.sh"

list() {
	run mkguest-list "$@"
	expect_status 0
}

# WANTED OPTION…: what is printed, without headings
lists() {
	printf "%s\n" "$1" >wanted
	shift
	list --noheadings "$@"
	diff -u wanted "$trash/stdout"
}

# NAME: ./xl says that this domain runs, and nothing else.
with_xl() {
	printf "#!/bin/sh\necho %s\n" "'[{\"config\": {\"c_info\":
		{\"name\": \"$1\"}}}]'" >xl
	chmod +x xl
	shift
	run unshare --mount sh -ec '
		mount --bind xl "$(realpath "$(command -v xl)")"
		exec "$@"
	' sh "$@"
	expect_status 0
}

test_case 'a table of all guests, each column as wide as it needs' '
	MKGUEST_STATE=$PWD/state
	list
	test "$(wc -l <"$trash/stdout")" = 1
	make_guest web1 --size 100M --nic ip=192.0.2.7/24,ip6=2001:db8::7/64 \
		--autostart
	make_guest database1 --size 128M --memory 1024 --swap 32M
	list
	head -n 1 "$trash/stdout" | grep -Eqx "NAME +SUITE +STATE +MEMORY +USED\
 +SIZE +ADDRESSES +AUTOSTART +DISKS +DRIFT"
	lists "$(printf "database1  1024  dhcp\nweb1        512\
  192.0.2.7,2001:db8::7")" -o name,memory,addresses
	lists "$(printf "no   160M  -\nyes  100M  -")" \
		--output autostart,size --output drift
	lists "web1  bookworm  -  $PWD/web1.img" -o name,suite,state,disks web1
	used=$(($(stat -c %b web1.img) * 512))
	list --json web1
	grep -q "\"used\": $used" "$trash/stdout"
'

test_case 'JSON has all columns, numbers as such' '
	make_guest web1 --size 100M
	list --json
	python3 - "$trash/stdout" <<-END
	import json, sys
	[guest] = json.load(open(sys.argv[1]))
	assert guest["name"] == "web1" and guest["suite"] == "bookworm", guest
	assert guest["size"] == 100 << 20 and guest["memory"] == 512, guest
	assert guest["autostart"] is False and guest["drift"] == [], guest
	assert guest["addresses"] == ["dhcp"] and len(guest["macs"][0]) == 17
	assert len(guest["plan"]) == 64 and guest["state"] is None, guest
	END
'

test_case 'what xl says of them' '
	require ROOT
	command -v xl || skip "no xl"
	make_guest web1 --size 100M
	make_guest web2 --size 100M
	with_xl web2 mkguest-list --noheadings -o NAME,STATE
	printf "web1  off\nweb2  running\n" | diff -u - "$trash/stdout"
'

test_case 'what is not as it was made' '
	make_guest web1 --size 100M --autostart --boot direct
	lists - -o drift
	sed -i "s/^memory = 512/memory = 0x200 # the same/" web1.cfg
	lists "cfg edited" -o drift
	mkguest-cfg write web1
	{ echo "# in another order"; tac web1.cfg | grep -v "^[ 	]*[]\"]\|= \["
		sed -n "/= \[/,/^\]/p" web1.cfg; } >other
	mv other web1.cfg
	lists - -o drift
	mkguest-cfg set web1.cfg vcpus=2
	lists "cfg edited" -o drift
	echo "not a domain file" >web1.cfg
	lists "cfg edited" -o drift
	rm web1.cfg auto/web1.cfg web1.img boot/web1/initrd.img
	lists "no  disk missing,ramdisk missing,cfg missing,autostart missing" \
		-o autostart,drift
'

test_case 'a screen whose password cannot be read' '
	echo secret >password
	chmod 600 password
	make_guest web1 --size 100M --type hvm --vnc password-file=password
	lists - -o drift
	rm password
	lists "cfg unknown" -o drift
'

test_case 'no such guest, no such column, a manifest that is none' '
	make_guest web1 --size 100M
	run mkguest-list web2
	expect_error 1 "no guest '\''web2'\'' was made here"
	run mkguest-list -o colour
	expect_error 2 "there is no column '\''colour'\''; there are NAME SUITE"
	echo "Format: 7" >state/guests/web2
	run mkguest-list web2
	expect_error 1 "is a manifest of format 7"
	lists "$(printf "web1  -\nweb2  manifest unreadable")" -o name,drift
	expect_stderr "warning: "
	expect_stderr "is a manifest of format 7"
'

# A terminal of 20 columns.
test_case 'a line on a terminal ends at its edge' '
	make_guest web1 --size 100M
	python3 - >shown <<-END
	import fcntl, os, pty, struct, termios
	pid, fd = pty.fork()
	if pid == 0:
	    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("4H", 24, 20, 0, 0))
	    os.execvp("mkguest-list", ["mkguest-list"])
	text = b""
	try:
	    while part := os.read(fd, 4096):
	        text += part
	except OSError:
	    pass
	os.waitpid(pid, 0)
	print(*(len(line) for line in text.decode().splitlines()))
	END
	test "$(cat shown)" = "20 20"
'

done_testing
