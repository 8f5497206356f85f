/* twilio_outcome: see twilio_outcome.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
#include "lib/text.h"
#include "pager/twilio_outcome.h"

bool
twilio_code_is_of_number(int code)
{
	static const int codes[] = {
		21211, /* not a number */
		21214, /* cannot be reached */
		21217, /* as 21211, of a call */
		21610, /* has said STOP */
		21614, /* not a mobile */
		30004, /* blocked */
		30005, /* unknown */
		30006, /* a landline, or a carrier that is not reached */
		30007, /* filtered */
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* "answered 400: 21211 The 'To' number is not valid". */
static void
say_error(const json_t *o, int status, struct channel_answer *out)
{
	const char *why = record_string(o, "message");
	int code = (int)record_int(o, "code", 0);
	struct text t = { 0 };

	text_addf(&t, "answered %d: %d ", status, code);
	text_add_plain(&t, why != NULL ? why : "");
	text_copy(out->detail, sizeof(out->detail), t.data);
	text_clear(&t);
	if (out->sent == SENT_FAILED && twilio_code_is_of_number(code))
		out->sent = SENT_BROKEN;
}

static void
say_taken(const json_t *o, int status, struct channel_answer *out)
{
	const char *id = record_string(o, "sid");
	const char *how = record_string(o, "status");
	struct text t = { 0 };

	text_addf(&t, "answered %d: ", status);
	if (id == NULL || id[0] == '\0') {
		out->sent = SENT_FAILED_NOW;
		text_add(&t, "no id, so nobody has it");
	} else {
		char known[TWILIO_ID_MAX];

		text_copy(known, sizeof(known), id);
		text_add_plain(&t, known);
		text_add(&t, " ");
		text_add_plain(&t, how != NULL ? how : "");
	}
	text_copy(out->detail, sizeof(out->detail), t.data);
	text_clear(&t);
}

void
twilio_outcome(const struct hook_answer *a, struct channel_answer *out)
{
	json_t *o;

	hook_outcome(a, out);
	if (a->trouble != NULL)
		return;
	o = json_loads(a->body, 0, NULL);
	if (out->sent == SENT_HANDED_OVER)
		say_taken(o, a->status, out);
	else if (record_int(o, "code", 0) != 0)
		say_error(o, a->status, out);
	json_decref(o);
}

const char *
twilio_receipt(const char *status, const char *code)
{
	static const struct {
		const char *status, *word;
	} words[] = { { "delivered", "delivered" }, { "read", "delivered" },
		{ "undelivered", "failed" }, { "failed", "failed" },
		{ "canceled", "failed" } };
	size_t digits = strspn(code, "0123456789");
	int number = digits == 5 && code[digits] == '\0' ? atoi(code) : 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(status, words[i].status) == 0)
			return strcmp(words[i].word, "failed") == 0 &&
				twilio_code_is_of_number(number)
			    ? "broken"
			    : words[i].word;
	return NULL;
}
