#!/bin/sh
# Answers for the setup of Windows: what is asked for is where Setup looks for
# it, and its secrets are nowhere else.

. "$(dirname "$0")/lib.sh"

# The answers are judged, no Windows is started.
medium() {
	mkdir tree
	"$helper/boot-sector" "CD" >tree/boot.bin
	for name; do
		mkdir -p "tree/$(dirname "$name")"
		echo "$name" >"tree/$name"
	done
	genisoimage -quiet -V "${volume:-CCCOMA_X64FRE_DE-DE_DV9}" -b boot.bin \
		-no-emul-boot -R -o cd.iso tree
	rm -r tree
}

new_windows() {
	medium sources/install.wim setup.exe
}

# What XML and files of Setup have a meaning for.
secret="a<b&\"c'd>%e äß]]>"

keep_secret() {
	(umask 077 && printf '%s\n' "$secret" >password)
}

install_guest() {
	MKGUEST_STATE=$PWD/state
	export MKGUEST_STATE
	run mkguest --image-dir . --cfg-dir . --iso cd.iso --size 3M \
		--memory 2048 --unattended "$@"
	no_leftovers .
}

refuse_install() {
	wanted=$1
	text=$2
	shift 2
	install_guest "$@"
	expect_error "$wanted" "$text"
	find . -path "./state/locks" -prune -o \( -name "win1*" -o \
		-path "./state/guests/*" \) -print >found
	test ! -s found || { cat found; false; }
}

# DIRECTORY OPTION…: for somebody whom its mode keeps out.
cannot_read() {
	mkdir -p user
	cp cd.iso password user
	(umask 077 && mkdir -p "user/$1")
	test "$(id -u)" -ne 0 || chown -R "$test_user": user
	chmod 0 "user/$1"
	directory=${1%%/*}
	shift
	run as_user env MKGUEST_STATE=state mkguest --image-dir . --cfg-dir . --iso cd.iso --size 3M \
		--memory 2048 --unattended "$@" --drivers "$directory"
	expect_error 1 "--drivers: read 'drivers/x': Permission denied"
	test ! -e user/win1.cfg
	rm -rf user
}

unpack_answers() {
	mkdir answers
	bsdtar -xf win1-answers.iso -C answers
}

has_value() {
	grep -Fx -e "$1" values || { cat values; echo "no $1"; false; }
}

test_case 'autounattend.xml: every value, by BIOS' '
	new_windows
	keep_secret
	(umask 077 && echo ABCDE-12345-FGHIJ-67890-KLMNO >key)
	echo "Write-Host done" >set-up.ps1
	echo "dir" >more.cmd
	mkdir -p drivers/xenvbd/x64
	head -c 100000 /dev/urandom >drivers/xenvbd/x64/xenvbd.sys
	echo "[Version]" >drivers/xenvbd/xenvbd.inf
	install_guest win1 --root-password file:password --hostname srv1.example.org \
		--timezone Europe/Berlin --locale de_AT.UTF-8,en_US.UTF-8 \
		--edition "Windows 11 Pro & <N>" --product-key-file key \
		--first-boot set-up.ps1 --first-boot more.cmd --drivers drivers \
		--log log -v
	expect_status 0
	unpack_answers
	xmllint --noout --relaxng "$helper/autounattend.rng" \
		answers/autounattend.xml
	"$helper/answers-show" answers/autounattend.xml >values
	has_value "windowsPE/SetupUILanguage/UILanguage=de-DE"
	has_value "windowsPE/UserLocale=de-AT"
	has_value "windowsPE/UserData/ProductKey/Key=ABCDE-12345-FGHIJ-67890-KLMNO"
	has_value "windowsPE/ImageInstall/OSImage/InstallFrom/MetaData/Key=/IMAGE/NAME"
	has_value "windowsPE/ImageInstall/OSImage/InstallFrom/MetaData/Value=Windows 11 Pro & <N>"
	has_value "windowsPE/ImageInstall/OSImage/InstallTo/PartitionID=1"
	has_value "windowsPE/DiskConfiguration/Disk/ModifyPartitions/ModifyPartition/Active=true"
	has_value "specialize/ComputerName=srv1"
	has_value "specialize/TimeZone=W. Europe Standard Time"
	has_value "oobeSystem/UserAccounts/AdministratorPassword/Value=$secret"
	has_value "oobeSystem/AutoLogon/Password/Value=$secret"
	cmp set-up.ps1 answers/mkguest/00-set-up.ps1
	cmp more.cmd answers/mkguest/01-more.cmd
	grep "^powershell.exe .* -File 00-set-up.ps1.$" answers/mkguest/first-logon.cmd
	grep "^call 01-more.cmd.$" answers/mkguest/first-logon.cmd
	cmp drivers/xenvbd/x64/xenvbd.sys "answers/\$WinPEDriver\$/xenvbd/x64/xenvbd.sys"
	cmp drivers/xenvbd/xenvbd.inf "answers/\$WinPEDriver\$/xenvbd/xenvbd.inf"
	isoinfo -d -i win1-answers.iso | grep "Volume id: ANSWERS"
	isoinfo -J -x "/autounattend.xml" -i win1-answers.iso |
		cmp - answers/autounattend.xml
'

test_case 'the medium is the second CD, secret, and gone when it has served' '
	new_windows
	keep_secret
	install_guest win1 --root-password file:password --log log -v
	expect_status 0
	test "$(stat -c %a win1-answers.iso)" = 600
	"$MKGUEST_BUILD/t/helper/xl-check" win1.cfg >xl-check
	mkguest-cfg check --elsewhere --xen-version=4.17 win1.cfg
	grep "vdev=hdd,access=ro,devtype=cdrom,target=$PWD/win1-answers.iso" win1.cfg
	grep -a -q "a&lt;b&amp;&quot;c" win1-answers.iso
	not grep -r -a -F -e "&lt;b&amp;" -e "a<b&" log state win1.cfg win1.img \
		"$trash/stdout" "$trash/stderr"
	test -z "$(find tmp "$TMPDIR" -type f 2>/dev/null)"
	mkguest-cfg installed win1
	test ! -e win1-answers.iso
	not grep cdrom win1.cfg
	not grep answers state/guests/win1
	install_guest win1 --root-password file:password --force
	expect_status 0
	MKGUEST_STATE=$PWD/state run mkguest --image-dir . --cfg-dir . \
		--iso cd.iso --size 3M --memory 2048 --force win1
	expect_status 0
	test ! -e win1-answers.iso
'

test_case 'drivers of an image of a CD' '
	new_windows
	mkdir -p drivers/xenvbd/x64
	echo "[Version]" >drivers/xenvbd/xenvbd.inf
	seq 100000 >drivers/xenvbd/x64/xenvbd.sys
	: >"drivers/xenvbd/a long name, with ü.txt"
	genisoimage -quiet -R -J -joliet-long -input-charset utf-8 -o drivers.iso drivers
	install_guest win1 --drivers drivers.iso
	expect_status 0
	unpack_answers
	LC_ALL=C.UTF-8 diff -r drivers "answers/\$WinPEDriver\$"
	rm -r state win1*
	truncate -s -400K drivers.iso
	refuse_install 1 "--drivers: '\''drivers.iso'\'': a file in it ends early" win2 \
		--drivers drivers.iso
	echo text >drivers.iso
	refuse_install 1 "it is no image of a CD" win2 --drivers drivers.iso
	mkdir empty
	echo x >empty/readme
	genisoimage -quiet -o drivers.iso empty
	refuse_install 1 "'\''drivers.iso'\'' holds no driver" win2 --drivers drivers.iso
	refuse_install 1 "--drivers: '\''/dev/null'\'' holds no driver" win2 --drivers /dev/null
'

test_case 'by UEFI, of a number, with a password made up' '
	mkdir tree
	"$helper/boot-sector" "CD" >tree/efi.img
	mkdir tree/sources
	echo x >tree/sources/install.esd
	xorriso -as mkisofs -quiet -V WINDOWS -e efi.img -no-emul-boot -o cd.iso tree
	install_guest win1 --firmware uefi --edition 6
	expect_status 0
	expect_stdout "Administrator'\''s password is in $PWD/state/passwords/win1"
	unpack_answers
	xmllint --noout --relaxng "$helper/autounattend.rng" \
		answers/autounattend.xml
	"$helper/answers-show" answers/autounattend.xml >values
	has_value "windowsPE/SetupUILanguage/UILanguage=en-US"
	has_value "windowsPE/ImageInstall/OSImage/InstallTo/PartitionID=3"
	has_value "windowsPE/ImageInstall/OSImage/InstallFrom/MetaData/Key=/IMAGE/INDEX"
	has_value "windowsPE/DiskConfiguration/Disk/CreatePartitions/CreatePartition/Type=EFI"
	has_value "specialize/TimeZone=UTC"
	has_value "oobeSystem/AutoLogon/Password/Value=$(cat state/passwords/win1)"
	not grep "ProductKey" values
	test "$(stat -c %a state/passwords/win1)" = 600
'

test_case 'XP and Server 2003: winnt.sif on a floppy' '
	volume=GRTMPVOL_EN medium i386/txtsetup.sif win51ip
	(umask 077 && echo "a%b&c" >password)
	(umask 077 && echo ABCDE-12345-FGHIJ-67890-KLMNO >key)
	install_guest win1 --root-password file:password --product-key-file key \
		--timezone America/New_York --locale de_DE.UTF-8
	expect_status 0
	test "$(stat -c "%a %s" win1-answers.img)" = "600 1474560"
	minfo -i win1-answers.img | grep "sectors per track: 18"
	minfo -i win1-answers.img | grep -i "media descriptor byte: 0xf0"
	fsck.vfat -n win1-answers.img
	mcopy -n -i win1-answers.img ::WINNT.SIF sif
	grep -q "$(printf "UnattendMode=FullUnattended\r")" sif
	tr -d "\r" <sif | python3 -c "
import configparser, sys
sif = configparser.ConfigParser()
sif.read_file(sys.stdin)
for place, wanted in {
		(\"GuiUnattended\", \"AdminPassword\"): \"\\\"a%b&c\\\"\",
		(\"GuiUnattended\", \"TimeZone\"): \"035\",
		(\"UserData\", \"ComputerName\"): \"\\\"win1\\\"\",
		(\"UserData\", \"ProductKey\"): \"\\\"ABCDE-12345-FGHIJ-67890-KLMNO\\\"\",
		(\"RegionalSettings\", \"Language\"): \"00000407\"}.items():
	assert sif.get(*place) == wanted, (place, sif.get(*place))"
	"$MKGUEST_BUILD/t/helper/xl-check" win1.cfg >xl-check
	mkguest-cfg check --elsewhere --xen-version=4.17 win1.cfg
	grep "file=$PWD/win1-answers.img,if=floppy" win1.cfg
	unpack_answers
	test -s answers/mkguest/first-logon.cmd
	test ! -e answers/autounattend.xml
	mkguest-cfg installed win1
	test -z "$(find . -name "win1-answers*")"
	not grep -E "floppy|cdrom" win1.cfg
	install_guest win2 --toolstack xm --root-password file:password
	expect_status 0
	"$helper/python-config" win2.cfg | grep -Fx "fda=$PWD/win2-answers.img"
'

test_case 'the admin has templates of his own' '
	new_windows
	keep_secret
	mkdir -p "$MKGUEST_CONFIG/templates/windows"
	echo "Mars/Olympus 999 Mars Standard Time" \
		>"$MKGUEST_CONFIG/templates/windows/time-zones"
	echo "<x>\${TIME_ZONE} \${PASSWORD}</x>" \
		>"$MKGUEST_CONFIG/templates/windows/autounattend.xml"
	install_guest win1 --root-password file:password --timezone Mars/Olympus
	expect_status 0
	unpack_answers
	"$helper/answers-show" answers/autounattend.xml
	grep "Mars Standard Time a&lt;" answers/autounattend.xml
	rm -r "$MKGUEST_CONFIG/templates/windows"
'

test_case 'what cannot be answered is refused, and nothing is written' '
	new_windows
	keep_secret
	password="--root-password file:password"
	# shellcheck disable=SC2086
	set -- win1 $password
	refuse_install 2 "--timezone: what Windows calls '\''Europe/Nowhere'\''" \
		"$@" --timezone Europe/Nowhere
	refuse_install 2 "--locale: what Windows calls '\''eo_XX'\''" "$@" \
		--locale eo_XX.UTF-8
	refuse_install 2 "no name for a Windows computer" "$@" \
		--hostname a-name-of-16-char
	refuse_install 2 "no name for a Windows computer" "$@" \
		--hostname 12345.example.org
	refuse_install 2 "wants the password itself" win1 --root-password locked
	printf "a\302\n" >password
	refuse_install 1 "bytes that are not UTF-8" "$@"
	keep_secret
	(umask 077 && echo ABCDE-12345 >key)
	refuse_install 1 "it holds no product key of the form" "$@" \
		--product-key-file key
	chmod 644 key
	refuse_install 1 "others can read or write" "$@" --product-key-file key
	refuse_install 1 "No such file" "$@" --drivers nowhere
	mkdir drivers
	refuse_install 1 "holds no driver" "$@" --drivers drivers
	cannot_read drivers/x "$@"
	echo x >run.sh
	refuse_install 2 "Windows runs .ps1" "$@" --first-boot run.sh
	refuse_install 2 "may have letters, digits" "$@" --first-boot "a b.cmd"
	refuse_install 1 "a.cmd" "$@" --first-boot a.cmd
	echo mine >win1-answers.iso
	install_guest "$@" --force
	expect_error 1 "exists, and is not this guest"
	grep mine win1-answers.iso
	rm win1-answers.iso
	medium readme
	refuse_install 1 "there are no answers for the setup of an unknown system" "$@"
	volume=X medium i386/txtsetup.sif
	refuse_install 1 "winnt.sif cannot hold" "$@"
	mkdir -p drivers
	refuse_install 1 "takes drivers from its own CD only" "$@" --drivers drivers
	run mkguest debian1 --unattended
	expect_error 2 "--unattended: it is for --iso"
	run mkguest win1 --iso cd.iso --size 3M --hostname a
	expect_error 2 "gets it with --unattended only"
'

test_case 'a dry run names them, and reads no password that would be asked for' '
	new_windows
	install_guest win1 --root-password prompt --dry-run
	expect_status 0
	expect_stdout "would write answers $PWD/win1-answers.iso"
	test ! -e win1-answers.iso
'

done_testing
