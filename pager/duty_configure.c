/* Another configuration: what is open goes on under it. */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_parts.h"

/* A rota was edited in the middle of a watch: the watch is still theirs. */
static void
keep_watch(struct duty *d, const struct settings *old, const struct rota *rota,
    int64_t now_ms)
{
	const struct rota *was = settings_rota(old, rota->name);
	struct override keep = { 0 };
	struct stretch before, after;

	if (was == NULL ||
	    !rota_at(was, d->overrides, d->override_count, now_ms, &before))
		return;
	keep.who = settings_person(d->settings, before.person->name);
	text_copy(keep.person, sizeof(keep.person), before.person->name);
	if (!rota_at(rota, NULL, 0, now_ms, &after) || keep.who == NULL ||
	    before.override != NULL ||
	    strcmp(after.person->name, keep.person) == 0)
		return;
	keep.from_ms = now_ms;
	keep.to_ms = before.to_ms < after.to_ms ? before.to_ms : after.to_ms;
	text_copy(keep.rota, sizeof(keep.rota), rota->name);
	text_copy(keep.by, sizeof(keep.by), "reload");
	if (duty_add_override(d, &keep, now_ms) != NULL)
		duty_journal(d, NULL, "reload", "watch kept", keep.person,
		    now_ms);
}

/* Who has it is not among the people any more, and can neither act nor be
   told: it calls again. */
static void
release(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct page_policy policy;
	char owner[64], text[128];

	text_copy(owner, sizeof(owner), inc->page.owner);
	duty_policy(d, inc, &policy);
	if (inc->closed_ms != 0 || owner[0] == '\0' || policy.ladder == NULL ||
	    settings_person(d->settings, owner) != NULL)
		return;
	text_format(text, sizeof(text),
	    "%s has it, and is not among the people any more: it calls again",
	    owner);
	incident_note(inc, now_ms, "pager", text);
	duty_journal(d, inc, "pager", "owner left", owner, now_ms);
	(void)page_decline(&inc->page, &policy, owner, now_ms);
	inc->unheld_ms = now_ms;
	duty_dirty(d, inc);
}

void
duty_release_left(struct duty *d, int64_t now_ms)
{
	for (struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		release(d, inc, now_ms);
}

void
duty_configure(struct duty *d, const struct settings *settings, int64_t now_ms)
{
	const struct settings *old = d->settings;

	d->settings = settings;
	if (d->started)
		CONF_EACH (const struct rota, rota, &settings->rotas)
			keep_watch(d, old, rota, now_ms);
	for (size_t i = 0; i < d->override_count; i++)
		d->overrides[i].who =
		    settings_person(settings, d->overrides[i].person);
	if (!d->started)
		return; /* pages may still be missing that say who is called */
	duty_release_left(d, now_ms);
	duty_forget_contacts(d);
	duty_recheck_pages(d, now_ms);
	duty_time(d, now_ms);
}
