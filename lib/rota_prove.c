/*
 * Goes through every stretch of a rota and says what is wrong with it.
 */
#include <string.h>

#include "lib/civil.h"
#include "lib/rota.h"
#include "lib/text.h"

#define NIGHT_MIN 0
#define MORNING_MIN (6 * 60)
#define DAY_MS INT64_C(86400000)

struct proof {
	const struct rota *rota;
	int64_t from_ms, end_ms;
	int64_t max_watch_ms;
	/* One person's duty without a break so far; person NULL: none. */
	struct stretch run;
	const struct override *list;
	size_t count;
	const struct person *last; /* on watch before; NULL: nobody yet */
	size_t faults;
	void (*found)(void *arg, const struct rota_fault *);
	void *arg;
};

/* "aroha until 2026-12-31": the end of that date in her zone, or 0. */
static int64_t
waived_until(const struct rota *rota, const struct person *person)
{
	size_t length = strlen(person->name);
	int64_t until_ms = 0;

	for (size_t i = 0; i < rota->waive.count; i++) {
		const char *w = ((char **)rota->waive.items)[i];
		struct civil_date date;
		int64_t end_ms;

		if (strncmp(w, person->name, length) != 0 ||
		    strncmp(w + length, " until ", 7) != 0 ||
		    !civil_date_parse(w + length + 7, &date))
			continue;
		date = civil_from_days(civil_days(date) + 1);
		end_ms = civil_first_ms(person->zone, date, 0);
		if (end_ms > until_ms)
			until_ms = end_ms;
	}
	return until_ms;
}

/* What hours leave open somebody could have by a rule. */
static void
propose(const struct proof *p, const struct rota_fault *f, char *out,
    size_t room)
{
	struct stretch next;
	char from[32];

	*out = '\0';
	if (f->watch != NULL || p->last == NULL ||
	    !rota_at(p->rota, p->list, p->count, f->to_ms, &next))
		return;
	civil_utc(f->from_ms, from, sizeof from);
	text_format(out, room,
	    "; with \"fill: extend\" %s stays until then, with \"fill: early\" "
	    "%s begins at %s",
	    p->last->name, next.person->name, from);
}

static void
describe_hole(const struct proof *p, struct rota_fault *f, const char *span)
{
	char proposal[200];

	propose(p, f, proposal, sizeof proposal);
	text_format(f->text, sizeof f->text,
	    "rota %s: nobody is on watch from %s%s", p->rota->name, span,
	    proposal);
}

static void
describe_long(const struct proof *p, struct rota_fault *f, const char *span)
{
	char length[32], limit[32];

	text_duration(f->to_ms - f->from_ms, length, sizeof length);
	text_duration(p->max_watch_ms, limit, sizeof limit);
	text_format(f->text, sizeof f->text,
	    "rota %s: %s is on watch from %s, %s without a break (max_watch is "
	    "%s)",
	    p->rota->name, f->person->name, span, length, limit);
}

static void
describe_clash(const struct proof *p, struct rota_fault *f)
{
	char from[32];

	civil_utc(f->from_ms, from, sizeof from);
	text_format(f->text, sizeof f->text,
	    "rota %s: two watches take over at %s; %s has it", p->rota->name,
	    from, f->person == NULL ? "nobody" : f->person->name);
}

static void
describe(const struct proof *p, struct rota_fault *f)
{
	char from[32], to[32], span[80];

	civil_utc(f->from_ms, from, sizeof from);
	civil_utc(f->to_ms, to, sizeof to);
	text_format(span, sizeof span, "%s to %s", from, to);
	switch (f->kind) {
	case ROTA_HOLE:
		describe_hole(p, f, span);
		break;
	case ROTA_LONG:
		describe_long(p, f, span);
		break;
	case ROTA_NIGHT:
		text_format(f->text, sizeof f->text,
		    "rota %s: %s is on watch from %s, between 00:00 and 06:00 "
		    "in %s",
		    p->rota->name, f->person->name, span, f->person->zone);
		break;
	case ROTA_AWAY:
		text_format(f->text, sizeof f->text,
		    "rota %s: %s is on watch from %s, and is away: nobody else "
		    "is left",
		    p->rota->name, f->person->name, span);
		break;
	default: /* ROTA_CLASH */
		describe_clash(p, f);
		break;
	}
}

static void
report(struct proof *p, struct rota_fault *f)
{
	if (f->from_ms >= f->to_ms)
		return;
	describe(p, f);
	p->faults += !f->waived;
	if (p->found != NULL)
		p->found(p->arg, f);
}

/* A waiver may end in the middle of what it waives. */
static void
report_waivable(struct proof *p, struct rota_fault *f)
{
	int64_t until_ms = waived_until(p->rota, f->person);
	int64_t to_ms = f->to_ms;

	if (until_ms > f->from_ms) {
		f->waived = true;
		f->to_ms = until_ms < to_ms ? until_ms : to_ms;
		report(p, f);
		f->from_ms = f->to_ms;
		f->to_ms = to_ms;
		f->waived = false;
	}
	report(p, f);
}

static int64_t
later(int64_t a_ms, int64_t b_ms)
{
	return a_ms > b_ms ? a_ms : b_ms;
}

static void
check_nights(struct proof *p, const struct stretch *s)
{
	const char *zone = s->person->zone;
	struct civil_date date = civil_date_at(zone, s->from_ms, NULL);
	int64_t day = civil_days(date), night_ms;

	for (;; day++) {
		struct rota_fault f = { ROTA_NIGHT, .watch = s->watch,
			.person = s->person };

		date = civil_from_days(day);
		night_ms = civil_first_ms(zone, date, NIGHT_MIN);
		if (night_ms >= s->to_ms)
			return;
		f.from_ms = later(later(night_ms, s->from_ms), p->from_ms);
		f.to_ms = civil_first_ms(zone, date, MORNING_MIN);
		if (f.to_ms > s->to_ms)
			f.to_ms = s->to_ms;
		report_waivable(p, &f);
	}
}

/* The run of one person's duty is over: was it too long? */
static void
end_run(struct proof *p)
{
	struct rota_fault f = { ROTA_LONG, p->run.from_ms, p->run.to_ms,
		.watch = p->run.watch, .person = p->run.person };

	if (p->run.person != NULL &&
	    p->run.to_ms - p->run.from_ms > p->max_watch_ms)
		report_waivable(p, &f);
	p->run.person = NULL;
}

static void
check_length(struct proof *p, const struct stretch *s)
{
	if (p->run.person != NULL && p->run.person == s->person &&
	    p->run.to_ms == s->from_ms) {
		p->run.to_ms = s->to_ms;
		return;
	}
	end_run(p);
	p->run = *s;
}

/* A take-over whose wall clock was skipped comes early by itself. */
static bool
is_skipped(const struct watch *w, int64_t at_ms)
{
	int second;

	(void)civil_date_at(w->zone, at_ms, &second);
	return second != w->takes_over_min % (24 * 60) * 60;
}

static void
check_clash(struct proof *p, const struct stretch *s)
{
	struct rota_fault f = { ROTA_CLASH, s->from_ms, s->to_ms,
		.watch = s->clash, .person = s->person };

	if (s->clash == NULL ||
	    (!s->clash->has_hours &&
		(is_skipped(s->clash, s->from_ms) ||
		    is_skipped(s->watch, s->from_ms))))
		return;
	report(p, &f);
}

static void
check_away(struct proof *p, const struct stretch *s)
{
	struct rota_fault f = { ROTA_AWAY, s->from_ms, s->to_ms,
		.watch = s->watch, .person = s->person };

	if (s->away)
		report(p, &f);
}

static void
check_stretch(struct proof *p, const struct stretch *s)
{
	struct rota_fault hole = { ROTA_HOLE, s->from_ms, s->to_ms,
		.watch = s->watch };

	check_clash(p, s);
	check_away(p, s);
	if (s->person == NULL) {
		end_run(p);
		report(p, &hole);
		return;
	}
	p->last = s->person;
	check_length(p, s);
	check_nights(p, s);
}

size_t
rota_prove(const struct rota *rota, const struct override *list, size_t count,
    int64_t from_ms, int days, void (*found)(void *, const struct rota_fault *),
    void *arg)
{
	struct proof p = { .rota = rota,
		.list = list,
		.count = count,
		.found = found,
		.arg = arg,
		.from_ms = from_ms,
		.end_ms = from_ms + days * DAY_MS,
		.max_watch_ms = rota->max_watch_ms };
	struct stretch s;

	if (p.max_watch_ms == 0)
		p.max_watch_ms = ROTA_MAX_WATCH_MS;
	for (int64_t at_ms = from_ms; at_ms < p.end_ms; at_ms = s.to_ms) {
		rota_watch_at(rota, list, count, at_ms, &s);
		if (s.to_ms > p.end_ms)
			s.to_ms = p.end_ms;
		if (s.person == NULL && s.from_ms < from_ms)
			s.from_ms = from_ms;
		check_stretch(&p, &s);
	}
	end_run(&p);
	return p.faults;
}
