/* observation: the words of outcomes and reasons. */
#include <string.h>

#include "lib/observation.h"
#include "lib/text.h"

static const char *const outcomes[OUTCOMES] = {
	[OUTCOME_OK] = "ok",
	[OUTCOME_SLOW] = "slow",
	[OUTCOME_FAILED] = "failed",
	[OUTCOME_MAINTENANCE] = "maintenance",
	[OUTCOME_UNKNOWN] = "unknown",
};

static const char *const reasons[REASONS] = {
	[REASON_NONE] = "none",
	[REASON_DNS] = "dns",
	[REASON_CONNECT] = "connect",
	[REASON_TLS] = "tls",
	[REASON_TIMEOUT] = "timeout",
	[REASON_PROTOCOL] = "protocol",
	[REASON_HTTP_STATUS] = "http_status",
	[REASON_REDIRECT] = "redirect",
	[REASON_TRUNCATED] = "truncated",
	[REASON_CONTENT] = "content",
	[REASON_LOGIN] = "login",
	[REASON_SESSION] = "session",
	[REASON_AGENT] = "agent",
	[REASON_BLOCKED] = "blocked",
	[REASON_PROBE_SAFETY] = "probe_safety",
};

/* What the endpoint did, for people. */
static const char *const reason_said[REASONS] = {
	[REASON_NONE] = "",
	[REASON_DNS] = "could not be found by its name",
	[REASON_CONNECT] = "could not be connected to",
	[REASON_TLS] = "failed in the TLS handshake",
	[REASON_TIMEOUT] = "did not answer in time",
	[REASON_PROTOCOL] = "did not answer in proper HTTP",
	[REASON_HTTP_STATUS] = "answered with an error",
	[REASON_REDIRECT] = "answered with a redirect",
	[REASON_TRUNCATED] = "broke off its answer",
	[REASON_CONTENT] = "showed a wrong page",
	[REASON_LOGIN] = "refused the login",
	[REASON_SESSION] = "lost the session",
	[REASON_AGENT] = "could not be looked at, by our own fault",
	[REASON_BLOCKED] = "turned our probe away",
	[REASON_PROBE_SAFETY] = "was not probed, to be safe",
};

const char *
outcome_text(enum outcome outcome)
{
	return outcomes[outcome];
}

const char *
reason_text(enum reason reason)
{
	return reasons[reason];
}

static int
find(const char *const *words, int count, const char *word)
{
	for (int i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

int
outcome_parse(const char *word)
{
	return find(outcomes, OUTCOMES, word);
}

int
reason_parse(const char *word)
{
	return find(reasons, REASONS, word);
}

const char *
reason_words(enum reason reason)
{
	return reason_said[reason];
}

const char *
reason_code_words(const char *code)
{
	int reason = reason_parse(code);

	return reason < 0 ? code : reason_said[reason];
}

/* The HTTP status that a probe's words name ("answers 503"), or 0. */
static int
status_in(const char *detail)
{
	size_t lead = strcspn(detail, "0123456789");
	const char *s = detail + lead;

	if (strspn(s, "0123456789") != 3 || s[0] < '1' || s[0] > '5' ||
	    (lead > 0 && s[-1] != ' '))
		return 0;
	return (s[0] - '0') * 100 + (s[1] - '0') * 10 + s[2] - '0';
}

static bool
say_reason(enum reason reason, const char *detail, char *out, size_t room)
{
	int status = 0;

	if (reason == REASON_HTTP_STATUS || reason == REASON_REDIRECT)
		status = status_in(detail);
	if (status != 0) {
		text_format(out, room, "answered %d", status);
		return strlen(detail) > strlen("answers 503");
	}
	if (reason == REASON_CONNECT &&
	    strcmp(detail, "connection refused") == 0) {
		text_copy(out, room, "refused the connection");
		return false;
	}
	text_copy(out, room, reason_said[reason]);
	return detail[0] != '\0' && strcmp(detail, reasons[reason]) != 0;
}

bool
outcome_say(enum outcome outcome, enum reason reason, const char *detail,
    char *out, size_t room)
{
	static const char *const plain[OUTCOMES] = {
		[OUTCOME_OK] = "well",
		[OUTCOME_SLOW] = "slow",
		[OUTCOME_FAILED] = "failed",
		[OUTCOME_MAINTENANCE] = "showed a maintenance page",
		[OUTCOME_UNKNOWN] = "not known",
	};

	if (reason != REASON_NONE)
		return say_reason(reason, detail, out, room);
	text_copy(out, room, plain[outcome]);
	return detail[0] != '\0';
}

bool
outcome_code_say(const char *outcome, const char *reason, const char *detail,
    char *out, size_t room)
{
	int o = outcome_parse(outcome), r = reason_parse(reason);

	if (o >= 0 && (r >= 0 || reason[0] == '\0'))
		return outcome_say((enum outcome)o,
		    r < 0 ? REASON_NONE : (enum reason)r, detail, out, room);
	text_format(out, room, "%s %s", outcome, reason);
	return detail[0] != '\0';
}
