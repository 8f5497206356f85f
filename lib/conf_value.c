/*
 * One value: from the text an operator wrote to the member it fills.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "lib/civil.h"
#include "lib/conf.h"
#include "lib/conf_reader.h"
#include "lib/text.h"

#define NAME_MAX_LENGTH 63
#define STRING_MAX_LENGTH 4096

struct unit {
	const char *name;
	int64_t worth;
};

/* Largest last; a limit is shown in the largest that divides it. */
static const struct unit durations[] = {
	{ "ms", 1 },
	{ "s", 1000 },
	{ "m", 60 * 1000 },
	{ "h", 3600 * 1000 },
	{ "d", 86400 * 1000 },
	{ NULL, 0 },
};

static const struct unit sizes[] = {
	{ "", 1 },
	{ "K", 1 << 10 },
	{ "M", 1 << 20 },
	{ "G", 1 << 30 },
	{ NULL, 0 },
};

/* A zone that was asked for, and whether there is one. */
struct conf_zone {
	const char *name;
	bool exists;
	UT_hash_handle hh;
};

/* Decimal digits, no sign, no space; *rest is what follows. */
static bool
parse_digits(const char *text, int64_t *out, const char **rest)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*out = strtoll(text, &end, 10);
	*rest = end;
	return errno == 0;
}

static bool
parse_int(const char *text, int64_t *out)
{
	const char *rest;
	bool negative = text[0] == '-';

	if (!parse_digits(text + negative, out, &rest) || *rest != '\0')
		return false;
	if (negative)
		*out = -*out;
	return true;
}

static bool
parse_units(const char *text, const struct unit *units, int64_t *out)
{
	const char *rest;
	int64_t n;

	if (!parse_digits(text, &n, &rest))
		return false;
	for (const struct unit *u = units; u->name != NULL; u++)
		if (strcmp(rest, u->name) == 0)
			return !__builtin_mul_overflow(n, u->worth, out);
	return false;
}

/* "99.95%" is 99950: at most three places after the point. */
static bool
parse_percent(const char *text, int64_t *out)
{
	const char *rest;
	int64_t n, scale = 1000;

	if (!parse_digits(text, &n, &rest) || n > 1000)
		return false;
	n *= 1000;
	if (*rest == '.') {
		rest++;
		if (!isdigit((unsigned char)*rest))
			return false;
		for (; isdigit((unsigned char)*rest); rest++) {
			if ((scale /= 10) == 0)
				return false;
			n += (*rest - '0') * scale;
		}
	}
	*out = n;
	return strcmp(rest, "%") == 0;
}

/* "08:00" to "24:00". */
static bool
parse_time(const char *text, int64_t *out)
{
	int hours, minutes;

	if (strlen(text) != 5 || text[2] != ':')
		return false;
	for (int i = 0; i < 5; i++)
		if (i != 2 && !isdigit((unsigned char)text[i]))
			return false;
	hours = (text[0] - '0') * 10 + text[1] - '0';
	minutes = (text[3] - '0') * 10 + text[4] - '0';
	*out = hours * 60 + minutes;
	return minutes < 60 && *out <= 24 * 60;
}

static bool
parse_number(enum conf_type type, const char *text, int64_t *n,
    const char **why)
{
	switch (type) {
	case CONF_SIZE:
		*why = "expected a size such as 512, 64K or 1M";
		return parse_units(text, sizes, n);
	case CONF_DURATION:
		*why = "expected a duration such as 250ms, 30s, 5m, 2h or 7d";
		return parse_units(text, durations, n);
	case CONF_PERCENT:
		*why = "expected a percentage such as 99.95%";
		return parse_percent(text, n);
	case CONF_TIME:
		*why = "expected a time of day such as \"08:00\"";
		return parse_time(text, n);
	default:
		*why = "expected a whole number";
		return parse_int(text, n);
	}
}

static void
print_units(const struct unit *units, int64_t n, char *out, size_t room)
{
	const struct unit *best = units;

	/* Nothing is said as "0s", not as "0d". */
	for (const struct unit *u = units; u->name != NULL; u++)
		if (n == 0 ? u->worth <= 1000 : n % u->worth == 0)
			best = u;
	snprintf(out, room, "%" PRId64 "%s", n / best->worth, best->name);
}

void
conf_duration(int64_t ms, char *out, size_t room)
{
	print_units(durations, ms, out, room);
}

/* Without zeros at its end: "99.95%", "100%". */
static void
print_percent(int64_t milli, char *out, size_t room)
{
	int places = 3;

	for (int64_t rest = milli; places > 0 && rest % 10 == 0; rest /= 10)
		places--;
	snprintf(out, room, "%.*f%%", places, (double)milli / 1000.0);
}

static void
print_number(enum conf_type type, int64_t n, char *out, size_t room)
{
	if (type == CONF_SIZE)
		print_units(sizes, n, out, room);
	else if (type == CONF_DURATION)
		print_units(durations, n, out, room);
	else if (type == CONF_PERCENT)
		print_percent(n, out, room);
	else if (type == CONF_TIME)
		snprintf(out, room, "%02" PRId64 ":%02" PRId64, n / 60, n % 60);
	else
		snprintf(out, room, "%" PRId64, n);
}

void
conf_limits(const struct conf_field *f, char *out, size_t room)
{
	char low[32], high[32];

	print_number(f->type, f->min, low, sizeof(low));
	print_number(f->type, f->max, high, sizeof(high));
	snprintf(out, room, "%s to %s", low, high);
}

static bool
is_name(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-");

	return length > 0 && length <= NAME_MAX_LENGTH &&
	    text[length] == '\0' && text[0] != '.' && text[0] != '-';
}

/* What may be asked of the zone data at all: it is looked up as a path. */
static bool
is_zone_text(const char *text)
{
	size_t length = 0;

	for (; text[length] != '\0'; length++)
		if (!isalnum((unsigned char)text[length]) &&
		    strchr("_+-/", text[length]) == NULL)
			return false;
	return length > 0 && length <= NAME_MAX_LENGTH && text[0] != '/';
}

/* Each zone is looked up once per load: that costs a walk over all zones. */
static bool
zone_exists(struct conf_reader *r, const char *name)
{
	struct conf_zone *z;
	char *copy;

	if (!is_zone_text(name))
		return false;
	HASH_FIND_STR(r->zones, name, z);
	if (z != NULL)
		return z->exists;
	z = conf_pool_get(r->pool, sizeof(*z));
	copy = conf_pool_get(r->pool, strlen(name) + 1);
	memcpy(copy, name, strlen(name) + 1);
	z->name = copy;
	z->exists = civil_zone_exists(name);
	HASH_ADD_KEYPTR(hh, r->zones, z->name, strlen(z->name), z);
	return z->exists;
}

void
conf_forget_zones(struct conf_reader *r)
{
	HASH_CLEAR(hh, r->zones);
}

/* Unless its own check says otherwise, a text is one line. */
static bool
is_line(const char *text, const char **why)
{
	*why = "the text contains control characters";
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

/* The text is kept even if it is refused: others may refer to it. */
static bool
store_text(struct conf_reader *r, const struct conf_field *f, const char *text,
    char **member, const char **why)
{
	*member = mem_text(text);
	*why = "the text is longer than 4096 bytes";
	if (strlen(text) > STRING_MAX_LENGTH)
		return false;
	*why = "expected a name of a-z, 0-9, \".\" and \"-\", at most 63";
	if (f->type == CONF_NAME && !is_name(text))
		return false;
	*why = "expected a time zone such as Europe/London";
	if (f->type == CONF_ZONE && !zone_exists(r, text))
		return false;
	return f->check != NULL ? f->check(text, why) : is_line(text, why);
}

static bool
store_choice(const struct conf_field *f, const char *text, int *member)
{
	for (const struct conf_choice *c = f->choices; c->name != NULL; c++)
		if (strcmp(c->name, text) == 0) {
			*member = c->value;
			return true;
		}
	return false;
}

static bool
store_bool(const char *text, bool *member, const char **why)
{
	*why = "expected true or false";
	*member = strcmp(text, "true") == 0;
	return *member || strcmp(text, "false") == 0;
}

static bool
store_number(const struct conf_field *f, const char *text, int64_t *member,
    const char **why)
{
	int64_t n;

	if (!parse_number(f->type, text, &n, why))
		return false;
	*why = "out of limits";
	if ((f->min != 0 || f->max != 0) && (n < f->min || n > f->max))
		return false;
	*member = n;
	return true;
}

bool
conf_value(struct conf_reader *r, const struct conf_field *f, const char *text,
    void *member, const char **why)
{
	switch (f->type) {
	case CONF_STRING:
	case CONF_NAME:
	case CONF_ZONE:
		return store_text(r, f, text, member, why);
	case CONF_BOOL:
		return store_bool(text, member, why);
	case CONF_CHOICE:
		*why = "choice";
		return store_choice(f, text, member);
	case CONF_CUSTOM:
		return f->parse(text, member, why);
	case CONF_INT:
	case CONF_SIZE:
	case CONF_DURATION:
	case CONF_PERCENT:
	case CONF_TIME:
		return store_number(f, text, member, why);
	default:
		*why = "expected something else";
		return false;
	}
}
