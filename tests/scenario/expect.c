/* expect: sentences that claim something. */
#include "tests/scenario/expect.h"

#include "pager/message_json.h"

static void
read_message(struct words *w, struct sentence *x)
{
	const char *kind = words_take(w, "a kind of message");

	for (int i = 0; i < MESSAGE_KINDS; i++)
		if (strcmp(kind, message_kind_text((enum message_kind)i)) == 0)
			x->kind = i;
	if (x->kind < 0)
		words_wrong(w, "there is no message \"%s\"", kind);
}

/* "to isla by mail about learn saying "..."" in any order. */
static void
read_which(struct words *w, struct stage *s, struct sentence *x)
{
	for (;;) {
		if (words_are(w, "to")) {
			text_copy(x->who, sizeof(x->who),
			    words_take(w, "a person"));
			if (!stage_has_person(s, x->who))
				words_wrong(w, "there is no person \"%s\"",
				    x->who);
		} else if (words_are(w, "by")) {
			const char *name = words_take(w, "a channel");

			x->channel = channel_parse(name);
			if (x->channel < 0)
				words_wrong(w, "there is no channel \"%s\"",
				    name);
		} else if (words_are(w, "about")) {
			text_copy(x->about, sizeof(x->about),
			    words_take(w, "a subject"));
		} else if (words_are(w, "saying")) {
			text_copy(x->said, sizeof(x->said),
			    words_take(w, "a text"));
		} else
			return;
	}
}

static void
read_stretch(struct words *w, struct stage *s, struct sentence *x)
{
	text_copy(x->about, sizeof(x->about), words_take(w, "a site"));
	if (stage_site(s, x->about) == NULL)
		words_wrong(w, "there is no site \"%s\"", x->about);
	x->claim = claim_booked;
	x->from_low_ms = 0;
	x->from_high_ms = x->to_low_ms = x->to_high_ms = NEVER;
	if (x->not ) {
		if (words_are(w, "after"))
			x->from_low_ms = words_clock(w);
		return;
	}
	words_must(w, "from");
	words_window(w, &x->from_low_ms, &x->from_high_ms);
	if (words_are(w, "still"))
		return;
	words_must(w, "to");
	words_window(w, &x->to_low_ms, &x->to_high_ms);
}

static void
read_state(struct words *w, struct stage *s, struct sentence *x)
{
	text_copy(x->about, sizeof(x->about), words_take(w, "a site"));
	if (stage_site(s, x->about) == NULL)
		words_wrong(w, "there is no site \"%s\"", x->about);
	text_copy(x->what, sizeof(x->what), words_take(w, "a state"));
	x->claim = claim_state;
}

static void
read_fact(struct words *w, struct stage *s, struct sentence *x)
{
	const char *region;

	text_copy(x->about, sizeof(x->about), words_take(w, "a site"));
	if (stage_site(s, x->about) == NULL)
		words_wrong(w, "there is no site \"%s\"", x->about);
	words_must(w, "from");
	region = words_take(w, "a region");
	text_copy(x->who, sizeof(x->who), region);
	if (stage_region(s, region) < 0)
		words_wrong(w, "there is no region \"%s\"", region);
	text_copy(x->what, sizeof(x->what), words_take(w, "an outcome"));
	if (words_are(w, "because"))
		text_copy(x->said, sizeof(x->said), words_take(w, "a cause"));
	x->claim = claim_fact;
}

/* "incident learn is taken by isla", "has severity 2", "has 3 members" */
static void
read_incident(struct words *w, struct sentence *x)
{
	text_copy(x->about, sizeof(x->about), words_take(w, "a subject"));
	if (words_are(w, "has")) {
		if (words_are(w, "severity")) {
			x->number = words_number(w, 1, 4);
			x->claim = claim_severity;
			return;
		}
		x->number = words_number(w, 0, 1000);
		words_must(w, "members");
		x->claim = claim_members;
		return;
	}
	words_must(w, "is");
	text_copy(x->what, sizeof(x->what), words_take(w, "a state"));
	if (words_are(w, "by"))
		text_copy(x->who, sizeof(x->who), words_take(w, "a person"));
	x->claim = claim_incident;
}

static void
read_answer(struct words *w, struct stage *s, struct sentence *x)
{
	x->claim = claim_answer;
	words_must(w, "to");
	text_copy(x->who, sizeof(x->who), words_take(w, "a person"));
	if (!stage_has_person(s, x->who))
		words_wrong(w, "there is no person \"%s\"", x->who);
	words_must(w, "saying");
	text_copy(x->said, sizeof(x->said), words_take(w, "a text"));
}

static void
read_told(struct words *w, struct stage *s, struct sentence *x)
{
	x->claim = claim_told;
	text_copy(x->who, sizeof(x->who), words_take(w, "an agent"));
	if (stage_agent(s, x->who) == NULL)
		words_wrong(w, "there is no agent \"%s\"", x->who);
	words_must(w, "telling");
	words_must(w, "the");
	words_must(w, "last");
	words_must(w, "resort");
	if (words_are(w, "saying"))
		text_copy(x->said, sizeof(x->said), words_take(w, "a text"));
}

static void
read_claim(struct words *w, struct stage *s, struct sentence *x)
{
	if (words_are(w, "page") || words_are(w, "message")) {
		x->claim = claim_message;
		x->kind = MESSAGE_CALL;
		if (strcmp(w->list[w->next - 1], "message") == 0) {
			x->kind = -1;
			read_message(w, x);
		}
		read_which(w, s, x);
	} else if (words_are(w, "state"))
		read_state(w, s, x);
	else if (words_are(w, "fact"))
		read_fact(w, s, x);
	else if (words_are(w, "outage") || words_are(w, "unknown")) {
		x->kind = strcmp(w->list[w->next - 1], "outage") == 0
		    ? LEDGER_DOWN
		    : LEDGER_UNKNOWN;
		read_stretch(w, s, x);
	} else if (words_are(w, "incident"))
		read_incident(w, x);
	else if (words_are(w, "answer"))
		read_answer(w, s, x);
	else if (words_are(w, "agent"))
		read_told(w, s, x);
	else if (words_are(w, "silence")) {
		words_must(w, "never");
		words_must(w, "over");
		x->span_ms = words_span(w);
		x->claim = claim_silence;
	} else {
		x->number = words_number(w, 0, 1000);
		words_must(w, "open");
		words_must(w, "incidents");
		x->claim = claim_open;
	}
}

/* A page that comes takes time; that none comes is true of a stretch. */
static void
check_tense(struct words *w, struct sentence *x)
{
	bool comes = x->claim == claim_message || x->claim == claim_answer ||
	    x->claim == claim_told;

	if (x->claim == claim_silence || (comes && x->not )) {
		if (x->tense != TENSE_UNTIL)
			words_wrong(w, "say until when");
	} else if (comes && x->tense != TENSE_WITHIN)
		words_wrong(w, "say within how long");
}

void
expect_read(struct words *w, struct stage *s, struct sentence *x)
{
	x->channel = x->kind = x->number = -1;
	x->not = words_are(w, "no");
	read_claim(w, s, x);
	x->tense = TENSE_NOW;
	x->until_ms = x->at_ms;
	if (words_are(w, "within")) {
		x->tense = TENSE_WITHIN;
		x->until_ms = x->at_ms + words_span(w);
	} else if (words_are(w, "for")) {
		x->tense = TENSE_UNTIL;
		x->until_ms = x->at_ms + words_span(w);
	} else if (words_are(w, "until")) {
		x->tense = TENSE_UNTIL;
		x->until_ms = words_clock(w);
	}
	check_tense(w, x);
	if (x->until_ms < x->at_ms)
		words_wrong(w, "it ends before it begins");
}
