/*
 * Every kind of message, as people get it, in one file for people to read:
 * tests/unit/messages.txt.  After a change that is meant, "GOLDEN=accept
 * build/debug/tests/unit/test_messages" writes it anew; then read it.
 */
#include <stdio.h>

#include "tests/unit/duty_story.h"

#define GOLDEN "tests/unit/messages.txt"

static struct text tape;

/* What is said from here on is kept, under a title. */
static void
listen(struct world *w, const char *title)
{
	text_addf(&tape, "\n######## %s\n", title);
	w->tape = &tape;
}

static void
take(struct world *w, const char *person)
{
	char command[128];

	text_format(command, sizeof(command),
	    "{\"command\":\"take\",\"person\":\"%s\",\"incident\":1}", person);
	world_command(w, command);
	assert_true(w->answer_ok);
}

static void
tell_a_page(void)
{
	struct world w;

	world_begin(&w, world_tree, NIGHT);
	listen(&w, "A test of both ways");
	world_command(&w, "{\"command\":\"page-test\",\"for\":\"isla\"}");
	listen(&w, "A first page, and the next level five minutes later");
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	w.tape = NULL;
	world_pass(&w, 290);
	w.tape = &tape;
	world_pass(&w, 20);
	listen(&w, "Taken: the others hear of it");
	take(&w, "tom");
	listen(&w, "Another endpoint of the platform: two minutes later");
	world_pass(&w, 60);
	world_raise(&w, ALARM_RAISED, "acme/library", 1);
	world_pass(&w, 120);
	listen(&w, "Learn is well again, library is not; the take runs out");
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	w.tape = NULL;
	world_pass(&w, 1500);
	w.tape = &tape;
	world_pass(&w, 305);
	listen(&w, "Handed on");
	world_command(&w,
	    "{\"command\":\"hand-on\",\"person\":\"isla\",\"to\":\"moana\","
	    "\"incident\":1,\"note\":\"it is the database\"}");
	listen(&w, "Over: who was reached hears of it");
	w.tape = NULL;
	take(&w, "moana");
	world_pass(&w, 600);
	w.tape = &tape;
	world_raise(&w, ALARM_CLEARED, "acme/library", 1);
	world_end(&w);
}

static void
tell_late_updates(void)
{
	struct world w;

	world_begin(&w, world_tree, "2026-07-01T12:10Z");
	world_raise(&w, ALARM_RAISED, "acme/web", 2);
	take(&w, "isla");
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,\"text\":\"We look\","
	    "\"next_ms\":1782909000000}");
	listen(&w, "The promised update is late: the owner, then the ladder");
	world_pass(&w, 20 * 60 + 5 * 60);
	w.tape = NULL;
	take(&w, "isla");
	listen(&w, "The watch changes while somebody has it");
	world_pass(&w, 25 * 60);
	listen(&w, "A person resolves it, though it fails on");
	world_command(&w,
	    "{\"command\":\"resolve\",\"incident\":1,\"note\":\"it is a "
	    "test system\"}");
	listen(&w, "It was not over: who heard so hears that it is not");
	world_command(&w,
	    "{\"command\":\"reopen\",\"person\":\"tom\",\"incident\":1,"
	    "\"note\":\"it is no test system\"}");
	world_end(&w);
}

static void
tell_a_last_resort(void)
{
	struct world w;

	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/agent/lon-1", 2);
	w.outcome = SENT_FAILED;
	world_pass(&w, 300);
	world_pass(&w, 299);
	listen(&w, "Everything fails: the last resort");
	world_pass(&w, 1);
	world_end(&w);
}

static void
tell_a_storm(void)
{
	struct world w;

	world_begin(&w, world_tree, NIGHT);
	for (int i = 1; i <= 5; i++) {
		char subject[40];

		text_format(subject, sizeof(subject), "operations/x%d", i);
		world_raise(&w, ALARM_RAISED, subject, 2);
	}
	listen(&w, "The sixth page within a minute: a storm");
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	w.tape = NULL;
	world_pass(&w, 200);
	listen(&w, "The storm is over");
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	world_end(&w);
}

static char *
read_golden(void)
{
	FILE *f = fopen(GOLDEN, "r");
	struct text t = { 0 };
	char chunk[4096];
	size_t got;

	while (f != NULL && (got = fread(chunk, 1, sizeof(chunk), f)) > 0)
		text_add_bytes(&t, chunk, got);
	if (f != NULL)
		fclose(f);
	return text_take(&t);
}

static void
accept(void)
{
	FILE *f = fopen(GOLDEN, "w");

	assert_non_null(f);
	fputs(tape.data, f);
	assert_int_equal(fclose(f), 0);
}

/* The first line that differs. */
static void
compare(const char *wanted, const char *got)
{
	int line = 1;
	size_t i = 0, begin = 0;

	for (; wanted[i] != '\0' && wanted[i] == got[i]; i++)
		if (got[i] == '\n') {
			begin = i + 1;
			line++;
		}
	if (wanted[i] != got[i])
		fail_msg("%s:%d is \"%.*s\", and \"%.*s\" was said", GOLDEN,
		    line, (int)strcspn(wanted + begin, "\n"), wanted + begin,
		    (int)strcspn(got + begin, "\n"), got + begin);
}

static void
test_all_kinds_of_messages(void **state)
{
	char *wanted;

	(void)state;
	tell_a_page();
	tell_late_updates();
	tell_a_last_resort();
	tell_a_storm();
	if (getenv("GOLDEN") != NULL)
		accept();
	wanted = read_golden();
	compare(wanted, tape.data);
	free(wanted);
	text_clear(&tape);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_kinds_of_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
