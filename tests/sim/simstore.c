/* simstore: see simstore.h. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "tests/sim/simstore_inside.h"

struct simstore *
simstore_new(void)
{
	return mem_alloc(sizeof(struct simstore));
}

static struct undo *
undo_add(struct simstore *s)
{
	if (s->undo_count == s->undo_room) {
		s->undo_room = 2 * s->undo_room + 32;
		s->undos = mem_grow(s->undos, s->undo_room * sizeof(*s->undos));
	}
	s->undos[s->undo_count] = (struct undo){ 0 };
	return &s->undos[s->undo_count++];
}

char *
simstore_number(char *at, int64_t n)
{
	char digits[24];
	int count = 0;

	do
		digits[count++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	while (count > 0)
		*at++ = digits[--count];
	*at = '\0';
	return at;
}

void
simstore_id(char id[48], int64_t ms, int64_t seq)
{
	char *at = simstore_number(id, ms);

	*at++ = '-';
	(void)simstore_number(at, seq);
}

/* As snprintf() would, which is a tenth of a night's time. */
static void
cell_name(char name[NAME_ROOM], const char *group, const char *key,
    const char *field)
{
	const char *parts[] = { group, key,
		field }; /* NULL: a stream has none */
	char *end = name;

	for (size_t i = 0; i < 3 && parts[i] != NULL; i++) {
		size_t length = strlen(parts[i]);

		assert(end + length + 2 < name + NAME_ROOM);
		memcpy(end, parts[i], length);
		end += length;
		*end++ = '\1';
	}
	end[-1] = '\0';
}

struct cell *
simstore_cell_of(struct simstore *s, const char *group, const char *key,
    const char *field)
{
	char name[NAME_ROOM];
	struct cell *c;

	cell_name(name, group, key, field);
	HASH_FIND_STR(s->cells, name, c);
	if (c == NULL) {
		c = mem_alloc(sizeof(*c));
		c->name = mem_text(name);
		HASH_ADD_KEYPTR(hh, s->cells, c->name, strlen(c->name), c);
	}
	return c;
}

/* A nul follows, for those who read numbers. */
static void *
copy_value(const void *value, size_t length)
{
	char *copy = mem_alloc(length + 1);

	memcpy(copy, value, length);
	return copy;
}

/* value NULL: the field is removed. */
void
simstore_put(struct simstore *s, struct cell *c, const void *value,
    size_t length)
{
	struct undo *u = undo_add(s);

	u->cell = c;
	u->value = c->value;
	u->length = c->length;
	c->value = value != NULL ? copy_value(value, length) : NULL;
	c->length = length;
}

struct stream *
simstore_stream_of(struct simstore *s, const char *group, const char *key)
{
	char name[NAME_ROOM];
	struct stream *t;

	cell_name(name, group, key, NULL);
	HASH_FIND_STR(s->streams, name, t);
	if (t == NULL) {
		t = mem_alloc(sizeof(*t));
		t->name = mem_text(name);
		HASH_ADD_KEYPTR(hh, s->streams, t->name, strlen(t->name), t);
	}
	return t;
}

void
simstore_append(struct simstore *s, struct stream *t, int64_t now_ms,
    const void *data, size_t length)
{
	if (t->count == t->room) {
		t->room = 2 * t->room + 16;
		t->entries =
		    mem_grow(t->entries, t->room * sizeof(*t->entries));
	}
	if (now_ms > t->last_ms) {
		t->last_ms = now_ms;
		t->last_seq = 0;
	} else
		t->last_seq++;
	t->entries[t->count++] = (struct entry){ t->last_ms, t->last_seq,
		mem_copy(data, length), length };
	*undo_add(s) = (struct undo){ .appended = t,
		.ms = t->last_ms,
		.seq = t->last_seq };
}

static void
parse_id(const char *id, int64_t *ms, int64_t *seq)
{
	char *end;

	*ms = strtoll(id, &end, 10);
	*seq = *end == '-' ? strtoll(end + 1, NULL, 10) : 0;
}

void
simstore_trim(struct simstore *s, struct stream *t, const char *before)
{
	int64_t ms, seq;
	struct undo *u = undo_add(s);

	u->trimmed = t;
	u->first = t->first;
	parse_id(before, &ms, &seq);
	u->ms = ms;
	u->seq = seq;
	while (t->first < t->count &&
	    (t->entries[t->first].ms < ms ||
		(t->entries[t->first].ms == ms &&
		    t->entries[t->first].seq < seq)))
		t->first++;
}

/* Free what is trimmed for good. */
static void
squeeze(struct stream *t)
{
	if (t->first < 64 || t->first < t->count / 2)
		return;
	for (size_t i = 0; i < t->first; i++)
		free(t->entries[i].data);
	memmove(t->entries, t->entries + t->first,
	    (t->count - t->first) * sizeof(*t->entries));
	t->count -= t->first;
	t->first = 0;
}

static const struct entry *
entry_of(const struct stream *t, int64_t ms, int64_t seq)
{
	size_t low = t->first, high = t->count;

	while (low < high) {
		size_t i = low + (high - low) / 2;
		const struct entry *e = &t->entries[i];

		if (e->ms < ms || (e->ms == ms && e->seq < seq))
			low = i + 1;
		else
			high = i;
	}
	return low < t->count ? &t->entries[low] : NULL;
}

/* Of a name its parts, in a copy of it; those that are missing are NULL. */
static void
split_name(const char *name, char copy[NAME_ROOM], struct simstore_change *c)
{
	size_t length = strlen(name) + 1;
	char *key, *field;

	memcpy(copy, name, length);
	c->group = copy;
	key = strchr(copy, '\1');
	*key++ = '\0';
	c->key = key;
	field = strchr(key, '\1');
	if (field != NULL)
		*field++ = '\0';
	c->field = field;
}

static void
tell_change(const struct undo *u, simstore_changed *changed, void *arg)
{
	struct simstore_change c = { 0 };
	const struct stream *t = u->appended != NULL ? u->appended : u->trimmed;
	const struct entry *e = NULL;
	char copy[NAME_ROOM], id[48];

	split_name(t != NULL ? t->name : u->cell->name, copy, &c);
	if (t == NULL) {
		c.value = u->cell->value;
		c.length = u->cell->length;
	} else {
		simstore_id(id, u->ms, u->seq);
		c.id = id;
		if (u->appended != NULL)
			e = entry_of(t, u->ms, u->seq);
		if (e != NULL) {
			c.value = e->data;
			c.length = e->length;
		}
	}
	if (c.key[0] != '=') /* a lease and the like are the store's own */
		changed(arg, &c);
}

/* Nothing of it is needed any more. */
static void
drop_undos(struct simstore *s)
{
	for (size_t i = 0; i < s->undo_count; i++) {
		free(s->undos[i].value);
		if (s->undos[i].trimmed != NULL)
			squeeze(s->undos[i].trimmed);
	}
	s->undo_count = s->told = 0;
}

void
simstore_fsync(struct simstore *s, simstore_changed *changed, void *arg)
{
	for (size_t i = s->told; changed != NULL && i < s->undo_count; i++)
		tell_change(&s->undos[i], changed, arg);
	s->told = s->undo_count;
	if (!s->keeping)
		drop_undos(s);
}

static void
go_back(struct undo *u)
{
	if (u->cell != NULL) {
		free(u->cell->value);
		u->cell->value = u->value;
		u->cell->length = u->length;
	}
	if (u->appended != NULL)
		free(u->appended->entries[--u->appended->count].data);
	if (u->trimmed != NULL)
		u->trimmed->first = u->first;
	*u = (struct undo){ 0 };
}

void
simstore_lose(struct simstore *s)
{
	while (s->undo_count > s->told)
		go_back(&s->undos[--s->undo_count]);
}

void
simstore_keep(struct simstore *s)
{
	s->keeping = true;
}

bool
simstore_is_keeping(const struct simstore *s)
{
	return s->keeping;
}

void
simstore_forget(struct simstore *s, const char *prefix)
{
	simstore_lose(s);
	for (size_t i = s->undo_count; i-- > 0;) {
		struct undo *u = &s->undos[i];
		const char *name = u->cell != NULL ? u->cell->name
		    : u->appended != NULL          ? u->appended->name
						   : u->trimmed->name;

		if (strncmp(name, prefix, strlen(prefix)) == 0)
			go_back(u);
	}
	s->keeping = false;
	drop_undos(s);
}

void
simstore_free(struct simstore *s)
{
	struct cell *c, *next;
	struct stream *t, *after;

	drop_undos(s);
	HASH_ITER (hh, s->cells, c, next) {
		HASH_DEL(s->cells, c);
		free(c->name);
		free(c->value);
		free(c);
	}
	HASH_ITER (hh, s->streams, t, after) {
		HASH_DEL(s->streams, t);
		for (size_t i = 0; i < t->count; i++)
			free(t->entries[i].data);
		free(t->entries);
		free(t->name);
		free(t);
	}
	free(s->undos);
	free(s);
}

void
simstore_fields(const struct simstore *s, const char *group,
    simstore_field *each, void *arg)
{
	size_t length = strlen(group);
	char key[256];
	struct cell *c, *next;

	HASH_ITER (hh, s->cells, c, next) {
		const char *k = c->name + length + 1, *f;

		if (c->value == NULL || strncmp(c->name, group, length) != 0 ||
		    c->name[length] != '\1' || *k == '=')
			continue;
		f = strchr(k, '\1');
		memcpy(key, k, (size_t)(f - k));
		key[f - k] = '\0';
		each(arg, key, f + 1, c->value, c->length);
	}
}

const char *
simstore_get(const struct simstore *s, const char *group, const char *key,
    const char *field, size_t *length)
{
	char name[NAME_ROOM];
	struct cell *c;

	cell_name(name, group, key, field);
	HASH_FIND_STR(s->cells, name, c);
	if (c == NULL || c->value == NULL)
		return NULL;
	*length = c->length;
	return c->value;
}

size_t
simstore_read(const struct simstore *s, const char *group, const char *stream,
    const char *after, size_t count, simstore_entry *each, void *arg)
{
	char name[NAME_ROOM], id[48];
	int64_t ms, seq;
	struct stream *t;
	size_t low, high, given = 0;

	cell_name(name, group, stream, NULL);
	HASH_FIND_STR(s->streams, name, t);
	if (t == NULL)
		return 0;
	parse_id(after, &ms, &seq);
	low = t->first;
	high = t->count;
	while (low < high) {
		size_t i = low + (high - low) / 2;
		const struct entry *e = &t->entries[i];

		if (e->ms < ms || (e->ms == ms && e->seq <= seq))
			low = i + 1;
		else
			high = i;
	}
	for (; low < t->count && given < count; low++, given++) {
		simstore_id(id, t->entries[low].ms, t->entries[low].seq);
		each(arg, id, t->entries[low].data, t->entries[low].length);
	}
	return given;
}
