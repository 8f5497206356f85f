/*
 * report_html: a report as one page: headings, tables with captions and
 * heads, no script, black on white when printed.
 */
#include <string.h>

#include "lib/civil.h"
#include "lib/report_final.h"
#include "lib/report_say.h"

static const char style[] =
    "<style>\n"
    "body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; "
    "max-width: 60rem; padding: 0 1rem; color: #111; background: #fff }\n"
    "table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem }\n"
    "caption { text-align: left; font-weight: 600; padding: .3rem 0 }\n"
    "th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; "
    "border-bottom: 1px solid #999 }\n"
    "td.n { text-align: right; font-variant-numeric: tabular-nums }\n"
    "@page { margin: 18mm }\n"
    "@media print { body { margin: 0; max-width: none; font-size: 11pt } "
    "tr { break-inside: avoid } thead { display: table-header-group } }\n"
    "</style>\n";

static void
add_time(struct text *t, const struct report *r, int64_t at_ms)
{
	char utc[40], full[64];

	if (at_ms == NEVER || at_ms == ALWAYS) {
		text_add(t, "&ndash;");
		return;
	}
	civil_utc(at_ms, utc, sizeof(utc));
	civil_full(r->facts.zone, at_ms, full, sizeof(full));
	text_addf(t, "<time datetime=\"%s\">", utc);
	text_add_html(t, full);
	text_add(t, "</time>");
}

static void
add_time_cell(struct text *t, const struct report *r, int64_t at_ms)
{
	text_add(t, "<td>");
	add_time(t, r, at_ms);
	text_add(t, "</td>");
}

static void
add_number_cell(struct text *t, int64_t n)
{
	text_addf(t, "<td class=\"n\">%lld</td>", (long long)n);
}

static void
add_text_cell(struct text *t, const char *s)
{
	text_add(t, "<td>");
	if (s != NULL)
		text_add_html(t, s);
	text_add(t, "</td>");
}

/* A table's head: its caption, and its columns parted by bars. */
static void
begin_table(struct text *t, const char *caption, const char *columns)
{
	text_addf(t, "<table>\n<caption>%s</caption>\n<thead><tr>", caption);
	while (*columns != '\0') {
		size_t n = strcspn(columns, "|");

		text_addf(t, "<th scope=\"col\">%.*s</th>", (int)n, columns);
		columns += n + (columns[n] == '|');
	}
	text_add(t, "</tr></thead>\n<tbody>\n");
}

static void
end_table(struct text *t)
{
	text_add(t, "</tbody>\n</table>\n");
}

static void add_pair(struct text *t, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void
add_pair(struct text *t, const char *name, const char *fmt, ...)
{
	char value[200];
	va_list ap;

	va_start(ap, fmt);
	text_formatv(value, sizeof(value), fmt, ap);
	va_end(ap);
	text_addf(t, "<tr><th scope=\"row\">%s</th><td>", name);
	text_add_html(t, value);
	text_add(t, "</td></tr>\n");
}

static void
add_time_pair(struct text *t, const struct report *r, const char *name,
    int64_t at_ms)
{
	if (at_ms == NEVER)
		return;
	text_addf(t, "<tr><th scope=\"row\">%s</th>", name);
	add_time_cell(t, r, at_ms);
	text_add(t, "</tr>\n");
}

static void
add_figures(struct text *t, const struct sla_version *v,
    const struct sla_part *p)
{
	const struct sla_figures *f = &p->figures;
	char formula[120], coverage[24];

	report_say_formula(f, formula, sizeof(formula));
	sla_percent(sla_coverage(f), coverage, sizeof(coverage));
	add_pair(t, "Guaranteed", "%lld.%03lld %%",
	    (long long)(v->target_milli / 1000),
	    (long long)(v->target_milli % 1000));
	add_pair(t, "Verdict", "%s", report_say_part(p));
	add_pair(t, "Achieved", "%s", formula);
	add_pair(t, "Service time", "%lld s", (long long)f->service_s);
	add_pair(t, "Of it maintenance", "%lld s", (long long)f->maintenance_s);
	add_pair(t, "Otherwise excluded", "%lld s", (long long)f->excluded_s);
	add_pair(t, "Not seen by us", "%lld s", (long long)f->unknown_s);
	if (f->expected_s > 0)
		add_pair(t, "Coverage", "%s %%", coverage);
}

static void
add_budget(struct text *t, const struct report *r, const struct sla_part *p)
{
	const struct sla_budget *b = &p->budget;
	char used[32], left[32];

	report_say_seconds(b->used_ms, used, sizeof(used));
	report_say_seconds(b->left_ms, left, sizeof(left));
	add_pair(t, "Allowed", "%lld s", (long long)b->allowed_s);
	add_pair(t, "Used", "%s s", used);
	add_pair(t, "Left", "%s s", left);
	add_time_pair(t, r, "More than allowed since", b->exhausted_at_ms);
	add_time_pair(t, r, "At this rate used up at", b->forecast_at_ms);
	if (p->figures.credit_milli == NEVER)
		return;
	add_pair(t, "Credit",
	    "%lld.%03lld %% of the fee, indicative, subject to claim",
	    (long long)(p->figures.credit_milli / 1000),
	    (long long)(p->figures.credit_milli % 1000));
	add_time_pair(t, r, "To be claimed by", p->claim_by_ms);
}

static void
add_said(struct text *t, const char *name, const struct sla_version *v,
    void (*say)(const struct sla_version *, struct text *))
{
	struct text said = { 0 };

	say(v, &said);
	if (said.length > 0) {
		text_addf(t, "<tr><th scope=\"row\">%s</th>", name);
		add_text_cell(t, said.data);
		text_add(t, "</tr>\n");
	}
	text_clear(&said);
}

static void
add_part(struct text *t, const struct report *r, const struct sla_part *p)
{
	const struct sla_version *v = &r->facts.versions[p->version];
	char formula[120];

	text_add(t, "<h2>Terms ");
	text_add_html(t, v->name == NULL ? "without a name" : v->name);
	text_add(t, "</h2>\n<p>From ");
	add_time(t, r, p->from_ms);
	text_add(t, " to ");
	add_time(t, r, p->to_ms);
	text_addf(t, ", %lld s.", (long long)((p->to_ms - p->from_ms) / 1000));
	if (p->counted_to_ms < p->to_ms) {
		text_add(t, " Counted as far as ");
		add_time(t, r, p->counted_to_ms);
		text_add(t, ".");
	}
	text_add(t, "</p>\n");
	text_add(t, "<table>\n<caption>Figures</caption>\n<tbody>\n");
	add_said(t, "Consent", v, report_say_accord);
	add_said(t, "A second down weighs", v, report_say_weights);
	add_figures(t, v, p);
	add_budget(t, r, p);
	if (p->is_contested) {
		report_say_formula(&p->contested, formula, sizeof(formula));
		add_pair(t, "If every exclusion held", "%s: %s",
		    verdict_text(p->contested.verdict), formula);
	}
	end_table(t);
}

static void
add_outages(struct text *t, const struct report *r)
{
	const struct sla_facts *f = &r->facts;

	if (f->outage_count == 0)
		return;
	begin_table(t, "Outages",
	    "Service|What|From|To|Counted, s|Reason|Cause");
	for (size_t i = 0; i < f->outage_count; i++) {
		const struct sla_outage *o = &f->outages[i];

		text_add(t, "<tr><th scope=\"row\">");
		text_add_html(t, report_say_endpoint(r, o->endpoint));
		text_add(t, "</th>");
		add_text_cell(t, report_say_kind(o->kind));
		add_time_cell(t, r, o->from_ms);
		add_time_cell(t, r, o->to_ms);
		add_number_cell(t, r->account.outages[i].counted_s);
		add_text_cell(t, o->reason);
		add_text_cell(t, o->cause);
		text_add(t, "</tr>\n");
	}
	end_table(t);
}

static void
add_gaps(struct text *t, const struct report *r)
{
	const struct sla_facts *f = &r->facts;

	if (f->gap_count == 0)
		return;
	begin_table(t, "Not seen by us", "Service|From|To");
	for (size_t i = 0; i < f->gap_count; i++) {
		const struct sla_gap *g = &f->gaps[i];

		text_add(t, "<tr><th scope=\"row\">");
		text_add_html(t, report_say_endpoint(r, g->endpoint));
		text_add(t, "</th>");
		add_time_cell(t, r, g->from_ms);
		add_time_cell(t, r, g->to_ms);
		text_add(t, "</tr>\n");
	}
	end_table(t);
}

static void
add_windows(struct text *t, const struct report *r)
{
	const struct sla_facts *f = &r->facts;

	if (f->window_count == 0)
		return;
	begin_table(t, "Maintenance",
	    "Name|What|From|To|Announced|Declared, s|Excluded, s|Notice");
	for (size_t i = 0; i < f->window_count; i++) {
		const struct sla_window *w = &f->windows[i];
		const struct sla_window_row *row = &r->account.windows[i];
		const struct sla_publication *is = sla_window_stands(w);

		text_add(t, "<tr>");
		add_text_cell(t, w->name);
		add_text_cell(t, w->text);
		add_time_cell(t, r, is->from_ms);
		add_time_cell(t, r, is->to_ms);
		add_time_cell(t, r, w->first.announced_ms);
		add_number_cell(t, row->declared_s);
		add_number_cell(t, row->excluded_s);
		add_text_cell(t,
		    is->cancelled      ? "cancelled"
			: row->is_late ? "late"
				       : "in time");
		text_add(t, "</tr>\n");
	}
	end_table(t);
}

static void
add_exclusions(struct text *t, const struct report *r)
{
	const struct sla_facts *f = &r->facts;

	if (f->exclusion_count == 0)
		return;
	begin_table(t, "Exclusions",
	    "Reason|From|To|Excluded, s|Claimed by|Evidence|Consent");
	for (size_t i = 0; i < f->exclusion_count; i++) {
		const struct sla_exclusion *x = &f->exclusions[i];

		text_add(t, "<tr>");
		add_text_cell(t, x->reason);
		add_time_cell(t, r, x->from_ms);
		add_time_cell(t, r, x->to_ms);
		add_number_cell(t, r->account.exclusions[i].excluded_s);
		add_text_cell(t, x->claimant);
		add_text_cell(t, x->evidence);
		add_text_cell(t, report_say_consent(x->consent));
		text_add(t, "</tr>\n");
	}
	end_table(t);
}

static void
add_head(struct text *t, const struct report *r)
{
	const char *who = r->title != NULL ? r->title : r->client;
	char period[100];

	report_say_period(r, period, sizeof(period));
	text_add(t,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n<title>");
	text_add_html(t, who != NULL ? who : "Report");
	text_addf(t, ", %s</title>\n%s</head>\n<body>\n<main>\n<h1>", period,
	    style);
	text_add_html(t, who != NULL ? who : "Report");
	text_addf(t, ", %s</h1>\n<p>Zone ", period);
	text_add_html(t, r->facts.zone);
	text_addf(t, ". Verdict: <strong>%s</strong>.</p>\n",
	    report_say_verdict(r));
}

static void
add_standing(struct text *t, const struct report *r)
{
	struct text words = { 0 };

	report_final_standing(r, &words);
	if (words.length > 0) {
		text_add(t, "<p>");
		text_add_html(t, words.data);
		text_add(t, "</p>\n");
	}
	text_clear(&words);
	if (report_final_words_count(r) == 0)
		return;
	text_add(t, "<p>Changed since the version before:</p>\n<ul>\n");
	for (size_t i = 0; i < report_final_words_count(r); i++) {
		text_add(t, "<li>");
		text_add_html(t, report_final_word(r, i));
		text_add(t, "</li>\n");
	}
	text_add(t, "</ul>\n");
}

void
report_say_html(const struct report *r, struct text *t)
{
	add_head(t, r);
	add_standing(t, r);
	for (size_t i = 0; i < r->account.count; i++)
		add_part(t, r, &r->account.parts[i]);
	if (r->account.count == 0)
		text_add(t, "<p>Nothing was agreed in this period.</p>\n");
	add_outages(t, r);
	add_gaps(t, r);
	add_windows(t, r);
	add_exclusions(t, r);
	text_add(t,
	    "<p>Figures are cut off and never rounded up. Whoever has the "
	    "JSON form of this report can work out every one of them again: "
	    "<code>sunwatch verify</code>.</p>\n</main>\n</body>\n</html>\n");
}
