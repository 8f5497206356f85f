#ifndef COLLECTOR_API_LISTS_H
#define COLLECTOR_API_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "collector/api_query.h"
#include "lib/settings.h"

/*
 * api_lists: from what role pages knows to the answers of the read API.
 *
 * Pure: no clock and no store.  Every list has an order that does not change
 * while others come and go, so that a cursor, which is the place of the last
 * item, goes on where it was.  A client's reader sees its client and learns
 * of no other: whoever else is asked for is not there.
 */

struct pages_model;
struct reports_list;

/* Clients by name and endpoints by id, of one tree. */
struct api_index {
	const struct client **clients;
	const struct endpoint **endpoints;
	size_t client_count, endpoint_count;
};
void api_index_make(const struct settings *, struct api_index *);
void api_index_clear(struct api_index *);
/* Whether both have the same endpoints, by their names, watched or not. */
bool api_index_is_same(const struct api_index *, const struct api_index *);

struct api_view {
	const struct settings *settings;
	const struct pages_model *model;
	const struct api_index *index;
	const struct reports_list *reports;
	const struct client *only; /* the reader's; NULL: an operator's */
	int64_t now_ms;
	/* Up to when all is known of a client's shard. */
	int64_t (*known_until)(void *arg, const struct client *);
	void *arg;
};

/* {"clients": [...], "next": ...}; NULL with the error. */
json_t *
api_list(const struct api_view *, struct api_query *, struct api_error *);
/* Whose records are asked for: 0 with *out, NULL for all; or refused. */
int api_asked_client(const struct api_view *, const struct api_query *,
    const struct client **out, struct api_error *);
/* As the lists have them. */
json_t *api_state_item(const struct api_view *, const struct endpoint *);
struct ledger_stretch;
struct window;
json_t *api_outage_item(const char *endpoint, const struct ledger_stretch *);
/* Of its times those that are not over. */
json_t *api_maintenance_item(const struct api_view *, const struct window *);
/*
 * Whether the endpoint asked for is there; of outages also former ones.  One
 * that is asked for by a name it had is asked for by the one it has.
 */
int api_check_endpoint(const struct api_view *, struct api_query *,
    struct api_error *);
bool api_is_stale(const struct api_view *, const struct client *);

/*
 * Facts are not in memory: what to read, regions being filled with their
 * names; and the answer from what was read, NULL with the error.
 */
struct facts;
struct facts_question;
struct text;
int api_facts_question(const struct api_view *, const struct api_query *,
    struct facts_question *, struct text *regions, struct api_error *);
json_t *api_facts(const struct api_view *, const struct api_query *,
    struct facts *, struct api_error *);

/*
 * What the files api_lists*.c share: a list that is being made.  Some items
 * cost far more than others, so besides items an answer has work: rows of
 * records gone through.  Whoever has done API_WORK_MAX of it ends there, with
 * a cursor; so an answer is bounded by that and one item.
 */
#define API_WORK_MAX 20000

struct api_page {
	const struct api_view *view;
	const struct api_query *query;
	const struct client *client; /* asked for; NULL: all */
	json_t *items;
	char next[176]; /* the cursor to go on with; "" */
	size_t work;
	bool is_full;
};
/* True: it takes no more, though there is more.  Ask before a costly item. */
bool api_page_is_full(struct api_page *);
/* False when it takes no more: then there is a next one. */
bool api_page_add(struct api_page *, const char *cursor, json_t *item);
/* It was gone through and is not asked for: one may have to go on there. */
void api_page_pass(struct api_page *, const char *cursor);
void api_list_outages(struct api_page *, struct api_error *);
void api_list_incidents(struct api_page *, struct api_error *);
void api_list_maintenance(struct api_page *, struct api_error *);
void api_list_sla(struct api_page *);
void api_list_reports(struct api_page *, struct api_error *);
int api_list_facts(struct api_page *, struct facts *, struct api_error *);

#endif
