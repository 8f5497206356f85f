#ifndef PAGER_SMS_TEXT_H
#define PAGER_SMS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "pager/duty.h"

/*
 * sms_text: a message as a text message.
 *
 * The first line names client, what, since (message.sms).  A second one says
 * how to answer, where an answer is wanted, and the link follows when there
 * is room for all of it: at most SMS_PARTS_MAX parts, of which a carrier may
 * bill each.
 *
 * What GSM's own alphabet lacks is written by letters that look like it
 * where there are such (a macron goes, a curly quote becomes a straight one);
 * one character without, as of another script, makes the whole text UCS-2,
 * with 70 characters instead of 160 to a part.
 */

#define SMS_PARTS_MAX 3
#define SMS_TEXT_MAX 1600 /* bytes with the 0: what the interface takes */

struct sms {
	char text[SMS_TEXT_MAX]; /* UTF-8 */
	bool is_ucs2;
	int parts;
};

void sms_text(const struct message *, struct sms *);

/* Parts that a text takes, and how it is coded; exactly as it stands. */
int sms_parts(const char *text, bool *is_ucs2);

#endif
