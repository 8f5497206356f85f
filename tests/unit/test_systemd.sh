#!/bin/sh
# The units are valid and expose little.  Speaks TAP; OUT is the build.
set -u
units=$(mktemp -d)
trap 'rm -rf "$units"' EXIT
n=0
bad=0
result() {
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" && return
	echo "not ok $n - $2"
	bad=1
}

for unit in systemd/*.service.in; do
	name=$(basename "$unit" .in)
	sed "s|@bindir@|$(realpath "${OUT:-build/debug}")/bin|" "$unit" \
		>"$units/$name"
done
cp systemd/sunwatch.target "$units"

for unit in "$units"/*; do
	name=$(basename "$unit")
	said=$(SYSTEMD_UNIT_PATH="$units:" systemd-analyze verify \
		--man=no "$unit" 2>&1 | grep -F "sunwatch")
	[ -z "$said" ]
	result $? "$name: systemd-analyze verify has nothing to say"
	[ -z "$said" ] || printf '# %s\n' "$said"
	case $name in
	*.target) continue ;;
	esac
	level=$(systemd-analyze security --offline=true "$unit" |
		sed -n 's/.*exposure level for.*: \([0-9.]*\) .*/\1/p')
	awk -v l="${level:-10}" 'BEGIN { exit !(l <= 2.0) }'
	result $? "$name: exposure $level is at most 2.0"
	grep -q '^StartLimitIntervalSec=0$' "$unit" &&
		grep -q '^WatchdogSec=' "$unit" &&
		grep -q '^CapabilityBoundingSet=$' "$unit"
	result $? "$name: restarts for ever, has a watchdog, no capability"
done
echo "1..$n"
exit $bad
