/* claims: what is so in a world, held against what a sentence says. */
#include "collector/shard_look.h"
#include "tests/scenario/expect.h"

#define ADVISORY 4 /* severity */

static void __attribute__((format(printf, 2, 3)))
because(char why[240], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_formatv(why, 240, fmt, ap);
	va_end(ap);
}

static bool
is_about(const struct noted *n, const char *about)
{
	char subject[192];
	size_t length;

	for (const char *p = n->about; p != NULL && *p == '\n'; p += length) {
		p++;
		length = strcspn(p, "\n");
		text_format(subject, sizeof(subject), "%.*s", (int)length, p);
		if (stage_is_about(subject, about))
			return true;
	}
	return false;
}

static bool
is_meant(const struct noted *n, const struct sentence *x)
{
	return n->note == NOTE_MESSAGE && (int)n->kind == x->kind &&
	    n->at_ms >= x->at_ms &&
	    (x->who[0] == '\0' || strcmp(x->who, n->who) == 0) &&
	    (x->channel < 0 || (int)n->channel == x->channel) &&
	    (x->about[0] == '\0' || is_about(n, x->about)) &&
	    (x->said[0] == '\0' || strcasestr(n->text, x->said) != NULL);
}

bool
claim_message(struct stage *s, const struct sentence *x, char why[240])
{
	for (size_t i = s->note_count; i > 0; i--) {
		const struct noted *n = &s->notes[i - 1];

		if (n->at_ms < x->at_ms)
			break;
		if (!is_meant(n, x))
			continue;
		if (x->not )
			because(why, "one went to %s by %s", n->who,
			    channel_text(n->channel));
		return !x->not ;
	}
	because(why, "none was sent");
	return x->not ;
}

static bool
noted(struct stage *s, const struct sentence *x, enum note note)
{
	for (size_t i = 0; i < s->note_count; i++) {
		const struct noted *n = &s->notes[i];

		if (n->note == note && n->at_ms >= x->at_ms &&
		    strcmp(n->who, x->who) == 0 &&
		    (x->said[0] == '\0' ||
			strcasestr(n->text, x->said) != NULL))
			return true;
	}
	return false;
}

bool
claim_answer(struct stage *s, const struct sentence *x, char why[240])
{
	because(why, x->not ? "it was said" : "nothing of the kind was said");
	return noted(s, x, NOTE_ANSWER) != x->not ;
}

bool
claim_told(struct stage *s, const struct sentence *x, char why[240])
{
	because(why, x->not ? "it did" : "it did not");
	return noted(s, x, NOTE_TOLD) != x->not ;
}

bool
claim_silence(struct stage *s, const struct sentence *x, char why[240])
{
	because(why, "nobody was called for longer");
	return stage_is_heard(s, x->span_ms);
}

static bool
view_site(struct stage *s, const struct sentence *x, struct shard_view *out,
    char why[240])
{
	struct shard *shard = sim_shard_active(&s->world, 0);

	if (shard != NULL &&
	    shard_look(shard, stage_site(s, x->about)->id, s->world.now_ms,
		out))
		return true;
	because(why, "no collector knows it");
	return false;
}

bool
claim_state(struct stage *s, const struct sentence *x, char why[240])
{
	struct shard_view view;

	if (!view_site(s, x, &view, why))
		return false;
	because(why, "it is %s", state_text(view.look.state));
	return (strcmp(state_text(view.look.state), x->what) == 0) != x->not ;
}

bool
claim_fact(struct stage *s, const struct sentence *x, char why[240])
{
	struct shard_view view;
	const char *is = NULL, *cause = "";

	if (!view_site(s, x, &view, why))
		return false;
	for (size_t i = 0; i < view.region_count; i++) {
		const struct fact *f = &view.look.facts[i];

		if (strcmp(view.regions[i].name, x->who) != 0)
			continue;
		is = f->is_none ? "none" : outcome_text(f->outcome);
		if (view.regions[i].blind != NULL)
			cause = view.regions[i].blind;
		else if (!f->is_none)
			cause = reason_text(f->reason);
	}
	because(why, "it is %s (%s)", is != NULL ? is : "nothing", cause);
	return (is != NULL && strcmp(is, x->what) == 0 &&
		   (x->said[0] == '\0' || strcmp(cause, x->said) == 0)) !=
	    x->not ;
}

struct search {
	const struct stage *stage;
	const struct sentence *sentence;
	const char *id;
	bool found;
	struct text all;
};

static void
add_clock(struct search *q, int64_t at_ms)
{
	int64_t ms = at_ms - q->stage->world.zero_ms;

	if (at_ms == NEVER)
		text_add(&q->all, "now");
	else
		text_addf(&q->all, "%02d:%02d:%02d.%03d", (int)(ms / 3600000),
		    (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
		    (int)(ms % 1000));
}

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct search *q = arg;
	const struct sentence *x = q->sentence;
	struct ledger_stretch b;
	char error[160];
	size_t id_length = strlen(q->id);

	if (strcmp(key, "outages") != 0 ||
	    strncmp(field, q->id, id_length) != 0 || field[id_length] != '|' ||
	    ledger_decode_stretch(value, length, &b, error) != 0 ||
	    (int)b.kind != x->kind)
		return;
	text_add(&q->all, q->all.length > 0 ? ", " : "");
	add_clock(q, b.from_ms);
	text_add(&q->all, " to ");
	add_clock(q, b.to_ms);
	if (x->not )
		q->found |= b.to_ms > x->from_low_ms;
	else
		q->found |= b.from_ms >= x->from_low_ms &&
		    b.from_ms <= x->from_high_ms && b.to_ms >= x->to_low_ms &&
		    b.to_ms <= x->to_high_ms;
}

bool
claim_booked(struct stage *s, const struct sentence *x, char why[240])
{
	struct search q = { .stage = s,
		.sentence = x,
		.id = stage_site(s, x->about)->id };

	simstore_fields(s->world.store, "sw:{c0}:", on_field, &q);
	because(why, "booked is %s",
	    q.all.data != NULL ? q.all.data : "nothing");
	text_clear(&q.all);
	return q.found != x->not ;
}

/* What the pager says of the incident; the list must be let go. */
static const json_t *
incident_of(struct stage *s, const struct sentence *x, json_t **list,
    char why[240])
{
	const json_t *inc;

	*list = stage_incidents(s);
	inc = stage_incident(*list, x->about);
	if (inc == NULL)
		because(why, *list == NULL ? "no pager runs" : "there is none");
	return inc;
}

bool
claim_incident(struct stage *s, const struct sentence *x, char why[240])
{
	json_t *list;
	const json_t *inc = incident_of(s, x, &list, why);
	bool is = false;

	if (inc != NULL) {
		const char *state =
		    json_string_value(json_object_get(inc, "state"));
		const char *owner =
		    json_string_value(json_object_get(inc, "owner"));

		if (owner == NULL)
			owner = "";
		because(why, "it is %s%s%s", state,
		    owner[0] != '\0' ? " by " : "", owner);
		is = (strcmp(x->what, "flapping") == 0
			     ? json_is_true(json_object_get(inc, "flapping"))
			     : strcmp(state, x->what) == 0) &&
		    (x->who[0] == '\0' || strcmp(owner, x->who) == 0);
	}
	json_decref(list);
	return is != x->not ;
}

bool
claim_severity(struct stage *s, const struct sentence *x, char why[240])
{
	json_t *list;
	const json_t *inc = incident_of(s, x, &list, why);
	int severity =
	    (int)json_integer_value(json_object_get(inc, "severity"));

	if (inc != NULL)
		because(why, "it is %d", severity);
	json_decref(list);
	return (severity == x->number) != x->not ;
}

bool
claim_members(struct stage *s, const struct sentence *x, char why[240])
{
	json_t *list;
	const json_t *inc = incident_of(s, x, &list, why);
	int count = (int)json_array_size(json_object_get(inc, "members"));

	if (inc != NULL)
		because(why, "it has %d", count);
	json_decref(list);
	return (count == x->number) != x->not ;
}

/* Of those that call somebody: an advisory does not. */
bool
claim_open(struct stage *s, const struct sentence *x, char why[240])
{
	json_t *list = stage_incidents(s);
	const json_t *inc;
	int count = 0;
	size_t i;

	json_array_foreach(list, i, inc) count +=
	    json_integer_value(json_object_get(inc, "severity")) < ADVISORY &&
	    strcmp(json_string_value(json_object_get(inc, "state")),
		"closed") != 0;
	because(why, list == NULL ? "no pager runs" : "there are %d", count);
	if (list == NULL)
		count = -1;
	json_decref(list);
	return (count == x->number) != x->not ;
}
