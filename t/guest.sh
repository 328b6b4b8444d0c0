# shellcheck shell=sh
# What tests of whole guests share, besides lib.sh: guests of the fake mirror's
# bookworm, or of another $suite, made in the body's own directory.
#
#	guest NAME [OPTION…]		mkguest, with all that it needs
#	make_guest NAME [OPTION…]	… which succeeds
#	refuse_guest STATUS TEXT NAME [OPTION…]
#					… which says TEXT and changes nothing
#	forget_bases			the next one is made from packages
#	content FILE [IMAGE]		of a guest's file
#	mode FILE [IMAGE]
#	is_clean [IMAGE]		e2fsck finds nothing
#	field NAME [GUEST]		of the manifest
#	card_mac [GUEST]		of its first network card
#	judge_cfg FILE			what xl reads from it goes to ./xl-check

. "$(dirname "$0")/lib.sh"

fake_mirror --suite "${suite:=bookworm}"
archive="--suite $suite --mirror $mirror --security-mirror $mirror"
archive="$archive --keyring $keyring"
here="--image-dir . --cfg-dir . --boot-dir boot"

# Each body has a state of its own.
MKGUEST_STATE=state
export MKGUEST_STATE

# NAME [OPTION…]
guest() {
	MKGUEST_STATE=$PWD/state
	# shellcheck disable=SC2086
	mkguest $archive $here --cache-dir "$cache" "$@"
}

# The next guest is made from packages, and not from a base that was kept.
forget_bases() {
	rm -rf "$cache/bases"
}

make_guest() {
	run guest "$@"
	expect_status 0
	no_leftovers .
}

# STATUS TEXT NAME [OPTION…]: refused, and all is as it was.
refuse_guest() {
	wanted=$1
	text=$2
	shift 2
	before=$(facts)
	run guest "$@"
	expect_error "$wanted" "$text"
	test "$(facts)" = "$before" || show_run "something has changed"
	no_leftovers .
}

# All that a guest is: files here and in the state, but for empty locks.
facts() {
	find . -type f -size +0 -printf "%p %i %m %s %T@\n" |
		sort
}

# The image's file, and what debugfs says of it.
content() {
	debugfs -R "cat $1" "${2:-debian1.img}" 2>/dev/null
}

mode() {
	debugfs -R "stat $1" "${2:-debian1.img}" 2>/dev/null |
		sed -n 's/.*Mode: *\([0-9]*\).*/\1/p'
}

is_clean() {
	words=$(e2fsck -fn "${1:-debian1.img}" 2>&1) ||
		{ echo "$words"; false; }
}

field() {
	sed -n "s/^$1: //p" "$PWD/state/guests/${2:-debian1}"
}

card_mac() {
	field Nic "$@" | sed "s/.*mac=\([0-9a-f:]*\).*/\1/"
}

judge_cfg() {
	"$MKGUEST_BUILD/t/helper/xl-check" "$1" >xl-check
	case $("$helper/xl-parse" "$1" 2>&1 >/dev/null; echo $?) in
	0 | *2) ;;
	*) "$helper/xl-parse" "$1" ;;
	esac
}
