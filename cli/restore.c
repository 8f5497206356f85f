/*
 * sunwatch restore: a backup into an empty Redis.
 *
 * The file is read whole first.  Then a mark is set, and every group's lease
 * taken without an end: until all is written programs stand by, also when
 * this one is killed.  At last, in one step, fences rise by more than leases
 * can have been taken since the backup, and leases and mark go: whoever still
 * remembers a lease, also one that was taken after the backup, has lost it.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/backup_file.h"
#include "cli/backup_take.h"
#include "cli/commands.h"
#include "cli/records.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/crash.h"
#include "lib/text.h"

struct restore {
	struct cli *cli;
	const struct settings *settings;
	struct backup_file file;
	struct records *redis;
};

/* KEYS stream; ARGV id, field, value, ...  The first id that is in the way of
   others, or nothing; what is there already stays. */
static const char add_entries[] =
    "for i = 1, #ARGV, 3 do\n"
    "  local id = ARGV[i]\n"
    "  local done = redis.pcall('XADD', KEYS[1], id, ARGV[i + 1], "
    "ARGV[i + 2])\n"
    "  if type(done) == 'table' and "
    "#redis.call('XRANGE', KEYS[1], id, id) == 0 then return id end\n"
    "end\n"
    "return ''\n";

/* KEYS stream; ARGV id: the last it has given, also when it is empty. */
static const char set_last[] =
    "if redis.call('EXISTS', KEYS[1]) == 0 then\n"
    "  redis.call('XGROUP', 'CREATE', KEYS[1], 'none', '$', 'MKSTREAM')\n"
    "  redis.call('XGROUP', 'DESTROY', KEYS[1], 'none')\n"
    "end\n"
    "return redis.pcall('XSETID', KEYS[1], ARGV[1])\n";

/* KEYS mark, then fence and lease of each group. */
static const char finish_script[] = "for i = 2, #KEYS, 2 do\n"
				    "  redis.call('INCRBY', KEYS[i], 1000000)\n"
				    "  redis.call('DEL', KEYS[i + 1])\n"
				    "end\n"
				    "return redis.call('DEL', KEYS[1])\n";

static bool
is_done(redisReply *reply)
{
	bool done = reply != NULL;

	freeReplyObject(reply);
	return done;
}

static bool
fail_at(struct restore *x)
{
	cli_fail(x->cli, "line %llu: Redis did not take it: try again",
	    backup_file_line(&x->file));
	return false;
}

/* ---- a line ---- */

struct words {
	const char **argv;
	size_t *lengths;
	int argc;
};

static void
add(struct words *w, const char *data, size_t length)
{
	w->argv[w->argc] = data;
	w->lengths[w->argc++] = length;
}

static void
add_text(struct words *w, const char *text)
{
	add(w, text, strlen(text));
}

/* The command, with all items of the line at its end. */
static redisReply *
send_line(struct restore *x, const struct backup_line *l, const char *first,
    const char *script)
{
	struct words w = { 0 };
	redisReply *reply;

	w.argv = mem_alloc((l->count + 4) * sizeof(*w.argv));
	w.lengths = mem_alloc((l->count + 4) * sizeof(*w.lengths));
	add_text(&w, first);
	if (script != NULL) {
		add_text(&w, script);
		add_text(&w, "1");
	}
	add_text(&w, l->key);
	for (size_t i = 0; i < l->count; i++)
		add(&w, l->items[i].data, l->items[i].length);
	reply = records_send(x->redis, w.argc, w.argv, w.lengths);
	free(w.argv);
	free(w.lengths);
	return reply;
}

static bool
write_entries(struct restore *x, const struct backup_line *l)
{
	redisReply *reply = send_line(x, l, "EVAL", add_entries);
	bool done = reply != NULL && reply->type == REDIS_REPLY_STRING &&
	    reply->len == 0;

	if (reply != NULL && !done)
		cli_fail(x->cli,
		    "%s: somebody writes here meanwhile: stop all programs, "
		    "empty this Redis and begin again",
		    l->key);
	else if (!done)
		fail_at(x);
	freeReplyObject(reply);
	return done;
}

static bool
write_line(struct restore *x, const struct backup_line *l)
{
	bool done = false;

	switch (l->kind) {
	case BACKUP_STREAM:
		return write_entries(x, l);
	case BACKUP_STRING:
		done = is_done(send_line(x, l, "SET", NULL));
		break;
	case BACKUP_HASH:
		done = is_done(send_line(x, l, "HSET", NULL));
		break;
	case BACKUP_LAST:
		done = is_done(send_line(x, l, "EVAL", set_last));
		break;
	}
	return done || fail_at(x);
}

static bool
write_lines(struct restore *x)
{
	struct backup_line l;
	int read = -1;
	bool written = backup_file_again(&x->file);

	while (written && (read = backup_file_next(&x->file, &l)) == 1) {
		written = write_line(x, &l);
		backup_clear(&l);
		CRASH_POINT("restore-line");
	}
	if (written && read == 0 &&
	    strcmp(linefile_sum(x->file.in.lines), x->file.sum) != 0) {
		cli_fail(x->cli, "the file was changed while it was read");
		return false;
	}
	return written && read == 0;
}

/* ---- before and after ---- */

/* Nothing in it, or this file half restored. */
static bool
may_begin(struct restore *x)
{
	redisReply *size = records_ask(x->redis, "DBSIZE");
	redisReply *mark = records_ask(x->redis, "GET " BACKUP_MARK);
	bool is_known =
	    size != NULL && size->type == REDIS_REPLY_INTEGER && mark != NULL;
	bool is_ours = is_known && mark->type == REDIS_REPLY_STRING &&
	    strcmp(mark->str, x->file.sum) == 0;

	if (!is_known)
		cli_fail(x->cli, "Redis cannot be read");
	else if (mark->type == REDIS_REPLY_STRING && !is_ours)
		cli_fail(x->cli,
		    "the restore of another file was begun here: go on with "
		    "that one, or empty this Redis");
	else if (!is_ours && size->integer != 0)
		cli_fail(x->cli,
		    "this Redis is not empty, it has %lld keys: nothing was "
		    "changed",
		    size->integer);
	is_known = is_known &&
	    (is_ours || (mark->type == REDIS_REPLY_NIL && size->integer == 0));
	freeReplyObject(size);
	freeReplyObject(mark);
	return is_known;
}

/* Whoever is started meanwhile stands by. */
static bool
hold_all(struct restore *x)
{
	const char *group;
	bool held = is_done(
	    records_ask(x->redis, "SET " BACKUP_MARK " %s", x->file.sum));

	for (size_t i = 0;
	     held && (group = backup_group(x->file.check, i)) != NULL; i++)
		held = is_done(
		    records_ask(x->redis, "SET %slease restore", group));
	if (!held)
		cli_fail(x->cli, "Redis did not take it: try again");
	CRASH_POINT("restore-held");
	return held;
}

static bool
finish(struct restore *x)
{
	char(*keys)[BACKUP_GROUP_ROOM + 8];
	const char **argv, *group;
	size_t count = 0, i;
	char number[24];
	int n = 0;
	bool done;

	while (backup_group(x->file.check, count) != NULL)
		count++;
	keys = mem_alloc((2 * count + 1) * sizeof(*keys));
	argv = mem_alloc((2 * count + 4) * sizeof(*argv));
	text_format(number, sizeof(number), "%zu", 2 * count + 1);
	argv[n++] = "EVAL";
	argv[n++] = finish_script;
	argv[n++] = number;
	argv[n++] = BACKUP_MARK;
	for (i = 0; (group = backup_group(x->file.check, i)) != NULL; i++) {
		text_format(keys[2 * i], sizeof(*keys), "%sfence", group);
		text_format(keys[2 * i + 1], sizeof(*keys), "%slease", group);
		argv[n++] = keys[2 * i];
		argv[n++] = keys[2 * i + 1];
	}
	CRASH_POINT("restore-written");
	done = is_done(records_send(x->redis, n, argv, NULL));
	if (!done)
		cli_fail(x->cli, "Redis did not take the end: try again");
	free(keys);
	free(argv);
	return done;
}

static void
say(struct restore *x)
{
	char at[40];

	civil_utc(x->file.head.at_ms, at, sizeof(at));
	if (x->cli->json)
		cli_print_json(x->cli,
		    json_pack("{s:I, s:I, s:I, s:s}", "at",
			(json_int_t)x->file.head.at_ms, "keys",
			(json_int_t)backup_keys(x->file.check), "texts",
			(json_int_t)x->file.texts, "sha256", x->file.sum));
	else
		fprintf(x->cli->out,
		    "%zu keys as of %s are here; the programs may start\n",
		    backup_keys(x->file.check), at);
}

static bool
restore(struct restore *x)
{
	if (x->file.head.shards != x->settings->shards) {
		cli_fail(x->cli,
		    "the store was begun with shards: %u, the configuration "
		    "says %lld",
		    x->file.head.shards, (long long)x->settings->shards);
		return false;
	}
	x->redis = records_need(x->cli, x->settings);
	return x->redis != NULL && may_begin(x) && hold_all(x) &&
	    write_lines(x) && finish(x);
}

static int
restore_command(struct cli *c, const struct cli_arguments *a)
{
	struct restore x = { .cli = c };
	struct settings *s = tree_load(c);
	int status = CLI_FAILED;

	if (s == NULL)
		return CLI_FAILED;
	x.settings = s;
	if (backup_file_open(&x.file, c, a->words[0]) && restore(&x)) {
		say(&x);
		status = CLI_DONE;
	}
	records_close(x.redis);
	backup_file_close(&x.file);
	settings_free(s);
	return status;
}

const struct cli_command cmd_restore = {
	.name = "restore",
	.synopsis = "FILE",
	.summary = "Write a backup into an empty Redis",
	.min = 1,
	.max = 1,
	.run = restore_command,
};
