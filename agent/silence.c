/*
 * silence: one good_ms per thing that must live.  An age is a sign of life
 * so long ago; an unknown age is none at all.
 */
#include <string.h>

#include "agent/silence.h"
#include "lib/interval.h"
#include "lib/text.h"

bool
silence_is_answer(int status)
{
	return status == 200 || status == 409 || status == 422;
}

void
silence_init(struct silence *s, int64_t limit_ms, int64_t now_ms)
{
	*s = (struct silence){ .limit_ms = limit_ms, .tell_ms = NEVER };
	for (int i = 0; i < SILENCE_PARTS; i++)
		s->good_ms[i] = now_ms;
}

/*
 * Silent now, one bit each: the collector since its last good answer, the
 * others as that answer had it.
 */
static unsigned
silent(const struct silence *s, int64_t now_ms)
{
	unsigned parts = 0;

	if (now_ms - s->good_ms[SILENCE_COLLECTOR] >= s->limit_ms)
		parts |= 1U << SILENCE_COLLECTOR;
	for (int i = SILENCE_PAGER; i < SILENCE_PARTS; i++)
		if (s->good_ms[SILENCE_COLLECTOR] - s->good_ms[i] >=
		    s->limit_ms)
			parts |= 1U << i;
	return parts;
}

static void
begin(struct silence *s, unsigned parts, int64_t now_ms)
{
	s->state = SILENCE_TO_TELL;
	s->tell_ms = s->began_ms = now_ms;
	s->parts = parts;
	for (int i = 0; i < SILENCE_PARTS; i++)
		if ((parts & 1U << i) && s->good_ms[i] < s->began_ms)
			s->began_ms = s->good_ms[i];
}

/* It lives again.  Who was never told need not hear of it. */
static void
end(struct silence *s, int64_t now_ms)
{
	bool heard = s->state == SILENCE_TOLD || s->telling == SILENCE_TO_TELL;

	s->ended_ms = now_ms;
	s->state = heard ? SILENCE_TO_END : SILENCE_NONE;
	s->tell_ms = heard ? now_ms : NEVER;
}

static void
turn(struct silence *s, int64_t now_ms)
{
	unsigned parts = silent(s, now_ms);
	bool known = s->state == SILENCE_TO_TELL || s->state == SILENCE_TOLD;

	if (parts != 0 && !known)
		begin(s, parts, now_ms);
	else if (parts == 0 && known)
		end(s, now_ms);
}

void
silence_answer(struct silence *s, const struct silence_answer *a,
    int64_t now_ms)
{
	if (!silence_is_answer(a->status)) {
		s->status = a->status;
		turn(s, now_ms);
		return;
	}
	s->good_ms[SILENCE_COLLECTOR] = now_ms;
	for (int i = SILENCE_PAGER; i < SILENCE_PARTS; i++) {
		int64_t age_ms = a->age_ms[i] > 0 ? a->age_ms[i] : 0;

		if (age_ms < now_ms && now_ms - age_ms > s->good_ms[i])
			s->good_ms[i] = now_ms - age_ms;
	}
	turn(s, now_ms);
}

/*
 * What fell inside the break is due a little later, nothing never.  The
 * others keep their distance to the collector's last answer.
 */
void
silence_break(struct silence *s, int64_t now_ms)
{
	int64_t was_ms = s->good_ms[SILENCE_COLLECTOR], is_ms = was_ms;
	int64_t grace_ms =
	    s->limit_ms < SILENCE_GRACE_MS ? s->limit_ms : SILENCE_GRACE_MS;
	bool quiet = s->state == SILENCE_NONE || s->state == SILENCE_TO_END;

	if (quiet && is_ms < now_ms - s->limit_ms + grace_ms)
		is_ms = now_ms - s->limit_ms + grace_ms;
	if (is_ms > now_ms)
		is_ms = now_ms;
	if (!quiet && (s->parts & 1U << SILENCE_COLLECTOR) &&
	    is_ms > now_ms - s->limit_ms)
		is_ms = now_ms - s->limit_ms; /* no answer came by this */
	for (int i = 0; i < SILENCE_PARTS; i++)
		s->good_ms[i] += is_ms - was_ms;
	if (s->tell_ms != NEVER && s->tell_ms > now_ms + SILENCE_AGAIN_MS)
		s->tell_ms = now_ms + SILENCE_AGAIN_MS;
}

int64_t
silence_deadline(const struct silence *s)
{
	int64_t due_ms = NEVER;

	if (s->state == SILENCE_NONE || s->state == SILENCE_TO_END)
		due_ms = s->good_ms[SILENCE_COLLECTOR] + s->limit_ms;
	if (s->telling == SILENCE_NONE && s->tell_ms < due_ms)
		due_ms = s->tell_ms;
	return due_ms;
}

bool
silence_next(struct silence *s, int64_t now_ms)
{
	turn(s, now_ms);
	if (s->telling != SILENCE_NONE || s->tell_ms > now_ms)
		return false;
	s->telling = s->state;
	s->tell_ms = NEVER;
	return true;
}

/* By the time a telling ends the state may be another than the one told. */
void
silence_told(struct silence *s, bool handed_over, int64_t now_ms)
{
	enum silence_state told = s->telling;

	s->telling = SILENCE_NONE;
	if (told == SILENCE_NONE)
		return;
	if (s->state == told && !handed_over)
		s->tell_ms = now_ms + SILENCE_AGAIN_MS;
	else if (s->state == told)
		s->state =
		    told == SILENCE_TO_TELL ? SILENCE_TOLD : SILENCE_NONE;
	else if (s->state == SILENCE_TO_END && !handed_over) {
		s->state = SILENCE_NONE; /* nobody heard of its begin */
		s->tell_ms = NEVER;
	}
}

static void
add(char *out, size_t room, const char *words)
{
	size_t used = strlen(out);

	text_format(out + used, room - used, "%s%s", used > 0 ? ", " : "",
	    words);
}

void
silence_words(const struct silence *s, char *out, size_t room)
{
	char words[32] = "no answer";

	out[0] = '\0';
	if (s->status != 0)
		text_format(words, sizeof(words), "HTTP %d", s->status);
	if (s->parts & 1U << SILENCE_COLLECTOR) {
		add(out, room, words);
		return;
	}
	if (s->parts & 1U << SILENCE_PAGER)
		add(out, room, "the pager stands still");
	if (s->parts & 1U << SILENCE_AUDITOR)
		add(out, room, "the pager's auditor stands still");
	if (s->parts & 1U << SILENCE_COMMIT)
		add(out, room, "nothing is committed");
}
