/* api_kept: see api_kept.h. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "collector/api_kept.h"
#include "lib/text.h"

struct kept {
	struct api_answer answer;
	char *key, *body;
	size_t bytes;
	int64_t made_us;
	UT_hash_handle hh; /* the oldest first */
};

struct api_kept {
	struct kept *list;
	size_t bytes;
};

static void
forget(struct api_kept *a, struct kept *x)
{
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
	HASH_DEL(a->list, x);
	a->bytes -= x->bytes;
	free(x->key);
	free(x->body);
	free(x);
}

/* Until there is room for so many bytes more, and for one answer. */
static void
make_room(struct api_kept *a, size_t bytes, int64_t now_us)
{
	while (a->list != NULL &&
	    (now_us - a->list->made_us >= API_KEEP_MS * INT64_C(1000) ||
		HASH_COUNT(a->list) >= API_KEPT_MAX ||
		a->bytes + bytes > API_KEPT_BYTES))
		forget(a, a->list);
}

struct api_kept *
api_kept_new(void)
{
	return mem_alloc(sizeof(struct api_kept));
}

void
api_kept_clear(struct api_kept *a)
{
	while (a->list != NULL)
		forget(a, a->list);
}

void
api_kept_free(struct api_kept *a)
{
	api_kept_clear(a);
	free(a);
}

const struct api_answer *
api_kept_find(struct api_kept *a, const char *key, int64_t now_us)
{
	struct kept *x;

	make_room(a, 0, now_us);
	HASH_FIND_STR(a->list, key, x);
	return x != NULL ? &x->answer : NULL;
}

const struct api_answer *
api_kept_add(struct api_kept *a, const char *key, char *body, const char *etag,
    int64_t now_us)
{
	struct kept *x;

	HASH_FIND_STR(a->list, key, x);
	if (x != NULL)
		forget(a, x);
	x = mem_alloc(sizeof(*x));
	x->key = mem_text(key);
	x->body = body;
	x->answer.body = body;
	x->answer.length = strlen(body);
	x->bytes = x->answer.length + strlen(key);
	x->made_us = now_us;
	text_copy(x->answer.etag, sizeof(x->answer.etag), etag);
	make_room(a, x->bytes, now_us);
	HASH_ADD_KEYPTR(hh, a->list, x->key, strlen(x->key), x);
	a->bytes += x->bytes;
	return &x->answer;
}

size_t
api_kept_bytes(const struct api_kept *a)
{
	return a->bytes;
}
