/*
 * fuzz_twilio: what comes in by Twilio's interface: forms, signatures,
 * answers, what is said of messages, and what people write back.
 *
 * A form is read whole or not at all, its signature fits it and no other key;
 * what is written without the code of a page takes nothing.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/form.h"
#include "lib/text.h"
#include "pager/duty.h"
#include "pager/sms_text.h"
#include "pager/twilio_outcome.h"
#include "pager/twilio_sign.h"
#include "pager/twiml.h"
#include "tests/fuzz/fuzz.h"

static void
try_form(const char *body, size_t length)
{
	char signature[TWILIO_SIGNATURE];
	struct form f;
	const char *word;

	if (!form_read(body, length, &f)) {
		must(f.text == NULL);
		return;
	}
	must(f.count <= FORM_FIELDS_MAX);
	twilio_sign("12345", "https://p.example/x", &f, signature);
	must(strlen(signature) == TWILIO_SIGNATURE - 1);
	must(twilio_is_signed("12345", "https://p.example:443/x", &f,
	    signature));
	must(!twilio_is_signed("12346", "https://p.example/x", &f, signature));
	word = twilio_receipt(form_value(&f, "MessageStatus"),
	    form_value(&f, "ErrorCode"));
	must(word == NULL || strlen(word) > 0);
	form_clear(&f);
}

static void
try_answer(const char *text)
{
	struct hook_answer a = { .body = text, .status = 201 };
	struct channel_answer out;
	struct message m = { .possible_repeat = true, .reply = "042817" };
	struct sms s;
	char *xml;

	twilio_outcome(&a, &out);
	must(strlen(out.detail) < sizeof(out.detail));
	a.status = 400;
	twilio_outcome(&a, &out);
	must(out.sent == SENT_FAILED || out.sent == SENT_BROKEN);
	text_copy(m.sms, sizeof(m.sms), text);
	text_copy(m.link, sizeof(m.link), text);
	sms_text(&m, &s);
	must(s.parts >= 1 && s.parts <= SMS_PARTS_MAX);
	must(strstr(s.text, "Reply 042817 take") != NULL);
	xml = twiml_message(text);
	must(strchr(xml + strlen(xml) - 12, '<') != NULL);
	free(xml);
	(void)twilio_is_signed("k", text, NULL, text);
	(void)twilio_body_is_signed("k", text, text, strlen(text), text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	try_form((const char *)data, size);
	try_answer(text);
	free(text);
	return 0;
}
