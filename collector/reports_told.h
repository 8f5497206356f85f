#ifndef COLLECTOR_REPORTS_TOLD_H
#define COLLECTOR_REPORTS_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/text.h"

/*
 * reports_told: what final reports were told as, for whoever asks the same,
 * and how much of the time goes into telling others.
 *
 * To tell one is work that holds up everything else of the event loop: each
 * costs TOLD_COST times as long, which, beyond a credit, has to pass first.
 */

#define TOLD_KEPT_MAX 16 /* each at most as large as is kept */
#define TOLD_BYTES_MAX 2000000
#define TOLD_COST 4 /* so a quarter of the time */
#define TOLD_CREDIT_MS 200
#define TOLD_TAG 80

struct reports_told {
	struct {
		char tag[TOLD_TAG]; /* empty: none */
		struct text bytes;
	} kept[TOLD_KEPT_MAX]; /* a ring */
	size_t next;
	int64_t paid_us; /* what was told is paid for by then */
};

void reports_told_clear(struct reports_told *);
/* What has this tag; NULL: it is not kept. */
const struct text *
reports_told_find(const struct reports_told *, const char *tag);
/* The bytes are taken. */
void reports_told_keep(struct reports_told *, const char *tag, struct text *);
/* Telling one took from began_us to now_us. */
void reports_told_pay(struct reports_told *, int64_t began_us, int64_t now_us);
/* Whether another may be told. */
bool reports_told_may(const struct reports_told *, int64_t now_us);

#endif
