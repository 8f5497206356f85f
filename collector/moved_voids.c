/* moved_voids: voids of two stores beside each other; see moved.h. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "collector/moved.h"
#include "collector/shard_internal.h"

struct kept {
	char *field, *value;
	size_t length;
	char region[NAME_ROOM];
	int64_t to_ms;
	bool is_there;
	UT_hash_handle hh;
};

/* Since when anybody else was seen from there. */
struct other {
	char region[NAME_ROOM];
	int64_t begin_ms;
	UT_hash_handle hh;
};

struct moved_voids {
	const struct moved_check *check;
	struct kept *kept;
	struct other *others;
};

struct moved_voids *
moved_voids_new(const struct moved_check *check)
{
	struct moved_voids *v = mem_alloc(sizeof(*v));

	v->check = check;
	return v;
}

void
moved_voids_free(struct moved_voids *v)
{
	struct kept *k, *next;
	struct other *o, *after;

	if (v == NULL)
		return;
	HASH_ITER (hh, v->kept, k, next) {
		HASH_DEL(v->kept, k);
		free(k->field);
		free(k->value);
		free(k);
	}
	HASH_ITER (hh, v->others, o, after) {
		HASH_DEL(v->others, o);
		free(o);
	}
	free(v);
}

void
moved_voids_file(struct moved_voids *v, const struct moved *m)
{
	struct kept *k = mem_alloc(sizeof(*k)), *before;
	struct void_stretch stretch;
	char error[160];

	/* It was checked; of one in both keys the first counts. */
	(void)shard_read_void(m->field, m->value, m->length, k->region,
	    &stretch, error);
	HASH_FIND_STR(v->kept, m->field, before);
	if (before != NULL) {
		free(k);
		return;
	}
	k->field = mem_text(m->field);
	k->value = mem_copy(m->value, m->length);
	k->length = m->length;
	k->to_ms = stretch.to_ms;
	HASH_ADD_KEYPTR(hh, v->kept, k->field, strlen(k->field), k);
}

void
moved_voids_other(struct moved_voids *v, const char *region, int64_t begin_ms)
{
	struct other *o;

	HASH_FIND_STR(v->others, region, o);
	if (o == NULL) {
		o = mem_alloc(sizeof(*o));
		text_copy(o->region, sizeof(o->region), region);
		o->begin_ms = begin_ms;
		HASH_ADD_STR(v->others, region, o);
	}
	if (begin_ms < o->begin_ms)
		o->begin_ms = begin_ms;
}

int
moved_voids_there(struct moved_voids *v, const char *field, const char *value,
    size_t length, char error[160])
{
	char region[NAME_ROOM];
	struct void_stretch stretch;
	struct kept *k;

	HASH_FIND_STR(v->kept, field, k);
	if (k != NULL) {
		k->is_there = true;
		if (k->length == length && memcmp(k->value, value, length) == 0)
			return 0;
		text_format(error, 160, "void %.100s ends otherwise there",
		    field);
		return -1;
	}
	if (shard_read_void(field, value, length, region, &stretch, error) !=
		0 ||
	    stretch.to_ms <= moved_check_begin(v->check, region)) {
		error[0] = '\0'; /* nobody's, or over before it was seen */
		return 0;
	}
	text_format(error, 160,
	    "void %.90s is not in the file, and would be of this client's",
	    field);
	return -1;
}

int
moved_voids_bear(const struct moved_voids *v, char error[160])
{
	for (const struct kept *k = v->kept; k != NULL; k = k->hh.next) {
		struct other *o;

		HASH_FIND_STR(v->others, k->region, o);
		if (k->is_there || o == NULL || k->to_ms <= o->begin_ms)
			continue;
		text_format(error, 160,
		    "void %.90s is not there, and would be of others, too",
		    k->field);
		return -1;
	}
	return 0;
}
