#!/bin/sh
# Both compilers and the linters have nothing to say.
. "$(dirname "$0")/lib.sh"

test_case 'make lint' '
	unset MAKEFLAGS MAKELEVEL SANITIZE
	make -C "$test_dir/.." BUILD="$trash/build" lint
'

done_testing
