#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "agent/exchange.h"
#include "agent/prober.h"
#include "agent/spoolfile.h"
#include "lib/clock.h"
#include "lib/fetch.h"

/*
 * agent: what the files of the agent's shell share.  The prober decides; the
 * shell does it and reports back.
 *
 * agent.c  the turns: time, what the prober wants done, the end
 * probe.c  probes          report.c  hello and results
 * poll.c   plan and orders tell.c    the last resort
 */

#define AGENT_DRAIN_MS 5000 /* after SIGTERM */
#define AGENT_NAME "Sunwatch/1.0 (monitoring)"
#define AGENT_TOKEN_MAX 256
#define AGENT_STARTS_MAX 32 /* probes begun in one turn of the loop */

struct event;
struct event_base;

struct agent_options {
	const char *collector; /* "https://collector.example:8443" */
	const char *token_file;
	const char *ca_file;  /* for the collector; NULL: the system's */
	const char *probe_ca; /* for endpoints; NULL: the system's */
	const char *state_dir;
};

struct flight { /* a probe under way */
	LIST_ENTRY(flight) entry;
	struct agent *agent;
	struct fetch *fetch;
	uint64_t probe;
	const struct plan_endpoint *endpoint; /* NULL: a canary */
	int64_t started_at_ms;
};

/* A long poll that begins again and again. */
struct poll {
	struct agent *agent;
	struct fetch *fetch; /* NULL: not asking */
	struct event *again; /* when it asks next */
	const char *path;    /* "/agent/v1/plan?wait=50" */
	int64_t begun_us, backoff_ms;
	char complaint[80]; /* the last one logged; "" when all is well */
};

struct agent {
	struct event_base *base;
	struct agent_options options;
	char authorization[AGENT_TOKEN_MAX + 32]; /* the whole header */
	struct prober *prober;
	struct spoolfile *spool;
	/* Each with certificates of its own to trust; mails NULL: none yet. */
	struct fetcher *probes, *talks, *mails;
	struct event *turn;
	struct clock_guard guard;
	int64_t watchdog_us, alive_us; /* 0: nobody watches */
	LIST_HEAD(flights, flight) flights;

	/* The collector. */
	struct poll plan, orders;
	struct fetch *hello, *results;
	struct event *hello_again;
	int64_t hello_at_ms, results_at_ms;
	struct wire_bytes sent; /* the body of the results under way */
	char etag[256];         /* of the plan; "" */
	int silent_status;      /* the last answer's, as logged; 200 */
	char refusal[200];      /* the last one's words, as logged; "" */

	/* Who is told when it is silent; of the plan, "" when it has none. */
	struct fetch *mail;
	char *mail_server, *mail_from, *mail_user, *mail_password, *site;
	char *mail_ca;    /* NULL: the system's */
	bool mails_stale; /* mails trusts those of the plan before */
	char **mail_to;   /* NULL-terminated; NULL: none */
	char *name, *region;

	bool draining;
	int64_t drained_by_us; /* monotonic */
};

/* agent.c */
struct agent *agent_new(struct event_base *, const struct agent_options *);
void agent_free(struct agent *);
int agent_read_token(struct agent *); /* 0, or -1, logged */
/* Now; a stall or jump is noticed first, before anything is judged. */
int64_t agent_now(struct agent *);
void agent_turn_soon(struct agent *);
void agent_drain(struct agent *); /* send what is there, then end the loop */
/* A plan has come or was kept: the prober's from now on. */
void agent_take_plan(struct agent *, struct plan *);

/* probe.c */
void probe_start(struct agent *, const struct prober_action *);
void probes_cancel(struct agent *);

/* report.c */
void report_hello(struct agent *);
void
report_results(struct agent *, const struct wire_bytes *parts, size_t count);
void report_cancel(struct agent *);

/* poll.c */
void polls_start(struct agent *);
void polls_cancel(struct agent *);

/* tell.c */
void tell_plan(struct agent *, const struct plan *);
void tell(struct agent *, const struct prober_action *);
void tell_cancel(struct agent *);
char *tell_text(const struct agent *, const char *text, const char *merge_key,
    int64_t now_ms, size_t *length); /* the caller's to free */

#endif
