/*
 * The calendar alone, without zones: who needs no more is not linked with
 * libical, which costs an agent two megabytes.
 */
#include "lib/civil.h"
#include "lib/text.h"

#define DAY_S 86400

int64_t
civil_floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Years are counted from March, so that the leap day comes last. */
int64_t
civil_days(struct civil_date d)
{
	int64_t year = d.month > 2 ? d.year : d.year - 1;
	int64_t month = (d.month + 9) % 12; /* 0: March */
	int64_t century = civil_floor_div(year, 100);

	return 365 * year + civil_floor_div(year, 4) - century +
	    civil_floor_div(century, 4) + (153 * month + 2) / 5 + d.day -
	    719469;
}

struct civil_date
civil_from_days(int64_t days)
{
	struct civil_date d;
	int64_t year, month, day;

	/* 146,097 days are 400 years; the guess is at most one year early. */
	year = civil_floor_div((days + 719468) * 400, 146097);
	for (;; year++) {
		struct civil_date march = { (int)year + 1, 3, 1 };

		if (civil_days(march) > days)
			break;
	}
	day = days - civil_days((struct civil_date){ (int)year, 3, 1 });
	month = (5 * day + 2) / 153;
	d.day = (int)(day - (153 * month + 2) / 5 + 1);
	d.month = (int)(month < 10 ? month + 3 : month - 9);
	d.year = (int)(d.month > 2 ? year : year + 1);
	return d;
}

int
civil_weekday(struct civil_date date)
{
	int64_t days = civil_days(date) + 3; /* 1970-01-01 was a Thursday */

	return (int)(days - civil_floor_div(days, 7) * 7);
}

void
civil_utc(int64_t at_ms, char *out, size_t room)
{
	int64_t at_s = civil_floor_div(at_ms, 1000);
	int64_t days = civil_floor_div(at_s, DAY_S);
	int seconds = (int)(at_s - days * DAY_S);
	struct civil_date d = civil_from_days(days);

	text_format(out, room, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year,
	    d.month, d.day, seconds / 3600, seconds / 60 % 60, seconds % 60);
}
