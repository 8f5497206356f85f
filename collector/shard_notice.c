/*
 * shard_notice: what a client wants of maintenance: none in its blackouts, and
 * notice of it.  Of one that is not in the settings any more nothing is known.
 */
#include "collector/shard_order.h"

bool
order_heed_blackouts(struct order *o, const char *client, int64_t from_ms,
    int64_t to_ms, bool force, const char **found)
{
	const struct client *c = settings_client(o->s->settings, client);
	const char *blackout =
	    c != NULL ? settings_blackout(c, from_ms, to_ms) : NULL;
	char span[ORDER_SPAN_ROOM];

	if (blackout == NULL)
		return true;
	order_span(o, client, from_ms, to_ms, span);
	if (!force)
		return order_refuse(o,
		    "%s wants no maintenance %s, and this is %s (--force "
		    "announces it all the same)",
		    client, blackout, span);
	if (*found != NULL)
		return true;
	order_warn(o, "%s wants no maintenance %s, and this is %s", client,
	    blackout, span);
	*found = blackout;
	return true;
}

/* By the terms that are in force when it begins, as the account has it. */
static bool
is_late(const struct order *o, const char *client, int64_t from_ms,
    int64_t *notice_ms)
{
	const struct client *c = settings_client(o->s->settings, client);

	*notice_ms = c != NULL ? settings_sla_at(c, from_ms)->notice_ms : 0;
	return from_ms - o->s->now_ms < *notice_ms;
}

void
order_warn_of_notice(struct order *o, const char *client, int64_t from_ms,
    const char *what)
{
	char wanted[32], lead[32];
	int64_t notice_ms;

	if (!is_late(o, client, from_ms, &notice_ms))
		return;
	text_duration(notice_ms, wanted, sizeof(wanted));
	text_duration(from_ms > o->s->now_ms ? from_ms - o->s->now_ms : 0, lead,
	    sizeof(lead));
	order_warn(o,
	    "%s has agreed to a notice of %s and this is %s: its account "
	    "excludes nothing of %s",
	    client, wanted, lead, what);
}
