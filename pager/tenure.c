/* tenure: see tenure.h. */
#include "pager/tenure.h"

bool
tenure_asks(const struct tenure *t, bool has, int64_t now_ms)
{
	int64_t every_ms = t->life_ms * 3 / 10;

	if (!has && every_ms > TENURE_ASK_MS)
		every_ms = TENURE_ASK_MS;
	return now_ms - t->asked_ms >= every_ms;
}

void
tenure_granted(struct tenure *t)
{
	t->until_ms = t->asked_ms + t->life_ms;
}

bool
tenure_may_send(const struct tenure *t, bool away, int64_t now_ms)
{
	return away || t->until_ms - now_ms > t->life_ms / 2;
}

/* Ours is the next taking after that of the journal, or the same. */
bool
tenure_is_ours(int64_t written, int64_t fence)
{
	return written == 0 || fence == written || fence == written + 1;
}
