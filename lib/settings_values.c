/*
 * Single values that need more than a type: days, names, channels.
 *
 * Each says in *why what is wrong, as conf.h describes.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/deadline.h"
#include "lib/settings_inside.h"
#include "lib/sla_text.h"
#include "lib/text.h"

static const struct {
	const char *word;
	enum channel_kind kind;
	const char *refusal; /* NULL: it works */
} channels[] = {
	{ "terminal", CHANNEL_TERMINAL, NULL },
	{ "mail", CHANNEL_MAIL, NULL },
	{ "sms", CHANNEL_SMS, NULL },
	{ "voice", CHANNEL_VOICE, "voice is reserved for a later release" },
	{ "ntfy", CHANNEL_NTFY, NULL },
	{ "slack", CHANNEL_SLACK, "slack is reserved for a later release" },
	{ "webhook", CHANNEL_WEBHOOK, NULL },
	{ "command", CHANNEL_COMMAND, NULL },
};
#define CHANNEL_COUNT (sizeof(channels) / sizeof(channels[0]))

const char *
settings_channel_word(enum channel_kind kind)
{
	for (size_t i = 0; i < CHANNEL_COUNT; i++)
		if (channels[i].kind == kind)
			return channels[i].word;
	return "unknown";
}

bool
value_phone(const char *text, const char **why)
{
	size_t digits;

	*why = "expected a number such as \"+64211234567\"";
	if (text[0] != '+')
		return false;
	digits = strspn(text + 1, "0123456789");
	return digits >= 6 && digits <= 15 && text[1 + digits] == '\0';
}

bool
value_topic(const char *text, const char **why)
{
	size_t length = strspn(text,
	    "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	*why = "expected a topic, at most 64 of letters, digits, \"-\" and "
	       "\"_\"";
	return length >= 1 && length <= 64 && text[length] == '\0';
}

bool
value_token_hash(const char *text, const char **why)
{
	*why = "expected 64 hex digits, the SHA-256 of the token";
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

bool
value_day(const char *text, const char **why)
{
	static const char days[][4] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };

	*why = "expected mon, tue, wed, thu, fri, sat or sun";
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		if (strcmp(days[i], text) == 0)
			return true;
	return false;
}

bool
value_status(const char *text, const char **why)
{
	int low, high, used = 0;

	*why = "expected a status such as 200 or 200-299";
	if (strspn(text, "0123456789-") != strlen(text) || strlen(text) > 7)
		return false;
	if (sscanf(text, "%3d%n", &low, &used) != 1)
		return false;
	high = low;
	if (text[used] == '-') {
		text += used + 1;
		if (sscanf(text, "%3d%n", &high, &used) != 1)
			return false;
	}
	return text[used] == '\0' && low >= 100 && low <= high && high <= 599;
}

bool
value_date(const char *text, const char **why)
{
	struct civil_date date;

	*why = "expected a date such as 2026-12-31";
	return civil_date_parse(text, &date);
}

bool
value_waive(const char *text, const char **why)
{
	char name[64], date[11];
	int used = 0;

	if (sscanf(text, "%63s until %10s%n", name, date, &used) != 2 ||
	    text[used] != '\0' || !value_date(date, why)) {
		*why = "expected who and until when, as in "
		       "\"aroha until 2026-12-31\"";
		return false;
	}
	return true;
}

bool
value_include(const char *text, const char **why)
{
	*why = "expected a file, or a pattern such as \"clients.d/*.yaml\"";
	return text[0] != '\0';
}

bool
value_method(const char *text, const char **why)
{
	*why = "expected get or head";
	return strcmp(text, "get") == 0 || strcmp(text, "head") == 0;
}

bool
value_name(const char *text, const char **why)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-");

	*why = "expected a name of a-z, 0-9, \".\" and \"-\"";
	return length > 0 && length <= 63 && text[length] == '\0' &&
	    isalnum((unsigned char)text[0]);
}

/* Whose name another one took is called with a number behind it. */
bool
value_former(const char *text, const char **why)
{
	size_t length = strcspn(text, "#");
	size_t digits =
	    strspn(text + length + (text[length] == '#'), "0123456789");
	char name[80];

	if (text_format(name, sizeof(name), "%.*s", (int)length, text) &&
	    value_name(name, why) &&
	    (text[length] == '\0' ||
		(digits > 0 && digits < 5 &&
		    text[length + 1 + digits] == '\0')))
		return true;
	*why = "expected a name of a-z, 0-9, \".\" and \"-\", or one with a "
	       "number behind it as in \"learn#2\"";
	return false;
}

/* Several lines are welcome, other control characters are not. */
bool
value_notes(const char *text, const char **why)
{
	*why = "the text contains control characters";
	for (; *text != '\0'; text++)
		if (((unsigned char)*text < ' ' && *text != '\n' &&
			*text != '\t') ||
		    *text == 0x7f)
			return false;
	return true;
}

/* Another would be taken for a promise that its texts exist. */
bool
value_language(const char *text, const char **why)
{
	*why = "expected en (texts in other languages are reserved)";
	return strcmp(text, "en") == 0;
}

bool
value_channel(const char *text, void *member, const char **why)
{
	enum channel_kind *kind = member;

	for (size_t i = 0; i < CHANNEL_COUNT; i++)
		if (strcmp(text, channels[i].word) == 0) {
			*kind = channels[i].kind;
			*why = channels[i].refusal;
			return channels[i].refusal == NULL;
		}
	*why = "expected terminal, mail, sms, ntfy, webhook or command";
	return false;
}

/* " 90s", behind the channel's name; *why stays where the form is wrong. */
static bool
parse_delay(const char *text, int64_t *delay_ms, const char **why)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };
	int used = 0, digits;
	long n;

	if (sscanf(text, " %n%4ld%n", &digits, &n, &used) != 1 ||
	    !isdigit((unsigned char)text[digits]) || text[0] != ' ')
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(text + used, units[i].unit) == 0) {
			*delay_ms = n * units[i].ms;
			*why = "the delay is longer than 1h";
			return *delay_ms <= 3600000;
		}
	return false;
}

/* "mail", "mail 90s". */
bool
value_reach(const char *text, void *into, const char **why)
{
	static const char form[] =
	    "expected a channel and a delay, as in \"mail 30s\"";
	struct reach *reach = into;
	char word[16];
	int used = 0;

	*why = form;
	if (sscanf(text, "%15[a-z]%n", word, &used) != 1)
		return false;
	text += used;
	if (!value_channel(word, &reach->channel, why))
		return false;
	*why = form;
	return *text == '\0' || parse_delay(text, &reach->delay_ms, why);
}

bool
value_severity(const char *text, void *member, const char **why)
{
	int64_t *severity = member;

	*why = "expected S1, S2, S3 or S4";
	if (text[0] == 'S')
		text++;
	if (text[0] < '1' || text[0] > '4' || text[1] != '\0')
		return false;
	*severity = text[0] - '0';
	return true;
}

/* "15m", "2bd", or "none" for nothing agreed. */
bool
value_target(const char *text, void *member, const char **why)
{
	struct deadline_target *target = member;

	*target = (struct deadline_target){ 0 };
	if (strcmp(text, "none") == 0)
		return true;
	if (!deadline_target_read(text, target, why)) {
		*target = (struct deadline_target){ 0 };
		return false;
	}
	*why = "expected more than nothing, or none";
	return target->seconds > 0 || target->business_days > 0;
}

bool
value_after(const char *text, const char **why)
{
	struct deadline_target target;

	return deadline_target_read(text, &target, why);
}

/* A calendar of the check's own takes it, or not. */
static bool
calendar_takes(const char *text,
    bool (*add)(struct calendar *, const char *, char *))
{
	char what[CALENDAR_WHY];
	struct calendar c;
	bool ok = calendar_init(&c, "UTC") && add(&c, text, what);

	calendar_clear(&c);
	return ok;
}

bool
value_hours(const char *text, const char **why)
{
	*why = "expected hours such as \"mon-fri 09:00-17:00\" or \"24x7\"";
	return calendar_takes(text, calendar_add_hours);
}

bool
value_holiday(const char *text, const char **why)
{
	*why = "expected a date such as 2026-04-03, "
	       "2026-12-24..2026-12-26 or 12-25";
	return calendar_takes(text, calendar_add_holidays);
}

bool
value_exception(const char *text, const char **why)
{
	*why = "expected a date and its hours, as in "
	       "\"2026-12-24 09:00-12:00\" or \"2026-12-27 closed\"";
	return calendar_takes(text, calendar_add_exception);
}

bool
value_path(const char *text, const char **why)
{
	*why = "expected an absolute path";
	return text[0] == '/';
}

/* "8h", or "none" where nothing is capped. */
bool
value_cap(const char *text, void *member, const char **why)
{
	struct deadline_target target;
	int64_t *cap_ms = member;

	*cap_ms = NEVER;
	if (strcmp(text, "none") == 0)
		return true;
	if (!deadline_target_read(text, &target, why) ||
	    target.business_days > 0) {
		*why = "expected a duration such as 8h, or none";
		return false;
	}
	*cap_ms = target.seconds * INT64_C(1000);
	return true;
}

/* "1", "0.3": thousandths. */
bool
value_weight(const char *text, void *member, const char **why)
{
	int64_t milli = *text - '0', worth = 1000, *weight = member;

	*why = "expected a weight from 0 to 1, as 0.3, with at most three "
	       "places";
	if (milli < 0 || milli > 1 || (text[1] != '\0' && text[1] != '.') ||
	    (text[1] == '.' && text[2] == '\0'))
		return false;
	milli *= 1000;
	for (text += text[1] == '.' ? 2 : 1; *text != '\0'; text++) {
		worth /= 10;
		if (*text < '0' || *text > '9' || worth == 0)
			return false;
		milli += (*text - '0') * worth;
	}
	*weight = milli;
	return milli <= 1000;
}

bool
value_granularity(const char *text, const char **why)
{
	struct sla_version v;

	*why = "expected " SLA_GRANULARITY_FORMS;
	return sla_granularity_read(text, &v);
}
