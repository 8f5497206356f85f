/* test_channel: the contract of channels, on the terminal one. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <event2/event.h>

#include "lib/clock.h"
#include "lib/text.h"
#include "pager/channel.h"

struct stage {
	struct event_base *base;
	struct channels *channels;
	struct settings *settings;
	char folder[64], file[128], said[CHANNEL_DETAIL_MAX + 3];
	int count;
};

static char body[] = "learn is down.\nsecond \033[31mred\n";

static void
on_done(void *arg, enum sent result, const char *detail)
{
	struct stage *s = arg;

	s->count++;
	text_format(s->said, sizeof(s->said), "%d %s", (int)result, detail);
}

static struct message
page(void)
{
	struct message m = { .intent = "i-1",
		.kind = MESSAGE_CALL,
		.channel = CHANNEL_TERMINAL,
		.person = "aroha",
		.incident = "INC-000042",
		.link = "https://p.example/l/x",
		.subject = "S1 acme/learn is down",
		.body = body };

	return m;
}

static struct settings *
settings_with(const char *file, const char *script)
{
	struct conf_errors errors = { 0 };
	struct text yaml = { 0 };
	struct settings *s;

	text_addf(&yaml,
	    "site: { name: x, url: \"https://s.example\", "
	    "operations_ladder: l, last_resort: [aroha], "
	    "links: \"https://p.example\" }\n"
	    "redis: unix:/nowhere\n"
	    "people:\n  - { name: aroha, zone: UTC, email: a@s.example, "
	    "reach: [terminal 0s] }\n"
	    "ladders:\n  - { name: l, levels: [{ call: person aroha }] }\n"
	    "channels:\n  - { kind: terminal, file: \"%s\" }\n"
	    "  - { kind: command, timeout: 30s, run: [/bin/sh, -c, "
	    "'cat >\"$0\"; echo asleep >&2; exec /bin/sh -c \"$1\"', "
	    "\"%s\", \"%s\"] }\n",
	    file, file, script);
	s = settings_from_text(yaml.data, &errors);
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		print_message("%s\n", c->text);
	assert_non_null(s);
	conf_errors_clear(&errors);
	text_clear(&yaml);
	return s;
}

/* The command puts what it reads into the file, and goes on as script says. */
static void
begin_with(struct stage *s, const char *script)
{
	*s = (struct stage){ .base = event_base_new() };
	text_copy(s->folder, sizeof(s->folder), "/tmp/sunwatch-test-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	text_format(s->file, sizeof(s->file), "%s/pages", s->folder);
	s->settings = settings_with(s->file, script);
	s->channels = channels_new(s->base, s->settings);
}

static void
begin(struct stage *s)
{
	begin_with(s, "exit 0");
}

static void
end(struct stage *s)
{
	channels_free(s->channels);
	settings_free(s->settings);
	event_base_free(s->base);
	unlink(s->file);
	assert_int_equal(rmdir(s->folder), 0);
}

static void
send_one(struct stage *s, const struct message *m)
{
	s->count = 0;
	assert_non_null(channel_send(s->channels, m, on_done, s));
	assert_int_equal(s->count, 0); /* never from inside */
	event_base_loop(s->base, EVLOOP_NONBLOCK);
	assert_int_equal(s->count, 1);
}

static char *
contents(const struct stage *s)
{
	char *text = mem_alloc(10000);
	int fd = open(s->file, O_RDONLY);

	assert_true(fd != -1);
	assert_true(read(fd, text, 9999) >= 0);
	close(fd);
	return text;
}

static void
a_page_is_written_in_plain_words(void **state)
{
	struct message m = page();
	struct stage s;
	struct stat st;
	char *text;

	(void)state;
	begin(&s);
	send_one(&s, &m);
	assert_string_equal(s.said, "0 written");
	text = contents(&s);
	assert_string_equal(text,
	    "----------------------------------------------------------------"
	    "\n"
	    "PAGE for aroha: S1 acme/learn is down\n"
	    "  learn is down.\n"
	    "  second \\x1b[31mred\n"
	    "  Take it: https://p.example/l/x\n"
	    "  [i-1]\n"
	    "----------------------------------------------------------------"
	    "\n");
	free(text);
	assert_int_equal(stat(s.file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	end(&s);
}

static void
a_repeat_and_a_store_that_is_down_are_said(void **state)
{
	struct message m = page();
	char *text;

	(void)state;
	m.possible_repeat = m.store_down = true;
	m.kind = MESSAGE_RESOLVED;
	text = terminal_text(&m, true);
	assert_non_null(strstr(text,
	    "\033[1;32mRESOLVED for aroha [possible repeat] [store is down]: "
	    "S1 acme/learn is down\033[0m\n"));
	free(text);
}

static void
what_cannot_be_written_fails_for_now(void **state)
{
	struct message m = page();
	struct stage s;

	(void)state;
	begin(&s);
	assert_int_equal(mkfifo(s.file, 0600), 0); /* and no reader */
	send_one(&s, &m);
	assert_string_equal(s.said + 2 + strlen("cannot open ") +
		strlen(s.file),
	    ": No such device or address");
	assert_int_equal(s.said[0] - '0', SENT_FAILED_NOW);
	end(&s);
}

static void
who_or_what_is_not_configured_fails_for_good(void **state)
{
	struct message m = page();
	struct stage s;

	(void)state;
	begin(&s);
	text_copy(m.person, sizeof(m.person), "nobody");
	send_one(&s, &m);
	assert_string_equal(s.said, "2 this person is not configured");
	m = page();
	m.channel = CHANNEL_MAIL;
	send_one(&s, &m);
	assert_string_equal(s.said, "2 this channel is not configured");
	m.channel = CHANNEL_VOICE;
	send_one(&s, &m);
	assert_string_equal(s.said, "2 this channel is not configured");
	end(&s);
}

static void
cancelled_means_silence(void **state)
{
	struct message m = page();
	struct stage s;

	(void)state;
	begin(&s);
	channel_cancel(channel_send(s.channels, &m, on_done, &s));
	channel_send(s.channels, &m, on_done, &s);
	channels_free(s.channels);
	event_base_loop(s.base, EVLOOP_NONBLOCK);
	assert_int_equal(s.count, 0);
	s.channels = channels_new(s.base, s.settings);
	end(&s);
}

static void
new_settings_are_used_at_once(void **state)
{
	struct message m = page();
	struct settings *old;
	struct stage s;
	char other[160];

	(void)state;
	begin(&s);
	text_format(other, sizeof(other), "%s/others", s.folder);
	old = s.settings;
	s.settings = settings_with(other, "exit 0");
	channels_configure(s.channels, s.settings);
	settings_free(old);
	send_one(&s, &m);
	assert_int_equal(access(s.file, F_OK), -1);
	assert_int_equal(unlink(other), 0);
	end(&s);
}

static void
turn_until(struct stage *s, bool (*so)(const struct stage *))
{
	int64_t until_us = clock_monotonic_us() + 25000000;

	while (!so(s) && clock_monotonic_us() < until_us) {
		event_base_loop(s->base, EVLOOP_NONBLOCK);
		usleep(2000);
	}
	assert_true(so(s));
}

static bool
is_told(const struct stage *s)
{
	return s->count > 0;
}

static bool
has_input(const struct stage *s)
{
	struct stat st;

	return stat(s->file, &st) == 0 && st.st_size > 0;
}

static void
a_command_has_the_page_and_its_status_counts(void **state)
{
	static const struct {
		const char *script, *said;
	} table[] = {
		{ "exit 0", "0 the command has it: asleep" },
		{ "exit 75", "1 the command ended with status 75: asleep" },
		{ "exit 3", "2 the command ended with status 3: asleep" },
		{ "kill -9 $$", "1 the command was ended by signal 9: asleep" },
	};
	struct message m = page();
	struct stage s;
	char *text;

	(void)state;
	m.channel = CHANNEL_COMMAND;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		begin_with(&s, table[i].script);
		assert_non_null(channel_send(s.channels, &m, on_done, &s));
		assert_int_equal(s.count, 0);
		turn_until(&s, is_told);
		assert_string_equal(s.said, table[i].said);
		text = contents(&s);
		assert_non_null(strstr(text, "\"intent\":\"i-1\""));
		assert_non_null(strstr(text, "\"email\":\"a@s.example\""));
		free(text);
		end(&s);
	}
}

static void
a_command_is_ended_by_a_reload_and_tried_again(void **state)
{
	struct message m = page();
	struct settings *old;
	struct stage s;

	(void)state;
	m.channel = CHANNEL_COMMAND;
	begin_with(&s, "sleep 60");
	assert_non_null(channel_send(s.channels, &m, on_done, &s));
	turn_until(&s, has_input);
	old = s.settings;
	s.settings = settings_with(s.file, "exit 0");
	channels_configure(s.channels, s.settings);
	settings_free(old);
	turn_until(&s, is_told);
	assert_string_equal(s.said,
	    "1 the configuration was replaced meanwhile");
	s.count = 0;
	assert_non_null(channel_send(s.channels, &m, on_done, &s));
	turn_until(&s, is_told);
	assert_string_equal(s.said, "0 the command has it: asleep");
	end(&s);
}

static void
a_command_that_is_cancelled_says_nothing(void **state)
{
	struct message m = page();
	struct delivery *d;
	struct stage s;

	(void)state;
	m.channel = CHANNEL_COMMAND;
	begin_with(&s, "sleep 60");
	d = channel_send(s.channels, &m, on_done, &s);
	turn_until(&s, has_input);
	channel_cancel(d);
	event_base_loop(s.base, EVLOOP_NONBLOCK);
	assert_int_equal(s.count, 0);
	end(&s);
}

/* Two commands: one does as script says, the other has an answer. */
static void
begin_with_two(struct stage *s, const char *script)
{
	struct conf_errors errors = { 0 };
	struct text yaml = { 0 };

	begin(s);
	channels_free(s->channels);
	settings_free(s->settings);
	text_addf(&yaml,
	    "site: { name: x, url: \"https://s.example\", "
	    "operations_ladder: l, last_resort: [aroha], "
	    "links: \"https://p.example\" }\n"
	    "redis: unix:/nowhere\n"
	    "people:\n  - { name: aroha, zone: UTC, reach: [command 0s] }\n"
	    "ladders:\n  - { name: l, levels: [{ call: person aroha }] }\n"
	    "channels:\n"
	    "  - { kind: command, timeout: 30s, run: [/bin/sh, -c, '%s'] }\n"
	    "  - { kind: command, timeout: 30s, run: [/bin/sh, -c, "
	    "'cat >\"$0\"; echo number 7 >&2', \"%s\"] }\n",
	    script, s->file);
	s->settings = settings_from_text(yaml.data, &errors);
	assert_non_null(s->settings);
	conf_errors_clear(&errors);
	text_clear(&yaml);
	s->channels = channels_new(s->base, s->settings);
}

static void
send_and_wait(struct stage *s, const struct message *m)
{
	s->count = 0;
	assert_non_null(channel_send(s->channels, m, on_done, s));
	assert_int_equal(s->count, 0);
	turn_until(s, is_told);
}

static void
the_next_provider_has_what_one_did_not_take(void **state)
{
	static const struct {
		const char *script, *said;
		bool repeat;
	} table[] = {
		{ "echo out >&2; exit 3",
		    "0 command-2: the command has it: number 7; before that "
		    "command: the command ended with status 3: out",
		    false },
		{ "exit 75",
		    "0 command-2: the command has it: number 7; before that "
		    "command: the command ended with status 75",
		    true }, /* who knows what it did with it */
	};
	struct message m = page();
	struct stage s;
	char *text;

	(void)state;
	m.channel = CHANNEL_COMMAND;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		begin_with_two(&s, table[i].script);
		send_and_wait(&s, &m);
		assert_string_equal(s.said, table[i].said);
		text = contents(&s);
		assert_true(table[i].repeat ==
		    (strstr(text, "\"possible_repeat\":true") != NULL));
		assert_non_null(strstr(text, "second "));
		free(text);
		/* It failed a moment ago, and is asked last. */
		send_and_wait(&s, &m);
		assert_string_equal(s.said,
		    "0 command-2: the command has it: number 7");
		end(&s);
	}
}

static void
a_reload_ends_a_round_and_forgets_who_failed(void **state)
{
	struct message m = page();
	struct settings *old;
	struct stage s, t;

	(void)state;
	m.channel = CHANNEL_COMMAND;
	begin_with_two(&s, "exec sleep 60");
	begin_with_two(&t, "exit 3");
	assert_non_null(channel_send(s.channels, &m, on_done, &s));
	event_base_loop(s.base, EVLOOP_NONBLOCK);
	assert_int_equal(s.count, 0);
	old = s.settings;
	s.settings = t.settings;
	channels_configure(s.channels, s.settings);
	settings_free(old);
	turn_until(&s, is_told);
	assert_string_equal(s.said,
	    "1 command: the configuration was replaced meanwhile");
	send_and_wait(&s, &m);
	assert_string_equal(s.said,
	    "0 command-2: the command has it: number 7; before that command: "
	    "the command ended with status 3");
	channels_free(s.channels);
	s.channels = channels_new(s.base, t.settings);
	s.settings = NULL;
	end(&s);
	end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_written_in_plain_words),
		cmocka_unit_test(a_repeat_and_a_store_that_is_down_are_said),
		cmocka_unit_test(what_cannot_be_written_fails_for_now),
		cmocka_unit_test(who_or_what_is_not_configured_fails_for_good),
		cmocka_unit_test(cancelled_means_silence),
		cmocka_unit_test(new_settings_are_used_at_once),
		cmocka_unit_test(a_command_has_the_page_and_its_status_counts),
		cmocka_unit_test(
		    a_command_is_ended_by_a_reload_and_tried_again),
		cmocka_unit_test(a_command_that_is_cancelled_says_nothing),
		cmocka_unit_test(the_next_provider_has_what_one_did_not_take),
		cmocka_unit_test(a_reload_ends_a_round_and_forgets_who_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
