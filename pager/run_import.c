/*
 * run_import: the journal goes into the store.
 *
 * Two occasions: the store is back while duty lives on (away), or an earlier
 * run left a journal behind (opening).  In both the lease says that nobody
 * has written meanwhile; otherwise the file is put aside for a human.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/crash.h"
#include "lib/log.h"
#include "lib/text.h"
#include "pager/run_parts.h"

void
run_journal_path(const struct run *r, char *out, size_t room)
{
	text_format(out, room, "%s/pager.journal", r->state_dir);
}

/* Nobody's any more: what it holds is told as an incident. */
static void
put_aside(struct run *r, const char *why)
{
	char path[1024];

	run_journal_path(r, path, sizeof(path));
	log_warnx("pager: the journal is put aside as pager.journal.aside: %s",
	    why);
	if (journal_put_aside(path) == -1)
		log_warn("pager: the journal cannot be put aside");
	r->aside = true;
	journal_close(r->journal);
	r->journal = NULL;
}

/* In the first moment of a lease: a crash from now on leaves a journal that
   is known to be ours. */
void
run_find_journal(struct run *r)
{
	char path[1024];
	int64_t fence;

	run_journal_path(r, path, sizeof(path));
	if (r->journal == NULL && access(path, F_OK) == -1)
		return;
	if (r->journal == NULL && (r->journal = journal_open(path)) == NULL) {
		log_warn("%s", path);
		put_aside(r, "it cannot be read");
		return;
	}
	fence = journal_fence(r->journal);
	if (!tenure_is_ours(fence, r->fence)) {
		put_aside(r, "another pager has been active meanwhile");
		return;
	}
	if (journal_adopt(r->journal, r->fence, clock_now_ms()) == -1)
		log_warn("%s: cannot be written", path);
	log_info("pager: recording what the journal holds");
}

/* The store behind the address may be another one than it was. */
bool
run_is_our_journal(struct run *r, const char *house)
{
	const char *journals = journal_house(r->journal);

	if (*journals == '\0' || strcmp(journals, house) == 0)
		return true;
	put_aside(r, "it was written for another store");
	return false;
}

static void import_next(struct run *);

static void
all_imported(struct run *r)
{
	CRASH_POINT("pager-journal-imported");
	if (r->journal != NULL && journal_remove(r->journal) == -1)
		log_warn("pager: the journal cannot be removed");
	journal_close(r->journal);
	r->journal = NULL;
	r->importing = false;
	if (r->phase == RUN_OPENING) {
		run_open(r); /* there is no journal now: on to loading */
		return;
	}
	r->away = false;
	r->down_since_us = r->refused_since_us = 0;
	if (r->unrecorded || r->aside) { /* until all is loaded anew */
		run_reload(r, "not all of the journal could be recorded");
		return;
	}
	log_info("pager: the store is back and has everything");
	duty_store(r->duty, true);
	run_turn(r);
}

/* What was in the way may pass: the next renewal of the lease tries again. */
static void
break_off(struct run *r)
{
	journal_rewind(r->journal);
	r->importing = false;
	if (r->phase == RUN_OPENING) {
		r->phase = RUN_STANDBY;
		r->generation++;
	}
}

static void
on_imported(void *arg, enum store_outcome outcome)
{
	struct run_call *call = arg;
	struct run *r = call->run;
	bool is_void = run_call_is_void(call);

	free(call);
	if (is_void)
		return;
	CRASH_POINT("pager-journal-line");
	if (outcome == STORE_DONE)
		import_next(r);
	else if (outcome == STORE_FENCED)
		run_step_down(r, "the lease was lost while recording");
	else
		break_off(r);
}

static void
import_next(struct run *r)
{
	struct commit commit;
	enum journal_read what;

	commit_init(&commit);
	for (;;) {
		what = journal_read(r->journal, &commit);
		if (what == JOURNAL_BAD)
			log_warnx("pager: a line of the journal means nothing");
		else if (what != JOURNAL_LINE || !commit_is_empty(&commit))
			break;
	}
	if (what == JOURNAL_LINE)
		store_commit(r->store, STORE_PAGER_GROUP, r->token, &commit,
		    on_imported, run_call(r, 0));
	commit_clear(&commit);
	if (what == JOURNAL_LINE)
		return;
	if (what == JOURNAL_BROKEN)
		put_aside(r, "it cannot be read");
	all_imported(r);
}

void
run_import(struct run *r)
{
	if (r->importing)
		return;
	r->importing = true;
	if (r->journal != NULL)
		import_next(r);
	else
		all_imported(r);
}
