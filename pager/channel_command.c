/*
 * channel_command: pages by a program of this machine.
 *
 * What is handed to it is docs/protocol.md's, how it is run lib/program.h's,
 * what its end means pager/command_outcome.h's.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/program.h"
#include "lib/text.h"
#include "pager/channel.h"
#include "pager/command_outcome.h"
#include "pager/message_json.h"

struct commander {
	struct programs *programs;
	char **argv; /* ends with NULL */
	int64_t timeout_ms;
};

struct commanding {
	const struct commander *commander;
	struct program *program;
	struct delivery *delivery;
};

static void *
command_open(struct event_base *base, const struct channel_settings *s)
{
	struct commander *c = mem_alloc(sizeof(*c));
	size_t count = 0;

	c->programs = programs_new(base);
	c->timeout_ms = s->timeout_ms;
	c->argv = mem_alloc((s->run.count + 1) * sizeof(*c->argv));
	CONF_EACH (char *const, argument, &s->run)
		c->argv[count++] = mem_text(*argument);
	return c;
}

static void
command_close(void *channel)
{
	struct commander *c = channel;

	programs_free(c->programs);
	for (char **argument = c->argv; *argument != NULL; argument++)
		free(*argument);
	free(c->argv);
	free(c);
}

static void
on_ended(void *arg, const struct program_result *r)
{
	struct commanding *c = arg;
	struct channel_answer answer = { 0 };

	answer.sent = command_outcome(r, c->commander->timeout_ms,
	    answer.detail, sizeof(answer.detail));
	delivery_done(c->delivery, &answer);
	free(c);
}

static void *
command_send(void *channel, const struct outgoing *out,
    struct channel_answer *answer)
{
	struct commander *commander = channel;
	char *json = message_json(out->message, out->person, clock_now_ms());
	const struct program_request request = { .argv = commander->argv,
		.input = json,
		.input_length = strlen(json),
		.timeout_ms = commander->timeout_ms };
	struct commanding *c = mem_alloc(sizeof(*c));

	(void)answer;
	c->commander = commander;
	c->delivery = out->delivery;
	c->program = program_start(commander->programs, &request, on_ended, c);
	free(json);
	return c;
}

static void
command_cancel(void *under_way)
{
	struct commanding *c = under_way;

	program_cancel(c->program);
	free(c);
}

const struct channel_driver channel_command = {
	.name = "command",
	.open = command_open,
	.close = command_close,
	.send = command_send,
	.cancel = command_cancel,
};
