/*
 * The oracle on accounts (promise 6): every sum is what a count, second by
 * second, of the durable stretches gives.
 */
#include "lib/ledger_facts.h"
#include "lib/report.h"
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

#define NIGHT_S (NIGHT_MS / 1000 + 1)

enum { SECOND_UP, SECOND_UNKNOWN, SECOND_DOWN };

/* One client's night. */
struct count {
	unsigned char seconds[NIGHT_S];
	/* Of which endpoints something is expected, bit e; and of any ever. */
	unsigned char owed[NIGHT_S];
	int64_t begin_s, end_s;
	const struct deal *deal;
	int endpoint; /* the one that is counted, and when it is excluded */
	struct interval_set off;
	struct interval *unknown;
	size_t unknown_count, unknown_room;
};

/* What a page that follows the records would do. */
void
account_changed(struct world *w, const struct simstore_change *c)
{
	struct books *b = w->oracle->books;
	char error[160] = "";

	for (int i = 0; i < TRUTH_CLIENTS; i++) {
		size_t n = strlen(truth_clients[i]);

		if (strncmp(c->field, truth_clients[i], n) != 0)
			continue;
		if (b->ledgers[i] == NULL)
			b->ledgers[i] = ledger_new(truth_clients[i]);
		if (c->value == NULL)
			ledger_unload(b->ledgers[i], c->field);
		else if (ledger_load(b->ledgers[i], c->key, c->field, c->value,
			     c->length, error) != 0)
			broken(w, "%s %s cannot be read: %s", c->key, c->field,
			    error);
		deal_changed(w, i, c);
		b->owes[i] = true;
	}
}

static void
mark(struct count *c, int64_t from_s, int64_t to_s, unsigned char what)
{
	if (from_s < c->begin_s)
		from_s = c->begin_s;
	for (; from_s < to_s && from_s < c->end_s; from_s++)
		if (c->seconds[from_s - c->begin_s] < what)
			c->seconds[from_s - c->begin_s] = what;
}

/* What of an endpoint is excluded is neither down nor unknown. */
static void
mark_stretch(struct count *c, bool is_down, int64_t from_ms, int64_t to_ms)
{
	struct interval_set left = { 0 };

	interval_set_add(&left, from_ms, to_ms);
	interval_set_subtract(&left, &c->off);
	for (size_t i = 0; i < left.count; i++) {
		if (is_down) {
			mark(c, left.items[i].from / 1000,
			    (left.items[i].to + 999) / 1000, SECOND_DOWN);
			continue;
		}
		if (c->unknown_count == c->unknown_room) {
			c->unknown_room = 2 * c->unknown_room + 16;
			c->unknown = mem_grow(c->unknown,
			    c->unknown_room * sizeof(*c->unknown));
		}
		c->unknown[c->unknown_count++] = left.items[i];
	}
	interval_set_clear(&left);
}

/* It is expected while it counts and is not excluded. */
static void
mark_owed(struct count *c, int64_t from_ms, int64_t to_ms)
{
	struct interval_set left = { 0 };

	if (to_ms > c->end_s * 1000)
		to_ms = c->end_s * 1000;
	interval_set_add(&left, from_ms / 1000 * 1000, to_ms / 1000 * 1000);
	interval_set_subtract(&left, &c->off);
	for (size_t i = 0; i < left.count; i++)
		for (int64_t s = left.items[i].from / 1000;
		     s < left.items[i].to / 1000; s++)
			if (s >= c->begin_s)
				c->owed[s - c->begin_s] |=
				    (unsigned char)(1U << c->endpoint);
	interval_set_clear(&left);
}

/* One stretch, as far as its endpoint was watched. */
static void
count_stretch(struct count *c, const struct stretch *s, int64_t from_ms,
    int64_t to_ms)
{
	if (s->from_ms > from_ms)
		from_ms = s->from_ms;
	if (s->to_ms < to_ms)
		to_ms = s->to_ms;
	if (from_ms < c->begin_s * 1000)
		from_ms = c->begin_s * 1000;
	if (to_ms > c->end_s * 1000)
		to_ms = c->end_s * 1000;
	if (from_ms >= to_ms)
		return;
	mark_stretch(c, s->is_down, from_ms, to_ms);
}

static void
count_endpoint(struct count *c, int e, const struct book *b)
{
	c->endpoint = e;
	deal_off(c->deal, e, &c->off);
	for (size_t t = 0; t < b->term_count; t++) {
		int64_t to_ms =
		    t + 1 < b->term_count ? b->terms[t + 1].from_ms : NEVER;

		if (b->ended[t])
			continue;
		mark_owed(c, b->terms[t].from_ms, to_ms);
		for (size_t i = 0; i < b->count; i++)
			count_stretch(c, &b->items[i], b->terms[t].from_ms,
			    to_ms);
	}
	interval_set_clear(&c->off);
}

static int
by_begin(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

/* A second is unknown when all of it is, whoever it is of. */
static void
count_unknown(struct count *c)
{
	qsort(c->unknown, c->unknown_count, sizeof(*c->unknown), by_begin);
	for (size_t i = 0, k; i < c->unknown_count; i = k) {
		struct interval whole = c->unknown[i];

		for (k = i + 1;
		     k < c->unknown_count && c->unknown[k].from <= whole.to;
		     k++)
			if (c->unknown[k].to > whole.to)
				whole.to = c->unknown[k].to;
		mark(c, (whole.from + 999) / 1000, whole.to / 1000,
		    SECOND_UNKNOWN);
	}
}

/* The first instant at which any of its endpoints was watched. */
static int64_t
agreed_from(struct world *w, int client)
{
	int64_t from_ms = NEVER;

	for (int e = 0; e < w->truth.endpoints; e++) {
		const struct book *b = &w->oracle->books->endpoints[e];

		if (truth_client(e) != client || b->term_count == 0)
			continue;
		if (b->terms[0].from_ms < from_ms)
			from_ms = b->terms[0].from_ms;
	}
	return from_ms;
}

static void
compare(struct world *w, int client, const struct count *c,
    const struct account *a)
{
	int64_t sums[3] = { 0 }, agreed_s = c->end_s - c->begin_s;
	int64_t total_s = 0, expected_s = 0, uptime = 0;

	for (int64_t s = 0; s < agreed_s; s++) {
		enum deal_unknown policy = deal_policy(c->deal, c->begin_s + s);
		unsigned char what = c->seconds[s];

		if (c->owed[s] == 0)
			continue;
		expected_s++;
		sums[what]++;
		total_s += what != SECOND_UNKNOWN || policy != DEAL_EXCLUDE;
		if (what == SECOND_UNKNOWN && policy == DEAL_DOWN)
			sums[SECOND_DOWN]++;
	}
	if (total_s > 0)
		uptime = (total_s - sums[SECOND_DOWN]) * 1000000 / total_s;
	if (a->period_s == agreed_s && a->down_s == sums[SECOND_DOWN] &&
	    a->excluded_s == agreed_s - expected_s && a->total_s == total_s &&
	    a->unknown_s == sums[SECOND_UNKNOWN] && a->uptime == uptime)
		return;
	broken(w,
	    "promise 6: the account of %s says %lld s down, %lld s unknown "
	    "of %lld s, %lld millionths; counted are %lld, %lld of %lld, %lld",
	    truth_clients[client], (long long)a->down_s,
	    (long long)a->unknown_s, (long long)a->period_s,
	    (long long)a->uptime, (long long)sums[SECOND_DOWN],
	    (long long)sums[SECOND_UNKNOWN], (long long)agreed_s,
	    (long long)uptime);
}

/* A report of the same records, and whoever has no more than it. */
static void
compare_report(struct world *w, int client, struct ledger_account *a)
{
	struct sla_facts *f = &a->facts;
	char error[REPORT_ERROR] = "", *text;
	struct report *r = report_of(truth_clients[client], NULL, f, error);
	struct report *again;
	json_t *differences;

	if (r == NULL) {
		broken(w, "promise 6: no report of %s: %s",
		    truth_clients[client], error);
		return;
	}
	text = report_text_of(report_json(r));
	again = report_read(text, strlen(text), error);
	differences = again != NULL ? report_differences(again) : NULL;
	if (again == NULL || json_array_size(differences) > 0 ||
	    again->account.sum.down_ms != a->whole.down_s * 1000 ||
	    again->account.sum.unknown_s != a->whole.unknown_s)
		broken(w,
		    "promise 6: the report of %s cannot be worked out again: "
		    "%s",
		    truth_clients[client], error);
	json_decref(differences);
	report_free(again);
	report_free(r);
	free(text);
}

void
account_check(struct world *w, int client, int64_t now_ms)
{
	static struct count c; /* too large for the stack */
	int64_t from_ms = agreed_from(w, client);
	struct ledger_account found;
	struct sla_facts facts;

	w->oracle->books->owes[client] = false;
	if (from_ms == NEVER || now_ms < from_ms ||
	    w->oracle->books->ledgers[client] == NULL)
		return;
	memset(&c, 0, sizeof(c));
	c.begin_s = from_ms / 1000;
	c.end_s = now_ms / 1000;
	c.deal = &w->oracle->books->deals[client];
	for (int e = 0; e < w->truth.endpoints; e++)
		if (truth_client(e) == client)
			count_endpoint(&c, e, &w->oracle->books->endpoints[e]);
	if (c.unknown_count > 0)
		count_unknown(&c);
	ledger_period_between(w->oracle->books->ledgers[client], "UTC",
	    w->zero_ms, w->zero_ms + NIGHT_MS, &facts);
	ledger_account(w->oracle->books->ledgers[client], &facts, now_ms,
	    &found);
	compare(w, client, &c, &found.whole);
	if (now_ms / 1000 % 64 == 0) /* often enough */
		compare_report(w, client, &found);
	ledger_account_clear(&found);
	free(c.unknown);
}
