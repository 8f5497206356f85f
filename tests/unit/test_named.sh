#!/bin/sh
# Tests that are named somewhere are there: files as tests/unit/test_x.c, or
# test_x.c alone, also with stars; what is in one as tests/unit/test_x.c::name.
bad=0

# Files of that name, in any folder of tests when it has none.
there()
{
	case $1 in
	tests/*) set -- "$1" ;;
	*) set -- "tests/unit/$1" "tests/system/$1" "tests/scenario/$1" ;;
	esac
	for pattern; do
		for candidate in $pattern; do
			[ -f "$candidate" ] && echo "$candidate"
		done
	done
}

# A function of C, whose name begins a line, or of Python.
within()
{
	# shellcheck disable=SC2086 # words
	grep -qE "^(def |static void |)$2\\(" $1
}

echo 1..1
names='(tests/(unit|system)/)?test_[a-z0-9_*]+\.(c|py|sh)(::[a-z0-9_]+)?'
named=$(grep -ohE "$names" README.md docs/*.md tests/*/README.md | sort -u)
for name in $named; do
	file=${name%%::*}
	files=$(there "$file")
	if [ -z "$files" ]; then
		echo "# $file is named and not there"
		bad=1
	elif [ "$file" != "$name" ] && ! within "$files" "${name##*::}"; then
		echo "# $file has no ${name##*::}"
		bad=1
	fi
done
[ "$(echo "$named" | wc -l)" -gt 30 ] || bad=1
[ $bad -eq 0 ] && echo "ok 1 - named" || echo "not ok 1 - named"
exit $bad
