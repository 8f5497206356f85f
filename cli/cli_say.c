/*
 * cli_say: how commands speak, and how they read times and durations.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "lib/civil.h"
#include "lib/text.h"

#define DURATION_MAX_MS (400 * INT64_C(86400000))

/* "sunwatch take: ...", with what came from elsewhere made plain. */
static void __attribute__((format(printf, 2, 0)))
complain(struct cli *c, const char *fmt, va_list ap)
{
	struct text raw = { 0 }, plain = { 0 };

	text_addf(&raw, "sunwatch%s%s: ", c->command == NULL ? "" : " ",
	    c->command == NULL ? "" : c->command->name);
	text_addv(&raw, fmt, ap);
	text_add_plain(&plain, raw.data);
	fprintf(c->err, "%s\n", plain.data);
	text_clear(&raw);
	text_clear(&plain);
}

int
cli_fail(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(c, fmt, ap);
	va_end(ap);
	return CLI_FAILED;
}

int
cli_misuse(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(c, fmt, ap);
	va_end(ap);
	if (c->command != NULL)
		fprintf(c->err, "try: sunwatch %s --help\n", c->command->name);
	else
		fprintf(c->err, "try: sunwatch help\n");
	return CLI_USAGE;
}

void
cli_print_json(struct cli *c, json_t *value)
{
	json_dumpf(value, c->out, JSON_INDENT(2) | JSON_ENCODE_ANY);
	fputc('\n', c->out);
	json_decref(value);
}

void
cli_plain(struct cli *c, const char *foreign)
{
	struct text t = { 0 };

	text_add_plain(&t, foreign);
	if (t.data != NULL)
		fputs(t.data, c->out);
	text_clear(&t);
}

void
cli_styled(struct cli *c, enum cli_style style, const char *what)
{
	static const char *const codes[] = {
		[STYLE_GOOD] = "\033[32m",
		[STYLE_BAD] = "\033[1;31m",
		[STYLE_DOUBT] = "\033[33m",
		[STYLE_STRONG] = "\033[1m",
	};

	if (c->colour)
		fputs(codes[style], c->out);
	cli_plain(c, what);
	if (c->colour)
		fputs("\033[0m", c->out);
}

/* Digits, then a unit; false when it is anything else. */
static bool
read_duration(const char *text, int64_t *ms)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 },
		{ "h", 3600000 }, { "d", 86400000 } };
	int64_t n = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9' && n < DURATION_MAX_MS; p++)
		n = n * 10 + (*p - '0');
	if (p == text || n == 0)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(p, units[i].unit) == 0 &&
		    n <= DURATION_MAX_MS / units[i].ms) {
			*ms = n * units[i].ms;
			return true;
		}
	return false;
}

bool
cli_duration(struct cli *c, const char *text, int64_t *ms)
{
	if (read_duration(text, ms))
		return true;
	cli_misuse(c,
	    "\"%s\" is not a duration: write 90s, 30m, 4h or 7d "
	    "(at most 400d)",
	    text);
	return false;
}

bool
cli_severity(struct cli *c, const char *text, int *severity)
{
	const char *digit = *text == 'S' || *text == 's' ? text + 1 : text;

	if (*digit >= '1' && *digit <= '4' && digit[1] == '\0') {
		*severity = *digit - '0';
		return true;
	}
	cli_misuse(c, "\"%s\" is not a severity: write S1, S2, S3 or S4", text);
	return false;
}

bool
cli_time(struct cli *c, const char *option, const char *text, int64_t now_ms,
    int64_t *at_ms)
{
	int64_t away_ms;

	if (strcmp(text, "now") == 0) {
		*at_ms = now_ms;
		return true;
	}
	if ((*text == '+' || *text == '-') &&
	    read_duration(text + 1, &away_ms)) {
		*at_ms = now_ms + (*text == '+' ? away_ms : -away_ms);
		return true;
	}
	if (civil_parse(text, at_ms))
		return true;
	cli_misuse(c,
	    "%s%s%s\"%s\" is not a time (1970 to 2069): write "
	    "2026-03-29T00:30Z, 2026-03-29T13:30+13:00, now, +2h or -15m",
	    option != NULL ? "--" : "", option != NULL ? option : "",
	    option != NULL ? ": " : "", text);
	return false;
}

bool
cli_period(struct cli *c, const struct cli_arguments *a, int64_t now_ms,
    int64_t *from_ms, int64_t *to_ms)
{
	const char *from = cli_value(a, "from"), *to = cli_value(a, "to");

	if ((from != NULL && !cli_time(c, "from", from, now_ms, from_ms)) ||
	    (to != NULL && !cli_time(c, "to", to, now_ms, to_ms)))
		return false;
	if (*from_ms < *to_ms)
		return true;
	cli_misuse(c, "the period ends before it begins");
	return false;
}
