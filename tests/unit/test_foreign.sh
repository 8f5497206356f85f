#!/bin/sh
# Whoever reads foreign bytes stands in tests/fuzz/README.md, with its target
# or the reason why it has none; and each target stands there, too.
table=tests/fuzz/README.md
signs='json_load|json_loads|sscanf\(|strtou?ll?\(|strtol\(|reading_begin\('
signs="$signs|yaml_parser_initialize|redisReaderFeed|element\[|curl_url_set\("
signs="$signs|http_param\("
bad=0

echo 1..2
for file in lib/*.c agent/*.c collector/*.c pager/*.c cli/*.c; do
	grep -qE "$signs" "$file" || continue
	grep -qF "\`$file\`" $table && continue
	echo "# $file reads foreign bytes and is not in $table"
	bad=1
done
[ $bad -eq 0 ] && echo "ok 1 - readers" || echo "not ok 1 - readers"
lost=0
for target in tests/fuzz/fuzz_*.c; do
	name=${target##*/fuzz_}
	name=${name%.c}
	grep -qF "\`$name\`" $table && [ -d "tests/fuzz/corpus/$name" ] &&
	    continue
	echo "# $target has no line in $table, or no corpus"
	lost=1
done
[ $lost -eq 0 ] && echo "ok 2 - targets" || echo "not ok 2 - targets"
exit $((bad + lost))
