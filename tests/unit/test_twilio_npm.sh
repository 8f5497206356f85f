#!/bin/sh
# Twilio's own library agrees with us.  Without it ("make deps-check" installs
# it) this is skipped, and says so; where it was to be installed it fails.
npm=tests/npm
program=${OUT:-build/debug}/tests/unit/test_twilio_sign

if [ ! -d $npm/node_modules/twilio ]; then
	if [ -n "${CI-}${DEPS_CHECKED-}" ]; then
		echo "1..1"
		echo "not ok 1 - $npm is installed"
		exit 1
	fi
	echo "1..0 # SKIP $npm is not installed: make deps-check"
	exit 0
fi
exec node $npm/twilio_agrees.js "$program"
