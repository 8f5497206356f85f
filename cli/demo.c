/*
 * sunwatch demo break and demo heal: the training LMS's switch, of the
 * "sunwatch up" that runs.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "cli/commands.h"
#include "cli/lms.h"
#include "cli/up.h"
#include "lib/conf.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "dir", "DIR", "of \"sunwatch up --dir\" (default: the one running)" },
	{ "switch", "URL", "of the switch itself" },
	{ NULL, NULL, NULL },
};

/* The facts a running "up" left in its folder; NULL: none, or not alive. */
static json_t *
facts_of(const char *folder)
{
	char path[400];
	struct stat st;
	json_t *facts;
	pid_t pid;

	text_format(path, sizeof(path), "%s/up.json", folder);
	if (lstat(path, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_uid != getuid())
		return NULL;
	if ((facts = json_load_file(path, 0, NULL)) == NULL)
		return NULL;
	pid = (pid_t)json_integer_value(json_object_get(facts, "pid"));
	if (pid > 1 && kill(pid, 0) == 0)
		return facts;
	json_decref(facts);
	return NULL;
}

/* Those that run in a folder nobody named: how many, their folders as options,
   and the facts of one; NULL: there is none. */
static json_t *
gather_facts(struct text *ways, size_t *count)
{
	DIR *d = opendir(up_temporary());
	json_t *found = NULL, *next;
	struct dirent *e;

	*count = 0;
	while (d != NULL && (e = readdir(d)) != NULL) {
		char folder[400];

		if (strncmp(e->d_name, UP_FOLDER, strlen(UP_FOLDER)) != 0)
			continue;
		text_format(folder, sizeof(folder), "%s/%s", up_temporary(),
		    e->d_name);
		if ((next = facts_of(folder)) == NULL)
			continue;
		text_addf(ways, "%s--dir %s", *count > 0 ? ", or " : "",
		    folder);
		json_decref(found);
		found = next;
		++*count;
	}
	if (d != NULL)
		closedir(d);
	return found;
}

/* The only one that runs; complains when there is none, or more. */
static json_t *
find_facts(struct cli *c)
{
	struct text ways = { 0 };
	size_t count;
	json_t *found = gather_facts(&ways, &count);

	if (count == 0)
		cli_fail(c,
		    "no demonstration runs in %s: start one by \"sunwatch "
		    "up\"; of one that was started with --dir DIR, give the "
		    "same --dir DIR",
		    up_temporary());
	else if (count > 1) {
		cli_fail(c, "%zu demonstrations run: give %s", count,
		    ways.data);
		json_decref(found);
		found = NULL;
	}
	text_clear(&ways);
	return found;
}

static bool
switch_url(struct cli *c, const struct cli_arguments *a, char *out, size_t room)
{
	const char *url = cli_value(a, "switch"), *dir = cli_value(a, "dir");
	json_t *facts;

	if (url != NULL) {
		text_copy(out, room, url);
		return true;
	}
	if (dir == NULL)
		facts = find_facts(c);
	else if ((facts = facts_of(dir)) == NULL)
		cli_fail(c, "no demonstration runs in %s", dir);
	if (facts == NULL)
		return false;
	text_format(out, room, "http://127.0.0.1:%d/switch",
	    (int)json_integer_value(json_object_get(facts, "switch_port")));
	json_decref(facts);
	return true;
}

static size_t
ignore(char *data, size_t size, size_t count, void *arg)
{
	(void)data, (void)arg;
	return size * count;
}

static int
post(struct cli *c, const char *url, const char *kind)
{
	CURL *easy = curl_easy_init();
	char form[64];
	long status = 0;
	CURLcode code;

	text_format(form, sizeof(form), "kind=%s", kind);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, form);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, 10L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
	code = curl_easy_perform(easy);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(easy);
	if (code != CURLE_OK)
		return cli_fail(c, "%s: %s", url, curl_easy_strerror(code));
	if (status != 303)
		return cli_fail(c, "%s: status %ld", url, status);
	if (c->json)
		cli_print_json(c, json_pack("{s:s}", "kind", kind));
	else
		fprintf(c->out, "the training LMS: %s\n",
		    lms_failure_meaning(
			(enum lms_failure)lms_failure_parse(kind)));
	return CLI_DONE;
}

static int
demo_set(struct cli *c, const struct cli_arguments *a, const char *kind)
{
	char url[256];

	if (!switch_url(c, a, url, sizeof(url)))
		return CLI_FAILED;
	return post(c, url, kind);
}

static int
demo_break(struct cli *c, const struct cli_arguments *a)
{
	const char *kind = a->count > 0 ? a->words[0] : "500", *nearest;
	const char *kinds[LMS_FAILURES];

	if (lms_failure_parse(kind) != -1)
		return demo_set(c, a, kind);
	for (int i = 0; i < LMS_FAILURES; i++)
		kinds[i] = lms_failure_text((enum lms_failure)i);
	nearest = conf_nearest(kind, kinds, LMS_FAILURES);
	if (nearest != NULL)
		return cli_misuse(c,
		    "unknown kind \"%s\", did you mean \"%s\"?", kind, nearest);
	return cli_misuse(c,
	    "unknown kind \"%s\": 500, database-down, maintenance, hang, "
	    "refuse, slow, wrong-content, truncated",
	    kind);
}

static int
demo_heal(struct cli *c, const struct cli_arguments *a)
{
	return demo_set(c, a, "none");
}

const struct cli_command cmd_demo_break = {
	.name = "demo break",
	.synopsis = "[500|database-down|maintenance|hang|refuse|slow|"
		    "wrong-content|truncated]",
	.summary = "Break the training LMS",
	.options = options,
	.max = 1,
	.run = demo_break,
};

const struct cli_command cmd_demo_heal = {
	.name = "demo heal",
	.synopsis = "",
	.summary = "Heal the training LMS",
	.options = options,
	.run = demo_heal,
};
