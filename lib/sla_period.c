/* sla_period: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/sla_period.h"
#include "lib/text.h"

#define YEAR_MIN 1970
#define YEAR_MAX 2069

static const int months_of[] = {
	[SLA_MONTH] = 1,
	[SLA_QUARTER] = 3,
	[SLA_YEAR] = 12,
	[SLA_CONTRACT_YEAR] = 12,
};

/* count digits as a number, moving past them; -1: there are none such. */
static int
digits(const char **text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (**text < '0' || **text > '9')
			return -1;
		value = value * 10 + (*(*text)++ - '0');
	}
	return value;
}

/* The first day of a period of the calendar. */
static bool
first_day(enum sla_period kind, const char *name, struct civil_date *out)
{
	int year = digits(&name, 4), part = 1;

	if (year < YEAR_MIN || year > YEAR_MAX)
		return false;
	if (kind == SLA_MONTH && *name++ == '-')
		part = digits(&name, 2);
	else if (kind == SLA_QUARTER && strncmp(name, "-Q", 2) == 0)
		name += 2, part = digits(&name, 1);
	else if (kind != SLA_YEAR)
		return false;
	if (*name != '\0' || part < 1 || part > 12 / months_of[kind])
		return false;
	*out = (struct civil_date){ year, (part - 1) * months_of[kind] + 1, 1 };
	return true;
}

static struct civil_date
months_later(struct civil_date d, int months)
{
	int month = d.month - 1 + months;

	d.year += month / 12;
	d.month = month % 12 + 1;
	return d;
}

/* The 29th of February of a year without one is the 1st of March. */
static int64_t
anniversary(int64_t contract, int year)
{
	struct civil_date d = civil_from_days(contract);

	d.year = year;
	return civil_days(d);
}

int64_t
sla_period_day(const char *zone, int64_t at_ms)
{
	return at_ms == ALWAYS ? ALWAYS
			       : civil_days(civil_date_at(zone, at_ms, NULL));
}

/* The first instant of a day. */
static int64_t
first_ms(const char *zone, int64_t day)
{
	return civil_first_ms(zone, civil_from_days(day), 0);
}

static void
contract_year(int64_t day, int64_t contract, int64_t *first, int64_t *next)
{
	int year = civil_from_days(day).year;

	if (anniversary(contract, year) > day)
		year--;
	*first = anniversary(contract, year);
	*next = anniversary(contract, year + 1);
}

static bool
contract_year_at(int64_t at_ms, const char *zone, int64_t contract_ms,
    int64_t *from_ms, int64_t *to_ms)
{
	int year = civil_date_at(zone, at_ms, NULL).year;
	int64_t contract;

	if (contract_ms == ALWAYS || at_ms < contract_ms)
		return false;
	contract = sla_period_day(zone, contract_ms);
	if (anniversary(contract, year) > contract &&
	    first_ms(zone, anniversary(contract, year)) > at_ms)
		year--;
	*from_ms = first_ms(zone, anniversary(contract, year));
	*to_ms = first_ms(zone, anniversary(contract, year + 1));
	return true;
}

void
sla_period_days(enum sla_period kind, int64_t day, int64_t contract,
    int64_t *first, int64_t *next)
{
	struct civil_date d = civil_from_days(day);
	int months = kind < SLA_CONTRACT_YEAR ? months_of[kind] : 1;

	if (kind == SLA_CONTRACT_YEAR && contract != ALWAYS &&
	    day >= contract) {
		contract_year(day, contract, first, next);
		return;
	}
	d.day = 1;
	d.month -= (d.month - 1) % months;
	*first = civil_days(d);
	*next = civil_days(months_later(d, months));
	if (kind == SLA_CONTRACT_YEAR && contract != ALWAYS && contract < *next)
		*next = contract;
}

bool
sla_period_named_days(enum sla_period kind, const char *name, int64_t *first,
    int64_t *next)
{
	struct civil_date d;

	if (kind >= SLA_CONTRACT_YEAR || !first_day(kind, name, &d))
		return false;
	*first = civil_days(d);
	*next = civil_days(months_later(d, months_of[kind]));
	return true;
}

static void
calendar_from(const char *zone, struct civil_date first, int months,
    int64_t *from_ms, int64_t *to_ms)
{
	*from_ms = civil_first_ms(zone, first, 0);
	*to_ms = civil_first_ms(zone, months_later(first, months), 0);
}

bool
sla_period_at(enum sla_period kind, int64_t at_ms, const char *zone,
    int64_t contract_ms, int64_t *from_ms, int64_t *to_ms)
{
	struct civil_date first = civil_date_at(zone, at_ms, NULL);
	int months;

	if (kind == SLA_BETWEEN)
		return false;
	if (kind == SLA_CONTRACT_YEAR)
		return contract_year_at(at_ms, zone, contract_ms, from_ms,
		    to_ms);
	months = months_of[kind];
	first.day = 1;
	first.month -= (first.month - 1) % months;
	calendar_from(zone, first, months, from_ms, to_ms);
	/* The clock went back over the end of a period that had begun. */
	if (at_ms >= *to_ms)
		calendar_from(zone, months_later(first, months), months,
		    from_ms, to_ms);
	return true;
}

bool
sla_period_named(enum sla_period kind, const char *name, const char *zone,
    int64_t contract_ms, int64_t *from_ms, int64_t *to_ms)
{
	struct civil_date first;
	int64_t at_ms;

	if (kind == SLA_CONTRACT_YEAR) {
		if (!civil_date_parse(name, &first))
			return false;
		at_ms = civil_last_ms(zone, first, 24 * 60) - 1;
		return contract_year_at(at_ms, zone, contract_ms, from_ms,
		    to_ms);
	}
	if (kind == SLA_BETWEEN || !first_day(kind, name, &first))
		return false;
	calendar_from(zone, first, months_of[kind], from_ms, to_ms);
	return true;
}

void
sla_period_name(enum sla_period kind, const char *zone, int64_t from_ms,
    char *out, size_t room)
{
	struct civil_date d = civil_date_at(zone, from_ms, NULL);

	out[0] = '\0';
	if (kind == SLA_MONTH)
		text_format(out, room, "%04d-%02d", d.year, d.month);
	else if (kind == SLA_QUARTER)
		text_format(out, room, "%04d-Q%d", d.year,
		    (d.month - 1) / 3 + 1);
	else if (kind == SLA_YEAR)
		text_format(out, room, "%04d", d.year);
	else if (kind == SLA_CONTRACT_YEAR)
		text_format(out, room, "%04d-%02d-%02d", d.year, d.month,
		    d.day);
}

bool
sla_period_of(const struct sla_facts *f, char *out, size_t room)
{
	enum sla_period kind = (enum sla_period)f->period;
	int64_t from_ms = f->from_ms, to_ms = f->to_ms;
	bool is = sla_period_at(kind, to_ms - 1, f->zone, f->begin_ms, &from_ms,
	    &to_ms);

	sla_period_name(kind, f->zone, from_ms, out, room);
	return is && from_ms == f->from_ms && to_ms == f->to_ms;
}

const char *
sla_period_word(enum sla_period kind)
{
	static const char *const words[] = {
		[SLA_MONTH] = "month",
		[SLA_QUARTER] = "quarter",
		[SLA_YEAR] = "year",
		[SLA_CONTRACT_YEAR] = "contract year",
		[SLA_BETWEEN] = "period",
	};

	return words[kind];
}
