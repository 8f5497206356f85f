#ifndef TESTS_UNIT_RUN_WORLD_H
#define TESTS_UNIT_RUN_WORLD_H

/*
 * run_world: the pager's shell around a core that only writes down what is
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
#include "pager/run.h"
#include "tests/unit/redis_server.h"

#define PATIENCE_S 20 /* a wall-clock bound, far above what is needed */

/* What all cores of a test were asked, one word each. */
static struct text tape;
static bool held;    /* nothing is handed out */
static bool is_open; /* something that shard 0 told is not over */

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
duty_alarm_crashed(struct duty *d, unsigned shard, const char *id,
    const char *json, size_t length, int64_t now_ms)
{
	(void)shard, (void)now_ms;
	text_copy(d->position, sizeof(d->position), id);
	d->heard++;
	text_addf(&tape, "aside:%.*s ", (int)length, json);
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

bool
duty_has_of(const struct duty *d, unsigned shard)
{
	(void)d;
	return shard == 0 && is_open;
}

void
duty_standing(struct duty *d, unsigned shard, int64_t judged_ms,
    const char *const *subjects, size_t count, const struct renames *names,
    int64_t now_ms)
{
	(void)d, (void)shard, (void)now_ms, (void)names;
	text_addf(&tape, "standing:%lld", (long long)judged_ms);
	for (size_t i = 0; i < count; i++)
		text_addf(&tape, ",%s", subjects[i]);
	text_add(&tape, " ");
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
	if (held || d->sent == d->durable)
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

static inline struct settings *
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

static inline void
start(struct story *s, int n)
{
	s->runs[n] = run_new(s->base, settings_of(s, n));
}

/* As a crash: nothing is said to anybody. */
static inline void
crash(struct story *s, int n)
{
	run_free(s->runs[n]);
	s->runs[n] = NULL;
}

static inline void
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

static inline void
end(struct story *s)
{
	static const char *const files[] = { "pager.attempt", "pages",
		"pager.journal", "pager.journal.aside", "pager.journal.aside.2",
		"pager.leases" };
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

static inline void
on_too_long(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	fail_msg("waited %d s for \"%s\" in\n%s", PATIENCE_S, (const char *)arg,
	    tape.data);
}

/* Let the loop turn until the tape says so. */
static inline void
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

static inline void
pass(struct story *s, int64_t ms)
{
	int64_t until_us = clock_monotonic_us() + ms * 1000;

	while (clock_monotonic_us() < until_us) {
		event_base_loop(s->base, EVLOOP_NONBLOCK);
		usleep(1000);
	}
}

static inline void
forget(void)
{
	text_clear(&tape);
	text_add(&tape, "");
}

static inline void
begin_active(struct story *s)
{
	begin(s);
	until(s, "start ");
}

/* The first one once more, until it is active; what was before is forgotten. */
static inline void
start_anew(struct story *s)
{
	forget();
	start(s, 0);
	until(s, "start ");
}

/* One command of a bystander; its answer as text, "" for none. */
static inline char *
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

static inline bool
there_is(const struct story *s, const char *name)
{
	char path[128];

	text_format(path, sizeof(path), "%s/%s", s->folders[0], name);
	return access(path, F_OK) == 0;
}

static inline void
be_hasty(void)
{
	setenv("SUNWATCH_LEASE_MS", "2000", 1);
	setenv("SUNWATCH_AWAY_MS", "2000", 1);
	setenv("SUNWATCH_DIFFER_MS", "1000", 1);
	setenv("SUNWATCH_LIVE_MS", "500", 1);
	setenv("SUNWATCH_TREES_MS", "1000", 1);
	signal(SIGPIPE, SIG_IGN);
}

#endif
