/* observation: the words of outcomes and reasons. */
#include <string.h>

#include "lib/observation.h"

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
