#!/bin/sh
# Whole guests made by an ordinary user.
. "$(dirname "$0")/real-guest.sh"
require USER

always user trixie
at_length user bookworm
at_length user trixie --boot direct
at_length user bookworm --ssh-key "$trash/key.pub"

done_testing
