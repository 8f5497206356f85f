/* claim: see claim.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/claim.h"
#include "lib/interval.h"
#include "lib/ledger.h"
#include "lib/record.h"
#include "lib/record_whole.h"
#include "lib/text.h"

static const char *const reasons[] = { "client", "third-party", "force-majeure",
	"suspended" };
static const char *const consents[] = { "unanswered", "agreed", "disputed" };
#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

static int
find(const char *const *list, int count, const char *text)
{
	for (int i = 0; i < count; i++)
		if (strcmp(list[i], text) == 0)
			return i;
	return -1;
}

const char *
claim_reason_text(int reason)
{
	return reasons[reason];
}

int
claim_reason_parse(const char *text)
{
	return find(reasons, COUNT(reasons), text);
}

const char *
claim_consent_text(int consent)
{
	return consents[consent];
}

int
claim_consent_parse(const char *text)
{
	return find(consents, COUNT(consents), text);
}

void
claim_free(struct claim *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->endpoint_count; i++)
		free(c->endpoints[i]);
	for (size_t i = 0; i < c->count; i++) {
		free(c->answers[i].by);
		free(c->answers[i].who);
		free(c->answers[i].text);
	}
	free(c->endpoints);
	free(c->answers);
	free(c->client);
	free(c->id);
	free(c->by);
	free(c->text);
	free(c->claimant);
	free(c->evidence);
	free(c);
}

enum claim_consent
claim_consent(const struct claim *c)
{
	return c->count == 0
	    ? CLAIM_UNANSWERED
	    : (enum claim_consent)c->answers[c->count - 1].consent;
}

void
claim_add_answer(struct claim *c, const struct claim_answer *answer)
{
	struct claim_answer own = *answer;

	own.by = mem_text(answer->by);
	own.who = mem_text(answer->who);
	own.text = answer->text != NULL ? mem_text(answer->text) : NULL;
	c->answers = mem_grow(c->answers, (c->count + 1) * sizeof(own));
	c->answers[c->count++] = own;
}

/* ---- records ---- */

static json_t *
pack_answer(const struct claim_answer *a)
{
	json_t *o = json_pack("{s:I, s:o, s:s, s:o}", "at",
	    (json_int_t)a->at_ms, "by", record_foreign(a->by), "consent",
	    consents[a->consent], "who", record_foreign(a->who));

	if (a->text != NULL)
		record_set_text(o, "text", a->text);
	return o;
}

char *
claim_encode(const struct claim *c)
{
	json_t *o = json_pack("{s:I, s:o, s:I, s:I, s:s, s:o, s:o}", "at",
	    (json_int_t)c->at_ms, "by", record_foreign(c->by), "from",
	    (json_int_t)c->from_ms, "to", (json_int_t)c->to_ms, "reason",
	    reasons[c->reason], "text", record_foreign(c->text), "claimant",
	    record_foreign(c->claimant));
	json_t *list = json_array();
	char *text;

	if (c->evidence != NULL)
		record_set_text(o, "evidence", c->evidence);
	for (size_t i = 0; i < c->endpoint_count; i++)
		json_array_append_new(list, json_string(c->endpoints[i]));
	if (c->endpoint_count > 0)
		json_object_set(o, "endpoints", list);
	json_decref(list);
	list = json_array();
	for (size_t i = 0; i < c->count; i++)
		json_array_append_new(list, pack_answer(&c->answers[i]));
	json_object_set_new(o, "answers", list);
	text = record_dump(o);
	json_decref(o);
	return text;
}

static int
word(const json_t *o, const char *key, const char *const *list, int count,
    char error[160])
{
	const char *text = record_string(o, key);
	int n = text != NULL ? find(list, count, text) : -1;

	if (n < 0)
		whole_fault(error, key, "not known");
	return n < 0 ? 0 : n;
}

static void
read_answers(const json_t *o, struct claim *c, char error[160])
{
	const json_t *list = json_object_get(o, "answers"), *a;
	size_t n = json_array_size(list), i;

	if (!json_is_array(list) || n > CLAIM_ANSWERS_MAX) {
		whole_fault(error, "answers", "expected at most 64 of them");
		return;
	}
	c->answers = mem_alloc((n + 1) * sizeof(*c->answers));
	json_array_foreach(list, i, a)
	{
		struct claim_answer *out = &c->answers[c->count++];

		*out = (struct claim_answer){ .at_ms =
						  whole_instant(a, "at", error),
			.by = whole_text(a, "by", error),
			.who = whole_text(a, "who", error),
			.consent = word(a, "consent", consents, COUNT(consents),
			    error),
			.text = whole_text_maybe(a, "text", error) };
	}
}

static void
read_all(const json_t *o, const char *field, struct claim *c, char error[160])
{
	*c = (struct claim){ .at_ms = whole_instant(o, "at", error),
		.by = whole_text(o, "by", error),
		.reason = word(o, "reason", reasons, COUNT(reasons), error),
		.text = whole_text(o, "text", error),
		.claimant = whole_text(o, "claimant", error),
		.evidence = whole_text_maybe(o, "evidence", error) };
	whole_span(o, &c->from_ms, &c->to_ms, error);
	whole_field(field, "exclusion", CLAIM_ID_MAX, &c->client, &c->id,
	    error);
	whole_endpoints(o, CLAIM_ENDPOINTS_MAX, &c->endpoints,
	    &c->endpoint_count, error);
	read_answers(o, c, error);
}

struct claim *
claim_decode(const char *field, const void *data, size_t length,
    char error[160])
{
	json_t *o = whole_load(data, length, error);
	struct claim *c;

	if (o == NULL)
		return NULL;
	c = mem_alloc(sizeof(*c));
	read_all(o, field, c, error);
	json_decref(o);
	if (error[0] == '\0')
		return c;
	claim_free(c);
	return NULL;
}
