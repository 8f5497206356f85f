/*
 * shard: what is booked does not depend on the way.  Random nights are lived
 * through twice: once as they come, with restarts, breaks and delays; and once
 * by a new shard that is given every entry, some of them twice and all in
 * another order, long after.  Both must have booked the same.
 */
#include "tests/unit/shard_world.h"

#define S 1000
#define TOKEN "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define AGENTS 3
#define ENDPOINTS 2
#define NIGHT_S 5400
#define NIGHTS 60

static const char tree[] =
    "site: { name: Kahu, url: 'https://status.kahu.example' }\n"
    "redis: unix:/nowhere\n"
    "agents:\n"
    "  - { name: akl-1, region: auckland, token_sha256: " TOKEN " }\n"
    "  - { name: lon-1, region: london, token_sha256: " TOKEN " }\n"
    "  - { name: nyc-1, region: new-york, token_sha256: " TOKEN " }\n"
    "people:\n"
    "  - { name: isla, zone: Europe/London, email: i@kahu.example,"
    " reach: [mail 0s] }\n"
    "channels:\n"
    "  - { kind: mail, server: 'smtp://127.0.0.1:25', from: p@k.example }\n"
    "ladders:\n"
    "  - { name: standard, levels: [ { call: person isla } ] }\n"
    "slas:\n"
    "  - { name: gold, guarantee: 99.9% }\n"
    "clients:\n"
    "  - name: acme\n"
    "    title: A client\n"
    "    sla: gold\n"
    "    zone: UTC\n"
    "    endpoints:\n"
    "      - { name: learn, url: 'https://learn.example/' }\n"
    "      - { name: files, url: 'https://files.example/', interval: 20s,"
    " quorum: 1, regions: [auckland, london] }\n";

static const char *const agents[AGENTS] = { "akl-1", "lon-1", "nyc-1" };
static const char *const regions[AGENTS] = { "auckland", "london", "new-york" };
static const char *const endpoints[ENDPOINTS] = { "acme/learn", "acme/files" };
static const int64_t intervals[ENDPOINTS] = { 30, 20 };

static struct world live, late;
static uint64_t seed;

static unsigned
draw(unsigned n)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)((seed >> 33) % n);
}

struct night {
	enum outcome sees[ENDPOINTS][AGENTS];
	bool silent[AGENTS], unsure[AGENTS];
	int64_t blind_ms[AGENTS]; /* 0: it sees */
};

/* The weather changes now and then. */
static void
change(struct night *n)
{
	static const enum outcome outcomes[] = { OUTCOME_OK, OUTCOME_OK,
		OUTCOME_OK, OUTCOME_FAILED, OUTCOME_FAILED, OUTCOME_SLOW,
		OUTCOME_MAINTENANCE, OUTCOME_UNKNOWN };
	unsigned a = draw(AGENTS), e = draw(ENDPOINTS);

	switch (draw(6)) {
	case 0:
		n->silent[a] = draw(3) == 0;
		break;
	case 1:
		/* For good: parts of one agent come in their order. */
		n->unsure[a] |= draw(20) == 0;
		break;
	case 2:
		for (a = 0; a < AGENTS; a++)
			n->sees[e][a] = OUTCOME_FAILED;
		break;
	case 3:
		for (a = 0; a < AGENTS; a++)
			n->sees[e][a] = OUTCOME_OK;
		break;
	default:
		n->sees[e][a] = outcomes[draw(8)];
	}
}

static void
tell_blind(struct night *n, unsigned a, struct wire_part *part,
    struct blind *blind)
{
	if (draw(40) != 0)
		return;
	part->blinds = blind;
	part->blind_count = 1;
	if (n->blind_ms[a] == 0) {
		n->blind_ms[a] = live.now_ms - 10 * S;
		*blind = (struct blind){ n->blind_ms[a], n->blind_ms[a] };
	} else {
		*blind = (struct blind){ n->blind_ms[a], live.now_ms };
		n->blind_ms[a] = 0;
	}
}

static void
probe(struct night *n, unsigned e, unsigned a, bool flip)
{
	struct observation o = { .endpoint = endpoints[e],
		.started_at_ms = live.now_ms,
		.until_at_ms = live.now_ms,
		.count = 1,
		.outcome = flip ? OUTCOME_FAILED : n->sees[e][a],
		.interval_ms = intervals[e] * S };
	struct wire_part part = world_part(&live);
	struct blind blind;

	if (o.outcome == OUTCOME_FAILED)
		o.reason = draw(2) == 0 ? REASON_TIMEOUT : REASON_TLS;
	part.observations = &o;
	part.count = 1;
	tell_blind(n, a, &part, &blind);
	world_store(&live, agents[a], regions[a], &part, 0, n->unsure[a]);
}

static void
trouble(void)
{
	switch (draw(200)) {
	case 0:
		world_restart(&live);
		break;
	case 1:
		shard_break(live.shard, live.now_ms);
		break;
	}
}

static void
live_through(void)
{
	struct night n = { 0 };
	int64_t read_at_s = 0;

	for (int64_t second = 1; second <= NIGHT_S; second++) {
		world_pass(&live, WORLD_BEGIN + second * S);
		if (draw(20) == 0)
			change(&n);
		for (unsigned e = 0; e < ENDPOINTS; e++)
			for (unsigned a = 0; a < AGENTS; a++)
				if (!n.silent[a] && !(e == 1 && a == 2) &&
				    (second + 7 * a) % intervals[e] == 0)
					probe(&n, e, a, draw(30) == 0);
		if (second >= read_at_s) {
			world_read(&live);
			read_at_s =
			    second + (draw(100) == 0 ? draw(300) : draw(4));
			trouble();
		}
	}
	world_read(&live);
}

/* The same entries, as if they had been read only now. */
static void
read_late(void)
{
	struct conf_errors errors = { 0 };

	memset(&late, 0, sizeof(late));
	late.settings = settings_from_text(tree, &errors);
	for (size_t i = 0; i < live.field_count; i++) {
		const struct world_field *f = &live.fields[i];
		struct commit_op op = { COMMIT_SET, f->key, f->field, f->value,
			f->length };

		if (strcmp(f->key, "terms") == 0)
			world_set(&late, &op);
	}
	late.now_ms = live.now_ms;
	world_load(&late);
	for (size_t i = 0; i < live.inbox_count; i++) {
		size_t with = i + draw(6);
		struct world_entry entry = live.inbox[i];

		if (with >= live.inbox_count)
			with = i;
		live.inbox[i] = live.inbox[with];
		live.inbox[with] = entry;
	}
	for (int twice = 0; twice < 2; twice++)
		for (size_t i = 0; i < live.inbox_count; i++)
			if (twice == 0 || draw(3) == 0)
				shard_entry(late.shard, live.inbox[i].id,
				    live.inbox[i].data, live.inbox[i].length,
				    late.now_ms);
	shard_read_all(late.shard, late.now_ms);
	world_commit(&late);
}

static void
list_booked(struct world *w, struct text *out)
{
	struct world_field *list[FIELDS_MAX], *swap;
	size_t n = 0;

	for (size_t i = 0; i < w->field_count; i++)
		if (strcmp(w->fields[i].key, "outages") == 0)
			list[n++] = &w->fields[i];
	for (size_t i = 1; i < n; i++)
		for (size_t k = i;
		     k > 0 && strcmp(list[k]->field, list[k - 1]->field) < 0;
		     k--) {
			swap = list[k];
			list[k] = list[k - 1];
			list[k - 1] = swap;
		}
	for (size_t i = 0; i < n; i++)
		text_addf(out, "%s %s\n", list[i]->field, list[i]->value);
}

static void
first_difference(const char *a, const char *b)
{
	size_t begin = 0;

	for (size_t i = 0; a[i] == b[i]; i++)
		if (a[i] == '\n')
			begin = i + 1;
	fail_msg("night %llu booked\n%.200s\nand late\n%.200s",
	    (unsigned long long)seed, a + begin, b + begin);
}

static void
one_night(unsigned number)
{
	struct text a = { 0 }, b = { 0 };

	seed = number;
	world_begin(&live, tree);
	live_through();
	read_late();
	/* Until all that is silent is known to be. */
	world_pass(&live, WORLD_BEGIN + (NIGHT_S + 600) * S);
	world_pass(&late, WORLD_BEGIN + (NIGHT_S + 600) * S);
	list_booked(&live, &a);
	list_booked(&late, &b);
	assert_non_null(a.data);
	assert_non_null(b.data);
	if (strcmp(a.data, b.data) != 0) {
		seed = number;
		first_difference(a.data, b.data);
	}
	text_clear(&a);
	text_clear(&b);
	world_end(&live);
	late.inbox_count = 0;
	world_end(&late);
}

static void
test_nights(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= NIGHTS; i++)
		one_night(i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
