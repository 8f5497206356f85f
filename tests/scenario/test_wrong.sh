#!/bin/sh
# What a scenario says wrongly is told with its file and line, and what does
# not come true fails.  Usage: test_wrong.sh RUN
set -u
run=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
number=0

# wrong TEXT WORDS: the scenario of this text fails with these words.
wrong() {
	number=$((number + 1))
	printf 'shows "something"\n%b\n' "$1" >"$folder/x.scenario"
	if "$run" "$folder/x.scenario" >"$folder/out" 2>&1; then
		echo "not ok $number - passes: $1"
	elif grep -qF "# x.scenario:$2" "$folder/out"; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		sed 's/^/# /' "$folder/out"
	fi
}

wrong 'at noon site learn is well' \
	'2: expected a time of day such as 12:00:05, not "noon"'
wrong 'at 12:00 site lern is well' '2: there is no site "lern"'
wrong 'at 12:00 site learn answers 700' \
	'2: expected a number from 100 to 599, not "700"'
wrong 'at 12:00 site learn fails badly' '2: there is no reason "badly"'
wrong 'at 12:00 site learn is well from mars' '2: there is no region "mars"'
wrong 'at 12:00 site learn is well once more' \
	'2: "more" is one word too many'
wrong 'at 12:00 nobody takes learn' '2: there is no "nobody"'
wrong 'at 12:00 isla sings learn' '2: isla cannot "sings"'
wrong 'at 12:00 agent mars-1 dies' '2: there is no agent "mars-1"'
wrong 'at 12:00 channel smoke works' '2: there is no channel "smoke"'
wrong 'at 12:00 expect page to isla' '2: say within how long'
wrong 'at 12:00 expect no page to isla within 5s' '2: say until when'
wrong 'at 12:00 expect page to eve within 5s' '2: there is no person "eve"'
wrong 'at 12:00 expect state learn up within 5x' \
	'2: expected a time such as 5s, not "5x"'
wrong 'at 12:00 expect answer to isla saying "yes' '2: a text has no end'
wrong 'at 12:01 site learn is well\nat 12:00 site learn is well' \
	'3: this is earlier than what stands above'
wrong 'conf\nplatforms: [{ name: farm-1, nmae: x }]\nend\nat 12:00 site learn is well' \
	'5: configuration:'
wrong 'at 12:00 site learn is well' '1: it expects nothing'
wrong 'at 12:00 expect state learn down' '2: not so: it is up'
wrong 'at 12:00 expect page within 10s' '2: not so: none was sent'
wrong 'at 12:00 site learn fails tls\nat 12:00 expect no page until 12:01' \
	'3: not so: one went to isla by mail'
wrong 'at 12:00 site learn fails tls\nat 12:02 expect no outage learn' \
	'3: not so: booked is 12:00:0'
wrong 'at 12:00 expect incident learn is calling' '2: not so: there is none'
wrong 'at 12:00 site learn fails tls\nat 12:00 expect silence never over 30s until 12:30' \
	'3: not so: nobody was called for longer'
wrong 'at 12:00 expect agent lon-1 telling the last resort within 1m' \
	'2: not so: it did not'
echo "1..$number"
