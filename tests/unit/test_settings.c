/* settings: what a tree comes to mean. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>

#include <cmocka.h>

#include "lib/rota_lint.h"
#include "tests/unit/settings_folder.h"

/* The example loads, and no file in conf/ is forgotten by it. */
static void
test_the_example(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s;
	size_t yaml = 0;
	const char *folders[] = { "conf", "conf/clients.d" };
	struct dirent *d;
	DIR *dir;

	(void)state;
	s = sound(settings_load("conf/sunwatch.yaml", &errors), &errors);
	for (size_t i = 0; i < 2; i++) {
		assert_non_null(dir = opendir(folders[i]));
		while ((d = readdir(dir)) != NULL)
			yaml += strstr(d->d_name, ".yaml") != NULL;
		closedir(dir);
	}
	assert_int_equal(s->files.count, yaml);
	assert_string_equal(*(char **)s->files.items, "conf/sunwatch.yaml");
	assert_string_equal(settings_client(s, "acme")->title,
	    "Acme University");
	assert_int_equal(settings_client(s, "acme")->sla->guarantee_milli,
	    99950);
	assert_int_equal(endpoint(s, "acme/library")->probe.interval_ms, 60000);
	assert_string_equal(endpoint(s, "birch/old-learn")->disabled,
	    "moves to cluster-lon-1 in March");
	settings_free(s);
}

static void
on_lint(void *arg, const struct lint *l)
{
	(void)arg;
	fail_msg("%s", l->text);
}

/* Three people of the example answered for two levels of a ladder at once. */
static void
test_the_example_is_sound(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settings_load("conf/sunwatch.yaml", &errors);
	const struct lint_question q = { .settings = s,
		.from_ms = INT64_C(1782864000000),
		.days = 400,
		.found = on_lint };

	(void)state;
	assert_int_equal(rota_lint(&q), 0);
	CONF_EACH (const struct rota, r, &s->rotas)
		assert_int_equal(rota_prove(r, NULL, 0, q.from_ms, q.days, NULL,
				     NULL),
		    0);
	settings_free(s);
}

/* What the design brief shows an operator writing. */
static const char sample_root[] =
    "site: { name: Kahu LMS Hosting, "
    "url: \"https://status.kahu.example\" }\n"
    "redis: unix:/run/sunwatch/redis.sock\n" AGENTS
    "canaries: [\"https://one.example/\", \"https://two.example/\", "
    "\"https://three.example/\"]\n"
    "platforms:\n  - { name: cluster-akl-2 }\n"
    "people:\n"
    "  - { name: aroha, zone: Pacific/Auckland, "
    "email: aroha@kahu.example, phone: \"+64211234567\", "
    "reach: [terminal 0s, mail 1m] }\n"
    "  - { name: wiremu, zone: Pacific/Auckland, reach: terminal }\n"
    "  - { name: isla, zone: Europe/London, reach: terminal }\n"
    "  - { name: tom, zone: Europe/London, reach: terminal }\n"
    "  - { name: maya, zone: America/New_York, reach: terminal }\n"
    "  - { name: diego, zone: America/New_York, reach: terminal }\n"
    "  - { name: moana, zone: Pacific/Auckland, reach: terminal }\n"
    "rotas:\n"
    "  - name: support\n"
    "    watches:\n"
    "      - { zone: Pacific/Auckland, takes_over: \"08:00\", "
    "people: [aroha, wiremu], rotate: weekly }\n"
    "      - { zone: Europe/London,    takes_over: \"08:00\", "
    "people: [isla, tom],     rotate: weekly }\n"
    "      - { zone: America/New_York, takes_over: \"09:00\", "
    "people: [maya, diego],   rotate: weekly }\n"
    "  - name: consultants\n"
    "    watches:\n"
    "      - { zone: Europe/London, takes_over: \"08:00\", "
    "people: [tom] }\n"
    "ladders:\n"
    "  - name: standard\n"
    "    levels:\n"
    "      - { call: rota support,     patience: 5m }\n"
    "      - { call: rota consultants, patience: 10m }\n"
    "      - { call: person moana,     patience: 10m }\n"
    "include: [slas.yaml, channels.yaml, \"*.client.yaml\"]\n";
static const char sample_client[] =
    "client:\n"
    "  name: acme\n"
    "  title: Acme University\n"
    "  sla: gold\n"
    "  zone: Pacific/Auckland\n"
    "  contact: moana\n"
    "  status_page: { host: status.acme.example, access: public }\n"
    "  endpoints:\n"
    "    - name: learn\n"
    "      url: https://learn.acme.example/\n"
    "      platform: cluster-akl-2\n"
    "      interval: 30s\n"
    "      runbook: https://wiki.kahu.example/cluster-akl-2\n";

static void
test_the_sample(void **state)
{
	struct conf_errors errors = { 0 };
	struct folder f;
	struct settings *s;
	const struct endpoint *e;

	(void)state;
	begin(&f);
	put(&f, "sunwatch.yaml", sample_root);
	put(&f, "slas.yaml", "slas: []\n");
	put(&f, "channels.yaml",
	    "channels:\n  - { kind: mail, server: \"smtp://[::1]:25\", "
	    "from: sunwatch@kahu.example }\n");
	put(&f, "acme.client.yaml", sample_client);
	s = sound(settings_load(in_folder(&f, "sunwatch.yaml"), &errors),
	    &errors);
	end(&f);
	assert_string_equal(s->redis.address, "unix:/run/sunwatch/redis.sock");
	assert_int_equal(s->canaries.count, 3);
	e = endpoint(s, "acme/learn");
	assert_string_equal(e->platform->name, "cluster-akl-2");
	assert_string_equal(e->ladder->name, "standard");
	assert_int_equal(e->probe.quorum, 2);
	assert_int_equal(e->client->sla->guarantee_milli, 99950);
	assert_string_equal(e->client->contact, "moana");
	settings_free(s);
}

static void
test_people_and_calls(void **state)
{
	struct settings *s = from_text(TREE);
	const struct rota *rota = settings_rota(s, "support");
	const struct ladder *ladder = settings_ladder(s, "standard");
	const struct level *levels = ladder->levels.items;
	const struct watch *watches = rota->watches.items;

	(void)state;
	assert_ptr_equal(levels[0].person, settings_person(s, "aroha"));
	assert_int_equal(levels[0].call, CALL_PERSON);
	assert_int_equal(levels[0].patience_ms, 180000);
	assert_ptr_equal(levels[1].rota, rota);
	assert_int_equal(levels[1].call, CALL_ROTA);
	assert_ptr_equal(watches[1].members[1], settings_person(s, "maya"));
	assert_int_equal(watches[0].day_mask, 0x41);
	assert_int_equal(watches[1].day_mask, 0x7f);
	assert_int_equal(watches[0].takes_over_min, 480);
	assert_null(settings_person(s, "nobody"));
	assert_null(settings_rota(s, NULL));
	settings_free(s);
}

/* Without a word about it: the first ladder, and all of its last level. */
static void
test_operations_by_default(void **state)
{
	struct settings *s = from_text(TREE);
	char *const *names = s->site.last_resort.items;

	(void)state;
	assert_string_equal(s->site.ladder->name, "standard");
	assert_int_equal(s->site.last_resort.count, 3);
	assert_string_equal(names[0], "aroha");
	assert_string_equal(names[1], "isla");
	assert_string_equal(names[2], "maya");
	assert_string_equal(s->site.url, "https://status.kahu.example");
	assert_string_equal(s->site.links, "https://status.kahu.example");
	settings_free(s);
	s = from_text("site: { name: K, url: \"https://k.example\", "
		      "operations_ladder: second }\n" AGENTS PEOPLE LADDERS);
	assert_string_equal(s->site.ladder->name, "second");
	assert_int_equal(s->site.last_resort.count, 1);
	assert_string_equal(*(char **)s->site.last_resort.items, "maya");
	settings_free(s);
}

static void
test_reach_by_rising_delay(void **state)
{
	struct settings *s = from_text(SITE
	    "people:\n  - name: aroha\n    zone: UTC\n"
	    "    reach: [mail 5m, { channel: mail, delay: 1m }, terminal]\n");
	const struct reach *r = settings_person(s, "aroha")->reach.items;

	(void)state;
	assert_int_equal(r[0].channel, CHANNEL_TERMINAL);
	assert_int_equal(r[0].delay_ms, 0);
	assert_int_equal(r[1].delay_ms, 60000);
	assert_int_equal(r[2].delay_ms, 300000);
	settings_free(s);
}

/* Endpoint before client before platform before site. */
static void
test_most_specific_wins(void **state)
{
	struct settings *s = from_text(TREE CLIENT);
	const struct endpoint *a = endpoint(s, "acme/a");
	const struct endpoint *b = endpoint(s, "acme/b");

	(void)state;
	assert_int_equal(a->probe.interval_ms, 50000);
	assert_int_equal(a->probe.quorum, 1);
	assert_int_equal(a->probe.slow_ms, 3000);
	assert_int_equal(a->probe.contains.count, 2);
	assert_string_equal(a->probe.notes, "site");
	assert_string_equal(a->ladder->name, "second");
	assert_int_equal(a->probe.severity, 3);
	assert_true(a->probe.counts);
	assert_int_equal(b->probe.interval_ms, 4000);
	assert_int_equal(b->probe.contains.count, 0);
	assert_int_equal(b->probe.severity, 1);
	assert_false(b->probe.counts);
	assert_null(b->platform);
	assert_int_equal(__builtin_popcountll(a->probe.given), 1);
	assert_int_equal(__builtin_popcountll(b->probe.given), 3);
	settings_free(s);
}

/* A default never outlasts what was written; what was written stays. */
static void
test_defaults_give_way(void **state)
{
	struct settings *s = from_text(TREE CLIENT);
	const struct probe_settings *b = &endpoint(s, "acme/b")->probe;

	(void)state;
	assert_int_equal(b->interval_ms, 4000);
	assert_int_equal(b->timeout_ms, 4000);
	assert_int_equal(b->slow_ms, 3000);
	settings_free(s);
}

static void
check_severity(const struct sla_severity *s, const char *hours,
    const char *response, const char *resolution, size_t escalate)
{
	char text[40];

	assert_string_equal(s->hours, hours);
	deadline_target_text(s->response, text, sizeof(text));
	assert_string_equal(text, response);
	deadline_target_text(s->resolution, text, sizeof(text));
	assert_string_equal(text, resolution);
	assert_int_equal(s->escalate.count, escalate);
}

/* Each target of each severity is overridden by itself. */
static void
test_support_terms(void **state)
{
	struct settings *s = from_text(
	    TREE "calendars:\n"
		 "  - { name: late, hours: \"mon-fri 12:00-20:00\" }\n"
		 "  - { name: 8x5, holidays: 2026-04-03 }\n"
		 "slas:\n"
		 "  - { name: gold, s1: { response: 10m } }\n"
		 "clients:\n"
		 "  - { name: a, zone: UTC, sla: gold, endpoints: [] }\n"
		 "  - name: b\n    zone: UTC\n    sla: gold\n"
		 "    calendars: [ { name: own, hours: 24x7 },\n"
		 "      { name: late, holidays: [2026-05-01, 2026-05-02] } ]\n"
		 "    slas: [ { name: gold, s1: { resolution: none,\n"
		 "      escalate: [5m] }, s3: { hours: own } } ]\n"
		 "  - { name: c, zone: UTC, sla: own, endpoints: [],\n"
		 "      slas: [ { name: own, guarantee: 95% } ] }\n");
	const struct client *a = settings_client(s, "a"),
			    *b = settings_client(s, "b");

	(void)state;
	check_severity(&a->sla->severities[0], "24x7", "10m", "4h", 3);
	check_severity(&a->sla->severities[2], "8x5", "4h", "3bd", 0);
	check_severity(&b->sla->severities[0], "24x7", "10m", "0s", 1);
	check_severity(&b->sla->severities[2], "own", "4h", "3bd", 0);
	check_severity(&settings_client(s, "c")->sla->severities[3], "24x7",
	    "0s", "0s", 0);
	assert_int_equal(settings_calendar(s, a, "late")->holidays.count, 0);
	assert_int_equal(settings_calendar(s, b, "late")->holidays.count, 2);
	assert_int_equal(settings_calendar(s, b, "late")->hours.count, 1);
	assert_int_equal(settings_calendar(s, NULL, "8x5")->hours.count, 1);
	assert_int_equal(settings_calendar(s, b, "8x5")->holidays.count, 1);
	assert_null(settings_calendar(s, a, "own"));
	assert_null(settings_sla(s, a, "own"));
	assert_non_null(settings_sla(s, NULL, "silver"));
	settings_free(s);
}

static bool
is_same_target(struct deadline_target a, struct deadline_target b)
{
	return a.seconds == b.seconds && a.business_days == b.business_days;
}

/* What accounts follow from. */
static void
is_same_account(const struct sla *a, const struct sla *b)
{
	assert_int_equal(a->period, b->period);
	assert_string_equal(a->service_hours, b->service_hours);
	assert_string_equal(a->maintenance_pattern, b->maintenance_pattern);
	assert_string_equal(a->granularity, b->granularity);
	assert_int_equal(a->notice_ms, b->notice_ms);
	assert_int_equal(a->cap_ms, b->cap_ms);
	assert_int_equal(a->unknown, b->unknown);
	assert_int_equal(a->denominator, b->denominator);
	assert_int_equal(a->min_countable_ms, b->min_countable_ms);
	assert_int_equal(a->merge_gap_ms, b->merge_gap_ms);
	assert_int_equal(a->credits.count, b->credits.count);
	assert_int_equal(a->credit_max_milli, b->credit_max_milli);
	assert_int_equal(a->claim_days, b->claim_days);
	assert_ptr_equal(a->zone, b->zone);
}

/* conf/slas.yaml shows what is built in, to the last target. */
static void
test_built_in_terms_are_as_shown(void **state)
{
	struct settings *shown, *built_in = from_text(TREE);
	struct text yaml = { 0 };
	char line[200];
	FILE *fp = fopen("conf/slas.yaml", "r");

	(void)state;
	assert_non_null(fp);
	text_add(&yaml, TREE);
	while (fgets(line, sizeof(line), fp) != NULL)
		text_add(&yaml, line);
	fclose(fp);
	shown = from_text(yaml.data);
	assert_int_equal(shown->slas.count, 3);
	assert_int_equal(shown->calendars.count, 2);
	CONF_EACH (const struct sla, a, &shown->slas) {
		const struct sla *b = settings_sla(built_in, NULL, a->name);

		assert_ptr_not_equal(a, b);
		assert_int_equal(a->guarantee_milli, b->guarantee_milli);
		assert_int_equal(a->coverage_floor_milli,
		    b->coverage_floor_milli);
		is_same_account(a, b);
		for (size_t i = 0; i < 4; i++) {
			const struct sla_severity *x = &a->severities[i],
						  *y = &b->severities[i];

			assert_string_equal(x->hours, y->hours);
			assert_true(is_same_target(x->response, y->response));
			assert_true(is_same_target(x->update, y->update));
			assert_true(
			    is_same_target(x->resolution, y->resolution));
			assert_int_equal(x->escalate.count, y->escalate.count);
			for (size_t n = 0; n < x->escalate.count; n++)
				assert_string_equal(((char **)x->escalate
							    .items)[n],
				    ((char **)y->escalate.items)[n]);
		}
	}
	CONF_EACH (const struct calendar_settings, c, &shown->calendars)
		assert_string_equal(*(char **)c->hours.items,
		    *(char **)settings_calendar(built_in, NULL, c->name)
			 ->hours.items);
	text_clear(&yaml);
	settings_free(shown);
	settings_free(built_in);
}

static void
test_terms(void **state)
{
	struct settings *s = from_text(
	    TREE "slas:\n"
		 "  - { name: gold, guarantee: 99.99% }\n"
		 "  - { name: silver, coverage_floor: 98% }\n"
		 "clients:\n"
		 "  - { name: a, zone: UTC, sla: gold, endpoints: [] }\n"
		 "  - { name: b, zone: UTC, sla: silver, endpoints: [] }\n"
		 "  - { name: c, zone: UTC, sla: bronze, endpoints: [] }\n"
		 "  - name: d\n    zone: UTC\n    sla: gold\n"
		 "    slas: [ { name: gold, coverage_floor: 97% } ]\n"
		 "  - name: e\n    zone: UTC\n    sla: own\n"
		 "    slas: [ { name: own, guarantee: 95% } ]\n");
	static const struct {
		const char *client;
		int64_t guarantee, floor;
	} want[] = {
		{ "a", 99990, 99000 },
		{ "b", 99900, 98000 },
		{ "c", 99500, 99000 },
		{ "d", 99990, 97000 },
		{ "e", 95000, 99000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct sla *a = settings_client(s, want[i].client)->sla;

		assert_int_equal(a->guarantee_milli, want[i].guarantee);
		assert_int_equal(a->coverage_floor_milli, want[i].floor);
	}
	settings_free(s);
}

/* A client must never move to another shard: these hold for ever. */
static void
test_shards(void **state)
{
	static const struct {
		const char *client;
		unsigned of_4;
	} want[] = { { "acme", 3 }, { "birch", 1 }, { "cedar", 0 },
		{ "dogwood", 0 } };
	struct settings *one = from_text(SITE);
	struct settings *four = from_text(SITE "shards: 4\n");

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_int_equal(settings_shard(one, want[i].client), 0);
		assert_int_equal(settings_shard(four, want[i].client),
		    want[i].of_4);
	}
	settings_free(one);
	settings_free(four);
}

/* Beside the pager's, but where every daemon has a folder of its own. */
static void
test_the_collectors_socket(void **state)
{
	static const struct {
		const char *more, *path;
	} want[] = {
		{ "", "/run/sunwatch-collector/collector.sock" },
		{ ", state_dir: /tmp/x", "/tmp/x/collector.sock" },
		{ ", collector_socket: /run/y.sock", "/run/y.sock" },
		{ ", state_dir: /tmp/x, collector_socket: /run/y.sock",
		    "/run/y.sock" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		char yaml[2000];
		struct settings *s;

		text_format(yaml, sizeof(yaml),
		    "site: { name: Kahu, url: \"https://k.example/\"%s "
		    "}\n" AGENTS PEOPLE LADDERS,
		    want[i].more);
		s = from_text(yaml);
		assert_string_equal(s->site.collector_socket, want[i].path);
		settings_free(s);
	}
}

/* By the days of the client's zone, the last one to its end. */
static void
test_blackouts(void **state)
{
	static const struct {
		int64_t from_ms, to_ms;
		const char *found;
	} want[] = {
		/* Exams begin 2026-11-01T11:00Z and end 2026-11-20T11:00Z. */
		{ 1793000000000, 1793530800000, NULL },
		{ 1793000000000, 1793530800001,
		    "2026-11-02..2026-11-20 exams" },
		{ 1795172399999, 1795172400000,
		    "2026-11-02..2026-11-20 exams" },
		{ 1795172400000, 1795172500000, NULL },
		{ 1798023600000, 1798023600001, "2026-12-24" },
		{ 1798110000000, 1798110000001, NULL },
	};
	struct settings *s = from_text(SITE AGENTS PEOPLE LADDERS
	    "client: { name: acme, sla: gold, zone: Pacific/Auckland, "
	    "blackouts: [2026-11-02..2026-11-20 exams, 2026-12-24] }\n");
	const struct client *c = settings_client(s, "acme");

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const char *found =
		    settings_blackout(c, want[i].from_ms, want[i].to_ms);

		if (want[i].found == NULL)
			assert_null(found);
		else
			assert_string_equal(found, want[i].found);
	}
	settings_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_example),
		cmocka_unit_test(test_the_example_is_sound),
		cmocka_unit_test(test_the_sample),
		cmocka_unit_test(test_people_and_calls),
		cmocka_unit_test(test_operations_by_default),
		cmocka_unit_test(test_reach_by_rising_delay),
		cmocka_unit_test(test_most_specific_wins),
		cmocka_unit_test(test_defaults_give_way),
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_support_terms),
		cmocka_unit_test(test_built_in_terms_are_as_shown),
		cmocka_unit_test(test_shards),
		cmocka_unit_test(test_the_collectors_socket),
		cmocka_unit_test(test_blackouts),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
