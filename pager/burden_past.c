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
static void
add(struct burden *b, struct burden_watch *w, const char *person,
    const char *secondary)
{
	if (person[0] != '\0') {
		text_copy(w->person, sizeof(w->person), person);
		burden_watch(b, w);
	}
	if (secondary[0] == '\0')
		return;
	text_copy(w->person, sizeof(w->person), secondary);
	w->second = true;
	burden_watch(b, w);
}

bool
burden_past(struct burden *b, const char *field, const char *value,
    size_t length)
{
	const char *colon = strrchr(field, ':');
	json_t *o = json_loadb(value, length, 0, NULL);
	struct burden_watch w = { .to_ms = record_int(o, "to_ms", 0) };
	char person[64], secondary[64];
	bool is_past = colon != NULL && json_is_object(o);

	(void)record_text(o, "uid", w.uid, sizeof(w.uid));
	(void)record_text(o, "person", person, sizeof(person));
	(void)record_text(o, "secondary", secondary, sizeof(secondary));
	json_decref(o);
	if (is_past) {
		w.from_ms = strtoll(colon + 1, NULL, 10);
		text_format(w.rota, sizeof(w.rota), "%.*s",
		    (int)(colon - field), field);
	}
	if (!is_past || w.from_ms < 0 || w.from_ms >= w.to_ms ||
	    w.to_ms >= BURDEN_END_MS)
		return false;
	add(b, &w, person, secondary);
	return true;
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
	struct burden_watch w = { .from_ms = s->from_ms, .to_ms = s->to_ms };
	struct stretch whole = *s;

	rota_whole(overrides, count, &whole);
	rota_uid(&whole, w.uid);
	text_copy(w.rota, sizeof(w.rota), s->rota->name);
	add(b, &w, s->person != NULL ? s->person->name : "",
	    s->secondary != NULL ? s->secondary->name : "");
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
