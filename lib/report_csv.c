/*
 * report_csv: a report as one table.  Columns are the same in every row;
 * what a row has no word for stays empty.
 */
#include <string.h>

#include "lib/civil.h"
#include "lib/report_final.h"
#include "lib/report_say.h"

struct row {
	const char *kind, *what, *endpoint;
	int64_t from_ms, to_ms; /* NEVER: none */
	int64_t seconds;        /* NEVER: none */
	int64_t counted_s;      /* NEVER: none */
	const char *value, *note;
};

/* Quoted where it must be; what begins like a formula does not stay so. */
static void
add_cell(struct text *t, const char *s)
{
	bool is_formula =
	    s != NULL && s[0] != '\0' && strchr("=+-@\t\r\n", s[0]) != NULL;

	if (s == NULL)
		return;
	if (!is_formula && s[strcspn(s, ",\"\r\n")] == '\0') {
		text_add(t, s);
		return;
	}
	text_add(t, is_formula ? "\"'" : "\"");
	for (; *s != '\0'; s++) {
		if (*s == '"')
			text_add(t, "\"");
		text_add_bytes(t, s, 1);
	}
	text_add(t, "\"");
}

/* "2026-10-01T00:00:00+13:00,2026-09-30T11:00:00Z" */
static void
add_instant(struct text *t, const char *zone, int64_t at_ms)
{
	int offset_s, minutes;
	char local[40], utc[40];

	if (at_ms == NEVER) {
		text_add(t, ",");
		return;
	}
	offset_s = civil_offset_s(zone, at_ms);
	minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
	civil_utc(at_ms + offset_s * INT64_C(1000), local, sizeof(local));
	local[strlen(local) - 1] = '\0'; /* its Z */
	civil_utc(at_ms, utc, sizeof(utc));
	text_addf(t, "%s%c%02d:%02d,%s", local, offset_s < 0 ? '-' : '+',
	    minutes / 60, minutes % 60, utc);
}

static void
add_row(struct text *t, const struct report *r, const struct row *row)
{
	char readable[40] = "";

	add_cell(t, row->kind);
	text_add(t, ",");
	add_cell(t, row->what);
	text_add(t, ",");
	add_cell(t, row->endpoint);
	text_add(t, ",");
	add_instant(t, r->facts.zone, row->from_ms);
	text_add(t, ",");
	add_instant(t, r->facts.zone, row->to_ms);
	text_add(t, ",");
	if (row->seconds != NEVER) {
		text_duration(row->seconds * 1000, readable, sizeof(readable));
		text_addf(t, "%lld", (long long)row->seconds);
	}
	text_addf(t, ",%s,", readable);
	if (row->counted_s != NEVER)
		text_addf(t, "%lld", (long long)row->counted_s);
	text_add(t, ",");
	add_cell(t, row->value);
	text_add(t, ",");
	add_cell(t, row->note);
	text_add(t, "\r\n");
}

static int64_t
length_s(int64_t from_ms, int64_t to_ms)
{
	return to_ms == NEVER ? NEVER : (to_ms - from_ms) / 1000;
}

static void
add_figure(struct text *t, const struct report *r, const char *what,
    int64_t seconds)
{
	struct row row = { .kind = "figure",
		.what = what,
		.from_ms = NEVER,
		.to_ms = NEVER,
		.seconds = seconds,
		.counted_s = NEVER };

	add_row(t, r, &row);
}

static void
add_said(struct text *t, const struct report *r, const char *kind,
    const struct sla_version *v,
    void (*say)(const struct sla_version *, struct text *))
{
	struct text said = { 0 };
	struct row row = { .kind = kind,
		.what = v->name,
		.from_ms = NEVER,
		.to_ms = NEVER,
		.seconds = NEVER,
		.counted_s = NEVER };

	say(v, &said);
	row.note = said.data;
	if (said.length > 0)
		add_row(t, r, &row);
	text_clear(&said);
}

static void
add_part(struct text *t, const struct report *r, const struct sla_part *p)
{
	const struct sla_version *v = &r->facts.versions[p->version];
	const struct sla_figures *f = &p->figures;
	char uptime[24];
	struct row row = { .kind = "part",
		.what = v->name,
		.from_ms = p->from_ms,
		.to_ms = p->to_ms,
		.seconds = length_s(p->from_ms, p->to_ms),
		.counted_s = f->total_s,
		.value = uptime,
		.note = report_say_part(p) };

	sla_percent(sla_uptime(f), uptime, sizeof(uptime));
	if (f->verdict == VERDICT_NOT_APPLICABLE)
		row.value = NULL;
	add_row(t, r, &row);
	add_said(t, r, "consent", v, report_say_accord);
	add_said(t, r, "weights", v, report_say_weights);
	add_figure(t, r, "service_s", f->service_s);
	add_figure(t, r, "maintenance_s", f->maintenance_s);
	add_figure(t, r, "excluded_s", f->excluded_s);
	add_figure(t, r, "unknown_s", f->unknown_s);
	add_figure(t, r, "total_s", f->total_s);
	add_figure(t, r, "down_s", (f->down_ms + 999) / 1000);
	add_figure(t, r, "allowed_s", p->budget.allowed_s);
}

static void
add_seen(struct text *t, const struct report *r)
{
	const struct sla_facts *f = &r->facts;

	for (size_t i = 0; i < f->outage_count; i++) {
		const struct sla_outage *o = &f->outages[i];
		struct row row = { "outage", report_say_kind(o->kind),
			report_say_endpoint(r, o->endpoint), o->from_ms,
			o->to_ms, length_s(o->from_ms, o->to_ms),
			r->account.outages[i].counted_s, o->reason, o->cause };

		add_row(t, r, &row);
	}
	for (size_t i = 0; i < f->gap_count; i++) {
		const struct sla_gap *g = &f->gaps[i];
		struct row row = { "unknown", "not seen",
			report_say_endpoint(r, g->endpoint), g->from_ms,
			g->to_ms, length_s(g->from_ms, g->to_ms), NEVER, NULL,
			NULL };

		add_row(t, r, &row);
	}
}

static void
add_excluded(struct text *t, const struct report *r)
{
	const struct sla_facts *f = &r->facts;

	for (size_t i = 0; i < f->window_count; i++) {
		const struct sla_window *w = &f->windows[i];
		const struct sla_window_row *got = &r->account.windows[i];
		const struct sla_publication *is = sla_window_stands(w);
		struct row row = { "maintenance", w->name, NULL, is->from_ms,
			is->to_ms, got->declared_s, got->excluded_s,
			is->cancelled      ? "cancelled"
			    : got->is_late ? "announced late"
					   : "in time",
			w->text };

		add_row(t, r, &row);
	}
	for (size_t i = 0; i < f->exclusion_count; i++) {
		const struct sla_exclusion *x = &f->exclusions[i];
		struct row row = { "exclusion", x->reason, x->claimant,
			x->from_ms, x->to_ms, length_s(x->from_ms, x->to_ms),
			r->account.exclusions[i].excluded_s,
			report_say_consent(x->consent), x->evidence };

		add_row(t, r, &row);
	}
}

static void
add_standing(struct text *t, const struct report *r)
{
	struct row row = { .kind = "standing",
		.from_ms = NEVER,
		.to_ms = NEVER,
		.seconds = NEVER,
		.counted_s = NEVER };
	struct text words = { 0 };

	report_final_standing(r, &words);
	row.note = words.data;
	if (words.length > 0)
		add_row(t, r, &row);
	text_clear(&words);
	row.kind = "changed";
	for (size_t i = 0; i < report_final_words_count(r); i++) {
		row.note = report_final_word(r, i);
		add_row(t, r, &row);
	}
}

void
report_say_csv(const struct report *r, struct text *t)
{
	text_add(t,
	    "row,what,endpoint,from,from_utc,to,to_utc,seconds,duration,"
	    "counted_s,value,note\r\n");
	add_standing(t, r);
	for (size_t i = 0; i < r->account.count; i++)
		add_part(t, r, &r->account.parts[i]);
	add_seen(t, r);
	add_excluded(t, r);
}
