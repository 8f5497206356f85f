/*
 * test_run: the pager's shell around a core that only writes down what is
 * asked of it, with a real Redis.  (The functions of duty here take the
 * place of the real ones.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <event2/event.h>
#include <hiredis/hiredis.h>

#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/settings.h"
#include "lib/text.h"
#include "pager/duty.h"
#include "pager/journal.h"
#include "pager/run.h"
#include "tests/unit/redis_server.h"

#define PATIENCE_S 20 /* a wall-clock bound, far above what is needed */

/* What all cores of a test were asked, one word each. */
static struct text tape;

struct duty {
	const struct settings *settings;
	char position[40];
	int heard, sent;            /* alarms; messages handed out */
	int dirty, flying, durable; /* alarms written so far */
};

struct duty *
duty_new(const struct settings *settings, duty_sign *sign, void *arg)
{
	struct duty *d = mem_alloc(sizeof(*d));

	(void)sign, (void)arg;
	d->settings = settings;
	text_copy(d->position, sizeof(d->position), "0-0");
	text_add(&tape, "new ");
	return d;
}

void
duty_free(struct duty *d)
{
	if (d != NULL)
		text_add(&tape, "free ");
	free(d);
}

/* "heard" and "sent" count on from where the last one ended. */
int
duty_load(struct duty *d, const char *key, const char *field, const void *value,
    size_t length, char error[160])
{
	char text[40];

	text_format(text, sizeof(text), "%.*s", (int)length,
	    (const char *)value);
	text_addf(&tape, "%s/%s=%s ", key, field, text);
	if (strcmp(field, "position") == 0)
		text_copy(d->position, sizeof(d->position), text);
	else if (strcmp(field, "heard") == 0)
		d->heard = d->dirty = d->durable = d->sent = atoi(text);
	else {
		text_copy(error, 160, "not known");
		return -1;
	}
	return 0;
}

void
duty_start(struct duty *d, int64_t now_ms)
{
	(void)d, (void)now_ms;
	text_add(&tape, "start ");
}

void
duty_configure(struct duty *d, const struct settings *s, int64_t now_ms)
{
	(void)now_ms;
	d->settings = s;
	text_add(&tape, "configure ");
}

const char *
duty_position(const struct duty *d, unsigned shard)
{
	assert_int_equal(shard, 0);
	return d->position;
}

void
duty_alarm(struct duty *d, unsigned shard, const char *id, const char *json,
    size_t length, int64_t now_ms)
{
	(void)shard, (void)now_ms;
	text_copy(d->position, sizeof(d->position), id);
	d->heard++;
	text_addf(&tape, "alarm:%.*s ", (int)length, json);
}

void
duty_command(struct duty *d, uint64_t command, const char *json, size_t length,
    const char *by, int64_t now_ms)
{
	(void)d, (void)command, (void)json, (void)length, (void)by,
	    (void)now_ms;
}

char *
duty_query(const struct duty *d, const char *json, size_t length,
    int64_t now_ms, bool *ok)
{
	(void)d, (void)json, (void)length, (void)now_ms;
	*ok = true;
	return mem_text("{}");
}

void
duty_sent(struct duty *d, const char *intent, enum sent result,
    const char *detail, int64_t now_ms)
{
	(void)d, (void)detail, (void)now_ms;
	text_addf(&tape, "sent:%s:%d ", intent, (int)result);
}

void
duty_store(struct duty *d, bool up)
{
	(void)d;
	text_addf(&tape, "store:%s ", up ? "up" : "down");
}

void
duty_break(struct duty *d, int64_t now_ms)
{
	(void)d, (void)now_ms;
}

void
duty_trouble(struct duty *d, const char *subject, int severity,
    const char *text, int64_t now_ms)
{
	(void)d, (void)severity, (void)now_ms;
	if (text != NULL)
		text_addf(&tape, "trouble:%s ", subject);
}

void
duty_time(struct duty *d, int64_t now_ms)
{
	(void)d, (void)now_ms;
}

int64_t
duty_deadline(const struct duty *d)
{
	(void)d;
	return NEVER;
}

bool
duty_commit(struct duty *d, int64_t now_ms, struct commit *out)
{
	char heard[12];

	(void)now_ms;
	commit_clear(out);
	if (d->flying != 0 || d->dirty == d->heard)
		return false;
	text_format(heard, sizeof(heard), "%d", d->heard);
	commit_set_text(out, "meta", "position", d->position);
	commit_set_text(out, "meta", "heard", heard);
	d->flying = d->dirty = d->heard;
	text_addf(&tape, "commit:%d ", d->heard);
	return true;
}

void
duty_committed(struct duty *d)
{
	d->durable = d->flying;
	d->flying = 0;
	text_addf(&tape, "durable:%d ", d->durable);
}

enum duty_do
duty_next(struct duty *d, int64_t now_ms, struct duty_action *out)
{
	(void)now_ms;
	if (d->sent == d->durable)
		return DUTY_NOTHING;
	out->what = DUTY_SEND;
	text_format(out->message.intent, sizeof(out->message.intent), "i-%d",
	    ++d->sent);
	text_copy(out->message.person, sizeof(out->message.person), "aroha");
	out->message.channel = CHANNEL_TERMINAL;
	out->message.body = mem_text("words");
	text_addf(&tape, "send:%d ", d->sent);
	return DUTY_SEND;
}

void
duty_action_clear(struct duty_action *a)
{
	free(a->message.body);
	*a = (struct duty_action){ 0 };
}

/* Two pagers may share a Redis; each has a folder. */
struct story {
	struct event_base *base;
	struct redis_server redis;
	struct run *runs[2];
	char folders[2][64];
};

static struct settings *
settings_of(struct story *s, int n)
{
	struct conf_errors errors = { 0 };
	struct settings *settings;
	struct text yaml = { 0 };

	text_addf(&yaml,
	    "site: { name: x, url: \"https://s.example\", state_dir: \"%s\", "
	    "operations_ladder: l, last_resort: [aroha], "
	    "links: \"https://p.example\" }\n"
	    "redis: %s\nlisten: { pager: \"127.0.0.1:0\" }\n"
	    "people:\n  - { name: aroha, zone: UTC, email: a@s.example, "
	    "reach: [terminal 0s] }\n"
	    "ladders:\n  - { name: l, levels: [{ call: person aroha }] }\n"
	    "channels:\n  - { kind: terminal, file: \"%s/pages\" }\n",
	    s->folders[n], s->redis.address, s->folders[n]);
	settings = settings_from_text(yaml.data, &errors);
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		print_message("%s\n", c->text);
	assert_non_null(settings);
	conf_errors_clear(&errors);
	text_clear(&yaml);
	return settings;
}

static void
start(struct story *s, int n)
{
	s->runs[n] = run_new(s->base, settings_of(s, n));
}

/* As a crash: nothing is said to anybody. */
static void
crash(struct story *s, int n)
{
	run_free(s->runs[n]);
	s->runs[n] = NULL;
}

static void
begin(struct story *s)
{
	*s = (struct story){ .base = event_base_new() };
	text_clear(&tape);
	text_add(&tape, "");
	redis_server_start(&s->redis, "always", NULL);
	for (int n = 0; n < 2; n++) {
		text_copy(s->folders[n], sizeof(s->folders[n]),
		    "/tmp/sunwatch-test-XXXXXX");
		assert_non_null(mkdtemp(s->folders[n]));
	}
	start(s, 0);
}

static void
end(struct story *s)
{
	static const char *const files[] = { "pager.attempt", "pages",
		"pager.journal", "pager.journal.aside", "pager.leases" };
	char path[128];

	for (int n = 0; n < 2; n++) {
		if (s->runs[n] != NULL)
			crash(s, n);
		for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
			text_format(path, sizeof(path), "%s/%s", s->folders[n],
			    files[i]);
			unlink(path);
		}
		assert_int_equal(rmdir(s->folders[n]), 0);
	}
	redis_server_end(&s->redis);
	event_base_free(s->base);
	text_clear(&tape);
}

static void
on_too_long(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	fail_msg("waited %d s for \"%s\" in\n%s", PATIENCE_S, (const char *)arg,
	    tape.data);
}

/* Let the loop turn until the tape says so. */
static void
until(struct story *s, const char *word)
{
	struct timeval tv = { PATIENCE_S, 0 };
	union {
		const char *in;
		void *out;
	} arg = { .in = word };
	struct event *bound = evtimer_new(s->base, on_too_long, arg.out);

	event_add(bound, &tv);
	while (strstr(tape.data, word) == NULL)
		event_base_loop(s->base, EVLOOP_ONCE);
	event_free(bound);
}

static void
pass(struct story *s, int64_t ms)
{
	int64_t until_us = clock_monotonic_us() + ms * 1000;

	while (clock_monotonic_us() < until_us) {
		event_base_loop(s->base, EVLOOP_NONBLOCK);
		usleep(1000);
	}
}

static void
forget(void)
{
	text_clear(&tape);
	text_add(&tape, "");
}

/* One command of a bystander; its answer as text, "" for none. */
static char *
redis_says(struct story *s, const char *fmt, ...)
{
	static char text[200];
	redisContext *c = redisConnectUnix(s->redis.path);
	redisReply *r;
	va_list ap;

	assert_true(c != NULL && c->err == 0);
	va_start(ap, fmt);
	r = redisvCommand(c, fmt, ap);
	va_end(ap);
	assert_non_null(r);
	text_format(text, sizeof(text), "%s", r->str != NULL ? r->str : "");
	freeReplyObject(r);
	redisFree(c);
	return text;
}

static void
an_alarm_is_durable_before_anything_is_sent(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	until(&s, "start ");
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "sent:i-1:0 ");
	assert_string_equal(tape.data,
	    "new start alarm:hello commit:1 durable:1 send:1 sent:i-1:0 ");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta heard"), "1");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta position"), "7-1");
	assert_int_equal(strlen(redis_says(&s, "HGET sw:{p}:meta secret")), 64);
	end(&s);
}

static void
only_one_is_active_and_the_other_follows(void **state)
{
	struct story s;
	char secret[80];

	(void)state;
	begin(&s);
	until(&s, "start ");
	text_copy(secret, sizeof(secret),
	    redis_says(&s, "HGET sw:{p}:meta secret"));
	start(&s, 1);
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "sent:i-1:0 ");
	pass(&s, 1000);
	assert_string_equal(tape.data,
	    "new start alarm:hello commit:1 durable:1 send:1 sent:i-1:0 ");
	forget();
	crash(&s, 0);
	redis_says(&s, "XADD sw:{c0}:out 8-1 d again");
	until(&s, "sent:i-2:0 ");
	assert_string_equal(tape.data,
	    "free new meta/position=7-1 meta/heard=1 start alarm:again "
	    "commit:2 durable:2 send:2 sent:i-2:0 ");
	assert_string_equal(redis_says(&s, "GET sw:{p}:fence"), "2");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta secret"), secret);
	end(&s);
}

/* Held up for longer than its lease: another one may have begun. */
static void
who_lost_the_lease_writes_and_sends_no_more(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	until(&s, "start ");
	redis_says(&s, "SET sw:{p}:lease another");
	redis_says(&s, "INCR sw:{p}:fence");
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "free ");
	pass(&s, 500);
	assert_null(strstr(tape.data, "send:"));
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta heard"), "");
	redis_says(&s, "DEL sw:{p}:lease");
	until(&s, "sent:i-1:0 ");
	assert_string_equal(redis_says(&s, "GET sw:{p}:fence"), "3");
	end(&s);
}

static void
a_short_absence_of_redis_loses_nothing(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	until(&s, "start ");
	redis_server_kill(&s.redis);
	pass(&s, 300);
	redis_server_run(&s.redis);
	pass(&s, 500);
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "sent:i-1:0 ");
	assert_null(strstr(tape.data, "store:down"));
	end(&s);
}

static bool
there_is(const struct story *s, const char *name)
{
	char path[128];

	text_format(path, sizeof(path), "%s/%s", s->folders[0], name);
	return access(path, F_OK) == 0;
}

static void
a_long_absence_is_told_and_over(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	until(&s, "start ");
	redis_server_kill(&s.redis);
	until(&s, "store:down ");
	assert_true(there_is(&s, "pager.journal"));
	redis_server_run(&s.redis);
	until(&s, "store:up ");
	assert_false(there_is(&s, "pager.journal"));
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "sent:i-1:0 ");
	assert_null(strstr(tape.data, "free "));
	end(&s);
}

/* What is decided goes on from memory, and is recorded in the end. */
static void
a_store_that_neither_takes_nor_gives(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	until(&s, "start ");
	redis_says(&s, "DEL sw:{p}:meta");
	redis_says(&s, "SET sw:{p}:meta nonsense"); /* no hash */
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "sent:i-1:0 ");
	assert_string_equal(tape.data,
	    "new start alarm:hello commit:1 store:down durable:1 send:1 "
	    "sent:i-1:0 ");
	assert_true(there_is(&s, "pager.journal"));
	redis_says(&s, "DEL sw:{p}:meta");
	until(&s, "store:up ");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta heard"), "1");
	assert_false(there_is(&s, "pager.journal"));
	assert_null(strstr(tape.data, "free "));
	end(&s);
}

/* As a pager leaves it that dies while Redis is away. */
static void
leave_journal(const struct story *s, int64_t fence)
{
	struct commit commit;
	struct journal *j;
	char path[128];

	text_format(path, sizeof(path), "%s/pager.journal", s->folders[0]);
	j = journal_open(path);
	assert_non_null(j);
	commit_init(&commit);
	commit_set_text(&commit, "meta", "heard", "5");
	assert_int_equal(journal_write(j, &commit, fence, 1000), 0);
	commit_set_text(&commit, "meta", "heard", "6");
	assert_int_equal(journal_write(j, &commit, fence, 2000), 0);
	commit_clear(&commit);
	journal_close(j);
}

static void
a_journal_left_behind_is_recorded_before_anything(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	until(&s, "start ");
	crash(&s, 0);
	leave_journal(&s, 1);
	forget();
	start(&s, 0);
	until(&s, "start ");
	assert_string_equal(tape.data, "new meta/heard=6 start ");
	assert_false(there_is(&s, "pager.journal"));
	assert_false(there_is(&s, "pager.journal.aside"));
	end(&s);
}

static void
a_journal_that_others_overtook_is_put_aside(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	until(&s, "start ");
	crash(&s, 0);
	redis_says(&s, "INCR sw:{p}:fence"); /* somebody was active */
	leave_journal(&s, 1);
	forget();
	start(&s, 0);
	until(&s, "trouble:operations/journal ");
	assert_string_equal(tape.data, "new start trouble:operations/journal ");
	assert_false(there_is(&s, "pager.journal"));
	assert_true(there_is(&s, "pager.journal.aside"));
	end(&s);
}

static void
a_record_that_cannot_be_read_is_told_and_left(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	until(&s, "start ");
	crash(&s, 0);
	redis_says(&s, "HSET sw:{p}:incidents INC-1 nonsense");
	forget();
	start(&s, 0);
	until(&s, "trouble:operations/records ");
	assert_string_equal(tape.data,
	    "new incidents/INC-1=nonsense start trouble:operations/records ");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:incidents INC-1"),
	    "nonsense");
	end(&s);
}

static void
a_newer_schema_is_not_touched(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	until(&s, "start ");
	crash(&s, 0);
	redis_says(&s, "HSET sw:{p}:meta schema 99");
	forget();
	start(&s, 0);
	pass(&s, 3000);
	assert_string_equal(tape.data, "");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta schema"), "99");
	end(&s);
}

static void
different_trees_are_told_after_a_while(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	until(&s, "start ");
	redis_says(&s, "HSET sw:{a}:trees evaluate@x %s",
	    "{\"hash\":\"another\",\"at_ms\":1}"); /* long gone */
	pass(&s, 3000);
	assert_null(strstr(tape.data, "trouble:"));
	redis_says(&s, "HSET sw:{a}:trees evaluate@x %s",
	    "{\"hash\":\"another\",\"at_ms\":9999999999999}");
	until(&s, "trouble:operations/trees ");
	end(&s);
}

static void
on_end(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	fail_msg("%s", (const char *)arg);
}

static void
a_drained_pager_gives_its_lease_back(void **state)
{
	static char late[] = "did not end";
	struct timeval tv = { PATIENCE_S, 0 };
	struct event *bound;
	struct story s;

	(void)state;
	begin(&s);
	until(&s, "start ");
	bound = evtimer_new(s.base, on_end, late);
	event_add(bound, &tv);
	run_drain(s.runs[0]);
	event_base_dispatch(s.base); /* until the run breaks it */
	event_free(bound);
	assert_string_equal(redis_says(&s, "GET sw:{p}:lease"), "");
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alarm_is_durable_before_anything_is_sent),
		cmocka_unit_test(only_one_is_active_and_the_other_follows),
		cmocka_unit_test(who_lost_the_lease_writes_and_sends_no_more),
		cmocka_unit_test(a_short_absence_of_redis_loses_nothing),
		cmocka_unit_test(a_long_absence_is_told_and_over),
		cmocka_unit_test(a_store_that_neither_takes_nor_gives),
		cmocka_unit_test(
		    a_journal_left_behind_is_recorded_before_anything),
		cmocka_unit_test(a_journal_that_others_overtook_is_put_aside),
		cmocka_unit_test(a_record_that_cannot_be_read_is_told_and_left),
		cmocka_unit_test(a_newer_schema_is_not_touched),
		cmocka_unit_test(different_trees_are_told_after_a_while),
		cmocka_unit_test(a_drained_pager_gives_its_lease_back),
	};

	setenv("SUNWATCH_LEASE_MS", "2000", 1);
	setenv("SUNWATCH_AWAY_MS", "2000", 1);
	setenv("SUNWATCH_DIFFER_MS", "1000", 1);
	setenv("SUNWATCH_LIVE_MS", "500", 1);
	setenv("SUNWATCH_TREES_MS", "1000", 1);
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
