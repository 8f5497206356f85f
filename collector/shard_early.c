/*
 * shard_early: what agents see under a name that nobody has yet.
 *
 * A plan may reach agents before evaluate has the tree that it was made of:
 * another collector hands it out, and this one was not told, or hangs.  What
 * they see meanwhile under a name of a client of ours is kept, one record in
 * "early" for each observation, written no later than the position that passes
 * its entry.  Once the settings say whose name that is it is taken, in the
 * order in which it came, as its entry would have been.  Its record goes with,
 * or after, the commit that holds what it said: a crash between the two takes
 * it again, which changes nothing.
 *
 * The name may be another one of an endpoint (a rename) or that of a new one.
 * Of the latter it is a fact like any that a start reads again; terms never
 * act before their instant, so that nothing is booked of it before that.  A
 * name that an endpoint has, or had, is not nobody's: it is its own (see
 * shard_name.c) until the settings say otherwise.
 *
 * What nobody takes is forgotten with what is older than late_accept, and
 * before that, the oldest first, when there are too many; the journal is
 * told.
 *
 * A look stands in one list or the other: in early, by its place in the inbox,
 * while it waits; then in over, until its record is removed.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

#define FIELD_ROOM (TARGET_ROOM + 72)

bool
shard_is_of_ours(const struct shard *s, const char *name)
{
	char client[NAME_ROOM];
	size_t n = strcspn(name, "/");

	if (n >= sizeof(client) || name[n] == '\0')
		return false;
	memcpy(client, name, n);
	client[n] = '\0';
	return settings_client(s->settings, client) != NULL &&
	    settings_shard(s->settings, client) == s->number;
}

static bool
is_before(const struct early *a, const struct early *b)
{
	if (strcmp(a->id, b->id) == 0)
		return a->nth < b->nth;
	return shard_id_is_after(b->id, a->id);
}

/* They are loaded in any order. */
static void
put_in_order(struct shard *s, struct early *e)
{
	struct early *before = TAILQ_LAST(&s->early, early_list);

	while (before != NULL && !is_before(before, e))
		before = TAILQ_PREV(before, early_list, entries);
	if (before != NULL)
		TAILQ_INSERT_AFTER(&s->early, before, e, entries);
	else
		TAILQ_INSERT_HEAD(&s->early, e, entries);
	s->early_count++;
}

static void
is_over(struct shard *s, struct early *e)
{
	TAILQ_REMOVE(&s->early, e, entries);
	s->early_count--;
	TAILQ_INSERT_TAIL(&s->early_over, e, entries);
}

static void
early_free(struct early *e)
{
	free(e->data);
	free(e);
}

static void
field_of(const struct early *e, char out[FIELD_ROOM])
{
	text_format(out, FIELD_ROOM, "%s|%s|%u", e->name, e->id, e->nth);
}

void
shard_unset_early(struct shard *s, struct commit *out)
{
	struct early *e = TAILQ_FIRST(&s->early_over);
	char field[FIELD_ROOM];

	field_of(e, field);
	commit_unset(out, "early", field);
	TAILQ_REMOVE(&s->early_over, e, entries);
	early_free(e);
}

static void
note(struct shard *s, const struct arrival *in, const char *why)
{
	const struct observation *seen = in->part->observations;

	shard_note(s, "early", in->agent->name,
	    arrival_time(in, seen->started_at_ms),
	    arrival_time(in, seen->until_at_ms), why);
}

static void
forget(struct shard *s, struct early *e, const char *why)
{
	struct opened o;
	char error[160];

	if (shard_open(s, e->data, e->length, &o, error) == 0) {
		note(s, &o.in, why);
		shard_opened_clear(&o);
	}
	is_over(s, e);
}

/* Its envelope again, with nothing in it but this. */
static struct wire_bytes
encode(const struct arrival *in, const struct observation *seen)
{
	struct wire_part part = *in->part;
	struct wire_envelope envelope = *in->envelope;
	struct wire_bytes bytes, out;

	part.hole = NULL;
	part.blinds = NULL;
	part.blind_count = 0;
	part.observations = seen;
	part.count = 1;
	wire_encode_part(&part, &bytes);
	envelope.part = bytes.data;
	envelope.part_length = bytes.length;
	wire_encode_envelope(&envelope, &out);
	wire_bytes_clear(&bytes);
	return out;
}

void
shard_keep_early(struct shard *s, const struct arrival *in,
    const struct observation *seen)
{
	struct wire_bytes bytes;
	struct early *e;
	char field[FIELD_ROOM];

	if (!s->entry_is_new)
		return; /* it is kept already, or was forgotten */
	bytes = encode(in, seen);
	e = mem_alloc(sizeof(*e));
	text_copy(e->name, sizeof(e->name), seen->endpoint);
	text_copy(e->id, sizeof(e->id), s->read_from);
	e->nth = (unsigned)(seen - in->part->observations);
	e->data = mem_copy(bytes.data, bytes.length);
	e->length = bytes.length;
	wire_bytes_clear(&bytes);
	put_in_order(s, e);
	field_of(e, field);
	shard_put(s, COMMIT_SET, "early", field, mem_copy(e->data, e->length),
	    e->length);
	shard_put_end(s);
	if (s->early_count > SHARD_EARLY_MAX)
		forget(s, TAILQ_FIRST(&s->early),
		    "seen under names that nobody has, too many to be kept");
}

/* All of it is written with the next commit: the inbox may not have it.  A
   late_accept that is shorter now, or a clock set back, may be against it. */
static void
take(struct shard *s, struct target *t, struct arrival *in)
{
	shard_take_observation(s, in, in->part->observations);
	if (in->late + in->ahead > 0)
		note(s, in, "seen under a name that came too late for it");
	else
		shard_series_changed(s, t->series[in->region]);
}

/* True: somebody has that name. */
static bool
try_to_take(struct shard *s, const struct early *e)
{
	struct opened o;
	char error[160];
	struct target *t;

	if (shard_open(s, e->data, e->length, &o, error) != 0)
		return false; /* no room for its region */
	t = shard_find_then(s, e->name,
	    arrival_time(&o.in, o.in.part->observations->started_at_ms));
	if (t != NULL && t->steps.count > 0)
		take(s, t, &o.in);
	else
		t = NULL;
	shard_opened_clear(&o);
	return t != NULL;
}

void
shard_take_early(struct shard *s)
{
	struct early *e, *next;

	for (e = TAILQ_FIRST(&s->early); e != NULL; e = next) {
		next = TAILQ_NEXT(e, entries);
		if (try_to_take(s, e))
			is_over(s, e);
	}
}

void
shard_prune_early(struct shard *s)
{
	struct early *e;

	while ((e = TAILQ_FIRST(&s->early)) != NULL &&
	    shard_id_ms(e->id) < shard_horizon(s))
		forget(s, e, "seen under names that nobody has taken since");
}

/* "acme/academy|1800000000000-0|3": name, entry, which of it. */
static struct early *
read_field(const char *field)
{
	struct early *e = mem_alloc(sizeof(*e));
	int64_t nth;

	if (shard_field_part(&field, e->name, sizeof(e->name)) != NULL &&
	    shard_field_part(&field, e->id, sizeof(e->id)) != NULL &&
	    commit_is_id(e->id) && shard_field_time(field, &nth) && nth >= 0 &&
	    nth < WIRE_OBSERVATIONS_MAX) {
		e->nth = (unsigned)nth;
		return e;
	}
	early_free(e);
	return NULL;
}

static bool
is_one_of(const char *name, const void *value, size_t length)
{
	struct wire_envelope envelope;
	struct wire_decoded *decoded;
	char names[160], error[160];
	bool is;

	if (wire_decode_envelope(value, length, &envelope, names, error) != 0)
		return false;
	decoded = wire_decode_part(envelope.part, envelope.part_length, error);
	is = decoded != NULL && decoded->part.count == 1 &&
	    strcmp(decoded->part.observations->endpoint, name) == 0;
	wire_decoded_free(decoded);
	return is;
}

bool
shard_load_early(struct shard *s, const char *field, const void *value,
    size_t length)
{
	struct early *e = read_field(field);

	if (e == NULL)
		return false;
	if (!is_one_of(e->name, value, length)) {
		early_free(e);
		return false;
	}
	e->data = mem_copy(value, length);
	e->length = length;
	put_in_order(s, e);
	return true;
}

void
shard_free_early(struct shard *s)
{
	struct early *e;

	TAILQ_CONCAT(&s->early, &s->early_over, entries);
	while ((e = TAILQ_FIRST(&s->early)) != NULL) {
		TAILQ_REMOVE(&s->early, e, entries);
		early_free(e);
	}
}
