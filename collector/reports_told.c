/* reports_told: see the header. */
#include <string.h>

#include "collector/reports_told.h"

void
reports_told_clear(struct reports_told *t)
{
	for (size_t i = 0; i < TOLD_KEPT_MAX; i++)
		text_clear(&t->kept[i].bytes);
	*t = (struct reports_told){ 0 };
}

const struct text *
reports_told_find(const struct reports_told *t, const char *tag)
{
	for (size_t i = 0; i < TOLD_KEPT_MAX; i++)
		if (strcmp(t->kept[i].tag, tag) == 0)
			return &t->kept[i].bytes;
	return NULL;
}

void
reports_told_keep(struct reports_told *t, const char *tag, struct text *bytes)
{
	size_t i;

	if (bytes->length > TOLD_BYTES_MAX) {
		text_clear(bytes);
		return;
	}
	i = t->next++ % TOLD_KEPT_MAX;
	text_clear(&t->kept[i].bytes);
	text_copy(t->kept[i].tag, sizeof(t->kept[i].tag), tag);
	t->kept[i].bytes = *bytes;
	*bytes = (struct text){ 0 };
}

void
reports_told_pay(struct reports_told *t, int64_t began_us, int64_t now_us)
{
	if (t->paid_us < now_us)
		t->paid_us = now_us;
	t->paid_us += TOLD_COST * (now_us - began_us);
}

bool
reports_told_may(const struct reports_told *t, int64_t now_us)
{
	return t->paid_us - now_us <= TOLD_CREDIT_MS * INT64_C(1000);
}
