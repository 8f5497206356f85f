/* backup_check: lines of a backup in their order; see backup.h. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "lib/backup.h"
#include "lib/commit.h"

#define KEYS_MAX ((size_t)BACKUP_GROUPS_MAX * BACKUP_KEYS_MAX)

struct seen {
	char *key;
	UT_hash_handle hh;
};

struct backup_check {
	struct seen *seen; /* every key so far */
	char *key;         /* of the line before; NULL: none */
	enum backup_kind kind;
	uint64_t last[2]; /* of a stream: the entry before */
	char groups[BACKUP_GROUPS_MAX][BACKUP_GROUP_ROOM];
	size_t group_count, key_count;
};

struct backup_check *
backup_check_new(void)
{
	return mem_alloc(sizeof(struct backup_check));
}

void
backup_check_free(struct backup_check *c)
{
	struct seen *s, *next;

	if (c == NULL)
		return;
	HASH_ITER (hh, c->seen, s, next) {
		HASH_DEL(c->seen, s);
		free(s->key);
		free(s);
	}
	free(c->key);
	free(c);
}

bool
backup_group_of(const char *key, char group[BACKUP_GROUP_ROOM])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t n;

	if (strncmp(key, "sw:{", 4) != 0)
		return false;
	n = strspn(key + 4, letters);
	if (n == 0 || n > 16 || strncmp(key + 4 + n, "}:", 2) != 0 ||
	    key[n + 6] == '\0')
		return false;
	memcpy(group, key, n + 6);
	group[n + 6] = '\0';
	return true;
}

bool
backup_is_kept(const char *key)
{
	char group[BACKUP_GROUP_ROOM];

	return backup_group_of(key, group) && strcmp(group, "sw:{a}:") != 0 &&
	    strcmp(key + strlen(group), "lease") != 0;
}

static int
note_group(struct backup_check *c, const char *key, char error[160])
{
	char group[BACKUP_GROUP_ROOM];
	size_t i = 0;

	(void)backup_group_of(key, group);
	while (i < c->group_count && strcmp(c->groups[i], group) != 0)
		i++;
	if (i == BACKUP_GROUPS_MAX)
		return text_refuse(error, "too many groups of keys");
	if (i == c->group_count)
		text_copy(c->groups[c->group_count++], BACKUP_GROUP_ROOM,
		    group);
	return 0;
}

/* Another key than that of the line before. */
static int
begin_key(struct backup_check *c, const struct backup_line *l, char error[160])
{
	struct seen *s;

	if (!backup_is_kept(l->key))
		return text_refuse(error, "key: not one that is kept");
	HASH_FIND_STR(c->seen, l->key, s);
	if (s != NULL)
		return text_refuse(error, "key: there before");
	if (c->key_count == KEYS_MAX)
		return text_refuse(error, "too many keys");
	if (note_group(c, l->key, error) != 0)
		return -1;
	s = mem_alloc(sizeof(*s));
	s->key = mem_text(l->key);
	HASH_ADD_KEYPTR(hh, c->seen, s->key, strlen(s->key), s);
	free(c->key);
	c->key = mem_text(l->key);
	c->last[0] = c->last[1] = 0;
	c->key_count++;
	return 0;
}

/* As "ms-number", later than the one before; 0-0 is none. */
static bool
is_next(struct backup_check *c, const char *id, bool may_be_same)
{
	uint64_t ms, number;

	if (!commit_is_id(id))
		return false;
	ms = strtoull(id, NULL, 10);
	number = strtoull(strchr(id, '-') + 1, NULL, 10);
	if (ms < c->last[0] || (ms == c->last[0] && number < c->last[1]) ||
	    (ms == c->last[0] && number == c->last[1] && !may_be_same))
		return false;
	c->last[0] = ms;
	c->last[1] = number;
	return true;
}

static int
check_ids(struct backup_check *c, const struct backup_line *l, char error[160])
{
	for (size_t i = 0; l->kind == BACKUP_STREAM && i < l->count; i += 3)
		if (!is_next(c, l->items[i].data, false))
			return text_refuse(error,
			    "stream: not an id, or not later "
			    "than the one before");
	if (l->kind == BACKUP_LAST && !is_next(c, l->items[0].data, true))
		return text_refuse(error,
		    "last: not an id, or before an entry");
	return 0;
}

int
backup_check(struct backup_check *c, const struct backup_line *l,
    char error[160])
{
	bool is_more = c->key != NULL && strcmp(c->key, l->key) == 0;
	bool goes_on = l->kind == c->kind && l->kind != BACKUP_STRING;

	if (is_more && c->kind == BACKUP_STREAM && l->kind == BACKUP_LAST)
		goes_on = true;
	if (is_more && (!goes_on || c->kind == BACKUP_LAST))
		return text_refuse(error, "key: of another kind than before");
	if (!is_more && begin_key(c, l, error) != 0)
		return -1;
	c->kind = l->kind;
	return check_ids(c, l, error);
}

size_t
backup_keys(const struct backup_check *c)
{
	return c->key_count;
}

const char *
backup_group(const struct backup_check *c, size_t i)
{
	return i < c->group_count ? c->groups[i] : NULL;
}
