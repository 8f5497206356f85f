#ifndef LIB_PLAN_H
#define LIB_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * plan: what one agent has to probe and how, as JSON on the wire.
 *
 * Made by the collector from settings (plan_for), cached by the agent as it
 * came (0600).  It holds only what that agent needs.
 */

struct settings;

#define PLAN_VERSION 1
/*
 * Bytes of JSON, and endpoints; settings that would need more are refused.  An
 * endpoint takes 300 bytes, so that both are met at about 100,000.  An agent
 * reads that in over a second, takes 200 MB for it and cannot probe it at less
 * than a few minutes' interval: there is no point in more.
 */
#define PLAN_MAX (32 << 20)
#define PLAN_ENDPOINTS_MAX 100000
#define PLAN_TEXTS_MAX 32 /* contains, lacks, status, mail_to: each */

#define PLAN_CA_MAX 32768 /* bytes of mail_ca */

struct plan_endpoint {
	char *id;       /* "acme/learn" */
	char *platform; /* "" when it stands alone */
	unsigned shard;
	char *url;
	bool head; /* HEAD instead of GET */
	int64_t interval_ms, timeout_ms, slow_ms;
	int64_t connect_ms, tls_ms, first_byte_ms; /* 0: only the deadline */
	int64_t redirects, body_max;
	char **contains, **lacks; /* NULL-terminated */
	char **allow_networks; /* the same; each is one, as network.h reads */
	struct {
		int low, high;
	} * status; /* status_count ranges, inclusive */
	size_t status_count;
};

struct plan {
	char *tag; /* ETag: changes when anything below does */
	char *agent, *region;
	unsigned shards;
	char **canaries; /* NULL-terminated */
	int64_t canary_interval_ms;
	int64_t collector_silence_ms;
	/* How the agent itself reaches the last resort; NULL server: cannot */
	char *mail_server, *mail_from, *mail_user, *mail_password;
	char *mail_ca; /* PEM of the server's authorities; NULL: the system's */
	char **mail_to; /* NULL-terminated */
	char *site;     /* name, for the texts */
	struct plan_endpoint *endpoints;
	size_t count;
};

/* The plan for one agent; freed by plan_free(). */
struct plan *plan_for(const struct settings *, const char *agent);
char *plan_encode(const struct plan *); /* JSON, the caller's to free */
struct plan *plan_decode(const char *json, size_t length, char error[160]);
void plan_free(struct plan *);

/*
 * The same for who must not stand still meanwhile: a region's endpoints as
 * JSON, in slices of so many endpoints (fewer when they are large), and then
 * any agent's plan: head, that JSON, PLAN_END.  The settings outlive it.
 */
struct plan_region;
struct plan_region *
plan_region_new(const struct settings *, const char *region);
void plan_region_free(struct plan_region *);
/* Go on with that many; true: it is whole. */
bool plan_region_more(struct plan_region *, size_t endpoints);
const char *plan_region_json(const struct plan_region *, size_t *length);
/* Of a whole one; the caller's to free.  NULL: there is no such agent. */
char *plan_region_head(const struct plan_region *, const char *agent,
    char tag[64 + 1]);
#define PLAN_END "]}"

/*
 * How large a region's plan would be, to the byte but for its head, which
 * counts as PLAN_HEAD_MAX: 32 canaries and 32 addresses fit into that.  The
 * settings need not be sound.
 */
#define PLAN_HEAD_MAX 262144
size_t
plan_size(const struct settings *, const char *region, size_t *endpoints);

#endif
