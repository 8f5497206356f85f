/* What each region saw last, as metrics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/pages_probes.h"
#include "lib/wire.h"
#include "tests/unit/pages_text.h"

#define NOW INT64_C(1800000000000)

static const char tree[] =
    "site: { name: Kahu, url: 'https://status.kahu.example' }\n"
    "agents:\n"
    "  - { name: lon-1, region: london, token_sha256: "
    "0000000000000000000000000000000000000000000000000000000000000001 }\n"
    "people: [{ name: isla, zone: Europe/London, reach: [terminal 0s] }]\n"
    "channels: [{ kind: terminal }]\n"
    "ladders: [{ name: l, levels: [{ call: person isla }] }]\n"
    "clients: [{ name: acme, zone: UTC, sla: gold, defaults: { quorum: 1 }, "
    "endpoints: [{ name: learn, url: 'https://l.example/' }, "
    "{ name: web, url: 'http://w.example/' }] }]\n";

struct story {
	struct settings *settings;
	struct probes *probes;
	struct text said;
};

static int
begin(void **state)
{
	struct story *s = calloc(1, sizeof(*s));
	struct conf_errors errors = { 0 };

	s->settings = settings_from_text(tree, &errors);
	conf_errors_clear(&errors);
	assert_non_null(s->settings);
	s->probes = probes_new(s->settings);
	*state = s;
	return 0;
}

static int
end(void **state)
{
	struct story *s = *state;

	text_clear(&s->said);
	probes_free(s->probes);
	settings_free(s->settings);
	free(s);
	return 0;
}

static void
hear(struct story *s, const char *region, const struct observation *o,
    int64_t shift_ms, bool unsure)
{
	const struct wire_part part = { .spool = "0123456789abcdef",
		.from_seq = 1,
		.seq = 1,
		.closed_at_ms = NOW,
		.observations = o,
		.count = 1 };
	struct wire_envelope e = { .agent = "lon-1",
		.region = region,
		.received_at_ms = NOW,
		.shift_ms = shift_ms,
		.clock_unsure = unsure };
	struct wire_bytes bytes, envelope;
	char error[160];

	wire_encode_part(&part, &bytes);
	e.part = bytes.data;
	e.part_length = bytes.length;
	wire_encode_envelope(&e, &envelope);
	assert_true(
	    probes_entry(s->probes, envelope.data, envelope.length, error));
	wire_bytes_clear(&envelope);
	wire_bytes_clear(&bytes);
}

static struct observation
look(const char *endpoint, int64_t at_ms, enum outcome outcome)
{
	return (struct observation){ .endpoint = endpoint,
		.started_at_ms = at_ms,
		.until_at_ms = at_ms,
		.count = 1,
		.outcome = outcome,
		.reason = outcome == OUTCOME_OK ? REASON_NONE : REASON_TIMEOUT,
		.interval_ms = 30000,
		.total_us = 1500000,
		.dns_us = 1000,
		.connect_us = 2000,
		.tls_us = 3000,
		.first_byte_us = 4000,
		.status = outcome == OUTCOME_OK ? 200 : 0 };
}

static const struct text *
tell(struct story *s, int64_t now_ms)
{
	text_clear(&s->said);
	probes_metrics(s->probes, now_ms, &s->said);
	return &s->said;
}

static void
the_last_probe_is_told_under_its_usual_names(void **state)
{
	struct story *s = *state;
	struct observation o = look("acme/web", NOW - 1000, OUTCOME_OK);
	const struct text *t;

	hear(s, "london", &o, 0, false);
	t = tell(s, NOW);
	has(t,
	    "# TYPE probe_success gauge\nprobe_success{instance=\"http://"
	    "w.example/\",client=\"acme\",service=\"web\",region=\"london\"} "
	    "1\n");
	has(t, "region=\"london\"} 1.500000\n"); /* probe_duration_seconds */
	has(t, "phase=\"resolve\"} 0.001000\n");
	has(t, "phase=\"connect\"} 0.002000\n");
	has(t, "phase=\"tls\"} 0.003000\n");
	has(t, "phase=\"processing\"} 0.004000\n");
	has(t, "phase=\"transfer\"} 1.490000\n");
	has(t, "# TYPE probe_http_status_code gauge\nprobe_http_status_code{");
	has(t, "region=\"london\"} 200\n");
	has(t, "region=\"london\"} 1799999999.000000\n");
	has(t, "sunwatch_probes_total{region=\"london\",outcome=\"ok\"} 1\n");
	/* The later one stands, in whatever order they come. */
	o = look("acme/web", NOW - 500, OUTCOME_FAILED);
	hear(s, "london", &o, 0, false);
	o = look("acme/web", NOW - 700, OUTCOME_OK);
	hear(s, "london", &o, 0, false);
	t = tell(s, NOW);
	has(t,
	    "probe_success{instance=\"http://w.example/\",client=\"acme\","
	    "service=\"web\",region=\"london\"} 0\n");
	lacks(t, "} 200\n"); /* there was no answer */
	has(t, "outcome=\"ok\"} 2\n");
	has(t, "outcome=\"failed\"} 1\n");
}

static void
what_nobody_can_say_is_no_failure(void **state)
{
	struct story *s = *state;
	struct observation o = look("acme/web", NOW, OUTCOME_UNKNOWN);

	hear(s, "london", &o, 0, false);
	lacks(tell(s, NOW), "probe_success{");
	has(tell(s, NOW), "probe_duration_seconds{");
	/* Three intervals and a minute later nothing is said of now. */
	o = look("acme/web", NOW, OUTCOME_OK);
	hear(s, "london", &o, 0, false);
	has(tell(s, NOW + 150000), "probe_success{");
	lacks(tell(s, NOW + 150001), "probe_success{");
	lacks(tell(s, NOW + 150001), "probe_duration_seconds{");
}

static void
only_what_stands_in_the_tree_is_kept(void **state)
{
	struct story *s = *state;
	struct observation o = look("acme/gone", NOW, OUTCOME_OK);
	char error[160] = "";

	hear(s, "london", &o, 0, false);
	o = look("acme/web", NOW, OUTCOME_OK);
	hear(s, "paris", &o, 0, false);
	hear(s, "london", &o, 0, true); /* nobody knows when that was */
	assert_false(probes_entry(s->probes, "rubbish", 7, error));
	assert_true(error[0] != 0);
	assert_false(probes_entry(s->probes, "", 0, error));
	probes_pass_over(s->probes);
	lacks(tell(s, NOW), "{");
	has(tell(s, NOW), "_entries_unreadable_total 3\n");
	hear(s, "london", &o, 5000, false);
	has(tell(s, NOW), "} 1800000005.000000\n"); /* by the agent's offset */
	probes_configure(s->probes, s->settings);
	lacks(tell(s, NOW), "probe_success{");
}

/* It was the last one until its time came, and always told. */
static void
one_that_is_dated_ahead_is_not_believed(void **state)
{
	struct story *s = *state;
	struct observation o = look("acme/web", NOW + 86400000, OUTCOME_FAILED);

	hear(s, "london", &o, 0, false);
	lacks(tell(s, NOW), "{");
	o = look("acme/web", NOW, OUTCOME_OK);
	hear(s, "london", &o, PROBES_AHEAD_MS + 1, false);
	lacks(tell(s, NOW), "{");
	hear(s, "london", &o, 0, false);
	has(tell(s, NOW), "region=\"london\"} 1\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_last_probe_is_told_under_its_usual_names, begin, end),
		cmocka_unit_test_setup_teardown(
		    what_nobody_can_say_is_no_failure, begin, end),
		cmocka_unit_test_setup_teardown(
		    only_what_stands_in_the_tree_is_kept, begin, end),
		cmocka_unit_test_setup_teardown(
		    one_that_is_dated_ahead_is_not_believed, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
