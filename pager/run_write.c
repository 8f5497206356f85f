/*
 * run_write: what duty wants written, one commit at a time.
 *
 * A commit whose outcome is unknown stops everything until all is loaded
 * anew; or, when the store stays away for over 30 s, until it stands in the
 * local journal.
 */
#include <stdlib.h>

#include "lib/crash.h"
#include "lib/log.h"
#include "lib/text.h"
#include "pager/run_parts.h"

#define RELOAD_PAUSE_MS 3000

/* What is known now, for the case that the store does not let us load. */
static void
keep_spare(struct run *r)
{
	run_drop_spare(r);
	r->spare = r->duty;
	r->spare_commit = r->commit;
	r->spare_waits = r->commit_waiting;
	r->duty = NULL;
	commit_init(&r->commit);
	r->commit_waiting = r->commit_unknown = false;
}

void
run_drop_spare(struct run *r)
{
	duty_free(r->spare);
	r->spare = NULL;
	commit_clear(&r->spare_commit);
}

void
run_reload(struct run *r, const char *why)
{
	log_warnx("pager: loading everything anew: %s", why);
	r->reloaded_us = clock_monotonic_us();
	keep_spare(r);
	r->phase = RUN_STANDBY; /* the lease is taken anew, at once */
	r->generation++;
	r->tenure.asked_ms = 0;
	desk_lost(r->desk);
	run_lease_tick(r);
}

static void
on_committed(void *arg, enum store_outcome outcome)
{
	struct run_call *call = arg;
	struct run *r = call->run;
	bool is_void = run_call_is_void(call);

	free(call);
	if (is_void || !r->commit_waiting)
		return; /* by now it stands in the journal */
	CRASH_POINT("pager-after-commit");
	switch (outcome) {
	case STORE_DONE:
		r->commit_waiting = false;
		r->refused_since_us = 0;
		commit_clear(&r->commit);
		duty_committed(r->duty);
		run_turn(r);
		return;
	case STORE_FENCED:
		run_step_down(r, "the lease was lost");
		return;
	case STORE_CONFLICT:
		run_reload(r, "the store holds something else than expected");
		run_drop_spare(r); /* it was wrong about something */
		return;
	case STORE_REFUSED:
		if (r->refused_since_us == 0)
			r->refused_since_us = clock_monotonic_us();
		break;
	default:
		break;
	}
	r->commit_unknown = true;
}

/* A line in the journal; without one, pages go before records. */
static void
write_journal(struct run *r)
{
	if (r->journal == NULL ||
	    journal_write(r->journal, &r->commit, r->fence, clock_now_ms()) ==
		-1) {
		if (!r->unrecorded)
			log_warn("pager: the journal cannot be written; "
				 "going on without");
		r->unrecorded = true;
	}
	commit_clear(&r->commit);
	r->commit_waiting = r->commit_unknown = false;
	duty_committed(r->duty);
}

bool
run_write(struct run *r)
{
	if (r->phase != RUN_ACTIVE || r->commit_waiting)
		return false;
	if (!duty_commit(r->duty, clock_now_ms(), &r->commit)) {
		if (!r->away)
			r->commit_ok_ms = clock_now_ms();
		return false;
	}
	r->commit_waiting = true;
	if (r->away) {
		write_journal(r);
		return true;
	}
	CRASH_POINT("pager-before-commit");
	store_commit(r->store, STORE_PAGER_GROUP, r->token, &r->commit,
	    on_committed, run_call(r, 0));
	return false;
}

static void
go_away(struct run *r)
{
	char path[1024];

	run_journal_path(r, path, sizeof(path));
	log_warnx("pager: the store is away; going on from memory, journal=%s",
	    path);
	r->away = true;
	r->journal = journal_open(path);
	if (r->journal == NULL)
		log_warn("%s: cannot be opened", path);
	else
		journal_belong(r->journal, r->house);
	duty_store(r->duty, false);
	if (r->commit_waiting)
		write_journal(r);
	run_turn(r);
}

/* A store that comes and goes must not keep us from what we know. */
static void
take_spare(struct run *r)
{
	log_warnx("pager: the store does not let us load");
	r->generation++;
	duty_free(r->duty);
	r->duty = r->spare;
	r->spare = NULL;
	commit_clear(&r->commit);
	r->commit = r->spare_commit;
	commit_init(&r->spare_commit);
	r->commit_waiting = r->spare_waits;
	r->phase = RUN_ACTIVE;
	go_away(r);
}

static bool
is_over(int64_t since_us, int64_t ms)
{
	return since_us != 0 && clock_monotonic_us() - since_us > ms * 1000;
}

void
run_away_tick(struct run *r)
{
	if (r->phase != RUN_ACTIVE && r->spare != NULL &&
	    is_over(r->reloaded_us, r->away_after_ms))
		take_spare(r);
	if (r->phase != RUN_ACTIVE || r->away)
		return;
	if (is_over(r->down_since_us, r->away_after_ms) ||
	    is_over(r->refused_since_us, r->away_after_ms))
		go_away(r);
	else if (r->commit_unknown && store_is_up(r->store) &&
	    (r->reloaded_us == 0 || is_over(r->reloaded_us, RELOAD_PAUSE_MS)))
		run_reload(r, "it is not known what the store has");
}

void
run_store_changed(struct run *r, bool up, const char *advisory)
{
	if (!up) {
		if (r->down_since_us == 0)
			r->down_since_us = clock_monotonic_us();
		return;
	}
	text_copy(r->advisory, sizeof(r->advisory),
	    advisory != NULL ? advisory : "");
	if (!r->away)
		r->down_since_us = 0;
	if (r->phase == RUN_ACTIVE)
		duty_trouble(r->duty, "operations/store", 4,
		    *r->advisory != '\0' ? r->advisory : NULL, clock_now_ms());
	r->tenure.asked_ms = 0; /* now */
	run_lease_tick(r);
	run_turn(r);
}
