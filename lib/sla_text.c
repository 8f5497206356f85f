/* sla_text: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/sla_text.h"
#include "lib/text.h"

#define DAY_S 86400
#define SECOND INT64_C(1000)
#define AROUND_MS (32 * DAY_S * SECOND)

static bool
parse_slice(const char *text, struct sla_version *v)
{
	int64_t n = 0;
	int digits = 0;

	for (; *text >= '0' && *text <= '9' && digits < 6; digits++)
		n = n * 10 + (*text++ - '0');
	if (digits == 0)
		return false;
	if (*text == 's')
		text++;
	else
		n *= 60, text += *text == 'm';
	v->slice_s = n;
	v->slice = strcmp(text, ":any") == 0 ? SLA_SLICE_ANY : SLA_SLICE_WHOLE;
	return n > 0 && n <= DAY_S &&
	    (strcmp(text, ":any") == 0 || strcmp(text, ":whole") == 0);
}

bool
sla_granularity_read(const char *text, struct sla_version *v)
{
	v->slice = SLA_SLICE_WHOLE;
	v->slice_s = 60;
	if (strncmp(text, "slice:", 6) == 0)
		return parse_slice(text + 6, v);
	if (strcmp(text, "second") == 0)
		v->slice_s = 1;
	else if (strcmp(text, "minute_any") == 0)
		v->slice = SLA_SLICE_ANY;
	else
		return strcmp(text, "minute_full") == 0;
	return true;
}

void
sla_granularity_text(const struct sla_version *v, char *out, size_t room)
{
	bool any = v->slice == SLA_SLICE_ANY;

	if (v->slice_s <= 1)
		text_copy(out, room, "second");
	else if (v->slice_s == 60)
		text_copy(out, room, any ? "minute_any" : "minute_full");
	else
		text_format(out, room, "slice:%llds:%s", (long long)v->slice_s,
		    any ? "any" : "whole");
}

static bool
fill_calendar(const struct sla_hours *h, struct calendar *c, char why[200])
{
	const struct sla_texts *texts[] = { &h->hours, &h->holidays,
		&h->exceptions };
	bool (*const add[])(struct calendar *, const char *,
	    char[CALENDAR_WHY]) = { calendar_add_hours, calendar_add_holidays,
		calendar_add_exception };

	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < texts[i]->count; k++)
			if (!add[i](c, texts[i]->items[k], why))
				return false;
	return true;
}

bool
sla_hours_open(struct sla_hours *h, const char *zone, int64_t from_ms,
    int64_t to_ms, char why[200])
{
	struct calendar c = { 0 };
	bool filled;

	if (h->hours.count + h->exceptions.count == 0)
		return true;
	if (!calendar_init(&c, zone)) {
		text_copy(why, 200, "no such zone");
		return false;
	}
	filled = fill_calendar(h, &c, why);
	if (filled) {
		calendar_open(&c, from_ms - AROUND_MS, to_ms + AROUND_MS,
		    &h->open);
		interval_set_subtract(&h->open, &h->closed);
	}
	calendar_clear(&c);
	return filled;
}

static char *
copy(const char *text)
{
	return text != NULL ? mem_text(text) : NULL;
}

struct sla_accord
sla_accord_copy(const struct sla_accord *c)
{
	return (struct sla_accord){ .ours = copy(c->ours),
		.theirs = copy(c->theirs),
		.by = copy(c->by),
		.reason = copy(c->reason),
		.at_ms = c->at_ms };
}

void
sla_accord_clear(struct sla_accord *c)
{
	free(c->ours);
	free(c->theirs);
	free(c->by);
	free(c->reason);
	*c = (struct sla_accord)SLA_ACCORD_NONE;
}

void
sla_version_init(struct sla_version *v)
{
	*v = (struct sla_version){ .from_ms = ALWAYS,
		.to_ms = NEVER,
		.floor_milli = 99000,
		.slice_s = 1,
		.merge_gap_s = 60,
		.weights = { SLA_WEIGHT_WHOLE, 0 },
		.cap_ms = NEVER,
		.credit_max_milli = 100000,
		.accord = SLA_ACCORD_NONE };
}

static void
clear_texts(struct sla_texts *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->items[i]);
	free(t->items);
	*t = (struct sla_texts){ 0 };
}

void
sla_hours_forget_texts(struct sla_hours *h)
{
	if (h == NULL)
		return;
	clear_texts(&h->hours);
	clear_texts(&h->holidays);
	clear_texts(&h->exceptions);
	interval_set_clear(&h->closed);
}

static void
free_hours(struct sla_hours *h)
{
	if (h == NULL)
		return;
	sla_hours_forget_texts(h);
	interval_set_clear(&h->open);
	free(h);
}

void
sla_version_clear(struct sla_version *v)
{
	free(v->name);
	free_hours(v->hours);
	free_hours(v->pattern);
	free(v->credits);
	for (size_t i = 0; i < v->weight_count; i++)
		free(v->own_weights[i].endpoint);
	free(v->own_weights);
	sla_accord_clear(&v->accord);
	*v = (struct sla_version){ 0 };
}
