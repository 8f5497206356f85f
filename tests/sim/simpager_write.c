/*
 * simpager_write: what duty wants written, one commit at a time: into the
 * store, or into the journal while the store is away.
 */
#include "tests/sim/simpager_parts.h"

#define RETRY_MS 1000
#define AWAY_MS 30000 /* then the journal takes the place of the store */

static void
journal_add(struct sim_pager *p)
{
	if (p->journal_count == p->journal_room) {
		p->journal_room = 2 * p->journal_room + 16;
		p->journal =
		    mem_grow(p->journal, p->journal_room * sizeof(*p->journal));
	}
	p->journal[p->journal_count++] = p->pending;
	commit_init(&p->pending);
}

void
pager_journal_drop(struct sim_pager *p)
{
	for (size_t i = 0; i < p->journal_count; i++)
		commit_clear(&p->journal[i]);
	p->journal_count = 0;
	p->journal_orphan = false;
}

/* What was pending is durable. */
static void
settled(struct world *w, struct sim_pager *p)
{
	p->committing = false;
	p->lost_since_ms = 0;
	commit_clear(&p->pending);
	duty_committed(p->duty);
	pager_pump(w, p);
}

/* Under another fence by now, perhaps: the lease may have been taken again. */
static void
journalled(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who];

	if (p->state == PAGER_RUNNING && p->spells == *(unsigned *)data)
		settled(w, p);
}

static void
to_journal(struct world *w, struct sim_pager *p)
{
	journal_add(p);
	p->journal_fence = p->fence;
	at_proc(w, &p->proc, w->now_ms + 2, journalled, p->proc.number,
	    mem_copy(&p->spells, sizeof(p->spells)));
}

static void commit_pending(struct world *, struct sim_pager *);

static void
retry(struct world *w, int who, void *data)
{
	struct sim_pager *p = w->pagers[who];

	if (p->state == PAGER_RUNNING && p->fence == *(int64_t *)data &&
	    p->committing)
		commit_pending(w, p);
}

static void
go_away(struct world *w, struct sim_pager *p)
{
	tell(w, "%s: the store is away, the journal takes its place",
	    p->proc.name);
	p->away = true;
	duty_store(p->duty, false);
}

static void
committed(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];

	if (p->state != PAGER_RUNNING || p->fence != c->fence || !p->committing)
		return;
	if (c->outcome == STORE_DONE) {
		settled(w, p);
		return;
	}
	if (c->outcome != STORE_LOST) {
		tell(w, "%s: commit outcome %d, loads anew", p->proc.name,
		    (int)c->outcome);
		pager_stand_by(p);
		return;
	}
	if (p->lost_since_ms == 0)
		p->lost_since_ms = w->now_ms;
	if (w->now_ms - p->lost_since_ms >= AWAY_MS) {
		go_away(w, p);
		to_journal(w, p);
	} else
		at_proc(w, &p->proc, w->now_ms + RETRY_MS, retry,
		    p->proc.number, mem_copy(&p->fence, sizeof(p->fence)));
}

static void
copy_commit(struct commit *to, const struct commit *from)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct commit_op *op = &from->ops[i];

		switch (op->kind) {
		case COMMIT_EXPECT:
			commit_expect(to, op->key, op->field, op->value);
			break;
		case COMMIT_SET:
			commit_set(to, op->key, op->field, op->value,
			    op->length);
			break;
		case COMMIT_UNSET:
			commit_unset(to, op->key, op->field);
			break;
		case COMMIT_APPEND:
			commit_append(to, op->key, op->value, op->length);
			break;
		case COMMIT_TRIM:
			commit_trim(to, op->key, op->value);
			break;
		case COMMIT_REMOVE:
			commit_remove(to, op->key, op->value);
			break;
		}
	}
}

static void
commit_pending(struct world *w, struct sim_pager *p)
{
	struct call *c =
	    call_new(w, &p->proc, DO_COMMIT, PAGER_GROUP, committed);

	copy_commit(&c->commit, &p->pending);
	text_copy(c->token, sizeof(c->token), p->token);
	c->fence = p->fence;
	call_start(w, c);
}

void
pager_commit(struct world *w, struct sim_pager *p)
{
	if (p->committing ||
	    !duty_commit(p->duty, proc_now(w, &p->proc), &p->pending))
		return;
	p->committing = true;
	if (p->away)
		to_journal(w, p);
	else
		commit_pending(w, p);
}

/* The journal is in the store now: go on as ever, or begin by loading. */
static void
was_imported(struct world *w, struct sim_pager *p)
{
	pager_journal_drop(p);
	if (p->state == PAGER_STANDBY) {
		pager_load(w, p);
		return;
	}
	p->away = false;
	tell(w, "%s: the store is back", p->proc.name);
	duty_store(p->duty, true);
	pager_read(w, p);
	pager_pump(w, p);
}

/* who is the index in the journal. */
static void
imported(struct world *w, struct call *c)
{
	struct sim_pager *p = w->pagers[c->proc->number];

	if (p->fence != c->fence)
		return;
	p->importing = false;
	if (c->outcome == STORE_LOST)
		return; /* the next lease tries again */
	if (c->outcome == STORE_FENCED) {
		pager_stand_by(p);
		return;
	}
	/* A conflict: this one had arrived before, unheard. */
	p->imported = (size_t)c->who + 1;
	pager_import(w, p);
}

void
pager_import(struct world *w, struct sim_pager *p)
{
	struct call *c;

	if (p->importing || p->committing)
		return;
	if (p->imported >= p->journal_count) {
		p->imported = 0;
		was_imported(w, p);
		return;
	}
	p->importing = true;
	c = call_new(w, &p->proc, DO_COMMIT, PAGER_GROUP, imported);
	copy_commit(&c->commit, &p->journal[p->imported]);
	text_copy(c->token, sizeof(c->token), p->token);
	c->fence = p->fence;
	c->who = (int)p->imported;
	call_start(w, c);
}
