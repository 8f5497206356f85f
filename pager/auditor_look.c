/*
 * auditor_look: what is open, and when somebody was last called.
 *
 * First the journal (there while Redis is away, and until it is recorded; of
 * it only what is new since the last look), then Redis; what stands in the
 * journal is the later of the two.  The look is as of the instant at which it
 * began, so that nothing which was recorded meanwhile is missed.  While Redis does not answer, what it last said and
 * the journal together are what is recorded; without a journal nothing is
 * known, and nothing is said.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "lib/log.h"
#include "lib/text.h"
#include "pager/auditor_parts.h"

#define AT_ONCE 50 /* incidents in one question */

struct look {
	struct auditor *auditor; /* NULL: forgotten */
	int64_t at_ms;
	struct known *found; /* by Redis; the journal says more */
	struct known *next;  /* the first that lacks its incident */
};

static void
clear(struct known **all)
{
	struct known *k, *next;

	HASH_ITER (hh, *all, k, next) {
		HASH_DEL(*all, k);
		free(k->incident);
		free(k->page);
		free(k);
	}
}

static struct known *
know(struct known **all, const char *id)
{
	struct known *k = NULL;

	if (strlen(id) >= sizeof(k->id))
		return NULL; /* none of ours */
	HASH_FIND_STR(*all, id, k);
	if (k != NULL)
		return k;
	k = mem_alloc(sizeof(*k));
	text_copy(k->id, sizeof(k->id), id);
	HASH_ADD_STR(*all, id, k);
	return k;
}

static char *
text_of(const void *value, size_t length)
{
	char *text = mem_alloc(length + 1);

	memcpy(text, value, length);
	return text;
}

static void
note_op(struct known **all, const struct commit_op *op)
{
	bool page = strcmp(op->key, "pages") == 0;
	struct known *k;

	if ((!page && strcmp(op->key, "incidents") != 0) ||
	    (op->kind != COMMIT_SET && op->kind != COMMIT_UNSET) ||
	    (k = know(all, op->field)) == NULL)
		return;
	free(page ? k->page : k->incident);
	*(page ? &k->page : &k->incident) =
	    op->kind == COMMIT_SET ? text_of(op->value, op->length) : NULL;
	if (page)
		k->no_page = op->kind == COMMIT_UNSET;
}

/* What is new in it goes to what is known of it; NULL: it cannot be read. */
static struct journal *
open_journal(struct auditor *a)
{
	bool anew = true;
	struct journal *j = journal_look_on(a->journal, &a->mark, &anew);

	if (j == NULL && errno != ENOENT)
		log_warn("%s", a->journal);
	if (anew)
		clear(&a->journalled);
	if (j == NULL)
		a->mark = (struct journal_mark){ 0 };
	return j;
}

static void
read_journal(struct auditor *a)
{
	struct journal *j = open_journal(a);
	struct commit commit;
	enum journal_read what;

	if (j == NULL)
		return;
	commit_init(&commit);
	while ((what = journal_read(j, &commit)) == JOURNAL_LINE ||
	    what == JOURNAL_BAD)
		for (size_t i = 0; i < commit.count; i++)
			note_op(&a->journalled, &commit.ops[i]);
	commit_clear(&commit);
	if (journal_mark(j, &a->mark) == -1)
		log_warn("%s", a->journal);
	journal_close(j);
}

/* What the journal has of it goes before what Redis has. */
static void
add(struct incident **all, const struct known *redis,
    const struct known *journal)
{
	const char *incident = redis != NULL ? redis->incident : NULL;
	const char *page = redis != NULL ? redis->page : NULL;
	struct incident *inc;
	char error[160];

	if (journal != NULL && journal->incident != NULL)
		incident = journal->incident;
	if (journal != NULL && (journal->page != NULL || journal->no_page))
		page = journal->page;
	if (incident == NULL || page == NULL)
		return; /* closed, or closing */
	inc = incident_decode(incident, strlen(incident), error);
	if (inc == NULL)
		return; /* the pager says what it cannot read */
	if (page_decode(page, strlen(page), &inc->page, error) == -1)
		inc->page = (struct page){ .state = PAGE_CALLING };
	HASH_ADD_STR(*all, id, inc);
}

static struct incident *
decode(const struct known *redis, const struct known *journal)
{
	struct incident *all = NULL;
	struct known *other;

	for (const struct known *k = redis; k != NULL; k = k->hh.next) {
		HASH_FIND_STR(journal, k->id, other);
		add(&all, k, other);
	}
	for (const struct known *k = journal; k != NULL; k = k->hh.next) {
		HASH_FIND_STR(redis, k->id, other);
		if (other == NULL)
			add(&all, NULL, k);
	}
	return all;
}

static void
judge(struct auditor *a, const struct look *l)
{
	int64_t allowed_ms = a->audit.silence_max_ms + a->audit.slack_ms;
	struct incident *all = decode(a->records, a->journalled), *inc, *next;
	struct audit_view view;

	audit_look(all, allowed_ms, l->at_ms, &view);
	HASH_ITER (hh, all, inc, next) {
		HASH_DEL(all, inc);
		incident_free(inc);
	}
	audit_saw(&a->audit, &view, clock_now_ms());
}

static void
on_ignored(void *arg, const struct redisReply *reply)
{
	(void)arg, (void)reply;
}

/* Agents hear our age, not that of an auditor of a pager that stands by. */
static void
tell_live(struct auditor *a)
{
	if (a->audit.pager == AUDIT_ACTIVE)
		store_commandf(a->store, on_ignored, NULL,
		    "HSET " STORE_AGENT_GROUP "live auditor %lld",
		    (long long)clock_now_ms());
}

static void
look_free(struct look *l)
{
	clear(&l->found);
	free(l);
}

static void
end(struct look *l, bool answered)
{
	struct auditor *a = l->auditor;

	if (answered) {
		clear(&a->records);
		a->records = l->found;
		l->found = NULL;
		tell_live(a);
	} else if (!a->unread)
		log_warnx("Redis does not say what is open");
	a->unread = !answered;
	if (answered || a->journalled != NULL)
		judge(a, l);
	a->look = NULL;
	look_free(l);
}

static void ask_next(struct look *);

/* True when the look is of no use to anybody any more. */
static bool
is_forgotten(struct look *l)
{
	if (l->auditor != NULL)
		return false;
	look_free(l);
	return true;
}

static void
on_incidents(void *arg, const struct redisReply *reply)
{
	struct look *l = arg;

	if (is_forgotten(l))
		return;
	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY) {
		end(l, false);
		return;
	}
	for (size_t i = 0; i < reply->elements && l->next != NULL; i++) {
		const struct redisReply *one = reply->element[i];

		if (one->type == REDIS_REPLY_STRING)
			l->next->incident = text_of(one->str, one->len);
		l->next = l->next->hh.next;
	}
	ask_next(l);
}

static void
ask_next(struct look *l)
{
	const char *argv[AT_ONCE + 2] = { "HMGET",
		STORE_PAGER_GROUP "incidents" };
	size_t lengths[AT_ONCE + 2] = { 5, strlen(argv[1]) };
	int argc = 2;

	for (const struct known *k = l->next; k != NULL && argc < AT_ONCE + 2;
	     k = k->hh.next) {
		argv[argc] = k->id;
		lengths[argc++] = strlen(k->id);
	}
	if (argc > 2)
		store_command(l->auditor->store, on_incidents, l, argc, argv,
		    lengths);
	else
		end(l, true);
}

static void
on_pages(void *arg, const struct redisReply *reply)
{
	struct look *l = arg;

	if (is_forgotten(l))
		return;
	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY) {
		end(l, false);
		return;
	}
	for (size_t i = 0; i + 1 < reply->elements; i += 2) {
		const struct redisReply *id = reply->element[i],
					*page = reply->element[i + 1];
		struct known *k = NULL;

		if (id->type == REDIS_REPLY_STRING &&
		    page->type == REDIS_REPLY_STRING)
			k = know(&l->found, id->str);
		if (k != NULL && k->page == NULL)
			k->page = text_of(page->str, page->len);
	}
	l->next = l->found;
	ask_next(l);
}

static void
on_secret(void *arg, const struct redisReply *reply)
{
	struct look *l = arg;

	if (l->auditor != NULL && reply != NULL &&
	    reply->type == REDIS_REPLY_STRING)
		text_copy(l->auditor->secret, sizeof(l->auditor->secret),
		    reply->str);
}

void
auditor_look(struct auditor *a)
{
	struct look *l;

	if (a->look != NULL)
		return;
	l = a->look = mem_alloc(sizeof(*l));
	l->auditor = a;
	l->at_ms = clock_now_ms();
	read_journal(a);
	/* Answers come in order: this one while the look is still there. */
	if (a->settings->site.link_secret == NULL)
		store_commandf(a->store, on_secret, l,
		    "HGET " STORE_PAGER_GROUP "meta secret");
	store_commandf(a->store, on_pages, l,
	    "HGETALL " STORE_PAGER_GROUP "pages");
}

void
auditor_forget_look(struct auditor *a)
{
	if (a->look != NULL)
		a->look->auditor = NULL; /* its last answer frees it */
	a->look = NULL;
	clear(&a->records);
	clear(&a->journalled);
	a->mark = (struct journal_mark){ 0 };
}
