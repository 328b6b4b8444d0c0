# mkguest: make | demo | check | check-long | check-xen | lint | fuzz | bench | install
# SANITIZE=address,undefined   CC=clang   BUILD=build   DESTDIR=   prefix=/usr

VERSION = 0.1
BUILD ?= build
prefix ?= /usr
datadir = $(prefix)/share/mkguest
mandir = $(prefix)/share/man
# where Ansible looks by itself
collection = $(prefix)/share/ansible/collections/ansible_collections/mkguest/xen

# lowest first; a room includes only rooms to its left
ROOMS = base suite plan repo tree disk install guest xen emulate root make \
	keep check fleet
PKGS = libcurl gpgme libarchive libdeflate ext2fs e2p com_err blkid mount fdisk \
	libseccomp libcrypt uuid jansson libcrypto

CC ?= gcc
CFLAGS ?= -O2 -g
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wvla -Wno-missing-field-initializers
ALL_CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Ilib -I. \
	-DMKGUEST_DATA='"$(datadir)"' -DMKGUEST_VERSION='"$(VERSION)"' $(PKG_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS = -std=gnu11 -pthread -fno-strict-aliasing $(WARNINGS) $(CFLAGS) \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer)
ALL_LDFLAGS = -pthread $(LDFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE))

sources = $(foreach room,$(ROOMS),$(wildcard lib/$(room)/*.c))
objects = $(sources:%.c=$(BUILD)/%.o)
tools = $(patsubst bin/%.c,%,$(wildcard bin/mkguest*.c))
units = $(patsubst t/unit/%.c,%,$(wildcard t/unit/*.c))
targets = $(filter-out replay,$(patsubst t/fuzz/%.c,%,$(wildcard t/fuzz/*.c)))

ifneq ($(filter-out deps deps-check demo check check-long check-xen lint fuzz bench clean,\
	$(or $(MAKECMDGOALS),all)),)
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
endif

all: $(tools:%=$(BUILD)/bin/%)

# changed flags rebuild everything
$(BUILD)/flags: FORCE
	@mkdir -p $(BUILD)
	@echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)' >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/build-id: $(sort $(wildcard lib/*/*.[ch]))
	@mkdir -p $(@D)
	@cat $^ | sha256sum | cut -c 1-64 >$@

$(BUILD)/lib/base/build_id.o: lib/base/build_id.c $(BUILD)/build-id \
	$(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -DMKGUEST_BUILD_ID="\"$$(cat $(BUILD)/build-id)\"" \
	    $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libmkguest.a: $(objects)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/bin/%: $(BUILD)/bin/%.o $(BUILD)/bin/tool.o $(BUILD)/bin/terminal.o \
	$(BUILD)/libmkguest.a
	$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(PKG_LIBS)

$(BUILD)/bin/mkguest $(BUILD)/bin/mkguest-ansible: $(BUILD)/bin/run_json.o \
	$(BUILD)/bin/guest_json.o

$(BUILD)/bin/mkguest-ansible: $(BUILD)/bin/answer.o

$(BUILD)/bin/mkguest-delete: $(BUILD)/bin/guest_json.o

$(BUILD)/bin/mkguest-list: $(BUILD)/bin/table.o $(BUILD)/bin/guest_json.o

$(BUILD)/bin/mkguest-root: $(BUILD)/bin/root_action.o \
	$(BUILD)/bin/root_options.o

$(BUILD)/bin/mkguest-fleet: $(BUILD)/bin/fleet_report.o \
	$(BUILD)/bin/fleet_screen.o

$(BUILD)/t/unit/%: $(BUILD)/t/unit/%.o $(BUILD)/libmkguest.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

unit: $(units:%=$(BUILD)/t/unit/%)

# a fuzz target with the files of its corpus; see make fuzz
$(BUILD)/t/fuzz/%: $(BUILD)/t/fuzz/%.o $(BUILD)/t/fuzz/replay.o \
	$(BUILD)/libmkguest.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

replays: $(targets:%=$(BUILD)/t/fuzz/%)

# ---- what a bare Debian lacks -------------------------------------------

BUILD_PACKAGES = gcc libc6-dev pkg-config libcurl4-openssl-dev libgpgme-dev \
	libarchive-dev libdeflate-dev libext2fs-dev libblkid-dev libmount-dev \
	libfdisk-dev libseccomp-dev libcrypt-dev uuid-dev libjansson-dev \
	libssl-dev
RUN_PACKAGES = e2fsprogs gpg debian-archive-keyring uidmap openssh-client \
	qemu-system-x86 qemu-utils ca-certificates
CHECK_PACKAGES = perl python3 gnupg mmdebstrap debootstrap cdebootstrap \
	libxen-dev xen-utils-common $(XEN_UTILS) shellcheck mandoc clang \
	cppcheck zstd xz-utils bzip2 git iproute2 procps bsdutils file \
	openssh-client openssh-server curl fdisk grub-common grub-pc-bin \
	grub-xen-host grub-efi-amd64-bin dosfstools mtools ovmf \
	qemu-user-static arch-test squashfs-tools lz4 lzip lvm2 btrfs-progs \
	xfsprogs dpkg-dev valgrind strace sudo openssl systemd genisoimage \
	libarchive-tools libxml2-utils python3-yaml xorriso ipxe \
	ansible-core libvirt-clients $(CLOUD_INIT)
# what cloud-init needs, which itself would change this host when it boots
CLOUD_INIT = python3-jsonschema python3-configobj python3-jinja2 \
	python3-requests python3-oauthlib python3-jsonpatch python3-netifaces
# xl and pygrub, in a package that has Xen's version in its name
XEN_UTILS = $(shell apt-cache depends xen-system-$$(dpkg --print-architecture) \
	2>/dev/null | sed -n 's/.*Depends: \(xen-utils-[0-9.]*\)$$/\1/p')

install-missing = \
	missing=; for p in $(1); do \
		dpkg-query -W -f '$${db:Status-Status}' "$$p" 2>/dev/null | \
		    grep -qx installed || missing="$$missing $$p"; \
	done; \
	if [ -n "$$missing" ]; then \
		echo "installing:$$missing"; \
		as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo; \
		$$as_root apt-get -qq update && \
		DEBIAN_FRONTEND=noninteractive $$as_root apt-get -qq install \
		    -y --no-install-recommends $$missing >$(BUILD)/deps.log || \
		    { cat $(BUILD)/deps.log; exit 1; }; \
	fi

deps:
	@mkdir -p $(BUILD)
	@$(call install-missing,$(BUILD_PACKAGES) $(RUN_PACKAGES))

deps-check: deps
	@$(call install-missing,$(CHECK_PACKAGES))

# ---- the two commands of the README ---------------------------------------

# a make of its own: pkg-config is asked only when deps are there
demo: deps
	@$(MAKE) --no-print-directory -s all
	@BUILD=$(BUILD) contrib/demo

# Two at a time, as half of their time is waiting: those that use loop devices,
# which are the whole machine's, one after another, with some more to make both
# rows as long, and beside them the others.
loop_tests = {**/t/unit/{block_use,boot_files,clone,edit,read_tar,sink_ext,target},$\
	t/t{0001,3001,3004,3006,3007,3008,3010,4,5050,5060,7001,7022,7023,7024,9}*}

check: deps-check
	@$(MAKE) --no-print-directory -s all unit replays helpers
	@MKGUEST_BUILD=$(abspath $(BUILD)) prove --jobs 2 \
	    --rules 'seq=$(loop_tests)' --rules 'seq=**' \
	    --timer --failures --comments --exec '' \
	    $(units:%=$(BUILD)/t/unit/%) $(targets:%=$(BUILD)/t/fuzz/%) \
	    $(sort $(wildcard t/t[0-9]*.sh))

check-long: export MKGUEST_LONG = 1
check-long: check

# guests in a real Xen, emulated by QEMU: minutes each
XEN_PACKAGES = cpio kmod

check-xen: deps-check
	@$(call install-missing,$(XEN_PACKAGES))
	@$(MAKE) --no-print-directory -s all helpers
	@MKGUEST_BUILD=$(abspath $(BUILD)) prove --timer --failures --comments \
	    --exec '' $(sort $(wildcard t/x[0-9]*.sh))

# ---- programs that only the tests use --------------------------------------

helpers: $(BUILD)/t/helper/xl-check \
	$(patsubst t/helper/%.c,$(BUILD)/t/helper/%.so,$(wildcard \
	t/helper/*-shim.c)) \
	$(patsubst t/helper/%.c,$(BUILD)/t/helper/%,$(filter-out \
	%-shim.c t/helper/xl-%,$(wildcard t/helper/*.c)))

$(BUILD)/t/helper/%: $(BUILD)/t/helper/%.o $(BUILD)/libmkguest.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/t/helper/xl-check: t/helper/xl-check.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARNINGS) -O2 -o $@ $< \
	    $$(pkg-config --cflags --libs xlutil xenlight)

# preloaded into a program without sanitizers
$(BUILD)/t/helper/%-shim.so: t/helper/%-shim.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARNINGS) -O2 -shared -fPIC -o $@ $< -ldl

# ---- fuzz -------------------------------------------------------------------
# make fuzz [FUZZ_SECONDS=60] [targets="release deb_file"]

FUZZ_SECONDS ?= 60
FUZZ_PACKAGES = clang libclang-rt-dev
fuzz_build = $(BUILD)/fuzz

# what is found stays in found/; an input that broke something belongs into
# t/fuzz/corpus/NOUN
fuzz: deps
	@$(call install-missing,$(FUZZ_PACKAGES))
	@$(MAKE) --no-print-directory -s BUILD=$(fuzz_build) CC=clang \
	    CFLAGS='-O1 -g -fno-sanitize-recover=undefined' \
	    SANITIZE=fuzzer-no-link,address,undefined fuzzers
	@failed=; for noun in $(targets); do \
		mkdir -p $(fuzz_build)/corpus/$$noun $(fuzz_build)/found; \
		echo "fuzzing $$noun for $(FUZZ_SECONDS) s"; \
		$(fuzz_build)/t/fuzz/fuzz-$$noun -verbosity=0 -timeout=10 \
		    -print_final_stats=1 -max_total_time=$(FUZZ_SECONDS) \
		    -artifact_prefix=$(fuzz_build)/found/$$noun- \
		    $(fuzz_build)/corpus/$$noun t/fuzz/corpus/$$noun || \
		    failed="$$failed $$noun"; \
	done; [ -z "$$failed" ] || { echo "broken:$$failed" >&2; exit 1; }

fuzzers: $(targets:%=$(BUILD)/t/fuzz/fuzz-%)

$(BUILD)/t/fuzz/fuzz-%: $(BUILD)/t/fuzz/%.o $(BUILD)/libmkguest.a
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)

# ---- lint -------------------------------------------------------------------

scripts = $(wildcard t/lib.sh t/setup.sh t/[tx][0-9]*.sh bench/*.sh) \
	contrib/demo .ci/run t/helper/throwaway-root templates/second-stage t/xen/make-dom0 \
	t/xen/dom0-init templates/first-boot templates/host-facts \
	contrib/ansible/plugins/modules/mkguest \
	$(wildcard hooks/roles/*/first-boot hooks/roles/*/*/[0-9]*)

lint:
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/lint-gcc CC=gcc \
	    CFLAGS='-O2 -Werror' all unit replays
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/lint-clang CC=clang \
	    CFLAGS='-O2 -Werror' all unit replays
	cppcheck -q -j2 --error-exitcode=1 --std=c11 --inline-suppr \
	    --enable=warning --suppress=missingIncludeSystem \
	    --suppress=internalAstError --suppress=autoVariables \
	    --suppress=normalCheckLevelMaxBranches \
	    -D_GNU_SOURCE -D__x86_64__ '-D__typeof__(x)=char*' -Ilib -I. bin lib
	shellcheck $(scripts)
	mandoc -Tlint -Wwarning $(wildcard man/*.[1-8])
	@for test in t/t[0-9]*.sh; do \
		test -x $$test || { echo "$$test cannot be run" >&2; exit 1; }; \
	done
	t/helper/check-layers
	t/helper/function-lengths

# ---- install ----------------------------------------------------------------

install: all
	install -d $(DESTDIR)$(prefix)/sbin $(DESTDIR)$(datadir)/templates \
	    $(DESTDIR)$(mandir)/man1 $(DESTDIR)$(mandir)/man5 \
	    $(DESTDIR)$(mandir)/man7
	install -m 755 $(tools:%=$(BUILD)/bin/%) $(DESTDIR)$(prefix)/sbin
	install -m 644 templates/* $(DESTDIR)$(datadir)/templates
	umask 022; cp -R hooks $(DESTDIR)$(datadir)
	install -d $(DESTDIR)$(collection)
	umask 022; cp -R contrib/ansible/. $(DESTDIR)$(collection)
	install -m 644 man/*.1 $(DESTDIR)$(mandir)/man1
	install -m 644 man/*.5 $(DESTDIR)$(mandir)/man5
	install -m 644 man/*.7 $(DESTDIR)$(mandir)/man7

# make bench [sets="minbase/disk server"]
bench: deps-check
	@$(MAKE) --no-print-directory -s all
	@MKGUEST_BUILD=$(abspath $(BUILD)) bench/bootstrap.sh $(sets)

# make bench-disks
bench-disks: deps-check
	@$(MAKE) --no-print-directory -s all helpers
	@MKGUEST_BUILD=$(abspath $(BUILD)) bench/disks.sh

# make bench-fleet: guestfish takes part where it is installed and runs
bench-fleet: deps-check
	@$(call install-missing,xen-tools)
	@$(MAKE) --no-print-directory -s all
	@MKGUEST_BUILD=$(abspath $(BUILD)) bench/fleet.sh

bench-instructions: deps-check
	@$(MAKE) --no-print-directory -s helpers
	@MKGUEST_BUILD=$(abspath $(BUILD)) bench/instructions.sh

clean:
	rm -rf $(BUILD)

FORCE:
.PHONY: all unit replays deps deps-check demo check check-long check-xen \
	helpers fuzz fuzzers lint install bench bench-disks \
	bench-fleet bench-instructions clean FORCE
.PRECIOUS: $(BUILD)/%.o

-include $(objects:.o=.d) $(wildcard $(BUILD)/bin/*.d $(BUILD)/t/*/*.d)
