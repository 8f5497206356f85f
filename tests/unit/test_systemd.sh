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
cp systemd/*.target systemd/*.timer "$units"

limit_of() {
	grep -q '^Type=oneshot$' "$1" && echo '^TimeoutStartSec=' ||
		echo '^WatchdogSec='
}
for unit in "$units"/*; do
	name=$(basename "$unit")
	said=$(SYSTEMD_UNIT_PATH="$units:" systemd-analyze verify \
		--man=no "$unit" 2>&1 | grep -F "sunwatch")
	[ -z "$said" ]
	result $? "$name: systemd-analyze verify has nothing to say"
	[ -z "$said" ] || printf '# %s\n' "$said"
	case $name in
	*.target | *.timer) continue ;;
	esac
	level=$(systemd-analyze security --offline=true "$unit" |
		sed -n 's/.*exposure level for.*: \([0-9.]*\) .*/\1/p')
	awk -v l="${level:-10}" 'BEGIN { exit !(l <= 2.0) }'
	result $? "$name: exposure $level is at most 2.0"
	# What ends by itself has a limit instead of a watchdog.
	grep -q '^StartLimitIntervalSec=0$' "$unit" &&
		grep -q "$(limit_of "$unit")" "$unit" &&
		grep -q '^CapabilityBoundingSet=$' "$unit"
	result $? "$name: restarts for ever, has a watchdog, no capability"
done

# Each has a user of its own, who is made, and is in no group but these.
root=$units/root
mkdir -p "$root/etc"
systemd-sysusers --root="$root" "$PWD/systemd/sunwatch.sysusers" 2>/dev/null
result $? "the users can be made"
is_in() { # user: its groups
	grep -E "[:,]$1(,|\$)" "$root/etc/group" | cut -d: -f1 | sort | xargs
}
user_of() {
	sed -n 's/^User=//p' "$units/sunwatch-$1.service"
}
id_of() { # passwd or group, name
	sed -n "s/^$2:x:\([0-9]*\):.*/\1/p" "$root/etc/$1"
}
for program in agent evaluate pages pager publish; do
	case $program in
	agent) own=agent groups= ;;
	evaluate) own=collector groups="sunwatch sunwatch-mail" ;;
	pager) own=pager groups="sunwatch sunwatch-mail" ;;
	*) own=$program groups=sunwatch ;;
	esac
	[ "$(user_of $program)" = "sunwatch-$own" ] &&
		[ -n "$(id_of passwd "sunwatch-$own")" ]
	result $? "sunwatch-$program runs as a user of its own"
	[ "$(is_in "sunwatch-$own")" = "$groups" ]
	result $? "sunwatch-$own is in no group but its own and '$groups'"
	for other in "" -agent -collector -pages; do
		other=sunwatch$other
		grep -q "^StateDirectory=$other$" \
			"$units/sunwatch-$program.service" ||
			grep -q "^InaccessiblePaths=-/var/lib/$other$" \
				"$units/sunwatch-$program.service"
		result $? "sunwatch-$program does not see the state in $other"
	done
done

# With these modes nobody reads another's secrets, nor the agent the tree.
# Only root can make the owners and become them.
can_read() { # user, file, groups besides its own
	who=$1 file=$2 gid=$(id_of group "$1")
	gids=$gid
	shift 2
	for group; do
		gids=$gids,$(id_of group "$group")
	done
	setpriv --reuid="$(id_of passwd "$who")" --regid="$gid" \
		--groups="$gids" cat "$root/$file" >/dev/null 2>&1
}
if [ "$(id -u)" = 0 ]; then
	chmod 0755 "$units" "$root" "$root/etc"
	systemd-tmpfiles --root="$root" --create \
		"$PWD/systemd/sunwatch.tmpfiles" 2>"$units/said"
	result $? "the folders can be made"
	tree=etc/sunwatch
	for own in collector pages pager publish mail; do
		echo secret >"$root/$tree/secrets/$own/it"
	done
	echo tree >"$root/$tree/sunwatch.yaml"
	for user in collector pages pager publish agent; do
		wanted=$user
		case $user in
		collector | pager)
			groups="sunwatch sunwatch-mail"
			wanted="$user mail"
			;;
		pages | publish) groups=sunwatch ;;
		agent) groups= ;;
		esac
		! can_read sunwatch-agent $tree/sunwatch.yaml
		result $? "the agent cannot read the tree"
		for own in collector pages pager publish mail; do
			is=no want=no
			# shellcheck disable=SC2086 # a list of words
			can_read sunwatch-$user $tree/secrets/$own/it \
				$groups && is=yes
			case " $wanted " in
			*" $own "*) want=yes ;;
			esac
			[ "$is" = "$want" ]
			result $? "$user reads the secrets of $own: $want"
		done
		[ $user = agent ] && continue
		can_read sunwatch-$user $tree/sunwatch.yaml sunwatch
		result $? "$user reads the tree"
	done
else
	result 0 "modes of secrets # SKIP only root can become another user"
fi
echo "1..$n"
exit $bad
