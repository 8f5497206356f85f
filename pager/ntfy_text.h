#ifndef PAGER_NTFY_TEXT_H
#define PAGER_NTFY_TEXT_H

#include "pager/duty.h"

/*
 * ntfy_text: a page as ntfy takes it by JSON.
 *
 * What calls has priority by its severity (S1 5, S2 4, otherwise 3) and
 * buttons that POST to its link: to take it, and of a call to decline it.
 * Touching the message only opens the link, which shows.  Other messages are
 * quieter: 3 of a test, otherwise 2.
 */

#define NTFY_BODY_MAX 3000 /* bytes; of more the beginning: ntfy takes 4096 */

/* The caller's to free. */
char *ntfy_text(const struct message *, const char *topic);

#endif
