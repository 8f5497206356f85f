/*
 * shard_claim: that time is claimed not to count, what the client says of it,
 * and what people note about an outage.
 *
 * Nothing of it bears on what is probed, booked or told: accounts read it.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/scope.h"
#include "collector/shard_order.h"
#include "lib/record.h"

#define CLAIMS_MAX 10000 /* of one client */

/* ---- what is kept ---- */

struct claim *
shard_claim(const struct agreed *a, const char *id)
{
	for (size_t i = 0; i < a->claim_count; i++)
		if (strcmp(a->claims[i]->id, id) == 0)
			return a->claims[i];
	return NULL;
}

void
shard_keep_claim(struct agreed *a, struct claim *c)
{
	for (size_t i = 0; i < a->claim_count; i++)
		if (strcmp(a->claims[i]->id, c->id) == 0) {
			claim_free(a->claims[i]);
			a->claims[i] = c;
			return;
		}
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
	a->claims =
	    mem_grow(a->claims, (a->claim_count + 1) * sizeof(*a->claims));
	a->claims[a->claim_count++] = c;
}

void
shard_free_claims(struct agreed *a)
{
	for (size_t i = 0; i < a->claim_count; i++)
		claim_free(a->claims[i]);
	free(a->claims);
}

static void
put(struct order *o, const struct claim *c, const char *what, const char *text)
{
	char field[NAME_ROOM + CLAIM_ID_MAX + 2];
	json_t *line = json_pack("{s:I, s:s, s:s, s:s, s:o, s:I, s:I, s:s}",
	    "at", (json_int_t)o->s->now_ms, "what", what, "subject", c->client,
	    "exclusion", c->id, "by", record_foreign(o->by), "from",
	    (json_int_t)c->from_ms, "to", (json_int_t)c->to_ms, "consent",
	    claim_consent_text((int)claim_consent(c)));

	if (text != NULL)
		record_set_text(line, "text", text);
	shard_put_text(o->s, COMMIT_APPEND, "journal", "", record_dump(line));
	json_decref(line);
	text_format(field, sizeof(field), "%s|%s", c->client, c->id);
	shard_put_text(o->s, COMMIT_SET, "exclusions", field, claim_encode(c));
	shard_put_end(o->s);
	o->s->is_urgent = true;
}

/* ---- exclude ---- */

struct wish {
	const char *id, *text, *claimant, *evidence;
	int reason;
	int64_t from_ms, to_ms;
};

static bool
read_wish(struct order *o, struct wish *w)
{
	const char *reason;

	if (!order_id(o, "exclusion", 'x', &w->id) ||
	    !order_text(o, "reason", 40, true, &reason) ||
	    !order_text(o, "text", CLAIM_TEXT_MAX, true, &w->text) ||
	    !order_text(o, "claimant", CLAIM_TEXT_MAX, true, &w->claimant) ||
	    !order_text(o, "evidence", CLAIM_TEXT_MAX, false, &w->evidence) ||
	    !order_instant(o, "from_ms", &w->from_ms) ||
	    !order_instant(o, "to_ms", &w->to_ms))
		return false;
	w->reason = claim_reason_parse(reason);
	if (w->reason < 0)
		return order_refuse(o,
		    "reason: client, third-party, force-majeure or suspended "
		    "is expected");
	if (w->from_ms >= w->to_ms)
		return order_refuse(o, "to_ms: not after its begin");
	if (w->to_ms > o->s->now_ms + ORDER_AHEAD_MAX_MS)
		return order_refuse(o, "to_ms: at most 800 days ahead");
	return true;
}

static struct claim *
make(const struct order *o, const struct wish *w, const struct scope_client *s)
{
	struct claim *c = mem_alloc(sizeof(*c));

	*c = (struct claim){ .client = mem_text(s->client->name),
		.id = mem_text(w->id),
		.at_ms = o->s->now_ms,
		.by = mem_text(o->by),
		.from_ms = w->from_ms,
		.to_ms = w->to_ms,
		.reason = w->reason,
		.text = mem_text(w->text),
		.claimant = mem_text(w->claimant),
		.evidence =
		    w->evidence != NULL ? mem_text(w->evidence) : NULL };
	if (s->whole)
		return c;
	c->endpoints = mem_alloc(s->count * sizeof(char *));
	for (; c->endpoint_count < s->count; c->endpoint_count++)
		c->endpoints[c->endpoint_count] =
		    mem_text(s->endpoints[c->endpoint_count]);
	return c;
}

static bool
is_for(const struct claim *c, const struct scope_client *s)
{
	if (c->endpoint_count != (s->whole ? 0 : s->count))
		return false;
	for (size_t i = 0; i < c->endpoint_count; i++)
		if (strcmp(c->endpoints[i], s->endpoints[i]) != 0)
			return false;
	return true;
}

static bool
is_same(const struct claim *a, const struct wish *w,
    const struct scope_client *s)
{
	return a->from_ms == w->from_ms && a->to_ms == w->to_ms &&
	    a->reason == w->reason && strcmp(a->text, w->text) == 0 &&
	    strcmp(a->claimant, w->claimant) == 0 &&
	    !text_differs(a->evidence, w->evidence) && is_for(a, s);
}

static void
say_claimed(struct order *o, const char *client, const struct wish *w,
    const char *how)
{
	char span[ORDER_SPAN_ROOM];

	order_span(o, client, w->from_ms, w->to_ms, span);
	order_say(o,
	    "%s: exclusion %s %s claimed for %s (%s); it counts when "
	    "the client agrees",
	    client, w->id, how, span, claim_reason_text(w->reason));
}

/* Also what stood in the settings once: it may have counted. */
static bool
knows_all(struct order *o, const struct scope_client *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct target *t = shard_find(o->s, s->endpoints[i]);

		if (t == NULL || t->steps.count == 0)
			return order_refuse(o,
			    "scope: there is no endpoint \"%.80s\"",
			    s->endpoints[i]);
	}
	return true;
}

static bool
exclude_of(struct order *o, const void *wish, const struct scope_client *s)
{
	const struct wish *w = wish;
	struct agreed *a = shard_agreed(o->s, s->client->name);
	const struct claim *before = shard_claim(a, w->id);
	struct claim *c;

	if (!knows_all(o, s))
		return false;
	o->reply->found++;
	if (before != NULL && !is_same(before, w, s))
		return order_refuse(o, "exclusion: %s is another one already",
		    w->id);
	if (before == NULL && a->claim_count >= CLAIMS_MAX)
		return order_refuse(o,
		    "%s: %d exclusions are all that there "
		    "may be",
		    a->client, CLAIMS_MAX);
	say_claimed(o, a->client, w, before != NULL ? "was" : "is");
	if (before != NULL || o->check)
		return true;
	c = make(o, w, s);
	shard_keep_claim(a, c);
	put(o, c, "exclusion claimed", c->text);
	return true;
}

bool
order_exclude(struct order *o)
{
	struct wish w;

	return read_wish(o, &w) &&
	    order_each_client(o, scope_read_past, exclude_of, &w);
}

/* ---- what the client says ---- */

static bool
answer(struct order *o, struct claim *c, const struct claim_answer *said)
{
	const struct claim_answer *last =
	    c->count > 0 ? &c->answers[c->count - 1] : NULL;

	order_say(o, "%s: exclusion %s is %s by %s", c->client, c->id,
	    claim_consent_text(said->consent), said->who);
	if (last != NULL && last->consent == said->consent &&
	    strcmp(last->who, said->who) == 0 &&
	    !text_differs(last->text, said->text))
		return true; /* said before */
	if (c->count >= CLAIM_ANSWERS_MAX)
		return order_refuse(o, "%s: answered too often", c->id);
	if (o->check)
		return true;
	claim_add_answer(c, said);
	put(o, c,
	    said->consent == CLAIM_AGREED ? "exclusion agreed"
					  : "exclusion disputed",
	    said->text);
	return true;
}

/* One client's answer is no other's: which of them it is has to be said. */
static bool
is_of_one(struct order *o, const char *id)
{
	struct shard_choice *choice = &o->reply->choice;

	for (struct agreed *a = o->s->agreed; a != NULL; a = a->hh.next)
		if (shard_claim(a, id) != NULL)
			shard_choice_add(choice, a->client);
	return !shard_choice_is_open(choice, o->reply->error);
}

bool
order_consent(struct order *o)
{
	const char *id, *consent, *who, *text, *client;
	struct claim_answer said;

	if (!order_id(o, "exclusion", 'x', &id) ||
	    !order_text(o, "consent", 20, true, &consent) ||
	    !order_text(o, "who", CLAIM_TEXT_MAX, true, &who) ||
	    !order_text(o, "text", CLAIM_TEXT_MAX, false, &text) ||
	    !order_text(o, "client", NAME_ROOM, false, &client))
		return false;
	/* Copied where it is kept; nothing is written here. */
	said = (struct claim_answer){ .at_ms = o->s->now_ms,
		.by = (char *)(uintptr_t)o->by,
		.who = (char *)(uintptr_t)who,
		.text = (char *)(uintptr_t)text,
		.consent = claim_consent_parse(consent) };
	if (said.consent != CLAIM_AGREED && said.consent != CLAIM_DISPUTED)
		return order_refuse(o,
		    "consent: agreed or disputed is expected");
	if (client == NULL && !is_of_one(o, id))
		return false;
	for (struct agreed *a = o->s->agreed; a != NULL; a = a->hh.next) {
		struct claim *c = shard_claim(a, id);

		if (c == NULL ||
		    (client != NULL && strcmp(client, a->client) != 0))
			continue;
		o->reply->found++;
		if (!answer(o, c, &said))
			return false;
	}
	return true;
}
