# mkguest: make | demo | check | check-long | lint | fuzz | bench | install
# SANITIZE=address,undefined   CC=clang   BUILD=build   DESTDIR=   prefix=/usr

BUILD ?= build
prefix ?= /usr
libexecdir = $(prefix)/libexec/mkguest
datadir = $(prefix)/share/mkguest
mandir = $(prefix)/share/man

# lowest first; a room includes only rooms to its left
ROOMS = base suite plan repo tree disk install guest xen make
PKGS = libcurl gpgme libarchive ext2fs com_err blkid mount libseccomp \
	libcrypt uuid jansson libcrypto

CC ?= gcc
CFLAGS ?= -O2 -g
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wvla -Wno-missing-field-initializers
ALL_CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Ilib -I. \
	-DMKGUEST_DATA='"$(datadir)"' $(PKG_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS = -std=gnu11 -pthread -fno-strict-aliasing $(WARNINGS) $(CFLAGS) \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer)
ALL_LDFLAGS = -pthread $(LDFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE))

sources = $(foreach room,$(ROOMS),$(wildcard lib/$(room)/*.c))
objects = $(sources:%.c=$(BUILD)/%.o)
tools = $(patsubst bin/%.c,%,$(wildcard bin/mkguest*.c))
units = $(patsubst t/unit/%.c,%,$(wildcard t/unit/*.c))

ifneq ($(filter-out deps clean,$(or $(MAKECMDGOALS),all)),)
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

$(BUILD)/libmkguest.a: $(objects)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/bin/%: $(BUILD)/bin/%.o $(BUILD)/bin/terminal.o $(BUILD)/libmkguest.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/t/unit/%: $(BUILD)/t/unit/%.o $(BUILD)/libmkguest.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

unit: $(units:%=$(BUILD)/t/unit/%)

clean:
	rm -rf $(BUILD)

FORCE:
.PHONY: all unit clean FORCE
.SECONDARY:

-include $(objects:.o=.d) $(wildcard $(BUILD)/bin/*.d $(BUILD)/t/unit/*.d)
