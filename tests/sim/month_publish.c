/*
 * month_publish: the reports that are final in a simulated month, as a
 * publisher stores them, and what must be true of them.
 *
 * The publisher lives four days ahead, so that what is said and seen after the
 * month comes after its report was final.  It reads what is in the store, and
 * decides by lib/publish alone, as cli/publish_run.c does.
 */
#include <assert.h>

#include "lib/civil.h"
#include "lib/ledger_facts.h"
#include "lib/publish.h"
#include "lib/report_final.h"
#include "lib/sign_key.h"
#include "lib/sla_period.h"
#include "tests/sim/month.h"

#define AHEAD_MS (4 * DAY + 2 * HOUR)

static void
fail(struct month *m, const struct month_final *s, const char *why)
{
	broken(&m->world, "promise 6: the report %s %s: %s", s->client, s->name,
	    why);
}

static struct month_final *
find(struct month *m, const char *client, const char *name)
{
	for (int i = 0; i < m->final_count; i++)
		if (strcmp(m->finals[i].client, client) == 0 &&
		    strcmp(m->finals[i].name, name) == 0)
			return &m->finals[i];
	return NULL;
}

/* Its place, or another one; so many periods are not lived through. */
static struct month_final *
place(struct month *m, const char *client, const char *name)
{
	struct month_final *s = find(m, client, name);

	if (s != NULL)
		return s;
	assert(m->final_count < MONTH_FINALS);
	s = &m->finals[m->final_count++];
	text_copy(s->client, sizeof(s->client), client);
	text_copy(s->name, sizeof(s->name), name);
	return s;
}

static struct report *
read_again(struct month *m, const struct month_final *s)
{
	char error[REPORT_ERROR] = "";
	struct report *r = report_read(s->text, strlen(s->text), error);

	if (r == NULL)
		fail(m, s, error);
	return r;
}

/*
 * A month's report is final on the 5th, as the clock in force then begins it;
 * or when another clock comes into force that shows it already.
 */
static void
look_at_day(struct month *m, const struct ledger *l, const char *client,
    const struct publish_period *x)
{
	int second;
	const struct ledger_agreement *a = ledger_agreement_at(l, x->final_ms);
	struct civil_date d = civil_date_at(a != NULL ? a->zone : x->facts.zone,
	    x->final_ms, &second);
	bool is_month = strlen(x->is.name) == 7 && x->is.name[5] != 'Q';

	if (a != NULL && a->from_ms == x->final_ms)
		second = 0;

	/* Where midnight is skipped the day begins an hour later. */
	if ((is_month && d.day != 5) || second > 3600)
		broken(&m->world,
		    "promise 6: the report %s %s is final from %04d-%02d-%02d "
		    "on, %d s",
		    client, x->is.name, d.year, d.month, d.day, second);
}

/* It follows the one before, and says how it differs. */
static void
look_at_version(struct month *m, const struct month_final *s,
    const struct report *r, const char *before_hash)
{
	const char *replaces =
	    json_string_value(json_object_get(r->final, "replaces"));

	if (report_final_version(r) != s->version)
		fail(m, s, "it has another number than it follows with");
	if ((s->version == 1) != (replaces == NULL) ||
	    (replaces != NULL && strcmp(replaces, before_hash) != 0))
		fail(m, s, "it does not say what it replaces");
	if ((s->version == 1) !=
	    (json_array_size(json_object_get(r->final, "differences")) == 0))
		fail(m, s, "it does not say how it differs");
}

static void
store(struct month *m, const char *client, const struct publish_period *x,
    const struct report *r, char *facts, int64_t judged_ms)
{
	struct month_final *s = place(m, client, x->is.name);
	char before_hash[SIGN_HEX];

	text_copy(before_hash, sizeof(before_hash), s->hash);
	free(s->text);
	free(s->facts);
	s->text = report_text_of(report_json(r));
	s->facts = facts;
	s->version++;
	sign_sha256(s->text, strlen(s->text), s->hash);
	look_at_version(m, s, r, before_hash);
	if (s->version > 1)
		m->corrections++;
	else if (judged_ms < r->facts.to_ms)
		fail(m, s, "it was stored before all of it was judged");
	else if (r->account.sum.service_s == 0)
		fail(m, s, "there is nothing in it");
}

/* What is stored, if it is another figure than was told. */
static void
look_at_facts(struct month *m, const char *client, struct publish_period *x,
    char *facts, int64_t judged_ms)
{
	struct month_final *s = find(m, client, x->is.name);
	struct report *before = s != NULL ? read_again(m, s) : NULL;
	char error[REPORT_ERROR];
	struct report *now =
	    publish_report(client, NULL, x, before != NULL, error);

	if (error[0] != '\0')
		broken(&m->world, "%s %s: %s", client, x->is.name, error);
	if (now != NULL && before == NULL)
		now->final = report_final_first(x->final_ms);
	else if (now != NULL && !report_final_is_same(before, now))
		now->final =
		    report_final_next(before, s->hash, now, x->final_ms);
	if (now != NULL && now->final != NULL)
		store(m, client, x, now, facts, judged_ms);
	else
		free(facts);
	report_free(before);
	report_free(now);
}

static void
look_at(struct month *m, const struct ledger *l, const char *client,
    struct publish_period *x)
{
	struct month_final *s = find(m, client, x->is.name);
	int64_t judged_ms = month_judged(m);
	enum publish_step step =
	    publish_step(x, judged_ms, m->world.now_ms + AHEAD_MS, s != NULL);
	char *facts;

	if (step != PUBLISH_DUE && step != PUBLISH_LOOK)
		return;
	look_at_day(m, l, client, x);
	publish_facts(l, x);
	facts = report_text_of(report_facts_json(&x->facts));
	if (s != NULL && strcmp(s->facts, facts) == 0)
		free(facts);
	else
		look_at_facts(m, client, x, facts, judged_ms);
}

static void
publish_client(struct month *m, const char *client)
{
	struct ledger *l = month_ledger(m, client);
	struct publish_walk *w = publish_begin(l, m->zone);
	struct publish_period x;
	bool is_final = true;

	while (is_final && publish_next(w, &x)) {
		is_final = x.final_ms <= m->world.now_ms + AHEAD_MS;
		if (is_final)
			look_at(m, l, client, &x);
		publish_clear(&x);
	}
	publish_end(w);
	ledger_free(l);
}

static const char *
client_of(int endpoint)
{
	int client = truth_client(endpoint);

	return endpoint == 0 || client != truth_client(endpoint - 1)
	    ? truth_clients[client]
	    : NULL;
}

void
month_publish(struct month *m)
{
	for (int e = 0; e < m->world.truth.endpoints; e++)
		if (client_of(e) != NULL)
			publish_client(m, client_of(e));
}

/* ---- when all is said ---- */

static bool
have_same_figures(const struct report *a, const struct report *b)
{
	json_t *x = report_figures(a), *y = report_figures(b);
	bool same = json_equal(x, y);

	json_decref(x);
	json_decref(y);
	return same;
}

/* The last version says what is booked, by its name and nothing else. */
static void
check_stored(struct month *m, const struct ledger *l,
    const struct month_final *s, struct sla_facts *f)
{
	struct report *stored = read_again(m, s), *now;
	char error[REPORT_ERROR];

	ledger_facts(l, f);
	now = report_of(s->client, NULL, f, error);
	if (stored != NULL && now != NULL && !have_same_figures(stored, now))
		fail(m, s, "what is stored last is not what is booked");
	if (stored != NULL)
		month_line(m,
		    json_pack("{s:o}", "final", json_loads(s->text, 0, NULL)));
	report_free(stored);
	report_free(now);
}

static void
check_period(struct month *m, const struct ledger *l, const char *client,
    const char *name)
{
	const struct month_final *s = find(m, client, name);
	struct ledger_account a;
	struct ledger_period x;
	struct sla_facts f;

	if (!ledger_period_named(l, m->zone, name, &x, &f)) {
		broken(&m->world, "there is no period %s", name);
		return;
	}
	if (s != NULL) {
		check_stored(m, l, s, &f);
		return;
	}
	ledger_account(l, &f, NEVER, &a);
	if (x.to_ms <= month_judged(m) && x.to_ms <= m->to_ms &&
	    a.whole.period_s > 0)
		broken(&m->world, "promise 6: there is no report %s %s", client,
		    name);
	ledger_account_clear(&a);
}

/* One that no clock of the zone cuts so. */
static bool
is_cut(const struct ledger *l, const char *zone, int64_t at_ms)
{
	char name[40];
	struct sla_facts f;
	bool is;

	ledger_period_at(l, zone, at_ms, &f);
	is = !sla_period_of(&f, name, sizeof(name));
	sla_facts_clear(&f);
	return is;
}

static void
check_client(struct month *m, const char *client)
{
	struct ledger *l = month_ledger(m, client);
	struct ledger_periods *p = ledger_periods_new(l, m->zone);
	int64_t begin_ms = ledger_agreed(l)->items[0].from_ms;
	struct ledger_period x;
	char month[8];

	text_format(month, sizeof(month), "%04d-%02d", m->year, m->number);
	check_period(m, l, client, month);
	for (ledger_period_find(p, begin_ms, &x); x.to_ms <= m->to_ms;
	     ledger_period_next(p, &x)) {
		if (strcmp(x.name, month) != 0)
			check_period(m, l, client, x.name);
		/* What holds the month's last instant is reported already. */
		if (x.to_ms < m->to_ms && is_cut(l, m->zone, x.from_ms))
			month_report_period(m, l, client, x.from_ms);
	}
	ledger_periods_free(p);
	ledger_free(l);
}

void
month_published(struct month *m)
{
	month_publish(m);
	for (int e = 0; e < m->world.truth.endpoints; e++)
		if (client_of(e) != NULL)
			check_client(m, client_of(e));
}

void
month_publish_end(struct month *m)
{
	for (int i = 0; i < m->final_count; i++) {
		free(m->finals[i].text);
		free(m->finals[i].facts);
	}
}
