/*
 * ledger: the records of one client.  Endpoints and their
 * stretches are kept in the order of their names and beginnings.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/claim.h"
#include "lib/ledger.h"
#include "lib/ledger_inside.h"
#include "lib/renames.h"
#include "lib/text.h"
#include "lib/window.h"

#define NAME_MAX_BYTES 200

struct ledger_endpoint {
	char *id; /* its key */
	struct ledger_terms terms;
	struct ledger_stretch *stretches; /* by rising from_ms */
	size_t count, room;
};

struct ledger {
	char *client;
	struct ledger_agreements agreements;
	struct ledger_endpoint *endpoints;
	size_t count;
	struct window **windows; /* the last that was said first, then by id */
	size_t window_count;
	struct claim **claims;
	size_t claim_count;
	struct ledger_remarks remarks;
	struct renames names;
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
	for (size_t i = 0; i < l->window_count; i++)
		window_free(l->windows[i]);
	for (size_t i = 0; i < l->claim_count; i++)
		claim_free(l->claims[i]);
	ledger_remarks_clear(&l->remarks);
	renames_clear(&l->names);
	free(l->endpoints);
	free(l->windows);
	free(l->claims);
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
		if (order >= 0) /* behind it, or only longer */
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

/* "acme|x-5f0c9a1b22" */
static int
load_claim(struct ledger *l, const char *field, const void *value,
    size_t length, char error[160])
{
	size_t n = strlen(l->client);
	struct claim *c;

	if (strncmp(field, l->client, n) != 0 || field[n] != '|')
		return 0;
	if ((c = claim_decode(field, value, length, error)) == NULL)
		return -1;
	for (size_t i = 0; i < l->claim_count; i++)
		if (strcmp(l->claims[i]->id, c->id) == 0) {
			claim_free(l->claims[i]);
			l->claims[i] = c;
			return 0;
		}
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
	l->claims =
	    mem_grow(l->claims, (l->claim_count + 1) * sizeof(*l->claims));
	l->claims[l->claim_count++] = c;
	return 0;
}

static void
drop_window(struct ledger *l, const char *id)
{
	for (size_t i = 0; i < l->window_count; i++)
		if (strcmp(l->windows[i]->id, id) == 0) {
			window_free(l->windows[i]);
			l->window_count--;
			memmove(l->windows + i, l->windows + i + 1,
			    (l->window_count - i) * sizeof(struct window *));
			return;
		}
}

static bool
is_later(const struct window *a, const struct window *b)
{
	return a->at_ms != b->at_ms ? a->at_ms > b->at_ms
				    : strcmp(a->id, b->id) < 0;
}

static void
put_window(struct ledger *l, struct window *w)
{
	size_t low = 0, high = l->window_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (is_later(l->windows[middle], w))
			low = middle + 1;
		else
			high = middle;
	}
	l->windows = mem_grow(l->windows,
	    (l->window_count + 1) * sizeof(struct window *));
	memmove(l->windows + low + 1, l->windows + low,
	    (l->window_count++ - low) * sizeof(struct window *));
	l->windows[low] = w;
}

/* "acme|m-5f0c9a1b22"; what is written anew takes the old one's place. */
static int
load_window(struct ledger *l, const char *field, const void *value,
    size_t length, char error[160])
{
	size_t n = strlen(l->client);
	struct window *w;

	if (strncmp(field, l->client, n) != 0 || field[n] != '|')
		return 0;
	if ((w = window_decode(field, value, length, error)) == NULL)
		return -1;
	drop_window(l, w->id);
	put_window(l, w);
	return 0;
}

int
ledger_load(struct ledger *l, const char *key, const char *field,
    const void *value, size_t length, char error[160])
{
	error[0] = '\0';
	if (strcmp(key, "windows") == 0)
		return load_window(l, field, value, length, error);
	if (strcmp(key, "exclusions") == 0)
		return load_claim(l, field, value, length, error);
	if (strcmp(key, "terms") == 0 && strcmp(field, l->client) == 0) {
		ledger_agreements_clear(&l->agreements);
		return ledger_decode_agreements(value, length, &l->agreements,
		    error);
	}
	if (!is_ours(l, field))
		return 0;
	if (strcmp(key, "terms") == 0)
		return load_terms(l, field, value, length, error);
	if (strcmp(key, "names") == 0)
		return renames_load(&l->names, field, value, length, error);
	if (strcmp(key, "outages") == 0)
		return load_stretch(l, field, value, length, error);
	if (strcmp(key, "annotations") == 0)
		return ledger_load_remarks(&l->remarks, field, value, length,
		    error);
	return 0;
}

void
ledger_put_agreements(struct ledger *l, const struct ledger_agreements *all)
{
	ledger_agreements_clear(&l->agreements);
	for (size_t i = 0; i < all->count; i++)
		ledger_add_agreement(&l->agreements, &all->items[i]);
}

void
ledger_put_terms(struct ledger *l, const char *id,
    const struct ledger_terms *terms)
{
	struct ledger_endpoint *e = endpoint_of(l, id, strlen(id));

	ledger_terms_clear(&e->terms);
	for (size_t i = 0; i < terms->count; i++)
		ledger_add_step(&e->terms, &terms->items[i]);
}

void
ledger_put_stretch(struct ledger *l, const char *id,
    const struct ledger_stretch *s)
{
	put_stretch(endpoint_of(l, id, strlen(id)), s);
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

/* What it is called now. */
static const char *
name_of(const struct ledger *l, const struct ledger_endpoint *e)
{
	return renames_name(&l->names, e->id, TIME_MAX);
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
				found(arg, name_of(l, e), &e->stretches[k]);
	}
}

const char *
ledger_endpoint_name(const struct ledger *l, size_t place)
{
	return name_of(l, &l->endpoints[place]);
}

const struct ledger_stretch *
ledger_last_before(const struct ledger *l, size_t place, int64_t before_ms)
{
	const struct ledger_endpoint *e = &l->endpoints[place];
	size_t low = 0, high = e->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (e->stretches[middle].from_ms < before_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &e->stretches[low - 1] : NULL;
}

void
ledger_each_window(const struct ledger *l, ledger_announced *found, void *arg)
{
	for (size_t i = 0; i < l->window_count; i++)
		found(arg, l->windows[i]);
}

size_t
ledger_windows(const struct ledger *l)
{
	return l->window_count;
}

const struct window *
ledger_window(const struct ledger *l, size_t place)
{
	return l->windows[place];
}

void
ledger_each_claim(const struct ledger *l, ledger_claimed *found, void *arg)
{
	for (size_t i = 0; i < l->claim_count; i++)
		found(arg, l->claims[i]);
}

void
ledger_each_remark(const struct ledger *l, const char *endpoint,
    int64_t from_ms, int64_t to_ms, ledger_noted *found, void *arg)
{
	ledger_remarks_each(&l->remarks,
	    renames_key(&l->names, endpoint, TIME_MAX), from_ms, to_ms, found,
	    arg);
}

static void
keep_cause(void *arg, const struct ledger_remark *r)
{
	struct ledger_remark *last = arg;

	if (r->cause != NULL && r->at_ms >= last->at_ms)
		*last = *r;
}

const char *
ledger_cause(const struct ledger *l, const char *endpoint, int64_t from_ms,
    int64_t to_ms)
{
	struct ledger_remark last = { .at_ms = INT64_MIN };

	ledger_each_remark(l, endpoint, from_ms, to_ms, keep_cause, &last);
	return last.cause;
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
		found(arg, name_of(l, &l->endpoints[i]),
		    &l->endpoints[i].terms);
}

size_t
ledger_endpoints(const struct ledger *l)
{
	return l->count;
}

const struct renames *
ledger_names(const struct ledger *l)
{
	return &l->names;
}
