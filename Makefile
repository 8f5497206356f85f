# make             build the programs into build/debug
# make run         install what is missing, build, start everything on loopback
# make check       install what is missing, build, run every test
# make deps        install what building and running needs (root or sudo)
# make deps-check  the same, and what the tests need
# make lint        clang-format, clang-tidy, cppcheck, shellcheck, mandoc
# make asan        unit, sim and scenario tests under ASan and UBSan
# make valgrind    unit tests under valgrind
# make coverage    branch coverage of the core files
# make mutants     break each rule; the simulation must notice
# make fuzz        a minute for each parser of foreign bytes
# make bench       figures against the goals
# make install     DESTDIR and PREFIX as usual
#
# BUILD picks a flavour (debug, release, asan, coverage, fuzz); each has its
# own folder, so that switching never needs "make clean".  V=1 shows commands.

BUILD ?= debug
PREFIX ?= /usr/local
OUT := build/$(BUILD)
PYTHON ?= /usr/bin/python3

PROGRAMS := agent collector pager cli
LIBS := libcurl libevent libevent_openssl hiredis yaml-0.1 openssl libcares \
	libical jansson msgpack libpcre2-8 libsystemd
TEST_LIBS := cmocka

# What decides and does nothing else: no I/O, no clock.  tests/unit/check-core
# looks at their includes, and coverage is counted over them.
include core.mk

CFLAGS ?= $(CFLAGS_$(BUILD))
CFLAGS_debug := -Og -g3 -DSUNWATCH_TEST
CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection -fPIE
CFLAGS_asan := -O1 -g3 -fsanitize=address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer -DSUNWATCH_TEST
CFLAGS_coverage := -O0 -g3 --coverage -DSUNWATCH_TEST
CFLAGS_sim := -O2 -g -DSUNWATCH_TEST
CFLAGS_fuzz := -O1 -g3 -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all -DSUNWATCH_TEST
LDFLAGS_release := -pie -Wl,-z,relro,-z,now
LDFLAGS_fuzz := -fsanitize=address,undefined
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef \
	-Wvla -Wconversion -Wno-missing-field-initializers
ifdef CI
WARN += -Werror
endif

override CFLAGS += -std=c11 -D_GNU_SOURCE -I. $(WARN) -MMD -MP \
	$(shell pkg-config --cflags $(LIBS) 2>/dev/null)
override LDFLAGS += $(LDFLAGS_$(BUILD))
LDLIBS += $(shell pkg-config --libs $(LIBS) 2>/dev/null) -lm

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

# One main.c per program; everything else may be linked into any test.
objs = $(patsubst %.c,$(OUT)/%.o,$(wildcard $(1)))
MODULES := $(filter-out %/main.o,$(call objs,lib/*.c $(PROGRAMS:%=%/*.c)))
UNITS := $(patsubst %.c,$(OUT)/%,$(wildcard tests/unit/test_*.c))
SIMS := $(patsubst %.c,$(OUT)/%,$(wildcard tests/sim/sim_*.c))
SIM_PARTS := $(call objs,$(filter-out $(wildcard tests/sim/sim_*.c), \
	$(wildcard tests/sim/*.c)))
BINS := $(patsubst %,$(OUT)/bin/%,sunwatch sunwatch-agent \
	sunwatch-collector sunwatch-pager)
main_of = $(OUT)/$(if $(filter sunwatch,$(1)),cli,$(1:sunwatch-%=%))/main.o

all: $(BINS)

$(OUT)/%.o: %.c Makefile core.mk
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

$(OUT)/modules.a: $(MODULES)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

.SECONDEXPANSION:
$(BINS): $(OUT)/bin/%: $$(call main_of,%) $(OUT)/modules.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(UNITS): %: %.o $(OUT)/modules.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) \
	    $$(pkg-config --libs $(TEST_LIBS))

$(SIMS): %: %.o $(SIM_PARTS) $(OUT)/modules.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

unit: all $(UNITS)
	CMOCKA_MESSAGE_OUTPUT=TAP prove --quiet --jobs 4 --exec '' $(UNITS)

clean:
	rm -rf build

.PHONY: all unit clean
.SECONDARY:
-include $(shell find build -name '*.d' 2>/dev/null)
