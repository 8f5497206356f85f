/* heartbeat: see heartbeat.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/heartbeat.h"

static const char *const words[] = { "start", "finish", "fail" };

bool
heartbeat_word(const char *text, enum heartbeat_word *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], text) == 0) {
			*word = (enum heartbeat_word)i;
			return true;
		}
	return false;
}

static bool
is_blank(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

const char *
heartbeat_word_text(enum heartbeat_word word)
{
	return words[word];
}

/* The last bytes, not from within a character on. */
static size_t
tail_of(const char *bytes, size_t length)
{
	size_t cut = length - HEARTBEAT_SAID_MAX;

	if (length <= HEARTBEAT_SAID_MAX)
		return 0;
	while (cut < length && (bytes[cut] & 0xc0) == 0x80)
		cut++;
	return cut;
}

/* Line by line: whatever else is no character is made one. */
static void
add_plain(struct text *out, char *lines)
{
	char *rest;

	for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		text_add(out, out->length == 0 ? "" : "\n");
		text_add_plain(out, line);
	}
}

/* Those at the end, as many as are shown. */
static const char *
last_lines(const char *lines)
{
	const char *at = lines + strlen(lines);
	int count = 0;

	while (at > lines && count < HEARTBEAT_LINES_MAX)
		count += *--at == '\n';
	return count == HEARTBEAT_LINES_MAX ? at + 1 : at;
}

char *
heartbeat_said(const void *bytes, size_t length)
{
	struct text plain = { 0 };
	const char *from = bytes, *lines;
	char *said, *last;

	while (length > 0 && is_blank(from[length - 1]))
		length--;
	from += tail_of(from, length);
	length -= (size_t)(from - (const char *)bytes);
	said = mem_alloc(length + 1);
	for (size_t i = 0; i < length; i++)
		said[i] = is_blank(from[i]) && from[i] != '\n' ? ' ' : from[i];
	add_plain(&plain, said);
	free(said);
	if (plain.length == 0)
		return mem_text("");
	lines = last_lines(plain.data);
	last = mem_text(lines + tail_of(lines, strlen(lines)));
	text_clear(&plain);
	return last;
}

void
heartbeat_begin(struct heartbeat *h, int64_t now_ms)
{
	heartbeat_clear(h);
	h->since_ms = now_ms;
}

void
heartbeat_clear(struct heartbeat *h)
{
	free(h->said);
	*h = (struct heartbeat){ 0 };
}

/* The same was heard just now; a tenth of "every" where calls are frequent. */
static bool
is_again(const struct heartbeat_settings *s, int64_t heard_ms, int64_t now_ms)
{
	int64_t same_ms = s->every_ms / 10;

	if (same_ms > HEARTBEAT_SAME_MS)
		same_ms = HEARTBEAT_SAME_MS;
	return heard_ms != 0 && now_ms >= heard_ms &&
	    now_ms - heard_ms < same_ms;
}

static void
end_run(struct heartbeat *h, const struct heartbeat_call *c, int64_t now_ms)
{
	h->took_ms = h->started_ms != 0 && now_ms > h->started_ms
	    ? now_ms - h->started_ms
	    : 0;
	h->started_ms = 0;
	h->code = c->code;
	free(h->said);
	h->said = c->said[0] == '\0' ? NULL : mem_text(c->said);
}

static bool
start(struct heartbeat *h, int64_t now_ms)
{
	if (h->started_ms != 0)
		return false; /* the run counts from where it first began */
	h->started_ms = now_ms;
	return true;
}

static bool
finish(struct heartbeat *h, const struct heartbeat_settings *s,
    const struct heartbeat_call *c, bool is_open, int64_t now_ms)
{
	if (h->started_ms == 0 && h->failed_ms == 0 && !is_open &&
	    is_again(s, h->last_ms, now_ms))
		return false;
	end_run(h, c, now_ms);
	h->last_ms = now_ms;
	h->failed_ms = 0;
	h->untold = false;
	return true;
}

/* What a human has closed is told anew, however soon. */
static bool
fail(struct heartbeat *h, const struct heartbeat_settings *s,
    const struct heartbeat_call *c, bool is_open, int64_t now_ms)
{
	if (h->started_ms == 0 && (is_open || h->untold) &&
	    h->code == c->code && is_again(s, h->failed_ms, now_ms))
		return false;
	end_run(h, c, now_ms);
	h->failed_ms = now_ms;
	h->untold = true;
	return true;
}

bool
heartbeat_take(struct heartbeat *h, const struct heartbeat_settings *s,
    const struct heartbeat_call *c, bool is_open, int64_t now_ms)
{
	h->excused_ms = 0; /* it finds us */
	if (c->word == HEARTBEAT_START)
		return start(h, now_ms);
	if (c->word == HEARTBEAT_FINISH)
		return finish(h, s, c, is_open, now_ms);
	return fail(h, s, c, is_open, now_ms);
}

static int64_t
later(int64_t a_ms, int64_t b_ms)
{
	return a_ms > b_ms ? a_ms : b_ms;
}

static bool
is_timed(const struct heartbeat *h, const struct heartbeat_settings *s)
{
	return h->started_ms != 0 && s->longest_ms != 0;
}

/* Its last word, or since when somebody waits for one. */
static int64_t
heard_ms(const struct heartbeat *h)
{
	return later(h->since_ms, later(h->last_ms, h->failed_ms));
}

int64_t
heartbeat_expected(const struct heartbeat *h,
    const struct heartbeat_settings *s)
{
	if (h->paused)
		return NEVER;
	if (is_timed(h, s))
		return h->started_ms + s->longest_ms;
	return heard_ms(h) + s->every_ms + s->grace_ms;
}

/* The first such instant after somebody was last told. */
static int64_t
late_ms(const struct heartbeat *h, const struct heartbeat_settings *s)
{
	int64_t at_ms = heartbeat_expected(h, s);

	if (h->raised_ms >= at_ms)
		at_ms +=
		    ((h->raised_ms - at_ms) / s->every_ms + 1) * s->every_ms;
	return later(at_ms, h->excused_ms);
}

int64_t
heartbeat_due(const struct heartbeat *h, const struct heartbeat_settings *s)
{
	int64_t at_ms;

	if (h->paused)
		return NEVER;
	at_ms = h->untold ? h->failed_ms : late_ms(h, s);
	if (h->raised_ms != 0)
		at_ms = later(at_ms, h->raised_ms + HEARTBEAT_CALM_MS);
	return at_ms;
}

static void
say_failed(const struct heartbeat *h, struct heartbeat_fault *out)
{
	if (h->code != 0)
		text_format(out->text, sizeof(out->text),
		    "failed with exit code %d", h->code);
	else
		text_format(out->text, sizeof(out->text),
		    "said that it failed");
	out->since_ms = h->failed_ms;
}

static void
say_too_long(const struct heartbeat *h, const struct heartbeat_settings *s,
    struct heartbeat_fault *out)
{
	char longest[32];

	text_duration(s->longest_ms, longest, sizeof(longest));
	text_format(out->text, sizeof(out->text),
	    "has been running for more than %s", longest);
	out->since_ms = h->started_ms + s->longest_ms;
}

/* It may have been our fault: we were not there all the while. */
static bool
is_doubtful(const struct heartbeat *h, const struct heartbeat_settings *s)
{
	return h->listening_ms > heard_ms(h) &&
	    h->listening_ms + s->grace_ms > heard_ms(h) + s->every_ms;
}

static void
say_late(const struct heartbeat *h, const struct heartbeat_settings *s,
    int64_t now_ms, struct heartbeat_fault *out)
{
	char silent[32];

	text_duration(now_ms - heard_ms(h), silent, sizeof(silent));
	text_format(out->text, sizeof(out->text), "%s for %s%s",
	    h->since_ms > later(h->last_ms, h->failed_ms)
		? "is waited for and has not called in"
		: "has not called in",
	    silent,
	    is_doubtful(h, s)
		? " (this pager was away meanwhile, and may have missed it)"
		: "");
	out->since_ms = heard_ms(h) + s->every_ms;
}

void
heartbeat_raise(struct heartbeat *h, const struct heartbeat_settings *s,
    int64_t now_ms, struct heartbeat_fault *out)
{
	out->failed = h->untold;
	if (h->untold)
		say_failed(h, out);
	else if (is_timed(h, s))
		say_too_long(h, s, out);
	else
		say_late(h, s, now_ms, out);
	h->untold = false;
	h->raised_ms = now_ms;
}

void
heartbeat_excuse(struct heartbeat *h, const struct heartbeat_settings *s,
    int64_t now_ms)
{
	if (heartbeat_due(h, s) <= now_ms)
		h->excused_ms = now_ms + s->grace_ms;
}

void
heartbeat_listen(struct heartbeat *h, const struct heartbeat_settings *s,
    bool all, int64_t now_ms)
{
	if (!all && heartbeat_due(h, s) > now_ms)
		return;
	h->excused_ms = now_ms + s->grace_ms;
	h->listening_ms = now_ms;
}

static bool
not_after(int64_t *at_ms, int64_t now_ms)
{
	if (*at_ms <= now_ms)
		return false;
	*at_ms = now_ms;
	return true;
}

bool
heartbeat_clamp(struct heartbeat *h, int64_t now_ms)
{
	bool changed = not_after(&h->since_ms, now_ms);

	changed |= not_after(&h->last_ms, now_ms);
	changed |= not_after(&h->started_ms, now_ms);
	changed |= not_after(&h->failed_ms, now_ms);
	changed |= not_after(&h->raised_ms, now_ms);
	return changed;
}

const char *
heartbeat_state(const struct heartbeat *h, const struct heartbeat_settings *s,
    int64_t now_ms)
{
	if (h->paused)
		return "paused";
	if (h->failed_ms != 0)
		return "failed";
	if (heartbeat_expected(h, s) <= now_ms)
		return is_timed(h, s) ? "too long" : "late";
	if (h->started_ms != 0)
		return "running";
	return h->last_ms != 0 ? "well" : "new";
}

json_t *
heartbeat_record(const struct heartbeat *h)
{
	json_t *o = json_object();

	record_set_int(o, "since_ms", h->since_ms);
	record_set_int(o, "last_ms", h->last_ms);
	record_set_int(o, "started_ms", h->started_ms);
	record_set_int(o, "took_ms", h->took_ms);
	record_set_int(o, "failed_ms", h->failed_ms);
	record_set_int(o, "raised_ms", h->raised_ms);
	record_set_int(o, "code", h->code);
	record_set_bool(o, "untold", h->untold);
	record_set_bool(o, "paused", h->paused);
	if (h->said != NULL)
		record_set_text(o, "said", h->said);
	return o;
}

/* Not before the beginning of time. */
static int64_t
read_ms(const json_t *o, const char *key)
{
	return later(record_int(o, key, 0), 0);
}

void
heartbeat_read(const json_t *o, struct heartbeat *h)
{
	const char *said = record_string(o, "said");

	*h = (struct heartbeat){
		.since_ms = read_ms(o, "since_ms"),
		.last_ms = read_ms(o, "last_ms"),
		.started_ms = read_ms(o, "started_ms"),
		.took_ms = read_ms(o, "took_ms"),
		.failed_ms = read_ms(o, "failed_ms"),
		.raised_ms = read_ms(o, "raised_ms"),
		.code = record_choice(o, "code", HEARTBEAT_CODE_MAX + 1, 0),
		.untold = record_bool(o, "untold"),
		.paused = record_bool(o, "paused"),
	};
	if (said != NULL)
		h->said = heartbeat_said(said, strlen(said));
}
