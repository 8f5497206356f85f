/* commit: see commit.h.  Each operation owns one block: key, field, value. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/commit.h"
#include "lib/text.h"

void
commit_init(struct commit *c)
{
	*c = (struct commit){ 0 };
}

/* key stands first in an operation's block. */
static void
op_clear(struct commit_op *op)
{
	union {
		const char *in;
		void *out;
	} block = { .in = op->key };

	free(block.out);
}

void
commit_clear(struct commit *c)
{
	for (size_t i = 0; i < c->count; i++)
		op_clear(&c->ops[i]);
	free(c->ops);
	commit_init(c);
}

bool
commit_is_empty(const struct commit *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->ops[i].kind != COMMIT_EXPECT)
			return false;
	return true;
}

bool
commit_is_full(const struct commit *c)
{
	return c->count >= COMMIT_OPS_MAX || c->bytes >= COMMIT_BYTES_MAX;
}

static void
add(struct commit *c, enum commit_kind kind, const char *key, const char *field,
    const void *value, size_t length)
{
	size_t key_size = strlen(key) + 1, field_size = strlen(field) + 1;
	char *block = mem_alloc(key_size + field_size + length + 1);

	if (c->count == c->room) {
		c->room = c->room > 0 ? 2 * c->room : 16;
		c->ops = mem_grow(c->ops, c->room * sizeof(*c->ops));
	}
	memcpy(block, key, key_size);
	memcpy(block + key_size, field, field_size);
	if (length > 0)
		memcpy(block + key_size + field_size, value, length);
	c->ops[c->count++] = (struct commit_op){
		.kind = kind,
		.key = block,
		.field = block + key_size,
		.value = block + key_size + field_size,
		.length = length,
	};
	c->bytes += length;
}

void
commit_expect(struct commit *c, const char *key, const char *field,
    const char *value)
{
	add(c, COMMIT_EXPECT, key, field, value, strlen(value));
}

void
commit_set(struct commit *c, const char *key, const char *field,
    const void *value, size_t length)
{
	add(c, COMMIT_SET, key, field, value, length);
}

void
commit_set_text(struct commit *c, const char *key, const char *field,
    const char *value)
{
	add(c, COMMIT_SET, key, field, value, strlen(value));
}

void
commit_unset(struct commit *c, const char *key, const char *field)
{
	add(c, COMMIT_UNSET, key, field, "", 0);
}

void
commit_append(struct commit *c, const char *stream, const void *value,
    size_t length)
{
	add(c, COMMIT_APPEND, stream, "", value, length);
}

void
commit_trim(struct commit *c, const char *stream, const char *before_id)
{
	add(c, COMMIT_TRIM, stream, "", before_id, strlen(before_id));
}

void
commit_remove(struct commit *c, const char *stream, const char *id)
{
	add(c, COMMIT_REMOVE, stream, "", id, strlen(id));
}

/* Behind the number, which is no greater than Redis can read; or NULL. */
static const char *
after_number(const char *text)
{
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 20)
		return NULL;
	errno = 0;
	(void)strtoull(text, NULL, 10);
	return errno == 0 ? text + n : NULL;
}

bool
commit_is_id(const char *text)
{
	const char *dash = after_number(text);
	const char *end =
	    dash != NULL && *dash == '-' ? after_number(dash + 1) : NULL;

	return end != NULL && *end == '\0';
}
