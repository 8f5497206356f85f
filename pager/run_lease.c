/* run_lease: who of the pagers is active. */
#include <inttypes.h>
#include <stdlib.h>

#include "lib/crash.h"
#include "lib/log.h"
#include "lib/sign.h"
#include "pager/run_parts.h"

static int64_t
monotonic_ms(void)
{
	return clock_monotonic_us() / 1000;
}

bool
run_may_send(const struct run *r)
{
	return r->phase == RUN_ACTIVE &&
	    tenure_may_send(&r->tenure, r->away, monotonic_ms());
}

void
run_step_down(struct run *r, const char *why)
{
	log_warnx("pager: stepping down: %s", why);
	r->phase = RUN_STANDBY;
	r->generation++;
	r->fence = 0;
	r->tenure.until_ms = 0;
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
	if (!tenure_is_ours(r->fence, fence)) {
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
		tenure_granted(&r->tenure);
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
		tenure_granted(&r->tenure);
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
	store_lease(r->store, STORE_PAGER_GROUP, r->token, 0, r->tenure.life_ms,
	    on_taking, r);
}

void
run_lease_tick(struct run *r)
{
	int64_t now_ms = monotonic_ms();

	if (r->lease_waiting || r->draining || !store_is_up(r->store) ||
	    !tenure_asks(&r->tenure, r->phase != RUN_STANDBY, now_ms))
		return;
	r->lease_waiting = true;
	r->tenure.asked_ms = now_ms;
	if (r->phase == RUN_STANDBY || (r->away && !r->importing))
		take(r);
	else
		store_lease(r->store, STORE_PAGER_GROUP, r->token, r->fence,
		    r->tenure.life_ms, on_renewed, run_call(r, 0));
}
