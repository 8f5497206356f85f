/*
 * burden_past: the watches that have been, as records of the pager's "past"
 * have them, and those since by the tree.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
#include "lib/text.h"
#include "pager/burden_parts.h"

/* One for who had it, one for who was second. */
void
burden_had(struct burden *b, const struct burden_hours *h)
{
	struct burden_watch w = { .from_ms = h->from_ms, .to_ms = h->to_ms };

	text_copy(w.rota, sizeof(w.rota), h->rota);
	text_copy(w.uid, sizeof(w.uid), h->uid);
	if (h->person[0] != '\0') {
		text_copy(w.person, sizeof(w.person), h->person);
		burden_watch(b, &w);
	}
	if (h->secondary[0] == '\0')
		return;
	text_copy(w.person, sizeof(w.person), h->secondary);
	w.second = true;
	burden_watch(b, &w);
}

static const char *
text_of(const json_t *o, const char *key)
{
	const char *text = record_string(o, key);

	return text != NULL ? text : "";
}

bool
burden_past(struct burden *b, const char *field, const char *value,
    size_t length)
{
	const char *colon = strrchr(field, ':');
	json_t *o = json_loadb(value, length, 0, NULL);
	struct burden_hours h = { .to_ms = record_int(o, "to_ms", 0),
		.from_ms = colon != NULL ? strtoll(colon + 1, NULL, 10) : -1,
		.person = text_of(o, "person"),
		.secondary = text_of(o, "secondary"),
		.uid = text_of(o, "uid") };
	bool is_past =
	    h.from_ms >= 0 && h.from_ms < h.to_ms && h.to_ms < BURDEN_END_MS;
	char rota[64];

	if (is_past) {
		text_format(rota, sizeof(rota), "%.*s", (int)(colon - field),
		    field);
		h.rota = rota;
		burden_had(b, &h);
	}
	json_decref(o);
	return is_past;
}

/* Until when the records tell of a rota; 0: of nothing. */
static int64_t
told_until(const struct burden *b, const char *rota)
{
	int64_t until_ms = 0;

	for (size_t i = 0; i < b->watch_count; i++)
		if (b->watches[i].to_ms > until_ms &&
		    strcmp(b->watches[i].rota, rota) == 0)
			until_ms = b->watches[i].to_ms;
	return until_ms;
}

static void
add_stretch(struct burden *b, const struct override *overrides, size_t count,
    const struct stretch *s)
{
	struct stretch whole = *s;
	char uid[ROTA_UID];

	rota_whole(overrides, count, &whole);
	rota_uid(&whole, uid);
	burden_had(b,
	    &(struct burden_hours){ s->rota->name,
		s->person != NULL ? s->person->name : "",
		s->secondary != NULL ? s->secondary->name : "", uid, s->from_ms,
		s->to_ms });
}

void
burden_since(struct burden *b, const struct rota *rota,
    const struct override *overrides, size_t count, int64_t now_ms)
{
	int64_t at_ms = told_until(b, rota->name);
	struct stretch s;

	if (at_ms < b->period.from_ms)
		at_ms = at_ms == 0 ? now_ms : b->period.from_ms;
	for (; at_ms <= now_ms; at_ms = s.to_ms) {
		(void)rota_at(rota, overrides, count, at_ms, &s);
		add_stretch(b, overrides, count, &s);
	}
}
