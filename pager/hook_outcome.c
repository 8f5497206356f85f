/* hook_outcome: see hook_outcome.h. */
#include <string.h>

#include "lib/text.h"
#include "pager/hook_outcome.h"

static enum sent
sent_of(int status)
{
	if (status >= 200 && status < 300)
		return SENT_HANDED_OVER;
	if (status >= 500 || status == 408 || status == 425 || status == 429)
		return SENT_FAILED_NOW;
	return SENT_FAILED;
}

/* "120"; anything else is for long. */
static int64_t
rest_ms(const char *text)
{
	int64_t seconds = 0;
	size_t digits;

	if (text == NULL)
		return 0;
	digits = strspn(text, "0123456789");
	if (digits == 0 || digits > 4 || text[digits] != '\0')
		return HOOK_REST_MS;
	while (*text != '\0')
		seconds = seconds * 10 + (*text++ - '0');
	return seconds * 1000 < HOOK_REST_MS ? seconds * 1000 : HOOK_REST_MS;
}

/* The beginning of the first line that says anything. */
static void
add_line(struct text *t, const char *body)
{
	const char *line = body + strspn(body, " \t\r\n");
	char first[HOOK_LINE_MAX + 1];
	size_t length = strcspn(line, "\r\n");

	if (length == 0)
		return;
	text_format(first, sizeof(first), "%.*s", (int)length, line);
	text_add(t, ": ");
	text_add_plain(t, first);
}

void
hook_outcome(const struct hook_answer *a, struct channel_answer *out)
{
	struct text t = { 0 };

	*out = (struct channel_answer){ .sent = SENT_FAILED_NOW };
	if (a->trouble == NULL) {
		out->sent = sent_of(a->status);
		text_addf(&t, "answered %d", a->status);
	} else
		text_add(&t, a->trouble);
	if (out->sent == SENT_FAILED_NOW && a->trouble == NULL)
		out->wait_ms = rest_ms(a->retry_after);
	if (a->trouble == NULL)
		add_line(&t, a->body);
	text_copy(out->detail, sizeof(out->detail), t.data);
	text_clear(&t);
}
