/*
 * duty_called: what the journal keeps of a call: whom, by which way, at which
 * level of the ladder, and why this person.  "sunwatch why" reads it again
 * (woken.h) when rotas and people are others.
 */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_parts.h"

/* Is this one called as the second of a watch? */
static bool
is_second(const struct level *level, const struct stretch *s,
    const char *person)
{
	return level->call == CALL_SECONDARY ||
	    (level->call == CALL_WATCH && s->secondary != NULL &&
		strcmp(s->secondary->name, person) == 0);
}

/* Whose watch it is then, and what made it theirs: all of that is about the
   first, of the second it is known until when. */
static void
set_watch(json_t *o, const struct page_policy *policy,
    const struct level *level, const char *person, int64_t now_ms)
{
	struct stretch s;
	bool second;

	if (level->rota == NULL || level->call == CALL_NEXT)
		return; /* nobody's watch */
	(void)rota_at(level->rota, policy->overrides, policy->override_count,
	    now_ms, &s);
	second = is_second(level, &s, person);
	if (!second)
		rota_whole(policy->overrides, policy->override_count, &s);
	record_set_int(o, "watch_until_ms", s.to_ms);
	if (second)
		return;
	if (s.override != NULL) {
		record_set_text(o, "override", s.override->id);
		record_set_text(o, "override_by", s.override->by);
	}
	if (s.layer != NULL)
		record_set_text(o, "layer", s.layer->name);
	if (s.instead != NULL)
		record_set_text(o, "instead", s.instead->name);
	record_set_bool(o, "filled", s.filled);
}

/* On whose account: a level of its ladder, or none. */
static const char *
set_level(json_t *o, const struct page_policy *policy, const struct page *page,
    const struct intent *i, int64_t now_ms)
{
	bool late = i->kind == MESSAGE_UPDATE_DUE;
	const struct level *levels = policy->ladder->levels.items;

	record_set_int(o, "until_ms", page->level_until_ms);
	if (page->level == PAGE_DIRECT && late)
		return "owner";
	if (page->level == PAGE_DIRECT)
		return page->worse ? "worse" : "handed on";
	record_set_int(o, "level", page->level + 1);
	record_set_int(o, "levels", (int64_t)policy->ladder->levels.count);
	record_set_int(o, "round", page->round + 1);
	set_watch(o, policy, &levels[page->level], i->person, now_ms);
	return levels[page->level].call_text;
}

void
duty_journal_call(struct duty *d, const struct incident *inc,
    const struct intent *i, const struct page *page, int64_t now_ms)
{
	bool late = i->kind == MESSAGE_UPDATE_DUE;
	const char *from = "last resort";
	json_t *o = json_object();
	struct page_policy policy;
	char text[400];

	duty_policy(d, inc, &policy);
	record_set_text(o, "intent", i->id);
	record_set_text(o, "person", i->person);
	record_set_text(o, "channel", channel_text(i->channel));
	record_set_bool(o, "late", late);
	if (page != NULL)
		from = set_level(o, &policy, page, i, now_ms);
	record_set_text(o, "from", from);
	text_format(text, sizeof(text), "%s to %s by %s: %.160s", i->id,
	    i->person, channel_text(i->channel), from);
	duty_journal_more(d, inc, "pager", "calls", text, o, now_ms);
}
