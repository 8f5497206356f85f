/*
 * month_tree: what is agreed in a simulated month: as a tree, and as a line
 * for the recount.
 */
#include "collector/shard.h"
#include "tests/sim/month.h"

#define N(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* "@" stands for the month, "2026-03". */
struct month_hours {
	const char *hours[3], *holidays[3], *exceptions[3];
};
static const struct month_hours hours_of[] = {
	{ { "24x7" }, { NULL }, { NULL } },
	{ { "mon-fri 08:00-18:00" }, { "@-10" }, { NULL } },
	{ { "daily 22:00-02:30" }, { "@-05" }, { NULL } },
	{ { "daily 01:30-02:30", "sat,sun 00:00-24:00" }, { NULL }, { NULL } },
	{ { "mon,wed 08:00-12:00 13:00-17:00; fri-sun 10:00-14:00" },
	    { "@-17..@-19" }, { "@-18 06:15-23:45" } },
	{ { "daily 00:00-24:00" }, { NULL },
	    { "@-12..@-14 mon-fri 06:00-23:00", "@-20 closed" } },
	{ { "daily 00:30-00:00" }, { NULL }, { NULL } },
};
static const char *const granularities[] = { "second", "second", "second",
	"minute_full", "minute_any", "slice:5m:whole", "slice:5m:any",
	"slice:60m:any" };
static const char *const unknowns[] = { "exclude", "exclude", "up", "down" };
static const char *const denominators[] = { "agreed", "agreed", "total" };
static const char *const periods[] = { "month", "month", "month", "month",
	"month", "month", "month", "month", "month", "month", "month", "month",
	"month", "quarter", "quarter", "year", "contract_year" };
/* As in settings, and as in a report. */
static const struct {
	const char *below, *credit;
} credits[][3] = {
	{ { NULL } },
	{ { "99.9", "10" }, { "99", "25" }, { "95", "100" } },
	{ { "99.5", "5" }, { "90", "50" } },
};
static const int targets[] = { 99990, 99950, 99900, 99500, 99000, 98000, 95000,
	100000, 50000 };
static const int floors[] = { 99000, 99000, 95000, 99900, 80000, 0, 100000 };
static const int lengths_s[] = { 0, 0, 60, 600, 1800, 7200, 10800 };
static const int gaps_s[] = { 60, 60, 0, 600, 3600, 14400 };
static const int notices_s[] = { 0, 3600, 86400, 172800, 259200 };
static const int caps_s[] = { 0, 0, 1800, 7200, 14400, 36000 };

#define DRAW(m, table) ((int)roll(&(m)->world, (uint64_t)N(table)))

static void
draw_one(struct month *m, struct month_terms *t, int which)
{
	switch (which) {
	case 0:
		t->target_milli = targets[DRAW(m, targets)];
		break;
	case 1:
		t->floor_milli = floors[DRAW(m, floors)];
		break;
	case 2:
		t->unknown = DRAW(m, unknowns);
		break;
	case 3:
		t->denominator = DRAW(m, denominators);
		break;
	case 4:
		t->granularity = DRAW(m, granularities);
		break;
	case 5:
		t->hours = chance(&m->world, 40) ? 0 : DRAW(m, hours_of);
		break;
	case 6:
		t->pattern = chance(&m->world, 50) ? 0 : DRAW(m, hours_of);
		break;
	case 7:
		t->credits = DRAW(m, credits);
		t->credit_max = chance(&m->world, 30) ? 20000 : 100000;
		t->claim_days = chance(&m->world, 50) ? 30 : 0;
		break;
	case 8:
		t->min_countable_s = lengths_s[DRAW(m, lengths_s)];
		t->merge_gap_s = gaps_s[DRAW(m, gaps_s)];
		break;
	case 9:
		t->notice_s = notices_s[DRAW(m, notices_s)];
		break;
	default:
		t->cap_s = caps_s[DRAW(m, caps_s)];
		break;
	}
}
#define TERMS 11

void
month_terms_draw(struct month *m, struct month_terms *t)
{
	struct world *w = &m->world;

	for (int i = 0; i < TERMS; i++)
		draw_one(m, t, i);
	t->period = DRAW(m, periods);
	if (chance(w, 15) || strcmp(periods[t->period], "contract_year") == 0)
		t->begin_day = (int)roll_between(w, 1, 12);
	if (chance(w, 10))
		t->end_day = (int)roll_between(w, 20, 28);
}

void
month_period_change(struct month *m, struct month_terms *t)
{
	t->period = DRAW(m, periods);
	if (strcmp(periods[t->period], "contract_year") == 0 &&
	    t->begin_day == 0)
		t->begin_day = (int)roll_between(&m->world, 1, 12);
}

void
month_terms_change(struct month *m, struct month_terms *t)
{
	draw_one(m, t, (int)roll(&m->world, TERMS));
	if (chance(&m->world, 30))
		draw_one(m, t, (int)roll(&m->world, TERMS));
}

static const char head[] =
    "site: { name: Month, url: \"http://m.example\", late_accept: %lldm }\n"
    "redis: unix:/nowhere\n"
    "people:\n"
    "  - { name: p0, zone: Europe/London, email: p0@m.example, "
    "reach: [mail 0s] }\n"
    "channels:\n"
    "  - { kind: mail, server: \"smtp://127.0.0.1:25\", from: s@m.example }\n"
    "ladders:\n"
    "  - { name: standard, levels: [ { call: person p0 } ] }\n"
    "agents:\n";

static void
add_percent(struct text *t, const char *key, int milli)
{
	text_addf(t, "%s: %d.%03d%%, ", key, milli / 1000, milli % 1000);
}

static void
add_dated(struct text *t, const struct month *m, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '@')
			text_addf(t, "%04d-%02d", m->year, m->number);
		else
			text_add_bytes(t, text, 1);
}

/* "holidays: [...], " and the like, with the month put in. */
static void
add_texts(struct text *t, const struct month *m, const char *key,
    const char *const *texts)
{
	if (texts[0] == NULL)
		return;
	text_addf(t, "%s: [", key);
	for (int i = 0; i < 3 && texts[i] != NULL; i++) {
		text_add(t, i > 0 ? ", \"" : "\"");
		add_dated(t, m, texts[i]);
		text_add(t, "\"");
	}
	text_add(t, "], ");
}

static void
add_calendar(struct text *t, const struct month *m, const char *name,
    const struct month_hours *h)
{
	text_addf(t, "      - { name: %s, ", name);
	add_texts(t, m, "hours", h->hours);
	add_texts(t, m, "holidays", h->holidays);
	add_texts(t, m, "exceptions", h->exceptions);
	text_add(t, "}\n");
}

static void
add_credits(struct text *t, const struct month_terms *k)
{
	if (credits[k->credits][0].below == NULL)
		return;
	text_add(t, "credits: [");
	for (int i = 0; i < 3 && credits[k->credits][i].below != NULL; i++)
		text_addf(t, "%s{ below: %s%%, credit: %s%% }",
		    i > 0 ? ", " : "", credits[k->credits][i].below,
		    credits[k->credits][i].credit);
	text_add(t, "], ");
}

static void
add_contract(struct text *t, const struct month *m, const struct month_terms *k)
{
	if (k->begin_day == 0 && k->end_day == 0)
		return;
	text_add(t, "    contract: { ");
	if (k->begin_day > 0)
		text_addf(t, "from: \"%04d-%02d-%02d\"%s", m->year, m->number,
		    k->begin_day, k->end_day > 0 ? ", " : "");
	if (k->end_day > 0)
		text_addf(t, "to: \"%04d-%02d-%02d\"", m->year, m->number,
		    k->end_day);
	text_add(t, " }\n");
}

static bool
has_any(const struct month *m, int client)
{
	for (int e = 0; e < m->world.truth.endpoints; e++)
		if (truth_client(e) == client && !m->wish.endpoints[e].removed)
			return true;
	return false;
}

static void
add_client(struct text *t, const struct month *m, int client)
{
	const struct month_terms *k = &m->wish.terms[client];

	text_addf(t, "  - name: %s\n    sla: own\n    zone: %s\n",
	    truth_clients[client], k->zone);
	add_contract(t, m, k);
	text_add(t, "    calendars:\n");
	add_calendar(t, m, "work", &hours_of[k->hours]);
	add_calendar(t, m, "quiet", &hours_of[k->pattern]);
	text_add(t, "    slas:\n      - { name: own, ");
	add_percent(t, "guarantee", k->target_milli);
	add_percent(t, "coverage_floor", k->floor_milli);
	add_percent(t, "credit_max", k->credit_max);
	add_credits(t, k);
	if (k->cap_s > 0)
		text_addf(t, "maintenance_cap: %ds, ", k->cap_s);
	text_addf(t,
	    "period: %s, service_hours: work, maintenance_pattern: quiet, "
	    "notice: %ds, unknown: %s, denominator: %s, granularity: \"%s\", "
	    "min_countable: %ds, merge_gap: %ds, claim_days: %d }\n",
	    periods[k->period], k->notice_s, unknowns[k->unknown],
	    denominators[k->denominator], granularities[k->granularity],
	    k->min_countable_s, k->merge_gap_s, k->claim_days);
	text_addf(t, "    endpoints:%s\n", has_any(m, client) ? "" : " []");
}

/* Without its client. */
static const char *
own_name(const struct month *m, int e, int n)
{
	return strchr(m->names[e][n].text, '/') + 1;
}

static void
add_endpoint(struct text *t, const struct month *m, int e)
{
	const struct month_endpoint *k = &m->wish.endpoints[e];

	if (k->removed)
		return;
	text_addf(t,
	    "      - { name: %s, url: \"http://127.0.0.1/e%d\", "
	    "interval: %ds, timeout: 10s, quorum: %d, counts: %s",
	    own_name(m, e, k->renamed), e, k->interval_s, k->quorum,
	    k->counts ? "true" : "false");
	if (k->says_was)
		text_addf(t, ", was: %s", own_name(m, e, k->renamed - 1));
	text_addf(t, ", weight: %d.%03d", k->weight_milli / 1000,
	    k->weight_milli % 1000);
	if (k->disabled)
		text_add(t, ", disabled: moved");
	if (k->regions != 0) {
		text_add(t, ", regions: [");
		for (int r = 0, n = 0; r < TRUTH_REGIONS; r++)
			if ((k->regions >> r & 1) != 0)
				text_addf(t, "%sr%d", n++ > 0 ? ", " : "", r);
		text_add(t, "]");
	}
	text_add(t, " }\n");
}

static char *
tree_of(const struct month *m)
{
	struct text t = { 0 };

	text_addf(&t, head, (long long)(m->late_ms / MINUTE));
	for (int i = 0; i < m->agent_count; i++)
		text_addf(&t,
		    "  - { name: %s, region: %s, token_sha256: "
		    "0123456789abcdef0123456789abcdef"
		    "0123456789abcdef0123456789abcde%d }\n",
		    m->agents[i].name, m->agents[i].region, i);
	text_add(&t, "clients:\n");
	for (int e = 0; e < m->world.truth.endpoints; e++) {
		if (e == 0 || truth_client(e) != truth_client(e - 1))
			add_client(&t, m, truth_client(e));
		add_endpoint(&t, m, e);
	}
	return text_take(&t);
}

/* ---- for the recount ---- */

static json_t *
texts_json(const struct month *m, const char *const *texts)
{
	json_t *list = json_array();

	for (int i = 0; i < 3 && texts[i] != NULL; i++) {
		struct text one = { 0 };

		add_dated(&one, m, texts[i]);
		json_array_append_new(list, json_string(one.data));
		text_clear(&one);
	}
	return list;
}

/* null: all time. */
static json_t *
hours_json(const struct month *m, int which)
{
	const struct month_hours *h = &hours_of[which];

	if (which == 0)
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "hours", texts_json(m, h->hours),
	    "holidays", texts_json(m, h->holidays), "exceptions",
	    texts_json(m, h->exceptions));
}

static json_t *
credits_json(const struct month_terms *k)
{
	json_t *list = json_array();

	for (int i = 0; i < 3 && credits[k->credits][i].below != NULL; i++)
		json_array_append_new(list,
		    json_pack("{s:s, s:s}", "below",
			credits[k->credits][i].below, "credit",
			credits[k->credits][i].credit));
	return list;
}

static json_t *
terms_json(const struct month *m, const struct month_terms *k)
{
	json_t *o = json_pack("{s:i, s:i, s:s, s:s, s:s, s:i, s:i, s:i, s:i}",
	    "target_milli", k->target_milli, "floor_milli", k->floor_milli,
	    "unknown", unknowns[k->unknown], "denominator",
	    denominators[k->denominator], "granularity",
	    granularities[k->granularity], "min_countable_s",
	    k->min_countable_s, "merge_gap_s", k->merge_gap_s, "notice_s",
	    k->notice_s, "cap_s", k->cap_s);

	json_object_set_new(o, "hours", hours_json(m, k->hours));
	json_object_set_new(o, "pattern", hours_json(m, k->pattern));
	json_object_set_new(o, "credits", credits_json(k));
	json_object_set_new(o, "credit_max", json_integer(k->credit_max));
	json_object_set_new(o, "claim_days", json_integer(k->claim_days));
	json_object_set_new(o, "zone", json_string(k->zone));
	json_object_set_new(o, "period", json_string(periods[k->period]));
	json_object_set_new(o, "begin_day", json_integer(k->begin_day));
	json_object_set_new(o, "end_day", json_integer(k->end_day));
	return o;
}

static json_t *
endpoint_json(const struct month *m, int e)
{
	const struct month_endpoint *k = &m->wish.endpoints[e];
	json_t *regions = json_array();
	char name[8];

	for (int r = 0; r < TRUTH_REGIONS; r++)
		if (k->regions == 0 || (k->regions >> r & 1) != 0) {
			text_format(name, sizeof(name), "r%d", r);
			json_array_append_new(regions, json_string(name));
		}
	return json_pack("{s:s, s:b, s:b, s:b, s:i, s:i, s:o}", "name",
	    m->names[e][k->renamed].text, "listed", (int)!k->removed, "watched",
	    (int)!(k->removed || k->disabled), "counts", (int)k->counts,
	    "weight", k->weight_milli, "quorum", k->quorum, "regions", regions);
}

/* The shard has it now, and the tree need not say so any more. */
static void
take_name(struct month *m, int e)
{
	struct month_endpoint *k = &m->wish.endpoints[e];

	if (k->renamed > m->renamed[e])
		m->names[e][k->renamed].from_ms = m->world.now_ms;
	m->renamed[e] = k->renamed;
	if (k->says_was && chance(&m->world, 50))
		k->says_was = false;
}

void
month_tell_wish(struct month *m)
{
	json_t *clients = json_object(), *endpoints = json_object();

	for (int e = 0; e < m->world.truth.endpoints; e++) {
		const char *client = truth_clients[truth_client(e)];

		json_object_set_new(clients, client,
		    terms_json(m, &m->wish.terms[truth_client(e)]));
		json_object_set_new(endpoints, truth_endpoints[e],
		    endpoint_json(m, e));
		take_name(m, e);
	}
	m->wished_ms = m->world.now_ms;
	month_line(m,
	    json_pack("{s:I, s:o, s:o}", "configured",
		(json_int_t)m->world.now_ms, "clients", clients, "endpoints",
		endpoints));
}

void
month_configure(struct month *m)
{
	struct conf_errors errors = { 0 };
	char *tree = tree_of(m);
	struct settings *before = m->settings;

	m->settings = settings_from_text(tree, &errors);
	if (m->settings == NULL) {
		CONF_EACH (struct conf_complaint, c, &errors.list)
			printf("# %s\n", c->text);
		exit(EXIT_FAILURE);
	}
	free(tree);
	conf_errors_clear(&errors);
	if (m->shard != NULL) {
		shard_configure(m->shard, m->settings, m->world.now_ms);
		month_tell_wish(m);
	}
	settings_free(before);
}
