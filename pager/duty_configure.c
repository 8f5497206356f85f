/* Another configuration: what is open goes on under it. */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/duty_heartbeats.h"
#include "pager/duty_rotas.h"

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

/* Plans may say another thing of severities. */
static void
weigh_all(struct duty *d, int64_t now_ms)
{
	for (struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		if (inc->closed_ms == 0)
			duty_reweigh(d, inc, now_ms);
}

void
duty_configure(struct duty *d, const struct settings *settings, int64_t now_ms)
{
	const struct settings *old = d->settings;
	size_t count = d->override_count;
	struct override *was = NULL;

	if (count > 0)
		was = mem_copy(d->overrides, count * sizeof(*was));
	d->settings = settings;
	for (size_t i = 0; i < count; i++)
		d->overrides[i].who =
		    settings_person(settings, d->overrides[i].person);
	if (d->started) { /* before, pages may be missing */
		rotas_follow(d, old, was, count, now_ms);
		heartbeats_follow(d, false, now_ms);
		duty_release_left(d, now_ms);
		weigh_all(d, now_ms);
		duty_forget_contacts(d);
		duty_recheck_pages(d, now_ms);
		duty_time(d, now_ms);
	}
	free(was);
}
