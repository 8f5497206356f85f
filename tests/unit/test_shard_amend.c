/* shard: versions of the terms, ahead and behind, and who agreed to them. */
#include "lib/civil.h"
#include "tests/unit/maintenance_story.h"

#define TREE(sla, more)                                                        \
	SHARD_TREE "clients:\n  - name: acme\n    sla: " sla                   \
		   "\n    zone: UTC\n    endpoints:\n" ENDPOINT("learn", "")   \
		       more
#define FEBRUARY "    amendments: [{ from: 2027-02-01, sla: bronze }]\n"
/* 2027-01-01, 2027-02-01: the story begins on 2027-01-15T08:00Z. */
#define JANUARY_MS 1798761600000
#define FEBRUARY_MS 1801440000000

static const char *const ids[] = { "acme/learn" };

/* "[-] gold; [FROM] bronze (A, B)", as it is recorded. */
static void
versions(const char *expected)
{
	const struct world_field *f = world_find(&st.w, "terms", "acme");
	struct ledger_agreements list;
	struct text out = { 0 };
	char error[160];

	assert_non_null(f);
	assert_int_equal(ledger_decode_agreements(f->value, strlen(f->value),
			     &list, error),
	    0);
	text_add(&out, "");
	for (size_t i = 0; i < list.count; i++) {
		const struct ledger_agreement *a = &list.items[i];
		char at[40];

		civil_utc(a->from_ms, at, sizeof(at));
		text_addf(&out, "%s%.16s %s", i > 0 ? "; " : "", at,
		    a->ended != NULL ? a->ended : a->sla);
		if (a->accord.ours != NULL)
			text_addf(&out, " (%s, %s)", a->accord.ours,
			    a->accord.theirs);
	}
	assert_string_equal(out.data, expected);
	text_clear(&out);
	ledger_agreements_clear(&list);
}

static bool
amend(long long from_ms, const char *ours, const char *more)
{
	return command("{\"command\":\"sla-amend\",\"client\":\"acme\","
		       "\"from_ms\":%lld,\"ours\":\"%s\",\"theirs\":\"Dean\""
		       "%s}",
	    from_ms, ours, more);
}

static void
refused(long long from_ms, const char *more, const char *why)
{
	struct text before = { 0 };
	const struct world_field *f = world_find(&st.w, "terms", "acme");

	text_add(&before, f->value);
	if (amend(from_ms, "Moana", more))
		fail_msg("not refused: %s", answer);
	assert_string_equal(answer, why);
	f = world_find(&st.w, "terms", "acme");
	assert_string_equal(f->value, before.data);
	text_clear(&before);
}

static void
settle(const char *yaml)
{
	text_clear(&st.w.journal);
	settings_free(reconfigure(yaml));
}

/* It stands there before it begins, is agreed to, and needs nothing then. */
static void
a_version_ahead(void **state)
{
	(void)state;
	begin(TREE("gold", ""), 1, ids);
	run(100);
	settle(TREE("gold", FEBRUARY));
	journal_has("\"what\":\"terms\",\"subject\":\"acme\",\"terms\":"
		    "{\"from\":1801440000000,\"sla\":\"bronze\"");
	journal_has("\"said\":1800000100000");
	versions("2027-01-15T08:00 gold; 2027-02-01T00:00 bronze");
	assert_true(amend(FEBRUARY_MS, "Moana", ",\"reason\":\"letter 7\""));
	assert_string_equal(answer,
	    "acme: bronze, 99.500 %, from 2027-02-01 00:00:00 UTC is agreed "
	    "by Moana and Dean\n");
	journal_has("\"what\":\"consent\",\"subject\":\"acme\",\"by\":"
		    "\"root as aroha\"");
	journal_has("\"consent\":{\"ours\":\"Moana\",\"theirs\":\"Dean\","
		    "\"by\":\"root as aroha\",\"reason\":\"letter 7\",\"at\":"
		    "1800000100000}");
	world_restart(&st.w);
	settle(TREE("gold", FEBRUARY "    title: Acme\n"));
	versions("2027-01-15T08:00 gold; 2027-02-01T00:00 bronze (Moana, "
		 "Dean)");
	assert_null(st.w.journal.data);
	/* Its time has come: what stands there is what the settings say. */
	st.w.now_ms = FEBRUARY_MS + 60000;
	settle(TREE("gold", FEBRUARY));
	assert_null(st.w.journal.data);
	settle(TREE("bronze", ""));
	assert_null(st.w.journal.data);
	settle(TREE("gold", ""));
	versions("2027-01-15T08:00 gold; 2027-02-01T00:00 bronze (Moana, "
		 "Dean); 2027-02-01T00:01 gold");
	end();
}

/* Said again it is no other; another word is one only as a correction. */
static void
a_consent_is_not_undone(void **state)
{
	(void)state;
	begin(TREE("gold", FEBRUARY), 1, ids);
	run(100);
	assert_true(amend(FEBRUARY_MS, "Moana", ""));
	text_clear(&st.w.journal);
	run(200);
	assert_true(amend(FEBRUARY_MS, "Moana", ""));
	assert_null(st.w.journal.data);
	refused(FEBRUARY_MS, ",\"reason\":\"else\"",
	    "acme: bronze from 2027-02-01 00:00:00 UTC is agreed by Moana and "
	    "Dean already; a correction that both agree to takes "
	    "--correction");
	assert_true(amend(FEBRUARY_MS, "Aroha", ",\"correction\":true"));
	journal_has("\"what\":\"consent\"");
	versions("2027-01-15T08:00 gold; 2027-02-01T00:00 bronze (Aroha, "
		 "Dean)");
	end();
}

/* What was to come is what the settings say; what of it goes is journalled. */
static void
a_version_ahead_is_changed_and_withdrawn(void **state)
{
	(void)state;
	begin(TREE("gold", FEBRUARY), 1, ids);
	run(100);
	assert_true(amend(FEBRUARY_MS, "Moana", ""));
	settle(TREE("gold",
	    FEBRUARY "    slas: [{ name: bronze, guarantee: 99% }]\n"));
	journal_has("\"what\":\"withdrawn\",\"subject\":\"acme\",\"terms\":"
		    "{\"from\":1801440000000,\"sla\":\"bronze\",\"zone\":"
		    "\"UTC\",\"guarantee\":99500");
	versions("2027-01-15T08:00 gold; 2027-02-01T00:00 bronze");
	settle(TREE("silver",
	    "    amendments: [{ from: 2027-02-01, sla: bronze }, { from: "
	    "'2027-03-01T00:00+13:00', sla: gold }]\n"));
	versions("2027-01-15T08:00 gold; 2027-01-15T08:01 silver; "
		 "2027-02-01T00:00 bronze; 2027-02-28T11:00 gold");
	run(200);
	settle(SHARD_TREE "clients: []\n");
	versions("2027-01-15T08:00 gold; 2027-01-15T08:01 silver; "
		 "2027-01-15T08:03 removed");
	journal_has("\"what\":\"withdrawn\"");
	journal_has("\"what\":\"removed\"");
	end();
}

/* The settings changed on the 15th, the parties mean the 1st. */
static void
it_began_earlier(void **state)
{
	(void)state;
	begin(TREE("gold", FEBRUARY), 1, ids);
	run(3600);
	settle(TREE("silver", FEBRUARY));
	versions("2027-01-15T08:00 gold; 2027-01-15T09:00 silver; "
		 "2027-02-01T00:00 bronze");
	refused(JANUARY_MS, "",
	    "from_ms: nothing of acme was looked at before 2027-01-15 08:00:00 "
	    "UTC; a correction that both agree to takes --correction");
	assert_true(amend(JANUARY_MS, "Moana", ",\"correction\":true"));
	assert_string_equal(answer,
	    "acme: silver, 99.900 %, from 2027-01-01 00:00:00 UTC is agreed "
	    "by Moana and Dean\nacme: it was in force from 2027-01-15 "
	    "09:00:00 UTC\n");
	versions("2027-01-01T00:00 silver (Moana, Dean); 2027-02-01T00:00 "
		 "bronze");
	journal_has("\"what\":\"amended\",\"subject\":\"acme\",\"by\":\"root "
		    "as aroha\",\"was_from\":1800003600000");
	world_restart(&st.w);
	settle(TREE("silver", FEBRUARY));
	assert_null(st.w.journal.data);
	refused(JANUARY_MS + 86400000, "",
	    "from_ms: silver is the first version, and was in force before; a "
	    "correction that both agree to takes --correction");
	end();
}

/* A wrong year is put right: reports of before say that nothing was agreed. */
static void
the_first_version_began_later(void **state)
{
	(void)state;
	begin(TREE("gold", FEBRUARY), 1, ids);
	run(3600);
	assert_true(amend(86400000, "Moana", ",\"correction\":true"));
	versions("1970-01-02T00:00 gold (Moana, Dean); 2027-02-01T00:00 "
		 "bronze");
	assert_true(amend(ms(60), "Moana", ",\"correction\":true"));
	versions("1970-01-02T00:00 corrected; 2027-01-15T08:01 gold (Moana, "
		 "Dean); 2027-02-01T00:00 bronze");
	assert_string_equal(warning,
	    "the report of 1970-01 is final since 1970-02-05 00:00:00 UTC: it "
	    "is corrected\n");
	world_restart(&st.w);
	settle(TREE("gold", FEBRUARY));
	assert_null(st.w.journal.data);
	assert_true(amend(ms(30), "Moana", ",\"correction\":true"));
	versions("1970-01-02T00:00 corrected; 2027-01-15T08:00 gold (Moana, "
		 "Dean); 2027-02-01T00:00 bronze");
	end();
}

/* Reports of December 1969 are none, whatever the zone: nothing is asserted of
   what somebody types. */
static void
no_terms_of_before_1970(void **state)
{
	static const long long wrong[] = { 0, 1, 86399999 };

	(void)state;
	begin(TREE("gold", ""), 1, ids);
	run(100);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		refused(wrong[i], ",\"correction\":true",
		    "from_ms: no terms are known of before 1970-01-02");
	assert_true(amend(86400000, "Moana", ",\"correction\":true"));
	end();
}

/* The settings changed too early: what was before it holds until then. */
static void
it_began_later(void **state)
{
	(void)state;
	begin(TREE("gold", ""), 1, ids);
	run(100);
	settle(TREE("silver", ""));
	run(3600);
	assert_true(amend(ms(1800), "Moana", ""));
	versions("2027-01-15T08:00 gold; 2027-01-15T08:30 silver (Moana, "
		 "Dean)");
	refused(ms(1200), "",
	    "acme: silver from 2027-01-15 08:30:00 UTC is agreed by Moana and "
	    "Dean already; a correction that both agree to takes "
	    "--correction");
	assert_true(amend(ms(1200), "Moana", ",\"correction\":true"));
	versions("2027-01-15T08:00 gold; 2027-01-15T08:20 silver (Moana, "
		 "Dean)");
	/* Nor is one that lies between put away by another's word. */
	run(4000);
	settle(TREE("bronze", ""));
	refused(ms(600), "",
	    "acme: silver from 2027-01-15 08:20:00 UTC is agreed by Moana and "
	    "Dean already; a correction that both agree to takes "
	    "--correction");
	assert_true(amend(ms(600), "Moana", ",\"correction\":true"));
	versions("2027-01-15T08:00 gold; 2027-01-15T08:10 bronze (Moana, "
		 "Dean)");
	end();
}

/* January's report is final on the 5th of February, February's is not. */
static void
a_final_report(void **state)
{
	(void)state;
	begin(TREE("gold", ""), 1, ids);
	run(100);
	st.w.now_ms = FEBRUARY_MS + 4 * 86400000LL;
	settle(TREE("silver", ""));
	refused(FEBRUARY_MS - 1, "",
	    "from_ms: the report of 2027-01 is final since 2027-02-05 "
	    "00:00:00 UTC; a correction that both agree to takes "
	    "--correction");
	assert_true(amend(FEBRUARY_MS, "Moana", ""));
	assert_string_equal(warning, "");
	assert_true(amend(FEBRUARY_MS - 1000, "Moana", ",\"correction\":true"));
	assert_string_equal(warning,
	    "the report of 2027-01 is final since 2027-02-05 00:00:00 UTC: it "
	    "is corrected\n");
	versions("2027-01-15T08:00 gold; 2027-01-31T23:59 silver (Moana, "
		 "Dean)");
	end();
}

static void
what_does_not_fit_is_refused(void **state)
{
	(void)state;
	begin(TREE("gold", FEBRUARY), 1, ids);
	run(100);
	refused(FEBRUARY_MS + 1000, "",
	    "from_ms: no version of acme begins at 2027-02-01 00:00:01 UTC: "
	    "write it under \"amendments\" of the client, reload, and say it "
	    "again");
	settle(TREE("gold",
	    "    amendments: [{ from: '2027-01-15T08:01', sla: silver }]\n"));
	versions("2027-01-15T08:00 gold; 2027-01-15T08:01 silver");
	refused(ms(30), "",
	    "from_ms: the settings have other terms then, gold");
	refused(-1, "", "from_ms: an instant is expected");
	refused(ms(1), ",\"correction\":7",
	    "correction: true or false is "
	    "expected");
	refused(ms(1), ",\"reason\":\"\"", "reason: a text is expected");
	assert_false(command("{\"command\":\"sla-amend\",\"client\":\"acme\","
			     "\"from_ms\":1,\"ours\":\"Moana\"}"));
	assert_string_equal(answer, "theirs: a text is expected");
	assert_false(command("{\"command\":\"sla-amend\",\"client\":\"acme\","
			     "\"from_ms\":1,\"theirs\":\"Moana\"}"));
	assert_string_equal(answer, "ours: a text is expected");
	assert_false(command("{\"command\":\"sla-amend\"}"));
	assert_string_equal(answer, "client: a text is expected");
	/* Nobody's, so another shard's. */
	assert_true(command("{\"command\":\"sla-amend\",\"client\":\"birch\","
			    "\"from_ms\":1,\"ours\":\"a\",\"theirs\":\"b\"}"));
	assert_string_equal(answer, "");
	end();
}

/* Of a client that went and came back. */
static void
nothing_was_agreed_in_between(void **state)
{
	(void)state;
	begin(TREE("gold", ""), 1, ids);
	run(100);
	settle(SHARD_TREE "clients: []\n");
	run(200);
	settle(TREE("gold", ""));
	versions("2027-01-15T08:00 gold; 2027-01-15T08:01 removed; "
		 "2027-01-15T08:03 gold");
	refused(ms(100), "", "acme: nothing is agreed from then on");
	end();
}

/* What begins under the version ahead is late by what that one wants. */
static void
notice_is_that_of_the_version(void **state)
{
	(void)state;
	begin(SHARD_TREE "  - { name: long, guarantee: 99.9%, notice: 10d }\n"
			 "clients:\n  - name: acme\n    sla: gold\n"
			 "    zone: UTC\n"
			 "    amendments: [{ from: 2027-01-20, sla: long }]\n"
			 "    endpoints:\n" ENDPOINT("learn", ""),
	    1, ids);
	run(100);
	announce("\"acme\"", 100 + 4 * 86400, 200 + 4 * 86400);
	assert_string_equal(warning, "");
	assert_true(command("{\"command\":\"maintenance-announce\",\"window\":"
			    "\"m-2\",\"scope\":[\"acme\"],\"text\":\"x\","
			    "\"times\":[[%lld,%lld]]}",
	    ms(100 + 5 * 86400), ms(200 + 5 * 86400)));
	assert_string_equal(warning,
	    "acme has agreed to a notice of 10 d 0 h and this is 5 d 0 h: its "
	    "account excludes nothing of it\n");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_version_ahead),
		cmocka_unit_test(a_consent_is_not_undone),
		cmocka_unit_test(a_version_ahead_is_changed_and_withdrawn),
		cmocka_unit_test(it_began_earlier),
		cmocka_unit_test(it_began_later),
		cmocka_unit_test(the_first_version_began_later),
		cmocka_unit_test(no_terms_of_before_1970),
		cmocka_unit_test(a_final_report),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(nothing_was_agreed_in_between),
		cmocka_unit_test(notice_is_that_of_the_version),
	};

	return cmocka_run_group_tests_name("shard amend", tests, NULL, NULL);
}
