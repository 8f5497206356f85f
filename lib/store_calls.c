/*
 * What writes: leases, schema, commits and ingest, each one script call.
 *
 * A struct call lives from the call to its answer; with replicas configured
 * it lives on until WAIT has answered as well.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/store_parts.h"
#include "lib/text.h"

struct call {
	struct store *store;
	const char *what; /* for the log */
	bool wait;        /* success is told only when replicas have it */
	int64_t number;   /* the script's second answer */
	/* One of these is set. */
	store_leased *leased;
	store_committed *committed;
	store_ingested *ingested;
	void *arg;
};

/* What a script's first answer means. */
static const enum store_outcome outcomes[] = {
	STORE_DONE,
	STORE_FENCED,
	STORE_CONFLICT,
	STORE_BUSY,
	STORE_NEWER,
};
#define OUTCOMES ((long long)(sizeof(outcomes) / sizeof(outcomes[0])))

static struct call *
call_new(struct store *s, const char *what, void *arg)
{
	struct call *c = mem_alloc(sizeof(*c));

	c->store = s;
	c->what = what;
	c->arg = arg;
	return c;
}

static void
finish(struct call *c, enum store_outcome outcome)
{
	if (c->leased != NULL)
		c->leased(c->arg, outcome, c->number);
	if (c->committed != NULL)
		c->committed(c->arg, outcome);
	if (c->ingested != NULL)
		c->ingested(c->arg, outcome, c->number);
	free(c);
}

static void
on_waited(void *arg, const redisReply *r)
{
	struct call *c = arg;

	if (r == NULL) {
		finish(c, STORE_LOST);
		return;
	}
	if (r->type != REDIS_REPLY_INTEGER)
		store_say_refused(c->store, "WAIT for replicas", r);
	else if (r->integer < c->store->wait_replicas)
		store_say_why(c->store, c->what, "too few replicas have it");
	else {
		finish(c, STORE_DONE);
		return;
	}
	finish(c, STORE_LOST);
}

/* Written here, but told only when enough replicas have it too. */
static void
wait_for_replicas(struct call *c)
{
	store_commandf(c->store, on_waited, c, "WAIT %d %lld",
	    c->store->wait_replicas, (long long)c->store->timeout_ms / 2);
}

static void
on_script(void *arg, const redisReply *r)
{
	struct call *c = arg;
	long long code;

	if (r == NULL) {
		finish(c, STORE_LOST);
		return;
	}
	if (r->type != REDIS_REPLY_ARRAY || r->elements != 2 ||
	    r->element[0]->type != REDIS_REPLY_INTEGER ||
	    r->element[1]->type != REDIS_REPLY_INTEGER ||
	    (code = r->element[0]->integer) < 0 || code >= OUTCOMES) {
		store_say_refused(c->store, c->what, r);
		finish(c, STORE_REFUSED);
		return;
	}
	c->number = r->element[1]->integer;
	if (outcomes[code] == STORE_DONE && c->wait &&
	    c->store->wait_replicas > 0)
		wait_for_replicas(c);
	else
		finish(c, outcomes[code]);
}

/* Words of one script call; what they point to is the caller's. */
struct words {
	const char **argv;
	size_t *lengths;
	int argc, room;
};

static void
add_bytes(struct words *w, const char *data, size_t length)
{
	if (w->argc == w->room) {
		w->room = w->room == 0 ? 16 : w->room * 2;
		w->argv = mem_grow(w->argv, (size_t)w->room * sizeof(*w->argv));
		w->lengths =
		    mem_grow(w->lengths, (size_t)w->room * sizeof(*w->lengths));
	}
	w->argv[w->argc] = data;
	w->lengths[w->argc++] = length;
}

static void
add(struct words *w, const char *text)
{
	add_bytes(w, text, strlen(text));
}

static void
call_script(struct call *c, enum store_script script, struct words *w)
{
	store_script(c->store, script, on_script, c, w->argc, w->argv,
	    w->lengths);
	free(w->argv);
	free(w->lengths);
}

void
store_shard_group(unsigned shard, char out[16])
{
	snprintf(out, 16, "sw:{c%u}:", shard % 100000);
}

#define KEY_MAX 96

static void
key_of(char out[KEY_MAX], const char *group, const char *key)
{
	text_format(out, KEY_MAX, "%s%s", group, key);
}

void
store_lease(struct store *s, const char *group, const char *token,
    int64_t fence, int64_t life_ms, store_leased *done, void *arg)
{
	struct call *c = call_new(s, "lease", arg);
	char lease[KEY_MAX], fences[KEY_MAX], number[24], life[24];
	struct words w = { 0 };

	c->leased = done;
	key_of(lease, group, "lease");
	key_of(fences, group, "fence");
	snprintf(number, sizeof(number), "%" PRId64, fence);
	snprintf(life, sizeof(life), "%" PRId64, life_ms);
	add(&w, "2");
	add(&w, lease);
	add(&w, fences);
	add(&w, token);
	add(&w, number);
	add(&w, life);
	call_script(c, SCRIPT_LEASE, &w);
}

void
store_unlease(struct store *s, const char *group, const char *token)
{
	struct call *c = call_new(s, "unlease", NULL);
	char lease[KEY_MAX];
	struct words w = { 0 };

	key_of(lease, group, "lease");
	add(&w, "1");
	add(&w, lease);
	add(&w, token);
	call_script(c, SCRIPT_UNLEASE, &w);
}

/*
 * There has been one version so far; the first that differs adds the steps
 * from each older one here, between the script's answer and done.
 */
void
store_schema(struct store *s, const char *group, const char *token,
    store_committed *done, void *arg)
{
	struct call *c = call_new(s, "schema", arg);
	char lease[KEY_MAX], meta[KEY_MAX], version[24];
	struct words w = { 0 };

	c->committed = done;
	c->wait = true;
	key_of(lease, group, "lease");
	key_of(meta, group, "meta");
	snprintf(version, sizeof(version), "%d", STORE_SCHEMA);
	add(&w, "2");
	add(&w, lease);
	add(&w, meta);
	add(&w, token);
	add(&w, version);
	call_script(c, SCRIPT_SCHEMA, &w);
}

/*
 * A commit touches few keys with many writes.  The keys it names, each
 * once, with the group in front; indices count from 2, the lease being 1.
 */
struct keys {
	char (*full)[KEY_MAX];
	const char **plain;
	size_t count, room;
};

static size_t
key_index(struct keys *k, const char *group, const char *key)
{
	size_t i;

	for (i = 0; i < k->count; i++)
		if (strcmp(k->plain[i], key) == 0)
			return i + 2;
	if (k->count == k->room) {
		k->room = k->room == 0 ? 8 : k->room * 2;
		k->full = mem_grow(k->full, k->room * sizeof(*k->full));
		k->plain = mem_grow(k->plain, k->room * sizeof(*k->plain));
	}
	k->plain[k->count] = key;
	key_of(k->full[k->count++], group, key);
	return i + 2;
}

struct mark {
	char text[12]; /* "S2": kind and index of the key */
};

static struct mark *
mark_all(const struct commit *commit, const char *group, struct keys *k)
{
	static const char kinds[] = {
		[COMMIT_EXPECT] = 'E',
		[COMMIT_SET] = 'S',
		[COMMIT_UNSET] = 'U',
		[COMMIT_APPEND] = 'A',
		[COMMIT_TRIM] = 'T',
		[COMMIT_REMOVE] = 'R',
	};
	struct mark *marks = mem_alloc((commit->count + 1) * sizeof(*marks));
	const struct commit_op *op;
	size_t i;

	for (i = 0; i < commit->count; i++) {
		op = &commit->ops[i];
		snprintf(marks[i].text, sizeof(marks[i].text), "%c%u",
		    kinds[op->kind], (unsigned)key_index(k, group, op->key));
	}
	return marks;
}

void
store_commit(struct store *s, const char *group, const char *token,
    const struct commit *commit, store_committed *done, void *arg)
{
	struct call *c = call_new(s, "commit", arg);
	struct keys k = { 0 };
	struct mark *marks = mark_all(commit, group, &k);
	struct words w = { 0 };
	char count[24], lease[KEY_MAX];
	size_t i;

	c->committed = done;
	c->wait = true;
	key_of(lease, group, "lease");
	snprintf(count, sizeof(count), "%zu", k.count + 1);
	add(&w, count);
	add(&w, lease);
	for (i = 0; i < k.count; i++)
		add(&w, k.full[i]);
	add(&w, token);
	for (i = 0; i < commit->count; i++) {
		add(&w, marks[i].text);
		add(&w, commit->ops[i].field);
		add_bytes(&w, commit->ops[i].value, commit->ops[i].length);
	}
	call_script(c, SCRIPT_COMMIT, &w);
	free(marks);
	free(k.full);
	free(k.plain);
}

void
store_ingest(struct store *s, const struct store_ingest *part,
    store_ingested *done, void *arg)
{
	struct call *c = call_new(s, "ingest", arg);
	char group[16], in[KEY_MAX], spools[KEY_MAX], appended[KEY_MAX];
	char meta[KEY_MAX], from[24], seq[24], most[24];
	struct words w = { 0 };

	c->ingested = done;
	c->wait = true;
	store_shard_group(part->shard, group);
	key_of(in, group, "in");
	key_of(spools, group, "spools");
	key_of(appended, group, "appended");
	key_of(meta, group, "meta");
	snprintf(from, sizeof(from), "%" PRId64, part->from_seq);
	snprintf(seq, sizeof(seq), "%" PRId64, part->seq);
	snprintf(most, sizeof(most), "%d", STORE_INBOX_MAX);
	add(&w, "4");
	add(&w, in);
	add(&w, spools);
	add(&w, appended);
	add(&w, meta);
	add(&w, part->agent);
	add(&w, part->spool);
	add(&w, from);
	add(&w, seq);
	add(&w, most);
	add_bytes(&w, part->envelope, part->length);
	call_script(c, SCRIPT_INGEST, &w);
	store_gather(s);
}
