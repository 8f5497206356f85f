# make             build the programs into build/debug
# make run         install what is missing, build, start everything on loopback
# make check       install what is missing, build, run every test
# make deps        install what building and running needs (root or sudo)
# make deps-check  the same, and what the tests need
# make lint        clang-format, clang-tidy, cppcheck, shellcheck, mandoc
# make asan        unit, sim and scenario tests under ASan and UBSan
# make valgrind    unit tests, nights, scenarios and some programs under valgrind
# make coverage    branch coverage of the core files, at least 95 %
# make mutants     break each rule; the simulation must notice
# make fuzz        a minute for each parser of foreign bytes
# make bench       figures against the goals (ONLY="probe pages": some)
# make install     DESTDIR and PREFIX as usual
#
# BUILD picks a flavour (debug, release, asan, tsan, coverage, fuzz); each has its
# own folder, so that switching never needs "make clean".  V=1 shows commands.

BUILD ?= debug
PREFIX ?= /usr/local
OUT := build/$(BUILD)
PYTHON ?= /usr/bin/python3
JOBS := $(shell nproc)

PROGRAMS := agent collector pager cli
LIBS := libcurl libevent libevent_openssl hiredis yaml-0.1 openssl libcares \
	libical jansson msgpack
TEST_LIBS := cmocka

# What decides and does nothing else: no I/O, no clock.  tests/unit/check-core
# looks at their includes, and coverage is counted over them.
include core.mk

# What tests are built with says where (g1); only debug knows every variable.
CFLAGS ?= $(CFLAGS_$(BUILD))
CFLAGS_debug := -Og -g3 -DSUNWATCH_TEST
CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection -fPIE
CFLAGS_asan := -O1 -g1 -fsanitize=address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer -DSUNWATCH_TEST
CFLAGS_tsan := -O1 -g3 -fsanitize=thread -DSUNWATCH_TEST
CFLAGS_coverage := -O0 -g3 --coverage -DSUNWATCH_TEST
CFLAGS_sim := -O2 -g1 -DSUNWATCH_TEST
CFLAGS_lint := -O0 -DSUNWATCH_TEST
CFLAGS_fuzz := -O1 -g3 -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all -DSUNWATCH_TEST
LDFLAGS_release := -pie -Wl,-z,relro,-z,now
LDFLAGS_fuzz := -fsanitize=address,undefined
# Two hundred test programs are linked in a quarter of the time.
LDFLAGS_sim := -fuse-ld=gold
LDFLAGS_asan := -fuse-ld=gold
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef \
	-Wvla -Wconversion -Wno-missing-field-initializers
ifdef CI
WARN += -Werror
endif

# Asked once, not for each file.
LIBS_CFLAGS := $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
LIBS_LDLIBS := $(shell pkg-config --libs $(LIBS) 2>/dev/null)

override CFLAGS += -std=c11 -pthread -D_GNU_SOURCE -I. $(WARN) -MMD -MP \
	$(LIBS_CFLAGS)
# A program carries only the libraries that it uses.
override LDFLAGS += -Wl,--as-needed $(LDFLAGS_$(BUILD))
LDLIBS += $(LIBS_LDLIBS) -lm

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

# One main.c per program; everything else may be linked into any test.
objs = $(patsubst %.c,$(OUT)/%.o,$(wildcard $(1)))
MODULES := $(filter-out %/main.o,$(call objs,lib/*.c console/*.c \
	$(PROGRAMS:%=%/*.c)))
UNITS := $(patsubst %.c,$(OUT)/%,$(wildcard tests/unit/test_*.c))
SIMS := $(patsubst %.c,$(OUT)/%,$(wildcard tests/sim/sim_*.c))
SIM_PARTS := $(call objs,$(filter-out $(wildcard tests/sim/sim_*.c), \
	$(wildcard tests/sim/*.c)))
SCENARIO := $(OUT)/tests/scenario/run
BINS := $(patsubst %,$(OUT)/bin/%,sunwatch sunwatch-agent \
	sunwatch-collector sunwatch-pager)
main_of = $(OUT)/$(if $(filter sunwatch,$(1)),cli,$(1:sunwatch-%=%))/main.o

all: $(BINS)
	@:

$(OUT)/%.o: %.c Makefile core.mk
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

# What only tells cases is not worth an optimizer's time, which is four times
# that of what it tells of.
$(OUT)/tests/unit/%.o: tests/unit/%.c Makefile core.mk
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) $(if $(filter sim asan,$(BUILD)),-O0) -c -o $@ $<

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

# A simulation takes of the parts what it needs.
$(OUT)/simparts.a: $(SIM_PARTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(SIMS): %: %.o $(OUT)/simparts.a $(OUT)/modules.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# It brings people, channels and what they notice of its own: first in line.
$(SCENARIO): $(call objs,tests/scenario/*.c) $(OUT)/simparts.a $(OUT)/modules.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Everything the programs are built and run with, and what tests need besides.
DEPS := gcc make pkg-config git redis-server libcurl4-openssl-dev \
	libevent-dev libhiredis-dev libyaml-dev libc-ares-dev libical-dev \
	libmsgpack-dev libjansson-dev uthash-dev libssl-dev \
	tzdata ca-certificates openssl
DEPS_CHECK := libcmocka-dev perl python3 python3-pytest \
	python3-pytest-xdist python3-icalendar python3-redis python3-msgpack python3-aiosmtpd python3-yaml nginx-light \
	clang clang-format clang-tidy cppcheck shellcheck mandoc valgrind patch \
	gcovr libclang-rt-14-dev systemd curl procps wrk slowhttptest \
	prometheus prometheus-alertmanager chromium

# Where another node.js brings its own npm, Debian's would be in its way.
NODE := $(if $(shell command -v npm),,nodejs npm)

deps:
	$(Q)tools/deps $(DEPS)
deps-check:
	$(Q)tools/deps $(DEPS) $(DEPS_CHECK) $(NODE)
	$(Q)for d in tests/browser tests/npm; do \
	    [ $$d/node_modules/.package-lock.json -nt \
		$$d/package-lock.json ] || (cd $$d && \
		npm ci --ignore-scripts --no-audit --no-fund) || exit 1; done
deps-bench:
	$(Q)tools/deps $(DEPS) $(DEPS_CHECK) prometheus-blackbox-exporter

# The makefile is read before the libraries are there: build in a new make.
run: deps
	$(Q)$(MAKE) -j$(JOBS) --no-print-directory BUILD=release all
	$(Q)exec build/release/bin/sunwatch up $(if $(CONF),--conf $(CONF))

# One build for all tests, a fast one for the nights' sake; the release's for
# what is said of its flags.
check: deps-check
	$(Q)DEPS_CHECKED=yes $(MAKE) -j$(JOBS) --no-print-directory BUILD=sim unit
	$(Q)$(MAKE) -j$(JOBS) --no-print-directory BUILD=sim scenario
	$(Q)$(MAKE) -j$(JOBS) --no-print-directory BUILD=release hardened
	$(Q)$(MAKE) -j2 --output-sync=target --no-print-directory BUILD=sim \
	    DEPS_CHECKED=yes sim-beside system

# System tests mostly wait, nights only reckon: they take what is left over.
sim-beside: $(SIMS)
	$(Q)nice -n 19 $(MAKE) --no-print-directory BUILD=$(BUILD) sim

CMOCKA := CMOCKA_MESSAGE_OUTPUT=TAP
SCRIPTS := $(wildcard tests/unit/test_*.sh)
BENCHES := $(patsubst %.c,$(OUT)/%,$(wildcard tests/bench/bench_*.c))
$(BENCHES): %: %.o $(OUT)/modules.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# docs/bench.md says what each figure is.
bench: deps-bench
	$(Q)$(MAKE) -j$(JOBS) --no-print-directory BUILD=release bench-built
bench-built: all $(BENCHES)
	$(Q)OUT=$(abspath $(OUT)) $(PYTHON) tests/bench/run $(ONLY)

unit: all $(UNITS)
	$(CMOCKA) prove --quiet --jobs 4 --exec '' $(UNITS)
	prove --quiet --exec '' tests/unit/check-core :: $(CORE)
	$(if $(SCRIPTS),OUT=$(OUT) prove --quiet --exec '' $(SCRIPTS))

# Hand-offs in every zone on every day of ten years: a minute.  The unit tests
# go through the days around clock changes.
zones: $(OUT)/tests/unit/test_rota_zones
	ROTA_DAYS=all $(CMOCKA) prove --timer --exec '' $<

# What the release's flags have made of its programs.
hardened: all
	OUT=$(OUT) CC=$(CC) prove --quiet --exec '' tests/hardened

# Seeded nights, and months that are recounted; a failing seed is printed and
# replays.
sim: $(SIMS)
	$(if $(SIMS),prove --timer --verbose --exec '' $(SIMS))

# Stories by decree of time; tests/scenario/README.md has the words.
scenario: $(SCENARIO)
	prove --quiet --exec '' $(SCENARIO)
	prove --quiet --exec '' tests/scenario/test_wrong.sh :: $(SCENARIO)

# Real programs against real servers, several tests at once: they mostly wait.
# K="whole or pager": these; with BUILD=asan any finding fails.  Tests whose
# tools are not installed are skipped, but not with CI or DEPS_CHECKED: there
# they fail.
system: all
	OUT=$(abspath $(OUT)) PYTHON=$(PYTHON) tests/system/run \
	    $(if $(K),-k "$(K)")

asan:
	$(MAKE) -j$(JOBS) BUILD=asan unit
	$(MAKE) -j$(JOBS) BUILD=asan NIGHTS=20 MONTHS=10 sim
	$(MAKE) -j$(JOBS) BUILD=asan scenario

# A mutant is a patch that breaks one rule; the simulation must find each.
mutants:
	tests/mutants/run

# Unit tests, two nights, the scenarios, and a few stories of real programs.
VALGRIND := valgrind --quiet --error-exitcode=9 --leak-check=full
valgrind:
	$(Q)$(MAKE) -j$(JOBS) --no-print-directory valgrind-units
	$(Q)$(MAKE) -j$(JOBS) --no-print-directory BUILD=sim valgrind-nights
	$(Q)$(MAKE) -j$(JOBS) --no-print-directory all
	OUT=$(abspath $(OUT)) PYTHON=$(PYTHON) CHECKER=valgrind TESTS_AT_ONCE=2 \
	    tests/system/run -k "$(or $(K),$(VALGRIND_STORIES))"
VALGRIND_STORIES := a_batch_is_stored_once or bad_calls_change_nothing or a_hole_after_a_gap or a_broken_tree_is_not_taken
valgrind-units: $(UNITS)
	printf '%s\n' $(UNITS) | xargs -P $(JOBS) -I{} sh -c \
	    '$(VALGRIND) {} >/dev/null 2>{}.valgrind || \
		{ echo {}; grep "^==" {}.valgrind; exit 255; }'
valgrind-nights: $(SIMS) $(SCENARIO)
	NIGHTS=2 $(VALGRIND) $(OUT)/tests/sim/sim_night >/dev/null
	$(VALGRIND) $(SCENARIO) >/dev/null

coverage:
	$(MAKE) -j$(JOBS) BUILD=coverage unit
	$(MAKE) -j$(JOBS) BUILD=coverage NIGHTS=60 MONTHS=20 sim
	gcovr --root . --branches --object-directory build/coverage \
	    --exclude-throw-branches \
	    --exclude-lines-by-pattern '.*(HASH_[A-Z_]*|json_(array|object)_foreach|assert) ?\(.*' \
	    --print-summary --fail-under-branch 95 $(CORE:%=--filter %)

# One target per reader of foreign bytes (docs/design.md lists them), each for
# FUZZ_SECONDS, two at a time; ONLY="store mail": these.
FUZZERS := $(patsubst %.c,$(OUT)/%,$(wildcard tests/fuzz/fuzz_*.c))
$(FUZZERS): %: %.o $(OUT)/modules.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)
fuzz:
	$(Q)$(MAKE) -j$(JOBS) --no-print-directory BUILD=fuzz CC=clang fuzz-run
fuzz-run: $(FUZZERS)
	$(Q)OUT=$(OUT) ONLY="$(ONLY)" tests/fuzz/run

SOURCES := $(shell git ls-files '*.c' '*.h' 2>/dev/null)
SHELLS := tools/deps tests/make-certificates tests/check-layers tests/hardened tests/fuzz/run tests/system/run tests/unit/check-core \
	tests/mutants/run tests/scenario/test_wrong.sh tests/lint-tidy .ci/run $(SCRIPTS)
lint:
	clang-format --dry-run --Werror $(SOURCES)
	tests/check-layers
	$(MAKE) -j$(JOBS) --output-sync CC=clang BUILD=lint OUT=build/clang CI=1 all tidy apart
	cppcheck --quiet -j $(JOBS) --error-exitcode=1 --inline-suppr --std=c11 \
	    --enable=warning,portability -I. --include=tests/cppcheck.h \
	    --include=$(firstword $(wildcard /usr/include/*/sys/queue.h)) \
	    --suppressions-list=tests/cppcheck.suppress lib console $(PROGRAMS)
	shellcheck $(SHELLS)
	$(if $(wildcard docs/*.[1-8]),mandoc -T lint -W warning docs/*.[1-8])

# Looked at again when it or a header of it changes.
TIDY := $(patsubst %.c,$(OUT)/%.tidy,$(filter-out tests/fuzz/% \
	tests/bench/%,$(filter %.c,$(SOURCES))))
tidy: $(TIDY)
$(OUT)/%.tidy: $(OUT)/%.o .clang-tidy tests/.clang-tidy tests/lint-tidy \
    tests/tidy.h
	$(call say,TIDY,$*.c)
	$(Q)tests/lint-tidy $*.c $(CFLAGS)
	$(Q)touch $@

# What no test builds must not fall behind what it calls.
apart: $(patsubst %.c,$(OUT)/%.o,$(filter tests/fuzz/% tests/bench/%,$(filter \
    %.c,$(SOURCES))))

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/man5 \
	    $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 0755 $(BINS) $(DESTDIR)$(PREFIX)/bin
	for page in $(wildcard docs/*.[1-8]); do \
		install -m 0644 $$page \
		    $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}; \
	done
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system \
	    $(DESTDIR)$(PREFIX)/lib/sysusers.d $(DESTDIR)$(PREFIX)/lib/tmpfiles.d
	for unit in $(wildcard systemd/*.service.in); do \
		name=$${unit##*/}; \
		sed 's|@bindir@|$(PREFIX)/bin|' $$unit > \
		    $(DESTDIR)$(PREFIX)/lib/systemd/system/$${name%.in}; \
	done
	install -m 0644 systemd/sunwatch.target systemd/sunwatch-publish.timer \
	    $(DESTDIR)$(PREFIX)/lib/systemd/system
	install -m 0644 systemd/sunwatch.sysusers \
	    $(DESTDIR)$(PREFIX)/lib/sysusers.d/sunwatch.conf
	install -m 0644 systemd/sunwatch.tmpfiles \
	    $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/sunwatch.conf
	install -d $(DESTDIR)$(PREFIX)/share/doc/sunwatch/conf/clients.d \
	    $(DESTDIR)$(PREFIX)/share/doc/sunwatch/conf/prometheus \
	    $(DESTDIR)$(PREFIX)/share/doc/sunwatch/conf/grafana
	install -m 0644 conf/*.yaml $(DESTDIR)$(PREFIX)/share/doc/sunwatch/conf
	install -m 0644 conf/clients.d/*.yaml \
	    $(DESTDIR)$(PREFIX)/share/doc/sunwatch/conf/clients.d
	install -m 0644 conf/prometheus/*.yml \
	    $(DESTDIR)$(PREFIX)/share/doc/sunwatch/conf/prometheus
	install -m 0644 conf/grafana/*.json \
	    $(DESTDIR)$(PREFIX)/share/doc/sunwatch/conf/grafana

clean:
	rm -rf build


.PHONY: all deps deps-check deps-bench run check hardened unit zones sim scenario system \
	valgrind-units valgrind-nights \
	apart bench bench-built asan mutants fuzz fuzz-run valgrind coverage lint \
	tidy install clean
.SECONDARY:
# What failed half way is not taken for made.
.DELETE_ON_ERROR:
-include $(shell find -L build -type f -name '*.d' 2>/dev/null)
