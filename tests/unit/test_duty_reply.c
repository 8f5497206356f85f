/* duty: what people write back by a text message. */
#include "tests/unit/sms_story.h"

static void
begin_called(struct world *w)
{
	begin_sms(w);
	world_raise(w, ALARM_RAISED, "acme/learn", 1);
	told(w, "[    0] call isla by sms\n");
}

/* CODE and a word, from a number. */
static void
coded(struct world *w, const char *number, const char *person, int incident,
    const char *word)
{
	char code[16], text[80];

	text_format(text, sizeof(text), "%s%s",
	    code_of(w, person, incident, code), word);
	reply_from(w, number, text);
}

static void
check_owner(struct world *w, const char *owner)
{
	check_asked(w, "{\"command\":\"incident\",\"incident\":1}", owner);
}

/* Complaint 8: the answer is ours only after the commit. */
static void
taken_by_a_reply(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	world_pass(&w, 65);
	text_clear(&w.text);
	w.hold_commits = true;
	coded(&w, ISLA, "isla", 1, " take");
	told(&w, "");
	w.hold_commits = false;
	world_settle(&w);
	told(&w, "[   65] answer 1 ok\n");
	check_has(w.answer, "INC-000001: You have it, since 11:01 BST");
	check_owner(&w, "\"owner\":\"isla\"");
	check_owner(&w, "isla by sms");
	world_end(&w);
}

/* The same words in other forms. */
static void
words_of_all_kinds(void **state)
{
	static const struct {
		const char *word, *says;
	} cases[] = {
		{ "", "You have it" },
		{ " take", "You have it" },
		{ "  TAKE!  ", "You have it" },
		{ "a", "You have it" },
		{ ": ack", "You have it" },
		{ " T.", "You have it" },
		{ " mine", "You have it" },
		{ " no", "The next one is called now" },
		{ "D", "The next one is called now" },
		{ " n", "The next one is called now" },
		{ " Decline, sorry", "The next one is called now" },
		{ " note the database is full", "Noted." },
		{ " note", "text: is missing" },
		{ " resolve it was the disk", "is closed" },
		{ " resolved", "is closed" },
		{ " status", "Nobody has it" },
		{ " s", "Nobody has it" },
		{ " yes", "Not understood" },
		{ " takeit", "Not understood" },
		{ " averyverylongwordindeed", "Not understood" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world w;

		begin_called(&w);
		coded(&w, ISLA, "isla", 1, cases[i].word);
		check_has(w.answer, cases[i].says);
		world_end(&w);
	}
}

/* What was noted, and why it was closed, is kept. */
static void
what_follows_the_word(void **state)
{
	struct world w;
	char *answer;

	(void)state;
	begin_called(&w);
	coded(&w, ISLA, "isla", 1, " note the database\nis full");
	answer = asked(&w, "{\"command\":\"incident\",\"incident\":1}");
	check_has(answer, "the database");
	free(answer);
	coded(&w, ISLA, "isla", 1, " resolve it was the disk");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "resolved by isla by sms: it was the disk");
	coded(&w, ISLA, "isla", 1, " take");
	check_has(w.answer, "INC-000001 is closed");
	assert_false(w.answer_ok);
	world_end(&w);
}

static void
unknown_senders_get_no_answer(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	coded(&w, "+447700900099", "isla", 1, " take");
	check_has(w.answer, "\"silent\":true");
	reply_from(&w, "", "take");
	check_has(w.answer, "\"silent\":true");
	check_owner(&w, "\"state\":\"calling\"");
	world_end(&w);
}

/* tom's telephone with isla's code, and one that nobody has. */
static void
the_wrong_persons_code_does_nothing(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	coded(&w, TOM, "isla", 1, " take");
	check_has(w.answer, "No page of yours has that code. Nothing was");
	reply_from(&w, ISLA, "001000 take");
	check_has(w.answer, "No page of yours has that code");
	reply_from(&w, ISLA, "002000 take");
	check_has(w.answer, "No page of yours has that code");
	check_owner(&w, "\"state\":\"calling\"");
	world_end(&w);
}

/* Who shares a telephone is told apart by the code. */
static void
two_people_with_one_number(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	reply_from(&w, ISLA, "take");
	check_has(w.answer, "Begin with the code");
	coded(&w, ISLA, "lee", 1, " take");
	check_owner(&w, "\"owner\":\"lee\"");
	world_end(&w);
}

/* Complaint 24: who answers late hears who has it, and takes it from nobody. */
static void
somebody_has_it_already(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	world_pass(&w, 300);
	coded(&w, TOM, "tom", 1, " take");
	check_owner(&w, "\"owner\":\"tom\"");
	coded(&w, ISLA, "isla", 1, " take");
	check_has(w.answer, "tom has it, since 11:05 BST. Nothing was changed");
	check_owner(&w, "\"owner\":\"tom\"");
	coded(&w, ISLA, "isla", 1, " status");
	check_has(w.answer, "tom has it, since 11:05 BST.\"");
	coded(&w, ISLA, "isla", 1, " mine");
	check_has(w.answer, "You have it");
	check_owner(&w, "\"owner\":\"isla\"");
	coded(&w, ISLA, "isla", 1, " take"); /* a repeat is harmless */
	check_has(w.answer, "You have it, since 11:05 BST");
	world_end(&w);
}

/* A word alone: only when it can mean one page, sent just now. */
static void
a_word_alone(void **state)
{
	struct world w;

	(void)state;
	begin_sms(&w);
	reply_from(&w, TOM, "take");
	check_has(w.answer, "No page was sent to you just now");
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	reply_from(&w, TOM, "take"); /* isla is called */
	check_has(w.answer, "No page was sent to you just now");
	world_pass(&w, 310);
	reply_from(&w, TOM, "  Take ");
	check_has(w.answer, "INC-000001: You have it");
	reply_from(&w, TOM, "status");
	check_has(w.answer, "tom has it");
	reply_from(&w, TOM, "   ");
	check_has(w.answer, "Not understood");
	world_end(&w);
}

/* A telephone that answers by itself begins with a word of ours: promise 4. */
static void
an_automatic_reply_takes_nothing(void **state)
{
	static const char *const said[] = { "A quick note: I am driving",
		"Take care! I am on leave until Monday",
		"S. is out of the office", "No signal here, back at nine",
		"Mine is the new number below", "Stop calling, I am away",
		"End of message" };
	struct world w;

	(void)state;
	begin_sms(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 310);
	text_clear(&w.text);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		reply_from(&w, TOM, said[i]);
		check_owner(&w, "\"state\":\"calling\"");
	}
	check_not_asked(&w, "{\"command\":\"contacts\"}", "broken");
	reply_from(&w, TOM, "Take!");
	check_has(w.answer, "INC-000001: You have it");
	reply_from(&w, TOM, "resolve it was the disk");
	check_has(w.answer, "INC-000001 is closed");
	world_end(&w);
}

static void
a_word_alone_that_may_mean_two(void **state)
{
	struct world w;

	(void)state;
	begin_sms(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	world_pass(&w, 310);
	reply_from(&w, TOM, "a");
	check_has(w.answer, "Several pages were sent to you");
	check_owner(&w, "\"state\":\"calling\"");
	coded(&w, TOM, "tom", 2, "a");
	check_has(w.answer, "INC-000002: You have it");
	reply_from(&w, TOM, "a"); /* both are his to answer */
	check_has(w.answer, "Several pages were sent to you");
	world_command(&w, TAKE("isla"));
	reply_from(&w, TOM, "s"); /* now one is */
	check_has(w.answer, "INC-000002");
	world_end(&w);
}

/* Half an hour after the last message a word alone means nothing. */
static void
a_word_alone_that_comes_late(void **state)
{
	struct world w;

	(void)state;
	begin_sms(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_pass(&w, 301);
	world_command(&w,
	    "{\"command\":\"snooze\",\"person\":\"tom\",\"incident\":1,"
	    "\"for_ms\":7200000}");
	world_pass(&w, 1790);
	reply_from(&w, TOM, "s");
	check_has(w.answer, "tom has it");
	world_pass(&w, 20);
	reply_from(&w, TOM, "no");
	check_has(w.answer, "No page was sent to you just now");
	world_end(&w);
}

/* Whoever answers each of our answers: an automatic reply, or somebody who
   guesses codes. */
static void
answers_to_what_is_not_understood_end(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	for (int i = 0; i < 5; i++) {
		reply_from(&w, TOM, "I am away until Monday");
		check_has(w.answer, "Not understood");
		check_lacks(w.answer, "silent");
	}
	reply_from(&w, TOM, "I am away until Monday");
	check_has(w.answer, "\"silent\":true");
	world_pass(&w, 301);
	coded(&w, TOM, "tom", 1,
	    " status"); /* his code is heard all the same */
	check_has(w.answer, "Nobody has it");
	for (int i = 0; i < 30; i++)
		reply_from(&w, TOM, "001000 take");
	coded(&w, TOM, "tom", 1, " take");
	check_has(w.answer, "too many");
	check_owner(&w, "\"state\":\"calling\"");
	world_pass(&w, 3600);
	coded(&w, TOM, "tom", 1, " take");
	check_has(w.answer, "You have it");
	reply_from(&w, TOM, "what?");
	check_has(w.answer, "Not understood");
	world_end(&w);
}

/* The clock went back: an hour is no longer than that. */
static void
the_hour_of_what_is_not_understood(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	for (int i = 0; i < 40; i++)
		reply_from(&w, TOM, "owl");
	check_has(w.answer, "\"silent\":true");
	w.now_ms -= 7200000;
	reply_from(&w, TOM, "owl");
	check_lacks(w.answer, "silent");
	world_end(&w);
}

static void
stop_and_start(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	reply_from(&w, ISLA, "Stop");
	check_has(w.answer, "\"silent\":true");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] contact isla by mail\n"
	    "[    0] contact lee by mail\n");
	check_asked(&w, "{\"command\":\"contacts\"}",
	    "\"broken\":\"it has said STOP\"");
	reply_from(&w, ISLA, "START");
	check_not_asked(&w, "{\"command\":\"contacts\"}", "broken");
	reply_from(&w, TOM, "unstop"); /* was never stopped */
	check_owner(&w, "\"state\":\"calling\"");
	world_end(&w);
}

static void
what_is_no_reply(void **state)
{
	struct world w;

	(void)state;
	begin_called(&w);
	check_refused(&w, "{\"command\":\"reply\"}", "channel, from and text");
	check_refused(&w, "{\"command\":\"reply\",\"from\":\"" ISLA "\"}",
	    "channel, from and text");
	check_refused(&w,
	    "{\"command\":\"reply\",\"from\":\"" ISLA "\",\"channel\":\"owl\"}",
	    "channel, from and text");
	{
		char *long_text = mem_alloc(INCIDENT_TEXT_MAX + 2);

		memset(long_text, 'x', INCIDENT_TEXT_MAX + 1);
		reply_from(&w, ISLA, long_text);
		check_has(w.answer, "longer than");
		free(long_text);
	}
	world_end(&w);
}

static void
sign_nothing(void *arg, const char *incident, const char *person,
    const char *intent, char *token, size_t room)
{
	(void)arg, (void)incident, (void)person, (void)intent, (void)room;
	token[0] = '\0';
}

/* Without a secret no code is good. */
static void
nobody_signs(void **state)
{
	struct world w;
	char code[REPLY_CODE];

	(void)state;
	begin_called(&w);
	duty_reply_code(w.duty, "INC-000001", "isla", code);
	assert_memory_equal(code, "001", 3);
	assert_int_equal(strlen(code), 6);
	duty_reply_code(w.duty, "INC-000009", "isla", code);
	assert_string_equal(code, "");
	duty_free(w.duty);
	w.duty = duty_new(w.settings, sign_nothing, NULL);
	duty_start(w.duty, w.now_ms);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	duty_reply_code(w.duty, "INC-000001", "isla", code);
	assert_string_equal(code, "");
	assert_string_equal(w.message.reply, "");
	reply_from(&w, ISLA, "001000");
	check_has(w.answer, "No page of yours");
	duty_free(w.duty);
	w.duty = duty_new(w.settings, NULL, NULL);
	duty_start(w.duty, w.now_ms);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	duty_reply_code(w.duty, "INC-000001", "isla", code);
	assert_string_equal(code, "");
	world_end(&w);
}

/* A watch that begins is asked to take what another has. */
static void
a_hand_over_is_taken(void **state)
{
	struct world w;
	struct incident *inc;

	(void)state;
	begin_called(&w);
	world_command(&w, TAKE("tom"));
	inc = duty_find(w.duty, "INC-000001");
	inc->page.handover_at_ms = w.now_ms;
	coded(&w, ISLA, "isla", 1, " take");
	check_has(w.answer, "You have it");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken_by_a_reply),
		cmocka_unit_test(words_of_all_kinds),
		cmocka_unit_test(what_follows_the_word),
		cmocka_unit_test(unknown_senders_get_no_answer),
		cmocka_unit_test(the_wrong_persons_code_does_nothing),
		cmocka_unit_test(two_people_with_one_number),
		cmocka_unit_test(somebody_has_it_already),
		cmocka_unit_test(a_word_alone),
		cmocka_unit_test(an_automatic_reply_takes_nothing),
		cmocka_unit_test(a_word_alone_that_may_mean_two),
		cmocka_unit_test(a_word_alone_that_comes_late),
		cmocka_unit_test(answers_to_what_is_not_understood_end),
		cmocka_unit_test(the_hour_of_what_is_not_understood),
		cmocka_unit_test(stop_and_start),
		cmocka_unit_test(what_is_no_reply),
		cmocka_unit_test(nobody_signs),
		cmocka_unit_test(a_hand_over_is_taken),
	};

	return cmocka_run_group_tests_name("duty_reply", tests, NULL, NULL);
}
