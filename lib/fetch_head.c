/*
 * fetch_head: what arrives, kept within its limits; see fetch_inside.h.
 */
#include <string.h>
#include <strings.h>

#include "lib/fetch_inside.h"

void
head_clear(struct fetch *f)
{
	text_clear(&f->head);
	text_clear(&f->content);
	f->head_seen = f->result.body_seen = 0;
	f->answering = f->head_whole = false;
}

/* A new status line: what an interim answer said is over. */
static void
begin_answer(struct fetch *f)
{
	text_clear(&f->head);
	f->answering = true;
	f->head_whole = false;
}

/* One header line, or the status line, or the empty one at the end. */
size_t
keep_header(char *data, size_t size, size_t count, void *arg)
{
	struct fetch *f = arg;
	size_t length = size * count, from;
	const char *colon;

	f->head_seen += length;
	if (f->head_seen > FETCH_HEAD_MAX) {
		f->excess = EXCESS_HEAD;
		return 0;
	}
	if (length >= 5 && memcmp(data, "HTTP/", 5) == 0)
		begin_answer(f);
	if (data[0] == '\r' || data[0] == '\n')
		f->head_whole = true;
	colon = memchr(data, ':', length);
	if (colon == NULL || colon == data || memchr(data, 0, length) != NULL)
		return length;
	text_add_bytes(&f->head, data, (size_t)(colon - data));
	text_add_bytes(&f->head, "", 1);
	from = (size_t)(colon - data) + 1;
	while (from < length && (data[from] == ' ' || data[from] == '\t'))
		from++;
	while (length > from && strchr("\r\n \t", data[length - 1]) != NULL)
		length--;
	text_add_bytes(&f->head, data + from, length - from);
	text_add_bytes(&f->head, "", 1);
	return size * count;
}

size_t
keep_body(char *data, size_t size, size_t count, void *arg)
{
	struct fetch *f = arg;
	size_t length = size * count, room = f->body_max - f->content.length;

	f->result.body_seen += length;
	if (f->result.body_seen > FETCH_BODY_SEEN_MAX) {
		f->excess = EXCESS_BODY;
		return 0;
	}
	text_add_bytes(&f->content, data, length < room ? length : room);
	return length;
}

const char *
head_value(const struct fetch_result *r, const char *name)
{
	const struct fetch *f = r->opaque;
	const char *p, *end;

	if (f->head.data == NULL)
		return NULL;
	p = f->head.data;
	end = p + f->head.length;
	while (p < end) {
		const char *value = p + strlen(p) + 1;

		if (strcasecmp(p, name) == 0)
			return value;
		p = value + strlen(value) + 1;
	}
	return NULL;
}
