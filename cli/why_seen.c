/*
 * why_seen: what each region saw of an endpoint at an instant, which terms were
 * in force, what was booked, and what was announced.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/show.h"
#include "cli/why_seen.h"
#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/ledger.h"
#include "lib/text.h"
#include "lib/window.h"

/* An instant, or what stands for there being none. */
static const char *
time_text(int64_t at_ms, char text[40])
{
	if (at_ms == NEVER || at_ms == BEFORE_ALL)
		text_copy(text, 40, "?");
	else if (at_ms == LEDGER_UNSEEN)
		text_copy(text, 40, "unknown, as nobody looked");
	else
		civil_utc(at_ms, text, 40);
	return text;
}

static const char *
outcome_of(const struct fact *f)
{
	return f->is_none ? "none" : outcome_text(f->outcome);
}

static enum cli_style
style_of(const struct fact *f)
{
	if (f->is_none)
		return STYLE_DOUBT;
	return outcome_is_failing(f->outcome) ? STYLE_BAD : STYLE_GOOD;
}

static void
print_region(const struct why_seen *q, size_t i)
{
	const struct fact *f = &q->view->look.facts[i];
	struct cli *c = q->cli;
	char from[40], before[40];

	fprintf(c->out, "  %s: ", q->view->regions[i].name);
	cli_styled(c, style_of(f), outcome_of(f));
	if (!f->is_none && f->reason != REASON_NONE)
		fprintf(c->out, " (%s)", reason_words(f->reason));
	fprintf(c->out, " since %s (the look before: %s)%s",
	    time_text(f->from_ms, from), time_text(f->before_ms, before),
	    f->is_blippy ? ", with blips" : "");
	if (!f->is_none && f->outcome != OUTCOME_OK &&
	    q->view->regions[i].detail != NULL) {
		fputs(": ", c->out);
		cli_plain(c, q->view->regions[i].detail);
	}
	if (q->view->regions[i].blind != NULL)
		fprintf(c->out, "; not seeing: %s", q->view->regions[i].blind);
	fputc('\n', c->out);
}

static void
print_booked(struct cli *c, const struct ledger_stretch *s)
{
	char from[40], to[40], before[40], last[40];

	if (s == NULL) {
		fputs("  nothing is booked\n", c->out);
		return;
	}
	fprintf(c->out, "  booked %s from %s (not before %s)",
	    ledger_kind_text(s->kind), time_text(s->from_ms, from),
	    time_text(s->from_before_ms, before));
	if (s->to_ms == NEVER)
		fputs(", and it goes on", c->out);
	else
		fprintf(c->out, " to %s (not before %s)",
		    time_text(s->to_ms, to), time_text(s->to_before_ms, last));
	fprintf(c->out, "%s\n", s->removed ? ", removed" : "");
}

static void
print_terms(struct cli *c, const struct ledger_step *s)
{
	char from[40];

	if (s == NULL) {
		fputs("  no terms were in force\n", c->out);
		return;
	}
	fprintf(c->out, "  terms since %s: ", time_text(s->from_ms, from));
	if (s->ended != NULL)
		fprintf(c->out, "%s\n", s->ended);
	else
		fprintf(c->out,
		    "quorum %" PRId64 " of %s, every %" PRId64 " ms, %s\n",
		    s->quorum, s->regions, s->interval_ms,
		    s->counts ? "counts" : "does not count");
}

static void
print_window(const struct why_seen *q)
{
	const struct window *w = q->view->window;
	char from[40], to[40], said[40];

	if (w == NULL)
		return;
	fprintf(q->cli->out,
	    "  maintenance %s is announced since %s for %s to %s: no alarm "
	    "rises\n",
	    w->id, time_text(w->at_ms, said),
	    time_text(q->view->window_from_ms, from),
	    time_text(q->view->window_to_ms, to));
}

void
why_seen_print(const struct why_seen *q)
{
	const struct quorum_look *l = &q->view->look;
	struct cli *c = q->cli;
	char at[40];

	fprintf(c->out, "%s at %s: ", q->endpoint, time_text(q->at_ms, at));
	show_state(c, state_text(l->state));
	if (l->state == STATE_ABSENT)
		fputs(": it was not watched then\n", c->out);
	else
		fprintf(c->out, ": %d fresh regions, %d failing, quorum %d\n",
		    l->fresh, l->failing, l->quorum);
	for (size_t i = 0; i < q->view->region_count; i++)
		if ((l->regions >> i & 1) != 0)
			print_region(q, i);
	print_terms(c, q->view->step);
	print_booked(c, q->view->booked);
	print_window(q);
}

static json_t *
time_json(int64_t at_ms)
{
	return at_ms == NEVER || at_ms == BEFORE_ALL || at_ms == LEDGER_UNSEEN
	    ? json_null()
	    : json_integer(at_ms);
}

static json_t *
regions_json(const struct why_seen *q)
{
	json_t *list = json_array();

	for (size_t i = 0; i < q->view->region_count; i++) {
		const struct fact *f = &q->view->look.facts[i];

		if ((q->view->look.regions >> i & 1) == 0)
			continue;
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s, s:o, s:o, s:b, s:s?}", "region",
			q->view->regions[i].name, "outcome", outcome_of(f),
			"reason",
			reason_text(f->is_none ? REASON_NONE : f->reason),
			"since_ms", time_json(f->from_ms), "before_ms",
			time_json(f->before_ms), "blips", (int)f->is_blippy,
			"blind", q->view->regions[i].blind));
	}
	return list;
}

static json_t *
booked_json(const struct ledger_stretch *s)
{
	if (s == NULL)
		return json_null();
	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "kind",
	    ledger_kind_text(s->kind), "from_ms", time_json(s->from_ms),
	    "from_before_ms", time_json(s->from_before_ms), "to_ms",
	    time_json(s->to_ms), "to_before_ms", time_json(s->to_before_ms));
}

static json_t *
terms_json(const struct ledger_step *s)
{
	if (s == NULL)
		return json_null();
	return json_pack("{s:I, s:I, s:s?, s:I, s:b, s:s?}", "from_ms",
	    (json_int_t)s->from_ms, "quorum", (json_int_t)s->quorum, "regions",
	    s->regions, "interval_ms", (json_int_t)s->interval_ms, "counts",
	    (int)s->counts, "ended", s->ended);
}

static json_t *
window_json(const struct shard_view *v)
{
	if (v->window == NULL)
		return json_null();
	return json_pack("{s:s, s:I, s:I, s:I}", "window", v->window->id,
	    "announced_ms", (json_int_t)v->window->at_ms, "from_ms",
	    (json_int_t)v->window_from_ms, "to_ms",
	    (json_int_t)v->window_to_ms);
}

json_t *
why_seen_json(const struct why_seen *q)
{
	const struct quorum_look *l = &q->view->look;

	return json_pack("{s:s, s:I, s:s, s:i, s:i, s:i, s:o, s:o, s:o, s:o}",
	    "endpoint", q->endpoint, "at_ms", (json_int_t)q->at_ms, "state",
	    state_text(l->state), "fresh", l->fresh, "failing", l->failing,
	    "quorum", l->quorum, "regions", regions_json(q), "terms",
	    terms_json(q->view->step), "booked", booked_json(q->view->booked),
	    "maintenance", window_json(q->view));
}
