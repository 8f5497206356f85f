/* What helps whoever is called: addresses, runbooks, what was before. */
#include <string.h>

#include "pager/duty_foreign.h"
#include "pager/duty_words.h"

/* The first of them begins a paragraph. */
static void
add_setting(struct duty_words *w, bool *any, const char *label,
    const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	text_add(w->text, *any ? "" : "\n");
	*any = true;
	text_add(w->text, label);
	duty_say_plain(w, value);
	text_add(w->text, "\n");
}

void
duty_say_known(struct duty_words *w)
{
	const struct settings *s = w->duty->settings;
	const struct endpoint *e = settings_endpoint_once(s, w->inc->subject);
	const struct client *c = settings_client(s, w->inc->client);
	bool any = false;

	add_setting(w, &any, "Runbook: ", foreign_runbook(s, w->inc->subject));
	if (e != NULL) {
		add_setting(w, &any, "Address: ", e->url);
		add_setting(w, &any, "Runbook: ", e->probe.runbook);
		add_setting(w, &any, "Notes: ", e->probe.notes);
	}
	if (e != NULL && e->platform != NULL) {
		add_setting(w, &any, "Platform: ", e->platform->name);
		add_setting(w, &any,
		    "Runbook of the platform: ", e->platform->defaults.runbook);
		add_setting(w, &any,
		    "Notes on the platform: ", e->platform->defaults.notes);
	}
	if (c != NULL)
		add_setting(w, &any, "Contact for the client: ", c->contact);
}

static void
add_before(struct duty_words *w, const struct incident *last)
{
	text_addf(w->text, "  %s ", last->id);
	duty_say_instant(w, last->since_ms);
	text_add(w->text, ", ");
	duty_say_length(w, last->closed_ms - last->since_ms);
	text_add(w->text, ": ");
	duty_say_plain(w, last->ended);
	text_add(w->text, "\n");
}

/* Newest first; the oldest makes room. */
static size_t
insert(const struct incident *last[], size_t count, const struct incident *inc)
{
	size_t i = count;

	while (i > 0 && last[i - 1]->number < inc->number)
		i--;
	if (i == DUTY_BEFORE_SHOWN)
		return count;
	count += count < DUTY_BEFORE_SHOWN;
	memmove(last + i + 1, last + i, (count - i - 1) * sizeof(last[0]));
	last[i] = inc;
	return count;
}

size_t
duty_before(const struct duty *d, const struct incident *inc,
    const struct incident *last[DUTY_BEFORE_SHOWN])
{
	size_t count = 0;

	for (size_t i = 0; i < d->past.count; i++) {
		const struct incident *other = d->past.nodes[i]->owner;

		if (other->number < inc->number &&
		    incident_member(other, inc->subject) != NULL)
			count = insert(last, count, other);
	}
	return count;
}

/* The last incidents of the same thing, newest first. */
void
duty_say_before(struct duty_words *w)
{
	const struct incident *last[DUTY_BEFORE_SHOWN] = { NULL };
	size_t count = duty_before(w->duty, w->inc, last);

	if (count > 0)
		text_add(w->text, "\nBefore:\n");
	for (size_t k = 0; k < count; k++)
		add_before(w, last[k]);
}
