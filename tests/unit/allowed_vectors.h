#ifndef TESTS_UNIT_ALLOWED_VECTORS_H
#define TESTS_UNIT_ALLOWED_VECTORS_H

#include <stdint.h>

/*
 * The definition's vectors V-B: what is allowed of so many seconds, in whole
 * seconds, cut off.  Accounts and reports both have to say it.
 */
#define ALLOWED_TARGETS 6
static const struct {
	const char *text;
	int64_t milli;
} allowed_targets[ALLOWED_TARGETS] = { { "99.0", 99000 }, { "99.5", 99500 },
	{ "99.8", 99800 }, { "99.9", 99900 }, { "99.95", 99950 },
	{ "99.99", 99990 } };

static const struct {
	int64_t seconds;
	int64_t allowed_s[ALLOWED_TARGETS];
} allowed_rows[] = {
	{ 28 * 86400, { 24192, 12096, 4838, 2419, 1209, 241 } },
	{ 29 * 86400, { 25056, 12528, 5011, 2505, 1252, 250 } },
	{ 30 * 86400, { 25920, 12960, 5184, 2592, 1296, 259 } },
	{ 30 * 86400 + 3600, { 25956, 12978, 5191, 2595, 1297, 259 } },
	{ 31 * 86400 - 3600, { 26748, 13374, 5349, 2674, 1337, 267 } },
	{ 31 * 86400, { 26784, 13392, 5356, 2678, 1339, 267 } },
	{ 31 * 86400 + 3600, { 26820, 13410, 5364, 2682, 1341, 268 } },
	{ 365 * 86400, { 315360, 157680, 63072, 31536, 15768, 3153 } },
	{ 366 * 86400, { 316224, 158112, 63244, 31622, 15811, 3162 } },
};

#endif
