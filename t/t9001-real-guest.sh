#!/bin/sh
# Whole guests made by root.
. "$(dirname "$0")/real-guest.sh"

always_on_devices bookworm
at_length root bookworm
at_length root trixie
at_length root bookworm --boot direct
at_length root trixie --ssh-key "$trash/key.pub"
boots_at_length bookworm --disk debian1.qcow2
boots_at_length bookworm --disk debian1.qcow2,table=gpt
boots_at_length bookworm --disk debian1.img,fs=xfs
boots_at_length bookworm --disk debian1.qcow2,fs=btrfs --boot direct
boots_from_4k_at_length bookworm gpt
firmware_boots_at_length bios bookworm gpt
firmware_boots_at_length bios trixie mbr
firmware_boots_at_length uefi bookworm gpt
firmware_boots_at_length uefi trixie gpt
network_at_length bookworm networkd
network_at_length bookworm netplan
network_at_length trixie ifupdown

done_testing
