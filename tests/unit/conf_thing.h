#ifndef TESTS_UNIT_CONF_THING_H
#define TESTS_UNIT_CONF_THING_H

/* conf_thing: tables with a field of every type, and how a text fills them. */
#include <inttypes.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/conf.h"

enum colour { RED, GREEN };

struct part {
	struct conf_place place;
	char *name;
	int64_t weight;
};

struct common {
	uint64_t given;
	char *text;
	int64_t wait_ms;
	bool loud;
	struct conf_list words;
	int colour;
};

struct thing {
	char *text, *name, *zone, *secret, *pem;
	int64_t number, size, wait_ms, share, at_min, custom;
	bool loud;
	int colour;
	struct conf_list words; /* char * */
	struct part part, near;
	struct conf_list parts; /* struct part */
	struct common common;
};

static inline bool
parse_twice(const char *text, void *member, const char **why)
{
	*why = "expected one digit";
	if (text[0] < '0' || text[0] > '9' || text[1] != '\0')
		return false;
	*(int64_t *)member = 2 * (text[0] - '0');
	return true;
}

static inline bool
check_short(const char *text, const char **why)
{
	*why = "a word has three letters at most";
	return strlen(text) <= 3;
}

static const struct conf_choice colours[] = {
	{ "red", RED },
	{ "green", GREEN },
	{ NULL, 0 },
};

#define F(member) .offset = offsetof(struct part, member)
static const struct conf_field part_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "weight", CONF_INT, F(weight), .fallback = "7", .min = -5,
	    .max = 100 },
	{ NULL },
};
#undef F
static const struct conf_table part_table = { "a part",
	.size = sizeof(struct part), .fields = part_fields,
	.place_offset = offsetof(struct part, place), .given_offset = CONF_NONE,
	.shorthand = "name" };

#define F(member) .offset = offsetof(struct common, member)
static const struct conf_field common_fields[] = {
	{ "common_text", CONF_STRING, F(text) },
	{ "common_wait", CONF_DURATION, F(wait_ms), .fallback = "1s" },
	{ "common_loud", CONF_BOOL, F(loud), .fallback = "true" },
	{ "common_words", CONF_STRINGS, F(words), .fallback = "a,b" },
	{ "common_colour", CONF_CHOICE, F(colour), .choices = colours,
	    .fallback = "green" },
	{ NULL },
};
#undef F
static const struct conf_table common_table = { "what is common",
	.size = sizeof(struct common), .fields = common_fields,
	.place_offset = CONF_NONE,
	.given_offset = offsetof(struct common, given) };

#define F(member) .offset = offsetof(struct thing, member)
static const struct conf_field thing_fields[] = {
	{ "text", CONF_STRING, F(text), .fallback = "none" },
	{ "name", CONF_NAME, F(name) },
	{ "zone", CONF_ZONE, F(zone) },
	{ "secret", CONF_SECRET, F(secret) },
	{ "pem", CONF_SECRET, F(pem), .lines = true },
	{ "number", CONF_INT, F(number), .fallback = "-3" },
	{ "size", CONF_SIZE, F(size) },
	{ "wait", CONF_DURATION, F(wait_ms) },
	{ "share", CONF_PERCENT, F(share) },
	{ "at", CONF_TIME, F(at_min) },
	{ "custom", CONF_CUSTOM, F(custom), .parse = parse_twice },
	{ "loud", CONF_BOOL, F(loud) },
	{ "colour", CONF_CHOICE, F(colour), .choices = colours },
	{ "words", CONF_STRINGS, F(words), .min = 1, .max = 3,
	    .check = check_short },
	{ "part", CONF_STRUCT, F(part), .item = &part_table },
	{ "near", CONF_STRUCT, F(near), .item = &part_table },
	{ "parts", CONF_LIST, F(parts), .item = &part_table, .min = 0,
	    .max = 2 },
	{ "later", CONF_RESERVED },
	{ "", CONF_INLINE, F(common), .item = &common_table },
	{ NULL },
};
#undef F
static const struct conf_table thing_table = { "the thing",
	.size = sizeof(struct thing), .fields = thing_fields,
	.place_offset = CONF_NONE, .given_offset = CONF_NONE };

/* Every complaint, one per line; "" when there is none. */
static inline void
load(const char *text, struct thing *t, char *out, size_t room)
{
	struct conf_errors errors = { 0 };
	size_t used = 0;
	int rc;

	rc = conf_load_text("f", text, strlen(text), &thing_table, t, &errors);
	assert_int_equal(rc, errors.list.count == 0 ? 0 : -1);
	out[0] = '\0';
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		used +=
		    (size_t)snprintf(out + used, room - used, "%s\n", c->text);
	conf_errors_clear(&errors);
}

#endif
