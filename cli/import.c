/*
 * sunwatch import: a client's history, taken into a store that has none of
 * it.
 *
 * The file is checked whole, then what is there, and only then is anything
 * written: in commits under the lease of the client's shard, each of which
 * says how far it has come.  So whoever is killed goes on where it was.
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "cli/commands.h"
#include "cli/import_parts.h"
#include "cli/records.h"
#include "cli/shards_fit.h"
#include "cli/shard_writer.h"
#include "cli/tree.h"
#include "collector/shard.h"
#include "lib/clock.h"
#include "lib/crash.h"
#include "lib/record.h"
#include "lib/store.h"
#include "lib/text.h"

#define BATCH_OPS 1000
#define BATCH_BYTES 1000000

static const struct cli_option options[] = {
	{ "dry-run", NULL, "look whether it could be done; write nothing" },
	{ NULL, NULL, NULL },
};

/* ---- doing it ---- */

static void
set_mark(struct import *x, struct commit *out, bool is_whole)
{
	const char *client = x->file.head.client;
	json_t *o = json_pack("{s:s, s:I, s:I}", "sha256", x->file.sum, "done",
	    (json_int_t)x->done, "at", (json_int_t)clock_now_ms());

	record_set_bool(o, "whole", is_whole);
	commit_expect(out, "imports", client, x->mark);
	free(x->mark);
	x->mark = record_dump(o);
	json_decref(o);
	commit_set_text(out, "imports", client, x->mark);
}

static bool
write_batch(struct import *x, struct commit *batch)
{
	if (!shard_writer_commit(x->writer, batch))
		return false;
	CRASH_POINT("import-batch");
	return true;
}

static void
add_record(const struct moved *m, struct commit *out)
{
	const char *key = moved_key_text(m->key);

	if (m->field == NULL)
		commit_append(out, key, m->value, m->length);
	else
		commit_set(out, key, m->field, m->value, m->length);
}

/* What was written before is passed over; *count: so many so far.  Parts of
   reports are written again: nothing names them before the end. */
static bool
write_record(struct import *x, const struct moved *m, size_t *count,
    struct commit *batch)
{
	if (m->key == MOVED_BODIES)
		return import_reports_body(x->file.reports, m);
	if (!import_reports_is_one(m->key) && ++*count > x->done) {
		add_record(m, batch);
		x->done = *count;
	}
	return true;
}

static bool
write_records(struct import *x, struct commit *batch)
{
	struct moved m;
	size_t count = 0;
	int read = 0;
	bool written = import_file_again(&x->file);

	while (written && (read = import_file_next(&x->file, &m)) == 1) {
		written = write_record(x, &m, &count, batch);
		moved_clear(&m);
		if (batch->count < BATCH_OPS && batch->bytes < BATCH_BYTES)
			continue;
		set_mark(x, batch, false);
		written = write_batch(x, batch);
	}
	if (written && read == 0 &&
	    strcmp(linefile_sum(x->file.in.lines), x->file.sum) != 0) {
		cli_fail(x->cli, "the file was changed while it was read");
		written = false;
	}
	return written && read == 0;
}

static bool
number_of(struct import *x, const char *field, int64_t *n)
{
	char *text;

	if (!records_find(x->redis, x->group, "meta", field, &text)) {
		cli_fail(x->cli, "Redis cannot be read");
		return false;
	}
	*n = text != NULL ? strtoll(text, NULL, 10) : 0;
	free(text);
	return true;
}

/*
 * A shard that has judged nothing yet has what the other one had; and what
 * could not change any more there does not do so here.
 */
static bool
add_meta(struct import *x, struct commit *out)
{
	const struct moved_head *h = &x->file.head;
	int64_t judged_ms, settled_ms;
	char text[24];

	if (!number_of(x, "judged", &judged_ms) ||
	    !number_of(x, "settled", &settled_ms))
		return false;
	if (judged_ms == 0 && h->judged_ms != 0) {
		text_format(text, sizeof(text), "%lld",
		    (long long)h->judged_ms);
		commit_set_text(out, "meta", "judged", text);
	}
	if (settled_ms < h->settled_ms) {
		text_format(text, sizeof(text), "%lld",
		    (long long)h->settled_ms);
		commit_set_text(out, "meta", "settled", text);
	}
	text_format(text, sizeof(text), "%lld", (long long)x->settings->shards);
	commit_set_text(out, "worker", "shards", text);
	commit_set_text(out, "meta", "shard_schema", SHARD_SCHEMA);
	return true;
}

static void
add_note(struct import *x, struct commit *out)
{
	const struct passwd *user = getpwuid(geteuid());
	char subject[80], *text;
	json_t *o;

	text_format(subject, sizeof(subject), "import of %s",
	    x->file.head.client);
	o = json_pack("{s:I, s:s, s:s, s:s, s:s, s:I}", "at",
	    (json_int_t)clock_now_ms(), "what", "imported", "subject", subject,
	    "by", user != NULL ? user->pw_name : "somebody", "sha256",
	    x->file.sum, "records", (json_int_t)x->file.count);
	text = record_dump(o);
	commit_append(out, "journal", text, strlen(text));
	free(text);
	json_decref(o);
}

static bool
write_all(struct import *x)
{
	bool has_reports = import_reports_count(x->file.reports) > 0;
	struct commit batch;
	bool written =
	    !has_reports || import_reports_begin(x->file.reports, x->redis);

	commit_init(&batch);
	if (written && x->mark[0] == '\0') {
		/* before anything of the client is there */
		set_mark(x, &batch, false);
		written = add_meta(x, &batch) && write_batch(x, &batch);
	}
	written = written && write_records(x, &batch);
	if (written && has_reports) {
		set_mark(x, &batch, false);
		written = write_batch(x, &batch) &&
		    import_reports_end(x->file.reports);
	}
	if (written) {
		add_note(x, &batch);
		set_mark(x, &batch, true);
		CRASH_POINT("import-last");
		written = write_batch(x, &batch);
	}
	commit_clear(&batch);
	return written;
}

/* ---- the command ---- */

static void
say(struct import *x)
{
	const struct moved_head *h = &x->file.head;
	bool is_dry = x->writer == NULL;
	json_t *o, *counts = json_object();

	for (int i = 0; i < MOVED_KEYS; i++)
		json_object_set_new(counts, moved_key_text((enum moved_key)i),
		    json_integer((json_int_t)x->file.counts[i]));
	o = json_pack("{s:s, s:i, s:I, s:o, s:s, s:b}", "client", h->client,
	    "shard", (int)x->shard, "records", (json_int_t)x->file.count,
	    "counts", counts, "sha256", x->file.sum, "written", (int)!is_dry);
	if (x->cli->json) {
		cli_print_json(x->cli, o);
		return;
	}
	fprintf(x->cli->out, "%s: %zu records %s shard %u\n", h->client,
	    x->file.count, is_dry ? "could be taken into" : "were taken into",
	    x->shard);
	if (settings_client(x->settings, h->client) == NULL)
		fprintf(x->cli->out,
		    "There is no client %s in %s: what is agreed ends when the "
		    "shard is evaluated next.\n",
		    h->client, x->cli->conf);
	json_decref(o);
}

static bool
prepare(struct import *x, bool is_dry)
{
	x->shard = settings_shard(x->settings, x->file.head.client);
	store_shard_group(x->shard, x->group);
	if ((x->redis = records_need(x->cli, x->settings)) == NULL ||
	    !shards_fit(x->cli, x->redis, x->settings, x->group))
		return false;
	if (!is_dry &&
	    (x->writer = shard_writer_new(x->cli, x->settings, x->shard)) ==
		NULL)
		return false;
	return import_may(x);
}

static int
import_command(struct cli *c, const struct cli_arguments *a)
{
	bool is_dry = cli_value(a, "dry-run") != NULL;
	struct import x = { .cli = c };
	struct settings *s = tree_load(c);
	int status = CLI_FAILED;

	if (s == NULL)
		return CLI_FAILED;
	x.settings = s;
	if (import_file_open(&x.file, c, s, a->words[0]) &&
	    prepare(&x, is_dry) && (is_dry || write_all(&x))) {
		say(&x);
		status = CLI_DONE;
	}
	shard_writer_free(x.writer);
	records_close(x.redis);
	import_file_close(&x.file);
	free(x.mark);
	settings_free(s);
	return status;
}

const struct cli_command cmd_import = {
	.name = "import",
	.synopsis = "FILE [--dry-run]",
	.summary = "Take a client's history into this store",
	.options = options,
	.min = 1,
	.max = 1,
	.run = import_command,
};
