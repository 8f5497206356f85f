/* report_text: a report as plain text, and the words all forms share. */
#include <string.h>

#include "lib/civil.h"
#include "lib/report_final.h"
#include "lib/report_say.h"
#include "lib/sla_period.h"

void
report_say_period(const struct report *r, char *out, size_t room)
{
	const struct sla_facts *f = &r->facts;
	char from[40], to[40], name[32];

	if (sla_period_of(f, name, sizeof(name))) {
		text_copy(out, room, name);
		return;
	}
	civil_utc(f->from_ms, from, sizeof(from));
	civil_utc(f->to_ms, to, sizeof(to));
	text_format(out, room, "%s%s%s to %s", name,
	    name[0] != '\0' ? ", here from " : "", from, to);
}

const char *
report_say_verdict(const struct report *r)
{
	const struct sla_account *a = &r->account;

	return a->is_under_way ? verdict_so_far(a->sum.verdict, a->best.verdict)
			       : verdict_text(a->verdict);
}

const char *
report_say_part(const struct sla_part *p)
{
	return p->counted_to_ms < p->to_ms
	    ? verdict_so_far(p->figures.verdict, p->best.verdict)
	    : verdict_text(p->verdict);
}

void
report_say_seconds(int64_t ms, char *out, size_t room)
{
	const char *sign = ms < 0 ? "-" : "";
	int64_t whole = ms < 0 ? -ms : ms;

	if (ms % 1000 == 0)
		text_format(out, room, "%s%lld", sign,
		    (long long)(whole / 1000));
	else
		text_format(out, room, "%s%lld.%03d", sign,
		    (long long)(whole / 1000), (int)(whole % 1000));
}

void
report_say_formula(const struct sla_figures *f, char *out, size_t room)
{
	char percent[24], down[32];

	if (f->verdict == VERDICT_NOT_APPLICABLE) {
		text_copy(out, room, "nothing of this time can be counted");
		return;
	}
	sla_percent(sla_uptime(f), percent, sizeof(percent));
	report_say_seconds(f->down_ms, down, sizeof(down));
	text_format(out, room, "(%lld s - %s s) / %lld s = %s %%",
	    (long long)f->total_s, down, (long long)f->total_s, percent);
}

const char *
report_say_endpoint(const struct report *r, size_t endpoint)
{
	return endpoint == SLA_EVERY ? "everything"
				     : r->facts.endpoints[endpoint].name;
}

const char *
report_say_consent(int consent)
{
	static const char *const texts[] = { "agreed", "disputed",
		"not answered" };

	return texts[consent];
}

const char *
report_say_kind(int kind)
{
	return kind == SLA_DOWN ? "down" : "partly down";
}

/* A target or credit: as it was written, without zeros behind. */
static void
add_milli(struct text *t, int64_t milli)
{
	char text[32];
	size_t n;

	text_format(text, sizeof(text), "%lld.%03lld",
	    (long long)(milli / 1000), (long long)(milli % 1000));
	n = strlen(text);
	while (text[n - 1] == '0')
		text[--n] = '\0';
	if (text[n - 1] == '.')
		text[n - 1] = '\0';
	text_addf(t, "%s %%", text);
}

static void
add_instant(struct text *t, int64_t at_ms)
{
	char utc[40];

	civil_utc(at_ms, utc, sizeof(utc));
	text_add(t, utc);
}

static void
add_budget(struct text *t, const struct sla_budget *b)
{
	char used[32], left[32];

	report_say_seconds(b->used_ms, used, sizeof(used));
	report_say_seconds(b->left_ms, left, sizeof(left));
	text_addf(t, "  allowed %lld s, used %s s, left %s s\n",
	    (long long)b->allowed_s, used, left);
	if (b->exhausted_at_ms != NEVER) {
		text_add(t, "  more than allowed since ");
		add_instant(t, b->exhausted_at_ms);
		text_add(t, "\n");
	}
	if (b->forecast_at_ms != NEVER) {
		text_add(t, "  at this rate used up at ");
		add_instant(t, b->forecast_at_ms);
		text_add(t, "\n");
	}
	for (size_t i = 0; i < SLA_BURNS; i++)
		if (b->burns[i].trips)
			text_addf(t,
			    "  over %lld %% of the allowance within the last "
			    "%lld h, and as fast still\n",
			    (long long)b->burns[i].budget_percent,
			    (long long)(b->burns[i].long_s / 3600));
}

static void
add_credit(struct text *t, const struct sla_figures *f, int64_t claim_by_ms)
{
	if (f->credit_milli == NEVER)
		return;
	text_add(t, "  credit ");
	add_milli(t, f->credit_milli);
	text_add(t, " of the fee, indicative, subject to claim");
	if (claim_by_ms != NEVER) {
		text_add(t, " by ");
		add_instant(t, claim_by_ms);
	}
	text_add(t, "\n");
}

static void
add_guarantee(struct text *t, const struct sla_version *v,
    const struct sla_part *p)
{
	char formula[120];

	report_say_formula(&p->figures, formula, sizeof(formula));
	text_add(t, "  guaranteed ");
	add_milli(t, v->target_milli);
	text_addf(t, ": %s\n", report_say_part(p));
	text_addf(t, "  %s\n", formula);
}

static void
add_figures(struct text *t, const struct sla_version *v,
    const struct sla_part *p)
{
	const struct sla_figures *f = &p->figures;
	char coverage[24];

	sla_percent(sla_coverage(f), coverage, sizeof(coverage));
	add_guarantee(t, v, p);
	text_addf(t,
	    "  service time %lld s; of it maintenance %lld s, otherwise "
	    "excluded %lld s, not seen %lld s\n",
	    (long long)f->service_s, (long long)f->maintenance_s,
	    (long long)f->excluded_s, (long long)f->unknown_s);
	if (f->expected_s > 0)
		text_addf(t, "  coverage %s %%\n", coverage);
}

void
report_say_accord(const struct sla_version *v, struct text *t)
{
	const struct sla_accord *a = &v->accord;
	char utc[40];

	if (a->ours == NULL) {
		text_add(t, "without recorded consent");
		return;
	}
	text_addf(t, "agreed by %s and %s", a->ours, a->theirs);
	if (a->at_ms != ALWAYS) {
		civil_utc(a->at_ms, utc, sizeof(utc));
		text_addf(t, ", written down %s", utc);
	}
	if (a->by != NULL)
		text_addf(t, " by %s", a->by);
	if (a->reason != NULL)
		text_addf(t, ": %s", a->reason);
}

static void
add_weight(struct text *t, int64_t milli)
{
	char text[16];
	size_t n;

	text_format(text, sizeof(text), "%lld.%03lld",
	    (long long)(milli / 1000), (long long)(milli % 1000));
	for (n = strlen(text); text[n - 1] == '0'; n--)
		;
	n -= text[n - 1] == '.';
	text_add_bytes(t, text, n);
}

void
report_say_weights(const struct sla_version *v, struct text *t)
{
	for (size_t i = 0; i < v->weight_count; i++) {
		const struct sla_weight *w = &v->own_weights[i];

		text_addf(t, "%s%s", i > 0 ? ", " : "", w->endpoint);
		if (w->weights[SLA_DOWN] != SLA_WEIGHT_INHERIT) {
			text_add(t, " ");
			add_weight(t, w->weights[SLA_DOWN]);
		}
		if (w->weights[SLA_PARTIAL] != SLA_WEIGHT_INHERIT) {
			text_add(t, " (in part ");
			add_weight(t, w->weights[SLA_PARTIAL]);
			text_add(t, ")");
		}
	}
}

static void
add_weights(struct text *t, const struct sla_version *v)
{
	struct text said = { 0 };

	report_say_weights(v, &said);
	if (said.length > 0) {
		text_add(t, "  a second down weighs: ");
		text_add_plain(t, said.data);
		text_add(t, "\n");
	}
	text_clear(&said);
}

static void
add_accord(struct text *t, const struct sla_version *v)
{
	struct text said = { 0 };

	report_say_accord(v, &said);
	text_add(t, "  ");
	text_add_plain(t, said.data);
	text_add(t, "\n");
	text_clear(&said);
}

static void
add_part(struct text *t, const struct report *r, const struct sla_part *p)
{
	const struct sla_version *v = &r->facts.versions[p->version];
	char formula[120];

	text_add(t, "\nTerms ");
	text_add_plain(t, v->name == NULL ? "without a name" : v->name);
	text_add(t, ", from ");
	add_instant(t, p->from_ms);
	text_add(t, " to ");
	add_instant(t, p->to_ms);
	text_addf(t, " (%lld s)\n",
	    (long long)((p->to_ms - p->from_ms) / 1000));
	if (p->counted_to_ms < p->to_ms) {
		text_add(t, "  counted as far as ");
		add_instant(t, p->counted_to_ms);
		text_add(t, "\n");
	}
	add_accord(t, v);
	add_weights(t, v);
	add_figures(t, v, p);
	add_budget(t, &p->budget);
	add_credit(t, &p->figures, p->claim_by_ms);
	if (!p->is_contested)
		return;
	report_say_formula(&p->contested, formula, sizeof(formula));
	text_addf(t, "  if every exclusion held: %s\n    %s\n",
	    verdict_text(p->contested.verdict), formula);
}

/* What somebody wrote, behind these words; nothing when there is none. */
static void
add_said(struct text *t, const char *words, const char *said)
{
	if (said == NULL || *said == '\0')
		return;
	text_add(t, words);
	text_add_plain(t, said);
}

static void
add_outages(struct text *t, const struct report *r)
{
	const struct sla_facts *f = &r->facts;

	if (f->outage_count > 0)
		text_add(t, "\nOutages\n");
	for (size_t i = 0; i < f->outage_count; i++) {
		const struct sla_outage *o = &f->outages[i];

		text_add(t, "  ");
		text_add_plain(t, report_say_endpoint(r, o->endpoint));
		text_addf(t, " %s from ", report_say_kind(o->kind));
		add_instant(t, o->from_ms);
		text_add(t, " to ");
		if (o->to_ms == NEVER)
			text_add(t, "now");
		else
			add_instant(t, o->to_ms);
		text_addf(t, ", counted %lld s%s",
		    (long long)r->account.outages[i].counted_s,
		    r->account.outages[i].is_short ? " (too short)" : "");
		add_said(t, ": ", o->reason);
		add_said(t, ", cause: ", o->cause);
		text_add(t, "\n");
	}
}

static void
add_windows(struct text *t, const struct report *r)
{
	const struct sla_facts *f = &r->facts;

	if (f->window_count > 0)
		text_add(t, "\nMaintenance\n");
	for (size_t i = 0; i < f->window_count; i++) {
		const struct sla_window_row *row = &r->account.windows[i];
		const struct sla_publication *is =
		    sla_window_stands(&f->windows[i]);

		text_add(t, "  from ");
		add_instant(t, is->from_ms);
		text_add(t, " to ");
		add_instant(t, is->to_ms);
		text_addf(t, ", declared %lld s, excluded %lld s",
		    (long long)row->declared_s, (long long)row->excluded_s);
		text_add(t, row->is_late ? ", announced late" : "");
		text_add(t, is->cancelled ? ", cancelled" : "");
		add_said(t, ": ", f->windows[i].name);
		add_said(t, ": ", f->windows[i].text);
		text_add(t, "\n");
	}
}

static void
add_exclusions(struct text *t, const struct report *r)
{
	const struct sla_facts *f = &r->facts;

	if (f->exclusion_count > 0)
		text_add(t, "\nExclusions\n");
	for (size_t i = 0; i < f->exclusion_count; i++) {
		const struct sla_exclusion *x = &f->exclusions[i];

		text_add(t, "  from ");
		add_instant(t, x->from_ms);
		text_add(t, " to ");
		add_instant(t, x->to_ms);
		text_addf(t, ", %lld s, %s",
		    (long long)r->account.exclusions[i].excluded_s,
		    report_say_consent(x->consent));
		add_said(t, ": ", x->reason);
		add_said(t, ", claimed by ", x->claimant);
		add_said(t, ", evidence: ", x->evidence);
		text_add(t, "\n");
	}
}

static void
add_standing(struct text *t, const struct report *r)
{
	struct text words = { 0 };

	report_final_standing(r, &words);
	if (words.length > 0)
		text_add_plain(t, words.data), text_add(t, "\n");
	text_clear(&words);
	for (size_t i = 0; i < report_final_words_count(r); i++) {
		text_add(t, "  changed: ");
		text_add_plain(t, report_final_word(r, i));
		text_add(t, "\n");
	}
}

/* Whose it is, of when, what it comes to, and how final that is. */
static void
add_head(struct text *t, const struct report *r)
{
	const char *who = r->title != NULL ? r->title : r->client;
	char period[100];

	report_say_period(r, period, sizeof(period));
	if (who != NULL) {
		text_add_plain(t, who);
		text_add(t, ", ");
	}
	text_addf(t, "%s, %s: %s\n", period, r->facts.zone,
	    report_say_verdict(r));
	add_standing(t, r);
}

void
report_say_brief(const struct report *r, struct text *t)
{
	add_head(t, r);
	for (size_t i = 0; i < r->account.count; i++) {
		const struct sla_part *p = &r->account.parts[i];

		add_guarantee(t, &r->facts.versions[p->version], p);
	}
}

void
report_say_text(const struct report *r, struct text *t)
{
	add_head(t, r);
	for (size_t i = 0; i < r->account.count; i++)
		add_part(t, r, &r->account.parts[i]);
	if (r->account.count == 0)
		text_add(t, "\nNothing was agreed in this period.\n");
	add_outages(t, r);
	add_windows(t, r);
	add_exclusions(t, r);
}
