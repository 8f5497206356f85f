/* records_stream: see records_stream.h. */
#include <hiredis/hiredis.h>

#include "cli/records.h"
#include "cli/records_stream.h"
#include "lib/text.h"

#define PIECE 250 /* entries at once: one of an inbox may be large */
#define ID 48     /* two numbers of 64 bits */

/* False: an error, or nobody wants more. */
static bool
each_of(const redisReply *reply, char last[ID], records_entry *each, void *arg)
{
	if (reply->type != REDIS_REPLY_ARRAY)
		return false;
	for (size_t i = 0; i < reply->elements; i++) {
		const redisReply *entry = reply->element[i];

		if (!records_is_entry(entry) || !each(arg, entry))
			return false;
		text_copy(last, ID, entry->element[0]->str);
	}
	return true;
}

bool
records_stream(struct records *r, const char *key, const char *after,
    const char *to, size_t most, records_entry *each, void *arg)
{
	char last[ID];
	size_t count, got;
	bool read;

	text_copy(last, sizeof(last), after);
	do {
		redisReply *reply;

		count = most < PIECE ? most : PIECE;
		if (count == 0)
			return true;
		reply = records_ask(r, "XRANGE %s (%s %s COUNT %d", key, last,
		    to != NULL ? to : "+", (int)count);
		if (reply == NULL)
			return false;
		read = each_of(reply, last, each, arg);
		got = reply->elements;
		most -= got;
		freeReplyObject(reply);
	} while (read && got == count);
	return read;
}
