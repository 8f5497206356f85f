/*
 * notice: what people would notice is written down.  These are the functions
 * that the simulation calls for its oracle and its channels; here they judge
 * nothing.
 */
#include "tests/scenario/stage.h"
#include "tests/sim/oracle.h"

static struct noted *
add(struct world *w, enum note note, const char *who, const char *incident)
{
	struct stage *s = (struct stage *)w;
	struct noted *n;

	if (s->note_count == s->note_room) {
		s->note_room = 2 * s->note_room + 64;
		s->notes = mem_grow(s->notes, s->note_room * sizeof(*s->notes));
	}
	n = &s->notes[s->note_count++];
	*n = (struct noted){ .note = note, .at_ms = w->now_ms };
	text_copy(n->who, sizeof(n->who), who);
	text_copy(n->incident, sizeof(n->incident), incident);
	return n;
}

/* The subjects of an incident as it is now. */
static char *
subjects(struct stage *s, const char *incident)
{
	json_t *list = stage_incidents(s);
	const json_t *inc, *m;
	struct text t = { 0 };
	size_t i, k;

	text_add(&t, "");
	json_array_foreach(list, i, inc)
	{
		if (strcmp(json_string_value(json_object_get(inc, "id")),
			incident) != 0)
			continue;
		text_addf(&t, "\n%s",
		    json_string_value(json_object_get(inc, "subject")));
		json_array_foreach(json_object_get(inc, "members"), k, m)
		    text_addf(&t, "\n%s", json_string_value(m));
	}
	json_decref(list);
	return text_take(&t);
}

static enum sent
outcome_of(const struct stage *s, enum channel_kind channel, int64_t *takes_ms)
{
	*takes_ms = 50;
	switch (s->manners[channel]) {
	case MANNER_FOR_NOW:
		return SENT_FAILED_NOW;
	case MANNER_FOR_GOOD:
		return SENT_FAILED;
	case MANNER_HANGS:
		*takes_ms = 30000; /* the channel's own timeout */
		return SENT_FAILED_NOW;
	default:
		return SENT_HANDED_OVER;
	}
}

struct sending {
	char intent[24];
	enum sent outcome;
};

static void
sent(struct world *w, int who, void *data)
{
	struct sending *s = data;

	sim_pager_sent(w, who, s->intent, s->outcome);
}

void
sink_send(struct world *w, struct sim_pager *p, const struct message *m)
{
	struct stage *s = (struct stage *)w;
	struct sending *sending = mem_alloc(sizeof(*sending));
	struct noted *n;
	int64_t takes_ms;
	struct text t = { 0 };

	text_copy(sending->intent, sizeof(sending->intent), m->intent);
	sending->outcome = outcome_of(s, m->channel, &takes_ms);
	text_addf(&t, "%s\n%s\n%s%s%s", m->subject, m->sms, m->body,
	    m->possible_repeat ? "\npossible repeat" : "",
	    m->store_down ? "\nstore is down" : "");
	n = add(w, NOTE_MESSAGE, m->person, m->incident);
	n->kind = m->kind;
	n->channel = m->channel;
	n->about = subjects(s, m->incident);
	n->text = text_take(&t);
	stage_tell(s, "message %d to %s by %s: %s", (int)m->kind, m->person,
	    channel_text(m->channel), m->subject);
	at_proc(w, &p->proc, w->now_ms + takes_ms, sent, p->proc.number,
	    sending);
}

void
oracle_answered(struct world *w, const char *person, const char *incident,
    const char *json, bool ok, const char *answer)
{
	struct noted *n = add(w, NOTE_ANSWER, person, incident);

	(void)json;
	n->ok = ok;
	n->text = mem_text(answer);
	stage_tell((struct stage *)w, "%s is answered: %s", person, answer);
}

void
oracle_told(struct world *w, int agent, const char *text)
{
	add(w, NOTE_TOLD, w->agents[agent]->name, "")->text = mem_text(text);
	stage_tell((struct stage *)w, "agent %s tells the last resort: %s",
	    w->agents[agent]->name, text);
}

void
oracle_made(struct world *w, int agent, int endpoint,
    const struct observation *o, int64_t true_ms)
{
	(void)w, (void)agent, (void)endpoint, (void)o, (void)true_ms;
}

void
oracle_leased(struct world *w, const char *group, const char *token,
    int64_t until_ms)
{
	(void)w, (void)group, (void)token, (void)until_ms;
}

void
oracle_wrote(struct world *w, const char *group, const char *token)
{
	(void)w, (void)group, (void)token;
}

void
oracle_handed_out(struct world *w, unsigned shard, const struct standing *s)
{
	(void)w, (void)shard, (void)s;
}

void
oracle_changed(struct world *w, const struct simstore_change *change)
{
	(void)w, (void)change;
}

void
oracle_durable(struct world *w)
{
	(void)w;
}

void
oracle_heard(struct world *w, int agent, const struct prober_answer *answer)
{
	(void)w, (void)agent, (void)answer;
}

void
oracle_agent_began(struct world *w, int agent, bool anew)
{
	(void)w, (void)agent, (void)anew;
}

void
oracle_set_aside(struct world *w)
{
	(void)w;
}

void
oracle_pager_jumped(struct world *w, int64_t back_ms)
{
	(void)w, (void)back_ms;
}

int64_t
oracle_seen_until(const struct world *w, int region)
{
	(void)region;
	return w->now_ms;
}

void
oracle_alien_says(struct world *w, int alert, bool fires)
{
	(void)w, (void)alert, (void)fires;
}

void
oracle_undelivered(struct world *w, const char *incident, const char *person,
    const char *intent)
{
	(void)w, (void)incident, (void)person, (void)intent;
}

void
oracle_alien_heard(struct world *w, int alert, bool fires)
{
	(void)w, (void)alert, (void)fires;
}

void
oracle_beat_says(struct world *w, const char *word)
{
	(void)w, (void)word;
}

void
oracle_beat_heard(struct world *w, const char *word)
{
	(void)w, (void)word;
}

void
oracle_beat_begin(void)
{
}
