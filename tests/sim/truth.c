/* truth: see truth.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "tests/sim/truth.h"

/* With four shards each client is in another one. */
const char *const truth_clients[TRUTH_CLIENTS] = { "acme", "delta", "kahu" };
const char *const truth_endpoints[TRUTH_ENDPOINTS] = { "acme/e0", "acme/e1",
	"delta/e2", "delta/e3", "kahu/e4", "kahu/e5" };

int
truth_client(int endpoint)
{
	return endpoint / 2;
}

void
truth_name(int endpoint, int n, char out[TRUTH_NAME])
{
	if (n == 0)
		text_copy(out, TRUTH_NAME, truth_endpoints[endpoint]);
	else
		text_format(out, TRUTH_NAME, "%s/r%d-e%d",
		    truth_clients[truth_client(endpoint)], n, endpoint);
}

int
truth_name_number(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash[1] == 'r' ? (int)strtol(slash + 2, NULL, 10) : 0;
}

int
truth_endpoint(const char *field)
{
	size_t n = strcspn(field, "|");

	for (int e = 0; e < TRUTH_ENDPOINTS; e++) {
		size_t client = strlen(truth_clients[truth_client(e)]) + 1;

		if (n > client + 1 &&
		    strncmp(truth_endpoints[e], field, client) == 0 &&
		    strncmp(truth_endpoints[e] + client, field + n - 2, 2) == 0)
			return e;
	}
	return -1;
}

void
truth_clear(struct truth *t)
{
	for (int e = 0; e < TRUTH_ENDPOINTS; e++) {
		for (int r = 0; r < TRUTH_REGIONS; r++) {
			interval_set_clear(&t->fails[e][r]);
			interval_set_clear(&t->slow[e][r]);
			interval_set_clear(&t->blocked[e][r]);
		}
		interval_set_clear(&t->maintenance[e]);
	}
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		interval_set_clear(&t->cut[r]);
		interval_set_clear(&t->sick[r]);
	}
}

bool
truth_at(const struct interval_set *s, int64_t at_ms)
{
	return interval_set_within(s, at_ms, at_ms + 1) > 0;
}

bool
truth_fails(const struct truth *t, int endpoint, int region, int64_t at_ms)
{
	return interval_set_within(&t->fails[endpoint][region], at_ms,
		   at_ms + 1) > 0;
}

bool
truth_is_sick(const struct truth *t, int region, int64_t at_ms)
{
	return interval_set_within(&t->sick[region], at_ms, at_ms + 1) > 0;
}

bool
truth_is_cut(const struct truth *t, int region, int64_t at_ms)
{
	return interval_set_within(&t->cut[region], at_ms, at_ms + 1) > 0;
}

int
truth_failing(const struct truth *t, int endpoint, int64_t at_ms)
{
	int count = 0;

	for (int r = 0; r < TRUTH_REGIONS; r++)
		count += truth_fails(t, endpoint, r, at_ms);
	return count;
}

/* The count can only rise where some region's failing begins. */
bool
truth_ever(const struct truth *t, int endpoint, int count, int64_t from_ms,
    int64_t to_ms)
{
	if (truth_failing(t, endpoint, from_ms) >= count)
		return true;
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		const struct interval_set *s = &t->fails[endpoint][r];

		for (size_t i = 0; i < s->count; i++)
			if (s->items[i].from >= from_ms &&
			    s->items[i].from <= to_ms &&
			    truth_failing(t, endpoint, s->items[i].from) >=
				count)
				return true;
	}
	return false;
}
