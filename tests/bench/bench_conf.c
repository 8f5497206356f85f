/*
 * How long a large tree takes to load: 10,000 endpoints in 1,000 files.
 *
 * Prints one line of JSON: the best of three loads, in milliseconds of wall
 * clock, and the goal.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/settings.h"

#define CLIENTS 1000
#define ENDPOINTS 10
#define GOAL_MS 1000.0

static char folder[] = "/tmp/bench_conf_XXXXXX";

static FILE *
create(const char *name)
{
	char path[128];
	FILE *fp;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if ((fp = fopen(path, "w")) == NULL) {
		perror(path);
		exit(1);
	}
	return fp;
}

static void
write_root(void)
{
	FILE *fp = create("sunwatch.yaml");

	fputs("site: { name: Bench, url: \"https://status.bench.example\" }\n"
	      "agents:\n",
	    fp);
	for (int i = 0; i < 3; i++)
		fprintf(fp,
		    "  - { name: agent-%d, region: region-%d, "
		    "token_sha256: %064d }\n",
		    i, i, i);
	fputs("people:\n"
	      "  - { name: aroha, zone: Pacific/Auckland, reach: terminal }\n"
	      "ladders:\n"
	      "  - { name: standard, levels: [ { call: person aroha } ] }\n"
	      "platforms:\n",
	    fp);
	for (int i = 0; i < 100; i++)
		fprintf(fp,
		    "  - { name: cluster-%d, defaults: { runbook: "
		    "\"https://wiki.bench.example/cluster-%d\" } }\n",
		    i, i);
	fputs("include: \"clients.d/*.yaml\"\n", fp);
	fclose(fp);
}

static void
write_client(int client)
{
	char name[64];
	FILE *fp;

	snprintf(name, sizeof(name), "clients.d/client-%04d.yaml", client);
	fp = create(name);
	fprintf(fp,
	    "client:\n  name: client-%d\n  title: Client number %d\n"
	    "  sla: gold\n  zone: Pacific/Auckland\n"
	    "  status_page: { host: status-%d.bench.example }\n"
	    "  defaults: { interval: 20s }\n  endpoints:\n",
	    client, client, client);
	for (int i = 0; i < ENDPOINTS; i++)
		fprintf(fp,
		    "    - name: learn-%d\n"
		    "      url: https://learn-%d.client-%d.example/\n"
		    "      platform: cluster-%d\n"
		    "      contains: [ \"Log in\", \"Welcome\" ]\n"
		    "      timeout: 8s\n",
		    i, i, client, (client * 7 + i) % 100);
	fclose(fp);
}

static void
write_tree(void)
{
	char path[128];

	if (mkdtemp(folder) == NULL) {
		perror(folder);
		exit(1);
	}
	snprintf(path, sizeof(path), "%s/clients.d", folder);
	if (mkdir(path, 0700) == -1) {
		perror(path);
		exit(1);
	}
	write_root();
	for (int i = 0; i < CLIENTS; i++)
		write_client(i);
}

static void
remove_tree(void)
{
	char path[128];

	for (int i = 0; i < CLIENTS; i++) {
		snprintf(path, sizeof(path), "%s/clients.d/client-%04d.yaml",
		    folder, i);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/clients.d", folder);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/sunwatch.yaml", folder);
	unlink(path);
	rmdir(folder);
}

/* Milliseconds, or -1 with the complaints on stderr. */
static double
load(void)
{
	struct conf_errors errors = { 0 };
	struct timespec from, to;
	struct settings *s;
	char path[128];

	snprintf(path, sizeof(path), "%s/sunwatch.yaml", folder);
	clock_gettime(CLOCK_MONOTONIC, &from);
	s = settings_load(path, &errors);
	clock_gettime(CLOCK_MONOTONIC, &to);
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		fprintf(stderr, "%s\n", c->text);
	conf_errors_clear(&errors);
	if (s == NULL || s->clients.count != CLIENTS)
		return -1;
	settings_free(s);
	return (double)(to.tv_sec - from.tv_sec) * 1e3 +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e6;
}

int
main(void)
{
	double best = -1, ms;
	struct rusage usage;

	write_tree();
	for (int i = 0; i < 3; i++) {
		ms = load();
		if (ms < 0) {
			best = -1;
			break;
		}
		if (best < 0 || ms < best)
			best = ms;
	}
	remove_tree();
	getrusage(RUSAGE_SELF, &usage);
	if (best < 0)
		return 1;
	printf("{\"bench\": \"conf\", \"endpoints\": %d, \"files\": %d, "
	       "\"load_ms\": %.1f, \"goal_ms\": %.0f, \"rss_peak_kb\": %ld}\n",
	    CLIENTS * ENDPOINTS, CLIENTS + 1, best, GOAL_MS, usage.ru_maxrss);
	return best <= GOAL_MS ? 0 : 1;
}
