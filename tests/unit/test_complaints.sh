#!/bin/sh
# docs/complaints.md has all 52, once each and in their order, and each has a
# test or mutant, or says why it has none: "not ours: ...", "open: ...".  That
# the tests are there is looked at by test_named.sh.
table=docs/complaints.md
bad=0

complain()
{
	echo "# $table: $*"
	bad=1
}

look_at()
{
	row=$(grep -E "^\\| $1 \\|" $table)
	[ "$(printf '%s\n' "$row" | grep -c .)" -eq 1 ] ||
		complain "$1 is not there once"
	says=$(printf '%s\n' "$row" | cut -d'|' -f4)
	named=$(printf '%s\n' "$says" |
		grep -oE 'test_[a-z0-9_]+\.(c|py)::[a-z0-9_]+')
	patches=$(printf '%s\n' "$says" | grep -oE 'tests/mutants/[a-z0-9-]+\.patch')
	for patch in $patches; do
		[ -f "$patch" ] || complain "$1: there is no $patch"
	done
	[ -n "$named$patches" ] && return
	printf '%s\n' "$says" | grep -qE '(not ours|open): [a-z]' ||
		complain "$1 names nothing, and says not why"
}

echo 1..2
for number in $(seq 1 52); do
	look_at "$number"
done
[ $bad -eq 0 ] && echo "ok 1 - each" || echo "not ok 1 - each"
numbers=$(sed -n 's/^| \([0-9]*\) |.*/\1/p' $table | tr '\n' ' ')
if [ "$numbers" = "$(seq -s ' ' 1 52) " ]; then
	echo "ok 2 - all, in their order"
else
	echo "not ok 2 - all, in their order"
	bad=1
fi
exit $bad
