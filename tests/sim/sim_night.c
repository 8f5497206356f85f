/*
 * sim_night: whole nights of agents, collectors, pager and people, with
 * everything going wrong that can, and the promises checked after every step.
 *
 *	sim_night [-v] [seed [count]]
 *
 * NIGHTS in the environment is the default count.  The same seed gives the
 * same night; -v tells its story.  A broken promise prints the seed.  Without
 * a seed the nights of tests/sim/seeds, which once failed, come first.
 */
#include "tests/sim/jobs.h"
#include "tests/sim/oracle.h"
#include "tests/sim/simagent.h"
#include "tests/sim/simalien.h"
#include "tests/sim/simbeat.h"
#include "tests/sim/simcollector.h"
#include "tests/sim/simpager.h"
#include "tests/sim/simtree.h"
#include "tests/sim/world.h"

#define NIGHTS 2000

static void
begin(struct world *w, uint64_t seed, bool trace)
{
	*w = (struct world){ .seed = seed,
		.random = seed * 2 + 1,
		.now_ms = NIGHT_START_MS,
		.zero_ms = NIGHT_START_MS,
		.trace = trace };
	for (int i = 0; i < 8; i++)
		roll(w, 2); /* small seeds begin alike */
	w->truth.endpoints = (int)roll_between(w, 4, TRUTH_ENDPOINTS);
	for (int e = 0; e < TRUTH_ENDPOINTS; e++)
		w->truth.reason[e] = REASON_HTTP_STATUS;
	/* In every fifth night a region has two agents. */
	w->agent_count = seed % 5 == 2 ? AGENTS : TRUTH_REGIONS;
	/* In three of eight nights a second pager stands by. */
	w->pager_count = seed % 4 == 2 || seed % 8 == 5 ? PAGERS : 1;
	sim_tree_draw(w);
	sim_store_make(w, "store");
	w->sink = sink_new(w);
	w->oracle = oracle_new(w);
	for (int i = 0; i < w->agent_count; i++)
		w->agents[i] = sim_agent_new(w, i);
	for (int i = 0; i < COLLECTORS; i++)
		w->collectors[i] = sim_collector_new(w, i);
	for (int i = 0; i < w->pager_count; i++)
		w->pagers[i] = sim_pager_new(w, i);
	for (int i = 0; i < sim_proc_count(w); i++)
		sim_proc(w, i)->part = i < w->agent_count ? PART_AGENTS
		    : i < w->agent_count + COLLECTORS     ? PART_COLLECTORS
							  : PART_PAGER;
	faults_plan(w);
	alien_plan(w);
	beat_plan(w);
	proc_start(w, &w->store_proc);
	for (int i = 0; i < sim_proc_count(w); i++)
		proc_start(w, sim_proc(w, i));
}

static void
end(struct world *w)
{
	for (int i = 0; i < w->agent_count; i++)
		sim_agent_free(w->agents[i]);
	for (int i = 0; i < COLLECTORS; i++)
		sim_collector_free(w->collectors[i]);
	for (int i = 0; i < w->pager_count; i++)
		sim_pager_free(w->pagers[i]);
	world_drop(w);
	calls_free(w);
	sim_ingest_free();
	sink_free(w->sink);
	oracle_free(w->oracle);
	simstore_free(w->store);
	sim_tree_free(w);
	truth_clear(&w->truth);
}

static void
live_through(struct world *w)
{
	while (w->broken[0] == '\0' && world_step(w, NIGHT_START_MS + NIGHT_MS))
		oracle_check(w);
	w->now_ms = NIGHT_START_MS + NIGHT_MS;
	if (w->broken[0] == '\0')
		oracle_end(w);
}

/* What the workers count together; shared memory. */
struct sums {
	uint64_t observations, steps, messages, commits, nights, early;
	unsigned faults[FAULTS];
	uint64_t broken_seed; /* 0: none */
	char broken[600];
};

/* What the workers are to do. */
struct task {
	struct sums *all;
	int jobs;
	uint64_t seed, last;
};

static void
note_broken(struct sums *s, uint64_t seed, const char *why)
{
	if (s->broken_seed != 0 && s->broken_seed <= seed)
		return;
	s->broken_seed = seed;
	text_copy(s->broken, sizeof(s->broken), why);
}

static void
sum_up(struct sums *s, const struct world *w)
{
	s->nights++;
	s->observations += w->observations;
	s->steps += w->steps;
	s->messages += w->messages;
	s->commits += w->commits;
	s->early += w->early;
	for (int i = 0; i < FAULTS; i++)
		s->faults[i] += w->faults[i];
	if (w->broken[0] != '\0')
		note_broken(s, w->seed, w->broken);
}

static void
print_sums(const struct sums *s)
{
	printf("# nights %llu, observations %llu, steps %llu, messages %llu, "
	       "commits %llu, looks before their name %llu\n",
	    (unsigned long long)s->nights, (unsigned long long)s->observations,
	    (unsigned long long)s->steps, (unsigned long long)s->messages,
	    (unsigned long long)s->commits, (unsigned long long)s->early);
	for (int i = 0; i < FAULTS; i++)
		printf("# fault %-26s %u\n", fault_names[i], s->faults[i]);
}

static void
add_sums(struct sums *to, const struct sums *from)
{
	to->nights += from->nights;
	to->observations += from->observations;
	to->steps += from->steps;
	to->messages += from->messages;
	to->commits += from->commits;
	to->early += from->early;
	for (int i = 0; i < FAULTS; i++)
		to->faults[i] += from->faults[i];
	if (from->broken_seed != 0)
		note_broken(to, from->broken_seed, from->broken);
}

/* Nights that fail for a reason that is known and not mended: they are left
   out, which is said, and as many more are lived through. */
#define OPEN_MAX 16
static uint64_t open_seeds[OPEN_MAX];
static size_t open_count;

static bool
is_open(uint64_t seed)
{
	for (size_t i = 0; i < open_count; i++)
		if (open_seeds[i] == seed)
			return true;
	return false;
}

static void
read_open(uint64_t last)
{
	FILE *f = fopen("tests/sim/open", "re");
	char line[200];

	if (f == NULL) {
		printf("# tests/sim/open cannot be read from here\n");
		exit(EXIT_FAILURE);
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		uint64_t seed = strtoull(line, NULL, 10);

		if (seed == 0 || seed > last)
			continue;
		if (open_count == OPEN_MAX) {
			printf("# tests/sim/open: more than %d\n", OPEN_MAX);
			exit(EXIT_FAILURE);
		}
		open_seeds[open_count++] = seed;
		printf("# LEFT OUT: seed %s", line);
	}
	fclose(f);
}

/* Every jobs-th night from seed on, until one is broken anywhere. */
static void
work(struct sums *all, int job, int jobs, uint64_t seed, uint64_t last,
    bool trace)
{
	struct world w;

	for (seed += (uint64_t)job; seed < last; seed += (uint64_t)jobs) {
		for (int j = 0; j < jobs; j++)
			if (all[j].broken_seed != 0)
				return;
		if (is_open(seed))
			continue;
		begin(&w, seed, trace);
		live_through(&w);
		end(&w);
		sum_up(&all[job], &w);
	}
}

/* The nights that once failed. */
static void
work_known(struct sums *all)
{
	FILE *f = fopen("tests/sim/seeds", "re");
	char line[200];

	if (f == NULL) {
		printf("# tests/sim/seeds cannot be read from here\n");
		exit(EXIT_FAILURE);
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		uint64_t seed = strtoull(line, NULL, 10);

		if (seed != 0)
			work(all, 0, 1, seed, seed + 1, false);
	}
	fclose(f);
}

static void
do_job(void *arg, int job)
{
	const struct task *t = arg;

	work(t->all, job, t->jobs, t->seed, t->last, false);
}

/* A worker that could not be started, or NIGHTS that is no number. */
static void
check_count(struct sums *sums, uint64_t seed, uint64_t expected)
{
	if (sums->broken_seed != 0 ||
	    (expected > 0 && sums->nights == expected))
		return;
	note_broken(sums, seed, "not every night was lived through");
}

int
main(int argc, char *argv[])
{
	bool trace = argc > 1 && strcmp(argv[1], "-v") == 0;
	const char *nights = getenv("NIGHTS");
	struct task t = { .jobs = jobs_count() };
	uint64_t seed, known, count = NIGHTS;
	struct sums sums = { 0 };
	const char *wrong;

	argc -= trace, argv += trace;
	seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	if (argc > 1)
		count = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	else if (nights != NULL)
		count = strtoull(nights, NULL, 10);
	if (trace || count < 10)
		t.jobs = 1;
	t.all = jobs_share((size_t)t.jobs * sizeof(*t.all));
	t.seed = seed;
	t.last = seed + count;
	if (argc <= 1) {
		read_open(count);
		t.last += open_count;
		work_known(&t.all[0]);
	}
	known = t.all[0].nights;
	printf("# nights %llu to %llu\n", (unsigned long long)seed,
	    (unsigned long long)(t.last - 1));
	if (t.jobs == 1)
		work(t.all, 0, 1, seed, t.last, trace);
	else if ((wrong = jobs_do(t.jobs, do_job, &t)) != NULL)
		note_broken(&t.all[0], seed, wrong);
	for (int j = 0; j < t.jobs; j++)
		add_sums(&sums, &t.all[j]);
	check_count(&sums, seed, count > 0 ? known + count : 0);
	print_sums(&sums);
	if (sums.broken_seed != 0)
		printf("not ok 1 - seed %llu: %s\n1..1\n",
		    (unsigned long long)sums.broken_seed, sums.broken);
	else
		printf("ok 1 - every simulated night kept its promises\n"
		       "1..1\n");
	return sums.broken_seed != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
