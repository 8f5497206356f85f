/* simstore_apply: what the programs' scripts do: leases, commits, ingest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "tests/sim/simstore_inside.h"

static bool
cell_is(const struct cell *c, const void *value, size_t length)
{
	if (c->value == NULL)
		return length == 0;
	return c->length == length && memcmp(c->value, value, length) == 0;
}

/* What the cell of a lease holds. */
struct lease {
	char token[48];
	int64_t until_ms;
};

static bool
lease_held(struct simstore *s, const char *group, const char *token,
    int64_t now_ms)
{
	const struct cell *c = simstore_cell_of(s, group, "=lease", "");
	const struct lease *l = c->value;

	if (l == NULL || l->until_ms <= now_ms)
		return false;
	return token == NULL || strcmp(l->token, token) == 0;
}

enum store_outcome
simstore_lease(struct simstore *s, const char *group, const char *token,
    int64_t *fence, int64_t life_ms, int64_t now_ms)
{
	struct cell *f = simstore_cell_of(s, group, "=fence", "");
	long long last = f->value != NULL ? atoll(f->value) : 0;
	struct lease l = { .until_ms = now_ms + life_ms };
	char text[32];

	if (lease_held(s, group, NULL, now_ms) &&
	    !lease_held(s, group, token, now_ms))
		return STORE_FENCED;
	if (*fence != 0 && *fence != last)
		return STORE_FENCED;
	if (*fence == 0) {
		(void)simstore_number(text, ++last);
		simstore_put(s, f, text, strlen(text) + 1);
		*fence = last;
	}
	text_copy(l.token, sizeof(l.token), token);
	simstore_put(s, simstore_cell_of(s, group, "=lease", ""), &l,
	    sizeof(l));
	return STORE_DONE;
}

/* If it is this token's. */
void
simstore_unlease(struct simstore *s, const char *group, const char *token)
{
	if (token[0] != '\0' && lease_held(s, group, token, INT64_MIN))
		simstore_put(s, simstore_cell_of(s, group, "=lease", ""), NULL,
		    0);
}

enum store_outcome
simstore_commit(struct simstore *s, const char *group, const char *token,
    const struct commit *c, int64_t now_ms)
{
	if (!lease_held(s, group, token, now_ms))
		return STORE_FENCED;
	for (size_t i = 0; i < c->count; i++) {
		const struct commit_op *op = &c->ops[i];

		if (op->kind == COMMIT_EXPECT &&
		    !cell_is(simstore_cell_of(s, group, op->key, op->field),
			op->value, op->length))
			return STORE_CONFLICT;
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct commit_op *op = &c->ops[i];

		switch (op->kind) {
		case COMMIT_EXPECT:
			break;
		case COMMIT_SET:
			simstore_put(s,
			    simstore_cell_of(s, group, op->key, op->field),
			    op->value, op->length);
			break;
		case COMMIT_UNSET:
			simstore_put(s,
			    simstore_cell_of(s, group, op->key, op->field),
			    NULL, 0);
			break;
		case COMMIT_APPEND:
			simstore_append(s,
			    simstore_stream_of(s, group, op->key), now_ms,
			    op->value, op->length);
			break;
		case COMMIT_TRIM:
			simstore_trim(s, simstore_stream_of(s, group, op->key),
			    op->value);
			break;
		case COMMIT_REMOVE:
			break; /* nobody asks for an erasure in a night */
		}
	}
	return STORE_DONE;
}

enum store_outcome
simstore_ingest(struct simstore *s, const struct store_ingest *in,
    int64_t now_ms, int64_t *have, bool *is_new)
{
	char group[16], field[160], text[32];
	struct cell *c;

	memcpy(group, "sw:{c0}:", 9);
	group[5] = (char)('0' + (int)in->shard);
	snprintf(field, sizeof(field), "%s|%s", in->agent, in->spool);
	c = simstore_cell_of(s, group, "=have", field);
	*have = c->value != NULL ? atoll(c->value) : 0;
	if (in->seq <= *have)
		return STORE_DONE; /* a repeat */
	if (in->from_seq > *have + 1)
		return STORE_CONFLICT;
	simstore_append(s, simstore_stream_of(s, group, "in"), now_ms,
	    in->envelope, in->length);
	(void)simstore_number(text, in->seq);
	simstore_put(s, c, text, strlen(text) + 1);
	*have = in->seq;
	*is_new = true;
	return STORE_DONE;
}
