/* provider: see provider.h. */
#include <assert.h>

#include "pager/provider.h"

static bool
is_tried(const struct provider_round *r, size_t which)
{
	return (r->tried >> which & 1) != 0;
}

int
provider_next(const struct provider *p, size_t count,
    const struct provider_round *r, int64_t now_ms)
{
	int behind = -1;

	if (r->handed)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (is_tried(r, i) || p[i].wait_until_ms > now_ms)
			continue;
		if (p[i].behind_until_ms <= now_ms)
			return (int)i;
		if (behind == -1)
			behind = (int)i;
	}
	return behind;
}

void
provider_ended(struct provider *p, size_t which, struct provider_round *r,
    enum sent sent, int64_t wait_ms, int64_t now_ms)
{
	assert(which < PROVIDERS_MAX);
	r->tried |= 1U << which;
	r->broken |= sent == SENT_BROKEN;
	r->handed |= sent == SENT_HANDED_OVER;
	r->later |= sent == SENT_FAILED_NOW;
	p[which].behind_until_ms =
	    sent == SENT_HANDED_OVER ? 0 : now_ms + PROVIDER_BEHIND_MS;
	if (wait_ms > PROVIDER_WAIT_MAX_MS)
		wait_ms = PROVIDER_WAIT_MAX_MS;
	p[which].wait_until_ms = wait_ms > 0 ? now_ms + wait_ms : 0;
}

enum sent
provider_outcome(const struct provider_round *r, size_t count)
{
	if (r->handed)
		return SENT_HANDED_OVER;
	/* Who was left out will have it another time. */
	if (r->later || r->tried != (1U << count) - 1)
		return SENT_FAILED_NOW;
	return r->broken ? SENT_BROKEN : SENT_FAILED;
}

int64_t
provider_wait(const struct provider *p, size_t count,
    const struct provider_round *r, int64_t now_ms)
{
	int64_t first_ms = 0;

	for (size_t i = 0; i < count; i++)
		if (!is_tried(r, i) && p[i].wait_until_ms > now_ms &&
		    (first_ms == 0 || p[i].wait_until_ms < first_ms))
			first_ms = p[i].wait_until_ms;
	return first_ms;
}
