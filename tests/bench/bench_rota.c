/*
 * What it costs to know who is on watch.
 *
 *	bench_rota FOLDER ROTAS
 *
 * Writes a tree of so many rotas into FOLDER, each with three watches round
 * the sun, two people to each; loads it; asks who is on
 * watch at instants all over two years, without overrides and with twenty; and
 * proves 400 days of every rota.  Prints one line of JSON, CPU time of this
 * process, the best of three.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/civil.h"
#include "lib/rota.h"
#include "lib/settings.h"
#include "lib/text.h"

#define INSTANTS 20000
#define OVERRIDES 20
#define ROUNDS 3
#define DAYS 400
#define FROM_MS INT64_C(1767225600000) /* 2026-01-01 */
#define DAY_MS INT64_C(86400000)

static const struct {
	const char *zone, *at;
} watches[] = {
	{ "Pacific/Auckland", "08:00" },
	{ "Europe/London", "08:00" },
	{ "America/New_York", "09:00" },
};
#define WATCHES (sizeof(watches) / sizeof(watches[0]))

static void
write_people(FILE *fp, int rotas)
{
	fputs("people:\n", fp);
	for (int r = 0; r < rotas; r++)
		for (size_t w = 0; w < WATCHES; w++)
			for (int p = 0; p < 2; p++)
				fprintf(fp,
				    "  - { name: p%d-%zu-%d, zone: %s, "
				    "reach: terminal }\n",
				    r, w, p, watches[w].zone);
}

static void
write_rotas(FILE *fp, int rotas)
{
	fputs("rotas:\n", fp);
	for (int r = 0; r < rotas; r++) {
		fprintf(fp, "  - name: rota-%d\n    watches:\n", r);
		for (size_t w = 0; w < WATCHES; w++)
			fprintf(fp,
			    "      - { zone: %s, takes_over: \"%s\", people: "
			    "[p%d-%zu-0, p%d-%zu-1], rotate: weekly }\n",
			    watches[w].zone, watches[w].at, r, w, r, w);
	}
}

static void
write_tree(const char *path, int rotas)
{
	FILE *fp = fopen(path, "w");

	if (fp == NULL) {
		perror(path);
		exit(1);
	}
	fputs("site: { name: Bench, url: \"https://status.bench.example\" }\n"
	      "channels:\n  - { kind: terminal }\n",
	    fp);
	write_people(fp, rotas);
	write_rotas(fp, rotas);
	fputs("ladders:\n  - { name: standard, levels: "
	      "[ { call: rota rota-0 } ] }\n",
	    fp);
	fclose(fp);
}

static struct settings *
load(const char *path)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settings_load(path, &errors);

	CONF_EACH (const struct conf_complaint, c, &errors.list)
		fprintf(stderr, "%s\n", c->text);
	conf_errors_clear(&errors);
	if (s == NULL)
		exit(1);
	return s;
}

static double
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Somebody of the first watch has a day a month, of every rota. */
static void
cover(const struct settings *s, struct override *out)
{
	const struct person *p = s->people.items;

	for (int i = 0; i < OVERRIDES; i++) {
		out[i].from_ms = FROM_MS + i * 36 * DAY_MS;
		out[i].to_ms = out[i].from_ms + DAY_MS;
		text_copy(out[i].person, sizeof(out[i].person), p->name);
		out[i].who = p;
	}
}

/* Microseconds for an instant; every one has somebody. */
static double
ask(const struct settings *s, const struct override *o, size_t count)
{
	const struct rota *rotas = s->rotas.items;
	double best = -1, from;
	struct stretch seen;

	for (int round = 0; round < ROUNDS; round++) {
		from = cpu_ms();
		for (int64_t i = 0; i < INSTANTS; i++)
			if (!rota_at(&rotas[(size_t)i % s->rotas.count], o,
				count, FROM_MS + i * (730 * DAY_MS / INSTANTS),
				&seen))
				exit(1);
		from = cpu_ms() - from;
		if (best < 0 || from < best)
			best = from;
	}
	return best * 1e3 / INSTANTS;
}

static void
count_one(void *arg, const struct rota_fault *fault)
{
	(void)fault;
	++*(size_t *)arg;
}

static double
prove(const struct settings *s, size_t *faults)
{
	double best = -1, from;

	for (int round = 0; round < ROUNDS; round++) {
		*faults = 0;
		from = cpu_ms();
		CONF_EACH (const struct rota, r, &s->rotas)
			(void)rota_prove(r, NULL, 0, FROM_MS, DAYS, count_one,
			    faults);
		from = cpu_ms() - from;
		if (best < 0 || from < best)
			best = from;
	}
	return best;
}

int
main(int argc, char **argv)
{
	struct override overrides[OVERRIDES];
	double at_us, covered_us, proof_ms;
	struct settings *s;
	size_t faults;
	char path[512];

	if (argc != 3)
		return 2;
	memset(overrides, 0, sizeof(overrides));
	snprintf(path, sizeof(path), "%s/sunwatch.yaml", argv[1]);
	write_tree(path, atoi(argv[2]));
	s = load(path);
	cover(s, overrides);
	at_us = ask(s, NULL, 0);
	covered_us = ask(s, overrides, OVERRIDES);
	proof_ms = prove(s, &faults);
	printf("{\"bench\": \"rota\", \"rotas\": %zu, \"instants\": %d, "
	       "\"at_us\": %.3f, \"covered_us\": %.3f, \"proof_ms\": %.1f, "
	       "\"faults\": %zu}\n",
	    s->rotas.count, INSTANTS, at_us, covered_us, proof_ms, faults);
	settings_free(s);
	return faults == 0 ? 0 : 1;
}
