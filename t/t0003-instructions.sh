#!/bin/sh
# Parsing, solving and extracting take no more instructions than recorded.
. "$(dirname "$0")/lib.sh"

long_and_usual() {
	test -n "${MKGUEST_LONG-}" || skip "20 seconds: MKGUEST_LONG=1"
	if grep -q __asan_init "$MKGUEST_BUILD/t/helper/unpack-debs"; then
		skip "not with sanitizers"
	fi
}

test_case 'no count is a tenth above its record' '
	long_and_usual
	"$test_dir/../bench/instructions.sh"
'

done_testing
