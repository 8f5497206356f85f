/*
 * ledger: the records of one client, and its account.  Endpoints and their
 * stretches are kept in the order of their names and beginnings.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/ledger.h"
#include "lib/text.h"

#define NAME_MAX_BYTES 200

struct ledger_endpoint {
	char *id;
	struct ledger_terms terms;
	struct ledger_stretch *stretches; /* by rising from_ms */
	size_t count, room;
};

struct ledger {
	char *client;
	struct ledger_agreements agreements;
	struct ledger_endpoint *endpoints;
	size_t count;
};

struct ledger *
ledger_new(const char *client)
{
	struct ledger *l = mem_alloc(sizeof(*l));

	l->client = mem_text(client);
	return l;
}

void
ledger_free(struct ledger *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->count; i++) {
		free(l->endpoints[i].id);
		free(l->endpoints[i].stretches);
		ledger_terms_clear(&l->endpoints[i].terms);
	}
	free(l->endpoints);
	ledger_agreements_clear(&l->agreements);
	free(l->client);
	free(l);
}

static struct ledger_endpoint *
endpoint_of(struct ledger *l, const char *id, size_t length)
{
	size_t at = 0;

	for (; at < l->count; at++) {
		const char *other = l->endpoints[at].id;
		int order = strncmp(other, id, length);

		if (order == 0 && other[length] == '\0')
			return &l->endpoints[at];
		if (order > 0 || (order == 0 && other[length] != '\0'))
			break;
	}
	l->endpoints =
	    mem_grow(l->endpoints, (l->count + 1) * sizeof(*l->endpoints));
	memmove(l->endpoints + at + 1, l->endpoints + at,
	    (l->count - at) * sizeof(*l->endpoints));
	l->count++;
	l->endpoints[at] = (struct ledger_endpoint){ 0 };
	l->endpoints[at].id = mem_alloc(length + 1);
	memcpy(l->endpoints[at].id, id, length);
	return &l->endpoints[at];
}

/* Whether a field is about this client, and which endpoint of it. */
static bool
is_ours(const struct ledger *l, const char *field)
{
	size_t n = strlen(l->client);

	return strncmp(field, l->client, n) == 0 && field[n] == '/' &&
	    strlen(field) < NAME_MAX_BYTES;
}

static size_t
find_stretch(const struct ledger_endpoint *e, int64_t from_ms)
{
	size_t at = e->count;

	while (at > 0 && e->stretches[at - 1].from_ms >= from_ms)
		at--;
	return at;
}

static void
put_stretch(struct ledger_endpoint *e, const struct ledger_stretch *s)
{
	size_t at = find_stretch(e, s->from_ms);

	if (at < e->count && e->stretches[at].from_ms == s->from_ms) {
		e->stretches[at] = *s;
		return;
	}
	if (e->count == e->room) {
		e->room = e->room * 2 + 4;
		e->stretches =
		    mem_grow(e->stretches, e->room * sizeof(*e->stretches));
	}
	memmove(e->stretches + at + 1, e->stretches + at,
	    (e->count - at) * sizeof(*e->stretches));
	e->stretches[at] = *s;
	e->count++;
}

static int
load_stretch(struct ledger *l, const char *field, const char *value,
    size_t length, char error[160])
{
	const char *bar = strchr(field, '|');
	struct ledger_stretch s;

	if (bar == NULL) {
		text_copy(error, 160, "outages: no | in the field's name");
		return -1;
	}
	if (ledger_decode_stretch(value, length, &s, error) != 0)
		return -1;
	put_stretch(endpoint_of(l, field, (size_t)(bar - field)), &s);
	return 0;
}

static int
load_terms(struct ledger *l, const char *field, const char *value,
    size_t length, char error[160])
{
	struct ledger_endpoint *e = endpoint_of(l, field, strlen(field));

	ledger_terms_clear(&e->terms);
	return ledger_decode_terms(value, length, &e->terms, error);
}

int
ledger_load(struct ledger *l, const char *key, const char *field,
    const void *value, size_t length, char error[160])
{
	error[0] = '\0';
	if (strcmp(key, "terms") == 0 && strcmp(field, l->client) == 0) {
		ledger_agreements_clear(&l->agreements);
		return ledger_decode_agreements(value, length, &l->agreements,
		    error);
	}
	if (!is_ours(l, field))
		return 0;
	if (strcmp(key, "terms") == 0)
		return load_terms(l, field, value, length, error);
	if (strcmp(key, "outages") == 0)
		return load_stretch(l, field, value, length, error);
	return 0;
}

void
ledger_unload(struct ledger *l, const char *field)
{
	const char *bar = strchr(field, '|');
	struct ledger_endpoint *e;
	int64_t from_ms;
	size_t at;

	if (bar == NULL || !is_ours(l, field))
		return;
	from_ms = strtoll(bar + 1, NULL, 10);
	e = endpoint_of(l, field, (size_t)(bar - field));
	at = find_stretch(e, from_ms);
	if (at >= e->count || e->stretches[at].from_ms != from_ms)
		return;
	e->count--;
	memmove(e->stretches + at, e->stretches + at + 1,
	    (e->count - at) * sizeof(*e->stretches));
}

const struct ledger_agreement *
ledger_agreement_at(const struct ledger *l, int64_t at_ms)
{
	const struct ledger_agreement *found = NULL;

	for (size_t i = 0; i < l->agreements.count; i++)
		if (l->agreements.items[i].from_ms <= at_ms)
			found = &l->agreements.items[i];
	return found != NULL && found->ended == NULL ? found : NULL;
}

void
ledger_each(const struct ledger *l, int64_t from_ms, int64_t to_ms,
    ledger_found *found, void *arg)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct ledger_endpoint *e = &l->endpoints[i];

		for (size_t k = 0; k < e->count; k++)
			if (e->stretches[k].from_ms < to_ms &&
			    e->stretches[k].to_ms > from_ms)
				found(arg, e->id, &e->stretches[k]);
	}
}

const struct ledger_agreements *
ledger_agreed(const struct ledger *l)
{
	return &l->agreements;
}

void
ledger_each_terms(const struct ledger *l, ledger_agreed_on *found, void *arg)
{
	for (size_t i = 0; i < l->count; i++)
		found(arg, l->endpoints[i].id, &l->endpoints[i].terms);
}

/* When an endpoint counted. */
static void
counting(const struct ledger_endpoint *e, struct interval_set *out)
{
	for (size_t i = 0; i < e->terms.count; i++) {
		const struct ledger_step *s = &e->terms.items[i];
		int64_t to_ms = i + 1 < e->terms.count ? s[1].from_ms : NEVER;

		if (s->counts && s->ended == NULL)
			interval_set_add(out, s->from_ms, to_ms);
	}
}

struct sums {
	struct interval_set counted, down, unknown;
};

static void
sums_clear(struct sums *s)
{
	interval_set_clear(&s->counted);
	interval_set_clear(&s->down);
	interval_set_clear(&s->unknown);
}

/* The union over the endpoints of what happened while each counted. */
static void
sum_endpoint(const struct ledger_endpoint *e, struct sums *sums)
{
	struct interval_set counts = { 0 }, down = { 0 }, unknown = { 0 };

	counting(e, &counts);
	for (size_t i = 0; i < e->count; i++)
		interval_set_add(e->stretches[i].kind == LEDGER_DOWN ? &down
								     : &unknown,
		    e->stretches[i].from_ms, e->stretches[i].to_ms);
	interval_set_intersect(&down, &counts);
	interval_set_intersect(&unknown, &counts);
	interval_set_union(&sums->counted, &counts);
	interval_set_union(&sums->down, &down);
	interval_set_union(&sums->unknown, &unknown);
	interval_set_clear(&counts);
	interval_set_clear(&down);
	interval_set_clear(&unknown);
}

static void
add_piece(struct ledger_account *out, const struct ledger_agreement *a,
    const struct sums *sums, int64_t from_ms, int64_t to_ms)
{
	struct account_piece piece = { .from_ms = from_ms,
		.to_ms = to_ms,
		.guarantee_milli = a->guarantee_milli,
		.coverage_floor_milli = a->coverage_floor_milli,
		.down_ms = &sums->down,
		.unknown_ms = &sums->unknown };
	struct ledger_piece *p;

	out->pieces =
	    mem_grow(out->pieces, (out->count + 1) * sizeof(*out->pieces));
	p = &out->pieces[out->count++];
	*p = (struct ledger_piece){ from_ms, to_ms, a, { 0 } };
	account_of(&piece, &p->account);
}

/* The pieces of the time one agreement was in force. */
static void
add_pieces(struct ledger_account *out, const struct ledger_agreement *a,
    const struct sums *sums, int64_t from_ms, int64_t to_ms)
{
	struct interval_set agreed = { 0 };

	interval_set_add(&agreed, from_ms, to_ms);
	interval_set_intersect(&agreed, &sums->counted);
	for (size_t i = 0; i < agreed.count; i++)
		add_piece(out, a, sums, agreed.items[i].from,
		    agreed.items[i].to);
	interval_set_clear(&agreed);
}

/* The worst verdict of the pieces; nothing agreed: not applicable. */
static void
add_up(struct ledger_account *out)
{
	static const int worse[] = {
		[VERDICT_NOT_APPLICABLE] = 0,
		[VERDICT_MET] = 1,
		[VERDICT_INDETERMINATE] = 2,
		[VERDICT_MISSED] = 3,
	};
	struct account *w = &out->whole;

	*w = (struct account){ .verdict = VERDICT_NOT_APPLICABLE };
	for (size_t i = 0; i < out->count; i++) {
		const struct account *a = &out->pieces[i].account;

		w->period_s += a->period_s;
		w->down_s += a->down_s;
		w->unknown_s += a->unknown_s;
		w->allowed_s += a->allowed_s;
		if (worse[a->verdict] > worse[w->verdict])
			w->verdict = a->verdict;
	}
	account_sum(w);
}

/* The account over [from_ms, to_ms) by these sums. */
static void
account(const struct ledger *l, const struct sums *sums, int64_t from_ms,
    int64_t to_ms, struct ledger_account *out)
{
	*out = (struct ledger_account){ 0 };
	for (size_t i = 0; i < l->agreements.count; i++) {
		const struct ledger_agreement *a = &l->agreements.items[i];
		int64_t begin = a->from_ms, end = to_ms;

		if (i + 1 < l->agreements.count && a[1].from_ms < end)
			end = a[1].from_ms;
		if (begin < from_ms)
			begin = from_ms;
		if (a->ended == NULL && begin < end)
			add_pieces(out, a, sums, begin, end);
	}
	add_up(out);
}

/* What has not happened yet is not known; the second under way neither. */
static void
cut(struct sums *sums, int64_t now_ms)
{
	int64_t end_ms = now_ms - now_ms % 1000;

	interval_set_remove(&sums->down, end_ms, NEVER);
	interval_set_remove(&sums->unknown, end_ms, NEVER);
}

static void
add_best(const struct ledger *l, struct sums *sums, int64_t from_ms,
    int64_t to_ms, int64_t now_ms, struct ledger_account *out)
{
	struct ledger_account all;

	cut(sums, now_ms);
	account(l, sums, from_ms, to_ms, &all);
	out->best = all.whole;
	for (size_t i = 1; i < all.count; i++)
		if (all.pieces[i].agreement->guarantee_milli !=
		    all.pieces[0].agreement->guarantee_milli)
			out->has_changed = true;
	ledger_account_clear(&all);
}

void
ledger_account(const struct ledger *l, int64_t from_ms, int64_t to_ms,
    int64_t now_ms, struct ledger_account *out)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < l->count; i++)
		sum_endpoint(&l->endpoints[i], &sums);
	account(l, &sums, from_ms, now_ms < to_ms ? now_ms : to_ms, out);
	add_best(l, &sums, from_ms, to_ms, now_ms, out);
	sums_clear(&sums);
}

void
ledger_account_clear(struct ledger_account *a)
{
	free(a->pieces);
	*a = (struct ledger_account){ 0 };
}
