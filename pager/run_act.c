/* run_act: what duty decided, and is durable, happens. */
#include <stdlib.h>
#include <string.h>

#include "lib/crash.h"
#include "lib/log.h"
#include "lib/text.h"
#include "pager/run_parts.h"

/* One message on its way; its intent finds it again after a reload. */
struct send {
	LIST_ENTRY(send) entry;
	struct run *run;
	struct delivery *delivery;
	char intent[24];
};

static bool
is_under_way(const struct run *r, const char *intent)
{
	const struct send *s;

	LIST_FOREACH (s, &r->sends, entry)
		if (strcmp(s->intent, intent) == 0)
			return true;
	return false;
}

bool
run_is_sending(const struct run *r)
{
	return !LIST_EMPTY(&r->sends);
}

void
run_forget_sends(struct run *r)
{
	struct send *s, *next;

	for (s = LIST_FIRST(&r->sends); s != NULL; s = next) {
		next = LIST_NEXT(s, entry);
		channel_cancel(s->delivery);
		free(s);
	}
	LIST_INIT(&r->sends);
}

static const char *const sent_texts[] = { "handed over", "failed for now",
	"failed for good", "failed for good" };

static void
on_sent(void *arg, enum sent result, const char *detail)
{
	struct send *s = arg;
	struct run *r = s->run;

	CRASH_POINT("pager-after-send");
	log_info("%s: %s: %s", s->intent, sent_texts[result], detail);
	LIST_REMOVE(s, entry);
	if (r->phase == RUN_ACTIVE)
		duty_sent(r->duty, s->intent, result, detail, clock_now_ms());
	/* Otherwise it is loaded as not known, and tried again as such. */
	free(s);
	run_turn(r);
}

static void
send_message(struct run *r, const struct message *m)
{
	struct send *s;

	if (is_under_way(r, m->intent))
		return; /* a reload asks for it again; its outcome will come */
	s = mem_alloc(sizeof(*s));
	s->run = r;
	text_copy(s->intent, sizeof(s->intent), m->intent);
	LIST_INSERT_HEAD(&r->sends, s, entry);
	log_info("%s: to %s by %s incident=%s attempt=%d%s", m->intent,
	    m->person, channel_name(m->channel), m->incident, m->attempt,
	    m->possible_repeat ? " possible repeat" : "");
	CRASH_POINT("pager-before-send");
	s->delivery = channel_send(r->channels, m, on_sent, s);
	CRASH_POINT("pager-while-sending");
}

bool
run_act(struct run *r)
{
	struct duty_action action = { 0 };

	if (!run_may_send(r))
		return false;
	switch (duty_next(r->duty, clock_now_ms(), &action)) {
	case DUTY_SEND:
		send_message(r, &action.message);
		break;
	case DUTY_ANSWER:
		CRASH_POINT("pager-before-answer");
		desk_answer(r->desk, action.command, action.ok, action.answer);
		break;
	case DUTY_NOTHING:
		return false;
	}
	duty_action_clear(&action);
	return true;
}
