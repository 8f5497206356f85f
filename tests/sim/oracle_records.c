/*
 * The oracle on records: what is durable of a shard's group, write by write,
 * read by itself; oracle_book.c judges it.
 */
#include <jansson.h>

#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

int
field_endpoint(const char *field)
{
	return truth_endpoint(field);
}

void
book_dirty(struct book *b, int64_t from_ms)
{
	if (from_ms < b->dirty_ms)
		b->dirty_ms = from_ms;
}

static int64_t
integer(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

static bool
read_stretch(const struct simstore_change *c, struct stretch *s)
{
	json_t *o = json_loadb(c->value, c->length, 0, NULL);
	const char *kind = json_string_value(json_object_get(o, "kind"));

	if (kind == NULL)
		return false;
	*s = (struct stretch){ .is_down = strcmp(kind, "down") == 0,
		.removed = json_is_true(json_object_get(o, "removed")),
		.from_ms = integer(o, "from"),
		.to_ms = integer(o, "to"),
		.from_before_ms = integer(o, "from_before"),
		.to_before_ms = integer(o, "to_before") };
	if (s->to_ms == 0)
		s->to_ms = s->to_before_ms = NEVER;
	json_decref(o);
	return true;
}

/* "acme/e0|FROM" */
static void
on_outage(struct world *w, const struct simstore_change *c)
{
	int e = field_endpoint(c->field);
	struct book *b;
	struct stretch s = { .from_ms =
				 strtoll(strchr(c->field, '|') + 1, NULL, 10) };
	size_t i;

	if (e < 0)
		return;
	b = &w->oracle->books->endpoints[e];
	for (i = b->count; i > 0 && b->items[i - 1].from_ms >= s.from_ms;)
		i--;
	book_dirty(b, s.from_ms);
	if (i < b->count && b->items[i].from_ms == s.from_ms) {
		b->count--;
		memmove(b->items + i, b->items + i + 1,
		    (b->count - i) * sizeof(*b->items));
	}
	if (c->value == NULL)
		return;
	if (!read_stretch(c, &s)) {
		broken(w, "an outage cannot be read: %s", c->field);
		return;
	}
	if (b->count == b->room) {
		b->room = 2 * b->room + 16;
		b->items = mem_grow(b->items, b->room * sizeof(*b->items));
	}
	memmove(b->items + i + 1, b->items + i,
	    (b->count++ - i) * sizeof(*b->items));
	b->items[i] = s;
}

static void
add_term(struct book *b, const json_t *o)
{
	const char *names = json_string_value(json_object_get(o, "regions"));
	struct term *t = &b->terms[b->term_count];

	*t = (struct term){ .from_ms = integer(o, "from"),
		.timeout_ms = integer(o, "timeout"),
		.quorum = (int)integer(o, "quorum") };
	b->ended[b->term_count] = json_object_get(o, "ended") != NULL;
	for (int r = 0; r < TRUTH_REGIONS && !b->ended[b->term_count]; r++) {
		char name[] = "r0";

		name[1] = (char)('0' + r);
		t->regions |= strstr(names, name) != NULL ? 1U << r : 0;
	}
	b->term_count++;
}

/* Terms of an endpoint: they act from their last step on. */
static void
on_terms(struct world *w, const struct simstore_change *c)
{
	int e = field_endpoint(c->field);
	json_t *list, *o;
	struct book *b;
	size_t i;

	if (e < 0)
		return; /* a client's */
	list = json_loadb(c->value, c->length, 0, NULL);
	b = &w->oracle->books->endpoints[e];
	b->term_count = 0;
	interval_set_clear(&b->truly);
	b->is_known = false;
	json_array_foreach(list, i, o) if (b->term_count < BOOK_TERMS)
	    add_term(b, o);
	json_decref(list);
	if (b->term_count > 0)
		book_dirty(b, b->terms[b->term_count - 1].from_ms);
}

static void
make_set(struct voids_seen *v)
{
	interval_set_clear(&v->set);
	for (size_t i = 0; i < v->count; i++)
		interval_set_add(&v->set, v->items[i].from_ms,
		    v->items[i].to_ms);
}

/* What was lost is not bridged: it is as if the last of it had seen nothing. */
static void
keep_apart(struct world *w, int e, int region, int64_t to_ms)
{
	struct books *b = w->oracle->books;
	const struct seen nothing = { .at_ms = to_ms - 1,
		.interval_ms = 1,
		.entry_ms = NEVER,
		.agent = -1,
		.outcome = OUTCOME_UNKNOWN,
		.reason = REASON_AGENT };

	if (w->agent_count > TRUTH_REGIONS &&
	    w->agents[AGENTS - 1]->place == region)
		b->series[e][region].is_blurred |=
		    runs_blur(&b->evaluated[e][region], &nothing, w->now_ms);
	book_dirty(&b->endpoints[e],
	    seen_add(&b->evaluated[e][region], &nothing));
}

/* "r0|cause|agent|FROM", and the end as a number; 0 is open. */
static void
on_void(struct world *w, unsigned shard, const struct simstore_change *c)
{
	struct books *b = w->oracle->books;
	struct voids_seen *v = &b->voids[shard][c->field[1] - '0'];
	int64_t from_ms = strtoll(strrchr(c->field, '|') + 1, NULL, 10);
	int64_t to_ms = c->value != NULL ? strtoll(c->value, NULL, 10) : 1;
	struct void_seen *x = v->items;

	to_ms = to_ms == 0 ? NEVER : to_ms;
	while (x < v->items + v->count && strcmp(x->field, c->field) != 0)
		x++;
	if (x == v->items + v->count) {
		if (v->count == v->room) {
			v->room = 2 * v->room + 8;
			v->items =
			    mem_grow(v->items, v->room * sizeof(*v->items));
		}
		x = &v->items[v->count++];
		*x = (struct void_seen){ .from_ms = from_ms, .to_ms = from_ms };
		text_copy(x->field, sizeof(x->field), c->field);
	}
	for (int e = 0; e < w->truth.endpoints; e++) {
		if (endpoint_shard(w, e) != shard)
			continue;
		book_dirty(&b->endpoints[e],
		    x->to_ms < to_ms ? x->to_ms : to_ms);
		if (strstr(c->field, "|hole|") != NULL && c->value != NULL)
			keep_apart(w, e, c->field[1] - '0', to_ms);
	}
	x->to_ms = to_ms;
	make_set(v);
}

void
books_changed(struct world *w, unsigned shard, const struct simstore_change *c)
{
	struct inbox *in = &w->oracle->books->inboxes[shard];

	if (strcmp(c->key, "meta") == 0 && strcmp(c->field, "position") == 0)
		inbox_position(w, shard, c->value);
	else if (strcmp(c->key, "meta") == 0 && strcmp(c->field, "judged") == 0)
		in->judged_ms = strtoll(c->value, NULL, 10);
	else if (strcmp(c->key, "runs") == 0)
		runs_seen(w, c->field, c->value, c->length);
	else if (strcmp(c->key, "voids") == 0)
		on_void(w, shard, c);
	else if (strcmp(c->key, "outages") == 0)
		on_outage(w, c);
	else if (strcmp(c->key, "terms") == 0)
		on_terms(w, c);
	else if (strcmp(c->key, "names") == 0)
		inbox_named(w, field_endpoint(c->field), c->value);
	/* Nobody announces so early in a night that anything is excluded. */
	if (strcmp(c->key, "outages") == 0 || strcmp(c->key, "terms") == 0 ||
	    strcmp(c->key, "windows") == 0 ||
	    strcmp(c->key, "exclusions") == 0 || strcmp(c->key, "names") == 0)
		account_changed(w, c);
}
