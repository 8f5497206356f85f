/* report_stored: see the header. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/chain_read.h"
#include "cli/records.h"
#include "cli/report_stored.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/text.h"

static int
write_signature(struct cli *c, struct records *redis, const char *hash,
    const char *path)
{
	struct chain_signature s;
	FILE *f;
	bool written;

	if (!chain_signature(redis, hash, &s))
		return cli_fail(c, "this report is not signed");
	f = fopen(path, "wb");
	written = f != NULL &&
	    fwrite(s.bytes, 1, sizeof(s.bytes), f) == sizeof(s.bytes);
	if (f != NULL)
		written &= fclose(f) == 0;
	return written ? CLI_DONE
		       : cli_fail(c, "%s: %s", path, strerror(errno));
}

/* JSON byte by byte: that is what is hashed and signed. */
static int
print_body(struct cli *c, const struct cli_arguments *a,
    const struct text *body)
{
	char error[REPORT_ERROR];
	struct report *r;

	if (c->json) {
		fwrite(body->data, 1, body->length, c->out);
		return CLI_DONE;
	}
	r = report_read(body->data, body->length, error);
	if (r == NULL)
		return cli_fail(c, "%s", error);
	report_print(c, a, r);
	report_free(r);
	return CLI_DONE;
}

static int
show(struct cli *c, const struct cli_arguments *a, struct records *redis,
    const char *client, const char *period, const struct published_version *v)
{
	const char *path = cli_value(a, "signature");
	struct text body = { 0 };
	char hash[SEAL_HEX];
	int status = CLI_FAILED;

	if (!chain_body(redis, client, period, v, &body))
		cli_fail(c, "its bytes are not there");
	else {
		sign_sha256(body.data, body.length, hash);
		if (strcmp(hash, v->hash) != 0)
			cli_fail(c,
			    "its bytes are not what was stored (\"sunwatch "
			    "verify --chain\")");
		else if (path == NULL ||
		    write_signature(c, redis, hash, path) == CLI_DONE)
			status = print_body(c, a, &body);
	}
	text_clear(&body);
	return status;
}

/* 0: it is no number of a version. */
static int64_t
version_of(const char *text)
{
	char *end;
	long long n = strtoll(text, &end, 10);

	return *end == '\0' && n > 0 && n <= PUBLISHED_VERSIONS_MAX ? n : 0;
}

int
report_stored(struct cli *c, const struct cli_arguments *a,
    const struct settings *s, const char *client, const char *period)
{
	struct records *redis = records_need(c, s);
	const char *wanted = cli_value(a, "version");
	int64_t version = wanted != NULL ? version_of(wanted) : 0;
	const struct published_version *v = NULL;
	struct published all = { 0 };
	char error[160];
	int status = REPORT_NOT_STORED;

	if (redis == NULL)
		return CLI_FAILED;
	if (chain_versions(redis, client, period, &all, error) &&
	    (wanted == NULL || version > 0))
		v = published_find(&all, version);
	if (v != NULL)
		status = show(c, a, redis, client, period, v);
	else if (error[0] != '\0')
		status = cli_fail(c, "%s %s: %s", client, period, error);
	else if (wanted != NULL)
		status = cli_fail(c, "there is no version %s of %s %s", wanted,
		    client, period);
	published_clear(&all);
	records_close(redis);
	return status;
}

struct listing {
	json_t *rows;
};

static void
on_report(void *arg, const char *field, const char *value, size_t length)
{
	struct listing *l = arg;
	char client[SEAL_NAME], period[SEAL_PERIOD], error[160], made[40];
	struct published all;

	if (!published_field_read(field, client, period) ||
	    published_read(value, length, &all, error) != 0)
		return;
	for (size_t i = 0; i < all.count; i++) {
		const struct published_version *v = &all.items[i];

		civil_utc(v->made_ms, made, sizeof(made));
		json_array_append_new(l->rows,
		    json_pack("{s:s, s:s, s:I, s:s, s:I, s:s}", "client",
			client, "period", period, "version",
			(json_int_t)v->version, "stored", made, "bytes",
			(json_int_t)v->bytes, "hash", v->hash));
	}
	published_clear(&all);
}

static const char *
text_of(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

static int
by_period(const void *a, const void *b)
{
	const json_t *const *x = a, *const *y = b;
	int order = strcmp(text_of(*x, "period"), text_of(*y, "period"));

	if (order == 0)
		order = json_integer_value(json_object_get(*x, "version")) >
			json_integer_value(json_object_get(*y, "version"))
		    ? 1
		    : -1;
	return order;
}

/* A list in order; the rows are taken over. */
static json_t *
sorted(json_t *rows)
{
	size_t n = json_array_size(rows);
	json_t **items = mem_alloc((n + 1) * sizeof(json_t *)), *out;

	for (size_t i = 0; i < n; i++)
		items[i] = json_array_get(rows, i);
	if (n > 0)
		qsort(items, n, sizeof(json_t *), by_period);
	out = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append(out, items[i]);
	free(items);
	json_decref(rows);
	return out;
}

static void
print_rows(struct cli *c, const json_t *rows)
{
	size_t i;
	json_t *o;

	json_array_foreach(rows, i, o) fprintf(c->out,
	    "%s  version %lld  stored %s  sha256 %s\n", text_of(o, "period"),
	    (long long)json_integer_value(json_object_get(o, "version")),
	    text_of(o, "stored"), text_of(o, "hash"));
	if (json_array_size(rows) == 0)
		fputs("no report is final yet\n", c->out);
}

static int
say_rows(struct cli *c, struct listing *l)
{
	l->rows = sorted(l->rows);
	if (c->json)
		cli_print_json(c, json_pack("{s:O}", "reports", l->rows));
	else
		print_rows(c, l->rows);
	return CLI_DONE;
}

int
report_list(struct cli *c, const struct settings *s, const char *client)
{
	struct records *redis = records_need(c, s);
	struct listing l = { json_array() };
	char match[SEAL_NAME + 4];
	int status = CLI_FAILED;

	text_format(match, sizeof(match), "%s|*", client);
	if (redis != NULL &&
	    !records_scan(redis, PUBLISHED_GROUP, "reports", match, on_report,
		&l))
		cli_fail(c, "Redis cannot be read");
	/* One that has left the tree has its reports all the same. */
	else if (redis != NULL &&
	    (json_array_size(l.rows) > 0 || tree_client(c, s, client) != NULL))
		status = say_rows(c, &l);
	json_decref(l.rows);
	records_close(redis);
	return status;
}
