#ifndef TESTS_UNIT_LEDGER_STORY_H
#define TESTS_UNIT_LEDGER_STORY_H

/*
 * ledger_story: the account of acme, with the endpoints learn and login, for
 * April 2026, by what its records say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/civil.h"
#include "lib/ledger_facts.h"
#include "lib/sla.h"
#include "lib/text.h"

#define HOUR INT64_C(3600000)

static struct ledger *ledger;
static struct sla_account account;
static struct sla_facts facts;

static inline int64_t
at(const char *text)
{
	int64_t ms;

	assert_true(civil_read(text, "UTC", false, &ms));
	return ms;
}

static inline void
load(const char *key, const char *field, const char *json)
{
	char error[160];

	if (ledger_load(ledger, key, field, json, strlen(json), error) != 0)
		fail_msg("%s", error);
}

static inline void
agree(void)
{
	load("terms", "acme",
	    "[{\"from\":1767225600000,\"sla\":\"gold\",\"zone\":\"UTC\","
	    "\"guarantee\":99900,\"floor\":99000}]");
	load("terms", "acme/learn",
	    "[{\"from\":1767225600000,\"quorum\":2,\"interval\":30000,"
	    "\"timeout\":10000,\"regions\":\"auckland london\","
	    "\"counts\":true}]");
	load("terms", "acme/login",
	    "[{\"from\":1767225600000,\"quorum\":2,\"interval\":30000,"
	    "\"timeout\":10000,\"regions\":\"auckland london\","
	    "\"counts\":true}]");
}

static inline void
down(const char *endpoint, const char *from, const char *to)
{
	struct ledger_stretch s = { .kind = LEDGER_DOWN,
		.reason = REASON_CONNECT,
		.from_ms = at(from),
		.from_before_ms = at(from),
		.to_ms = at(to),
		.to_before_ms = at(to) };
	char *json = ledger_encode_stretch(&s), field[80];

	text_format(field, sizeof(field), "%s|%lld", endpoint,
	    (long long)s.from_ms);
	load("outages", field, json);
	free(json);
}

/* "2026-04-10 02:00", announced so long before; more: of it, or changes. */
static inline void
window(const char *id, const char *head, const char *from, const char *to,
    int64_t lead_ms, const char *changes)
{
	char json[900], field[40];

	text_format(json, sizeof(json),
	    "{\"at\":%lld,\"by\":\"a\",\"text\":\"t\",%s"
	    "\"times\":[{\"from\":%lld,\"to\":%lld%s}]}",
	    (long long)(at(from) - lead_ms), head, (long long)at(from),
	    (long long)at(to), changes);
	text_format(field, sizeof(field), "acme|%s", id);
	load("windows", field, json);
}

static inline void
april(void)
{
	facts = (struct sla_facts){ .zone = mem_text("UTC"),
		.period = SLA_MONTH,
		.from_ms = at("2026-04-01"),
		.to_ms = at("2026-05-01"),
		.as_of_ms = NEVER,
		.begin_ms = ALWAYS,
		.end_ms = NEVER };
}

/* The account of April 2026 when this much notice is agreed. */
static inline void
count(int64_t notice_ms)
{
	april();
	ledger_facts(ledger, &facts);
	assert_int_equal(facts.version_count, 1);
	facts.versions[0].notice_ms = notice_ms;
	sla_account(&facts, &account);
}

static inline void
let_go(void)
{
	sla_account_clear(&account);
	sla_facts_clear(&facts);
}

static inline int
begin(void **state)
{
	(void)state;
	ledger = ledger_new("acme");
	agree();
	return 0;
}

static inline int
end(void **state)
{
	(void)state;
	ledger_free(ledger);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
