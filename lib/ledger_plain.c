/* ledger_plain: see the header. */
#include <string.h>

#include "lib/interval.h"
#include "lib/ledger_plain.h"

#define WORD_ROOM 24
#define DIGITS_MAX 15 /* of any instant */

struct scan {
	const char *at, *end;
};

static bool
skip(struct scan *s, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(s->end - s->at) < n || memcmp(s->at, text, n) != 0)
		return false;
	s->at += n;
	return true;
}

/* As JSON has them: no zero in front, and none that is less than nothing. */
static bool
take_number(struct scan *s, int64_t *out)
{
	bool is_negative = skip(s, "-");
	const char *begin = s->at;
	int64_t n = 0;

	while (s->at < s->end && *s->at >= '0' && *s->at <= '9' &&
	    s->at - begin < DIGITS_MAX)
		n = n * 10 + (*s->at++ - '0');
	if (s->at == begin || (*begin == '0' && s->at - begin > 1) ||
	    (n == 0 && is_negative) || n > TIME_MAX)
		return false;
	*out = is_negative ? -n : n;
	return true;
}

static bool
take_word(struct scan *s, char out[WORD_ROOM])
{
	size_t n = 0;

	while (s->at < s->end && n < WORD_ROOM - 1 &&
	    ((*s->at >= 'a' && *s->at <= 'z') || *s->at == '_'))
		out[n++] = *s->at++;
	out[n] = '\0';
	return n > 0;
}

static bool
take_kind(struct scan *s, enum ledger_kind *out)
{
	*out = skip(s, "down") ? LEDGER_DOWN : LEDGER_UNKNOWN;
	return *out == LEDGER_DOWN || skip(s, "unknown");
}

static bool
take_reason(struct scan *s, enum reason *out)
{
	char word[WORD_ROOM];
	int reason = take_word(s, word) ? reason_parse(word) : -1;

	if (reason < 0)
		return false;
	*out = (enum reason)reason;
	return true;
}

static bool
take_removed(struct scan *s, bool *out)
{
	*out = skip(s, "true");
	return *out || skip(s, "false");
}

bool
ledger_plain_stretch(const char *data, size_t length,
    struct ledger_stretch *out)
{
	struct scan s = { data, data + length };
	struct ledger_stretch r;

	if (!skip(&s, "{\"kind\":\"") || !take_kind(&s, &r.kind) ||
	    !skip(&s, "\",\"from\":") || !take_number(&s, &r.from_ms) ||
	    !skip(&s, ",\"to\":") || !take_number(&s, &r.to_ms) ||
	    !skip(&s, ",\"from_before\":") ||
	    !take_number(&s, &r.from_before_ms) ||
	    !skip(&s, ",\"to_before\":") || !take_number(&s, &r.to_before_ms) ||
	    !skip(&s, ",\"reason\":\"") || !take_reason(&s, &r.reason) ||
	    !skip(&s, "\",\"removed\":") || !take_removed(&s, &r.removed) ||
	    !skip(&s, "}") || s.at != s.end)
		return false;
	if (r.to_ms == 0) /* it goes on */
		r.to_ms = r.to_before_ms = NEVER;
	if (r.to_ms <= r.from_ms)
		return false;
	*out = r;
	return true;
}
