/*
 * sunwatch why: why an endpoint is, or was, in the state it is in.
 *
 * From the stored facts, by the functions that evaluate decides by: what
 * each region saw, what made a region blind, which terms were in force, and
 * what was booked.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/commands.h"
#include "cli/records.h"
#include "cli/show.h"
#include "cli/tree.h"
#include "cli/why_facts.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "at", "TIME", "then (default: now)" },
	{ NULL, NULL, NULL },
};

/* An instant, or what stands for there being none. */
static void
put_time(char *out, size_t room, int64_t at_ms)
{
	if (at_ms == NEVER || at_ms == BEFORE_ALL)
		text_copy(out, room, "?");
	else
		civil_utc(at_ms, out, room);
}

static const char *
outcome_of(const struct fact *f)
{
	return f->is_none ? "none" : outcome_text(f->outcome);
}

static void
print_region(struct cli *c, const struct why_region *r, const struct fact *f)
{
	char from[40], before[40];

	put_time(from, sizeof(from), f->from_ms);
	put_time(before, sizeof(before), f->before_ms);
	fprintf(c->out, "  %s: ", r->name);
	cli_styled(c,
	    f->is_none                           ? STYLE_DOUBT
		: outcome_is_failing(f->outcome) ? STYLE_BAD
						 : STYLE_GOOD,
	    outcome_of(f));
	if (!f->is_none && f->reason != REASON_NONE)
		fprintf(c->out, " %s", reason_text(f->reason));
	fprintf(c->out, " since %s (the look before: %s)%s", from, before,
	    f->is_blippy ? ", with blips" : "");
	if (r->causes[0] != '\0')
		fprintf(c->out, "; blind: %s", r->causes);
	fputc('\n', c->out);
}

static void
print_stretch(struct cli *c, const struct ledger_stretch *s)
{
	char from[40], to[40], before[40], last[40];

	put_time(from, sizeof(from), s->from_ms);
	put_time(before, sizeof(before), s->from_before_ms);
	put_time(to, sizeof(to), s->to_ms);
	put_time(last, sizeof(last), s->to_before_ms);
	fprintf(c->out, "  booked %s from %s (not before %s)",
	    ledger_kind_text(s->kind), from, before);
	if (s->to_ms == NEVER)
		fputs(", and it goes on", c->out);
	else
		fprintf(c->out, " to %s (not before %s)", to, last);
	fprintf(c->out, ", %s%s\n", reason_text(s->reason),
	    s->removed ? ", removed" : "");
}

static void
print_terms(struct cli *c, const struct why_facts *f)
{
	const struct ledger_step *s = why_facts_step(f);
	char from[40];

	if (s == NULL) {
		fputs("  no terms were in force\n", c->out);
		return;
	}
	put_time(from, sizeof(from), s->from_ms);
	fprintf(c->out,
	    "  terms since %s: %s%squorum %" PRId64 " of %s, every %" PRId64
	    " ms, %s\n",
	    from, s->ended != NULL ? s->ended : "",
	    s->ended != NULL ? ", " : "", s->quorum, s->regions, s->interval_ms,
	    s->counts ? "counts" : "does not count");
}

static bool
touches(const struct ledger_stretch *s, int64_t at_ms)
{
	return at_ms >= s->from_ms && at_ms < s->to_ms;
}

static void
print(struct cli *c, const struct why_facts *f, const struct quorum_look *l)
{
	char at[40];

	civil_utc(f->at_ms, at, sizeof(at));
	fprintf(c->out, "%s at %s: ", f->endpoint, at);
	show_state(c, state_text(l->state));
	fprintf(c->out, ": %d fresh regions, %d failing, quorum %d\n", l->fresh,
	    l->failing, l->quorum);
	for (size_t i = 0; i < f->region_count; i++)
		if (l->regions & UINT32_C(1) << i)
			print_region(c, &f->regions[i], &l->facts[i]);
	print_terms(c, f);
	for (size_t i = 0; i < f->stretch_count; i++)
		if (touches(&f->stretches[i], f->at_ms))
			print_stretch(c, &f->stretches[i]);
	if (f->unreadable > 0)
		fprintf(c->out, "  %zu records cannot be read\n",
		    f->unreadable);
}

static json_t *
time_json(int64_t at_ms)
{
	return at_ms == NEVER || at_ms == BEFORE_ALL ? json_null()
						     : json_integer(at_ms);
}

static json_t *
regions_json(const struct why_facts *f, const struct quorum_look *l)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->region_count; i++) {
		const struct fact *x = &l->facts[i];

		if (!(l->regions & UINT32_C(1) << i))
			continue;
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s, s:o, s:o, s:b, s:s}", "region",
			f->regions[i].name, "outcome", outcome_of(x), "reason",
			reason_text(x->is_none ? REASON_NONE : x->reason),
			"since_ms", time_json(x->from_ms), "before_ms",
			time_json(x->before_ms), "blips", (int)x->is_blippy,
			"blind", f->regions[i].causes));
	}
	return list;
}

static json_t *
booked_json(const struct why_facts *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->stretch_count; i++) {
		const struct ledger_stretch *s = &f->stretches[i];

		if (touches(s, f->at_ms))
			json_array_append_new(list,
			    json_pack("{s:s, s:o, s:o, s:o, s:o, s:s}", "kind",
				ledger_kind_text(s->kind), "from_ms",
				time_json(s->from_ms), "from_before_ms",
				time_json(s->from_before_ms), "to_ms",
				time_json(s->to_ms), "to_before_ms",
				time_json(s->to_before_ms), "reason",
				reason_text(s->reason)));
	}
	return list;
}

static void
print_json(struct cli *c, const struct why_facts *f,
    const struct quorum_look *l)
{
	const struct ledger_step *s = why_facts_step(f);
	json_t *o = json_pack("{s:s, s:I, s:s, s:i, s:i, s:i, s:o, s:o}",
	    "endpoint", f->endpoint, "at_ms", (json_int_t)f->at_ms, "state",
	    state_text(l->state), "fresh", l->fresh, "failing", l->failing,
	    "quorum", l->quorum, "regions", regions_json(f, l), "booked",
	    booked_json(f));

	if (s != NULL)
		json_object_set_new(o, "terms",
		    json_pack("{s:I, s:I, s:s, s:I, s:b, s:s?}", "from_ms",
			(json_int_t)s->from_ms, "quorum", (json_int_t)s->quorum,
			"regions", s->regions, "interval_ms",
			(json_int_t)s->interval_ms, "counts", (int)s->counts,
			"ended", s->ended));
	cli_print_json(c, o);
}

static int
explain(struct cli *c, const struct settings *s, const char *id, int64_t at_ms)
{
	struct why_facts f = { .endpoint = id, .at_ms = at_ms };
	redisContext *r = records_need(c, s);
	struct quorum_look look = { 0 };
	char client[64];
	int status = CLI_FAILED;

	if (r == NULL)
		return CLI_FAILED;
	text_format(client, sizeof(client), "%.*s", (int)strcspn(id, "/"), id);
	if (why_facts_read(c, r, settings_shard(s, client), &f)) {
		why_facts_look(&f, &look);
		if (f.steps.count == 0)
			cli_fail(c, "nothing is stored about \"%s\"", id);
		else {
			if (c->json)
				print_json(c, &f, &look);
			else
				print(c, &f, &look);
			status = CLI_DONE;
		}
	}
	why_facts_clear(&f);
	redisFree(r);
	return status;
}

/* An id goes into a pattern: nothing in it may mean more than itself. */
static bool
is_id(const char *id)
{
	return strlen(id) < 130 && strchr(id, '/') != NULL &&
	    strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789.-/") == strlen(id);
}

static int
why(struct cli *c, const struct cli_arguments *a)
{
	const char *at = cli_value(a, "at");
	int64_t at_ms = clock_now_ms();
	struct settings *s;
	int status;

	if (!is_id(a->words[0]))
		return cli_misuse(c, "\"%s\" is not CLIENT/ENDPOINT",
		    a->words[0]);
	if (at != NULL && !cli_time(c, at, at_ms, &at_ms))
		return CLI_USAGE;
	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	status = explain(c, s, a->words[0], at_ms);
	settings_free(s);
	return status;
}

const struct cli_command command_why = {
	.name = "why",
	.synopsis = "CLIENT/ENDPOINT [--at TIME]",
	.summary = "Say why an endpoint is, or was, in its state",
	.options = options,
	.min = 1,
	.max = 1,
	.run = why,
};
