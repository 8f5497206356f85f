/*
 * sunwatch backup: the whole store in a file, while everything runs; and
 * whether such a file is whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/backup_file.h"
#include "cli/backup_take.h"
#include "cli/commands.h"
#include "cli/records.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/disk.h"
#include "lib/text.h"

#define TRIES 10 /* backups that end just then, one after another */

static const struct cli_option options[] = {
	{ "verify", NULL, "read a backup whole, and change nothing" },
	{ NULL, NULL, NULL },
};

static void
say(struct cli *c, const char *path, size_t keys, size_t texts, const char *sum)
{
	if (c->json)
		cli_print_json(c,
		    json_pack("{s:s, s:I, s:I, s:s}", "file", path, "keys",
			(json_int_t)keys, "texts", (json_int_t)texts, "sha256",
			sum));
	else
		fprintf(c->out, "%s: %zu keys, %zu texts, sha256 %s\n", path,
		    keys, texts, sum);
}

static int
verify(struct cli *c, const char *path)
{
	struct backup_file f;
	bool is_whole = backup_file_open(&f, c, path);
	char at[40];

	if (is_whole) {
		civil_utc(f.head.at_ms, at, sizeof(at));
		if (!c->json)
			fprintf(c->out, "whole, of %s\n", at);
		say(c, path, backup_keys(f.check), f.texts, f.sum);
	}
	backup_file_close(&f);
	return is_whole ? CLI_DONE : CLI_FAILED;
}

/* In a folder each has a name by its time: "sunwatch-20261122T171700Z". */
static bool
name_file(const char *where, char path[1024])
{
	time_t now = (time_t)(clock_now_ms() / 1000);
	struct tm tm;
	char name[64];
	struct stat st;

	if (stat(where, &st) != 0 || !S_ISDIR(st.st_mode))
		return text_format(path, 1024, "%s", where);
	strftime(name, sizeof(name), "sunwatch-%Y%m%dT%H%M%SZ.backup",
	    gmtime_r(&now, &tm));
	return text_format(path, 1024, "%s/%s", where, name);
}

/* -1 with errno; ESTALE: another backup was made of it meanwhile. */
static int
open_part(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	int why;

	if (fd == -1 ||
	    (disk_lock(fd, path) == 0 && ftruncate(fd, 0) == 0 &&
		fchmod(fd, 0600) == 0))
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

/* Beside its name until it is whole; nobody else writes there, nor is it led
   elsewhere by a link that somebody has put in the way. */
static FILE *
begin_file(struct cli *c, const char *path)
{
	int fd = -1;

	for (int i = 0; i < TRIES && fd == -1 && (i == 0 || errno == ESTALE);
	     i++)
		fd = open_part(path);
	if (fd == -1) {
		cli_fail(c, "%s: %s", path, strerror(errno));
		return NULL;
	}
	return fdopen(fd, "w"); /* fails only without memory */
}

static bool
keep_file(struct cli *c, FILE *file, const char *part, const char *path)
{
	if (fsync(fileno(file)) == 0 && rename(part, path) == 0 &&
	    disk_sync_folder(path) == 0)
		return true;
	cli_fail(c, "%s: %s", path, strerror(errno));
	return false;
}

static bool
take(struct cli *c, const struct settings *s, FILE *file, const char *part,
    const char *path)
{
	struct backup_take t = { .cli = c };
	bool taken;

	if ((t.redis = records_need(c, s)) == NULL)
		return false;
	t.out = linefile_new(file);
	taken = backup_take(&t, s);
	if (taken && linefile_end(t.out) != 0) {
		cli_fail(c, "%s: %s", part, strerror(errno));
		taken = false;
	}
	taken = taken && keep_file(c, file, part, path);
	if (taken)
		say(c, path, t.keys, t.texts, linefile_sum(t.out));
	linefile_free(t.out);
	records_close(t.redis);
	return taken;
}

static int
back_up(struct cli *c, const char *where)
{
	struct settings *s = tree_load(c);
	char path[1024], part[1024];
	FILE *file = NULL;
	bool taken = false;

	if (s == NULL)
		return CLI_FAILED;
	if (!name_file(where, path) ||
	    !text_format(part, sizeof(part), "%s.part", path))
		cli_fail(c, "%s: the name is too long", where);
	else if ((file = begin_file(c, part)) != NULL) {
		taken = take(c, s, file, part, path);
		if (!taken)
			(void)unlink(part);
		fclose(file);
	}
	settings_free(s);
	return taken ? CLI_DONE : CLI_FAILED;
}

static int
backup_command(struct cli *c, const struct cli_arguments *a)
{
	if (cli_value(a, "verify") != NULL)
		return verify(c, a->words[0]);
	return back_up(c, a->words[0]);
}

const struct cli_command cmd_backup = {
	.name = "backup",
	.synopsis = "FILE | FOLDER | --verify FILE",
	.summary = "Write the whole store to a file",
	.options = options,
	.min = 1,
	.max = 1,
	.run = backup_command,
};
