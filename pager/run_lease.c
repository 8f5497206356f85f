/* run_lease: who of the pagers is active. */
#include <inttypes.h>
#include <stdlib.h>

#include "lib/crash.h"
#include "lib/log.h"
#include "lib/sign.h"
#include "pager/run_parts.h"

/*
 * A send that has begun cannot be called back; with half the lease's life
 * left nobody else begins the same before this one is over.  With Redis away
 * there is no lease to ask for: two pagers may call, but not none.
 */
bool
run_may_send(const struct run *r)
{
	int64_t left_us = r->lease_until_us - clock_monotonic_us();

	return r->phase == RUN_ACTIVE &&
	    (r->away || left_us > r->lease_life_ms * 500);
}

void
run_step_down(struct run *r, const char *why)
{
	log_warnx("pager: stepping down: %s", why);
	r->phase = RUN_STANDBY;
	r->generation++;
	r->fence = 0;
	r->lease_until_us = 0;
	r->standby_told = false;
	r->away = r->importing = r->unrecorded = false;
	r->commit_waiting = r->commit_unknown = false;
	commit_clear(&r->commit);
	journal_close(r->journal); /* the file stays for the next taking */
	r->journal = NULL;
	run_forget_sends(r);
	run_drop_spare(r);
	duty_free(r->duty);
	r->duty = NULL;
	desk_lost(r->desk);
}

static void
on_taken(struct run *r, int64_t fence)
{
	log_info("pager: active fence=%" PRId64, fence);
	r->fence = fence;
	r->standby_told = false;
	run_find_journal(r);
	CRASH_POINT("pager-lease-taken");
	run_open(r);
}

static void
on_not_taken(struct run *r, enum store_outcome outcome)
{
	if (outcome == STORE_FENCED)
		run_drop_spare(r); /* another one knows better */
	if (outcome == STORE_FENCED && !r->standby_told) {
		log_info("pager: standing by, another one is active");
		r->standby_told = true;
	}
}

/* The store is there again: what stands in the journal may go into it if
   nobody has written since. */
static void
on_taken_again(struct run *r, int64_t fence)
{
	if (fence != r->fence + 1) {
		run_step_down(r, "another pager has been active meanwhile");
		return;
	}
	r->fence = fence;
	if (r->journal != NULL &&
	    journal_adopt(r->journal, fence, clock_now_ms()) == -1)
		log_warn("pager: the journal cannot be written");
	run_import(r);
}

static void
on_taking(void *arg, enum store_outcome outcome, int64_t fence)
{
	struct run *r = arg;

	r->lease_waiting = false;
	r->token_spent = outcome != STORE_FENCED;
	if (outcome == STORE_DONE)
		r->lease_until_us = r->lease_asked_us + r->lease_life_ms * 1000;
	if (r->phase == RUN_STANDBY && outcome == STORE_DONE)
		on_taken(r, fence);
	else if (r->phase == RUN_STANDBY)
		on_not_taken(r, outcome);
	else if (outcome == STORE_FENCED)
		run_step_down(r, "another pager is active");
	else if (outcome == STORE_DONE && r->away)
		on_taken_again(r, fence);
	run_turn(r);
}

static void
on_renewed(void *arg, enum store_outcome outcome, int64_t fence)
{
	struct run_call *call = arg;
	struct run *r = call->run;
	bool is_void = run_call_is_void(call);

	(void)fence;
	free(call);
	r->lease_waiting = false;
	if (is_void)
		return; /* the lease of an earlier life */
	if (outcome == STORE_DONE) {
		r->lease_until_us = r->lease_asked_us + r->lease_life_ms * 1000;
		if (!r->commit_waiting && !r->away)
			r->refused_since_us = 0;
	} else if (outcome == STORE_FENCED)
		run_step_down(r, "another pager has had the lease");
	else if (outcome == STORE_REFUSED && r->refused_since_us == 0)
		r->refused_since_us = clock_monotonic_us();
	run_turn(r);
}

/*
 * Each taking has a token of its own: a commit that is still on its way
 * under an old one, whose outcome we did not learn, comes to nothing.
 */
static void
take(struct run *r)
{
	char dead[64];

	if (lease_file_dead(r->leases, STORE_PAGER_GROUP, dead))
		store_unlease(r->store, STORE_PAGER_GROUP, dead);
	if (r->token_spent) {
		store_unlease(r->store, STORE_PAGER_GROUP, r->token);
		sign_random(r->token, sizeof(r->token) - 1);
		r->token_spent = false;
	}
	lease_file_hold(r->leases, STORE_PAGER_GROUP, r->token);
	store_lease(r->store, STORE_PAGER_GROUP, r->token, 0, r->lease_life_ms,
	    on_taking, r);
}

void
run_lease_tick(struct run *r)
{
	int64_t now_us = clock_monotonic_us();

	if (r->lease_waiting || r->draining || !store_is_up(r->store) ||
	    now_us - r->lease_asked_us < r->lease_life_ms * 300)
		return;
	r->lease_waiting = true;
	r->lease_asked_us = now_us;
	if (r->phase == RUN_STANDBY || (r->away && !r->importing))
		take(r);
	else
		store_lease(r->store, STORE_PAGER_GROUP, r->token, r->fence,
		    r->lease_life_ms, on_renewed, run_call(r, 0));
}
