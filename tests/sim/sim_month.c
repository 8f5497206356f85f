/*
 * sim_month: whole months of one shard, reported, and worked out again by
 * other code in another language, which must agree on every figure.
 *
 *	sim_month [-v] [-k FOLDER] [seed [count]]
 *
 * MONTHS in the environment is the default count.  The same seed gives the
 * same month; -v tells its story; -k keeps the lines that the recount reads,
 * FOLDER/SEED.jsonl.  Without it they stand in files that have no name, so
 * that nothing is left however this ends.  A month that does not come out
 * prints the seed.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "tests/sim/jobs.h"
#include "tests/sim/month.h"

#define MONTHS 120
#define PIECE 10 /* so many are recounted at once */

/* What the workers count together; shared memory. */
struct sums {
	uint64_t months, observations, messages, commits, reports, corrections;
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

/* The lines of a month, for the recount. */
struct lines {
	uint64_t seed;
	FILE *file; /* NULL: it could not be made */
};

static const char *folder; /* NULL: nothing is kept */

static void
path_of(const struct lines *l, char *out, size_t room)
{
	if (folder != NULL)
		text_format(out, room, "%s/%llu.jsonl", folder,
		    (unsigned long long)l->seed);
	else
		text_format(out, room, "/proc/%d/fd/%d", (int)getpid(),
		    fileno(l->file));
}

static struct lines
lines_of(uint64_t seed)
{
	struct lines l = { .seed = seed };
	char path[200];

	if (folder == NULL) {
		l.file = tmpfile();
		return l;
	}
	path_of(&l, path, sizeof(path));
	l.file = fopen(path, "we");
	return l;
}

/* What the recount calls it: its path's last part, as a number. */
static uint64_t
number_of(const struct lines *l)
{
	return folder != NULL ? l->seed : (uint64_t)fileno(l->file);
}

/* ---- one month ---- */

static void
on_report(struct world *w, int who, void *data)
{
	struct month *m = month_of(w);

	(void)who, (void)data;
	month_start(m); /* somebody has to be there to judge */
	month_pass(m);
	month_report(m);
}

static void
on_publish(struct world *w, int who, void *data)
{
	(void)who, (void)data;
	month_publish(month_of(w));
}

/* For the last time; some report there must have been. */
static void
on_end(struct world *w, int who, void *data)
{
	struct month *m = month_of(w);

	on_report(w, who, data);
	month_published(m);
	if (m->reports == 0)
		broken(w, "no report was made of it");
}

static void
live_through(struct month *m)
{
	struct world *w = &m->world;

	month_draw(m);
	month_says_plan(m);
	month_begin(m);
	month_looks_plan(m);
	if (chance(w, 30))
		at(w,
		    roll_between(w, m->begin_ms + DAY,
			m->to_ms > m->begin_ms + 2 * DAY ? m->to_ms
							 : m->end_ms),
		    on_report, 0, NULL);
	if (chance(w, 40))
		at(w, m->to_ms + roll_between(w, MINUTE, 3 * HOUR), on_report,
		    0, NULL);
	for (int64_t t_ms = m->to_ms + MINUTE; t_ms < m->end_ms - HOUR;
	     t_ms += 5 * HOUR)
		at(w, t_ms, on_publish, 0, NULL);
	at(w, m->end_ms - MINUTE, on_end, 0, NULL);
	while (w->broken[0] == '\0' && world_step(w, m->end_ms))
		continue;
}

static void
note_broken(struct sums *s, uint64_t seed, const char *why)
{
	if (s->broken_seed != 0 && s->broken_seed <= seed)
		return;
	s->broken_seed = seed;
	text_copy(s->broken, sizeof(s->broken), why);
}

static struct lines
month(struct sums *s, uint64_t seed, bool trace)
{
	struct month *m = mem_alloc(sizeof(*m));
	struct lines l = lines_of(seed);

	m->world.seed = seed;
	m->world.random = seed * 2 + 1;
	m->world.trace = trace;
	m->out = l.file;
	if (m->out == NULL) {
		note_broken(s, seed, "its lines cannot be written");
		free(m);
		return l;
	}
	live_through(m);
	if (fflush(m->out) != 0)
		note_broken(s, seed, "its lines cannot be written");
	m->out = NULL; /* whoever has the lines closes them */
	s->months++;
	s->observations += m->world.observations;
	s->messages += m->world.messages;
	s->commits += m->world.commits;
	s->corrections += m->corrections;
	for (int i = 0; i < FAULTS; i++)
		s->faults[i] += m->world.faults[i];
	if (m->world.broken[0] != '\0')
		note_broken(s, seed, m->world.broken);
	month_publish_end(m);
	month_end(m);
	free(m);
	return l;
}

/* ---- the recount ---- */

static void
add_word(struct text *t, const char *word)
{
	text_add(t, " '");
	text_add(t, word);
	text_add(t, "'");
}

/* "17: what differs", or "ok 12": so many reports agree. */
static void
take_line(struct sums *s, const char *line, const struct lines *l, size_t count)
{
	const char *colon = strstr(line, ": ");
	uint64_t number = strtoull(line, NULL, 10);

	if (strncmp(line, "ok ", 3) == 0) {
		s->reports += strtoull(line + 3, NULL, 10);
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (number_of(&l[i]) == number && colon != NULL) {
			note_broken(s, l[i].seed, colon + 2);
			return;
		}
	note_broken(s, l[0].seed, line);
}

static void
recount(struct sums *s, const struct lines *l, size_t count)
{
	const char *python = getenv("PYTHON");
	struct text t = { 0 };
	char line[600];
	FILE *in;
	bool ended;

	text_add(&t, python != NULL ? python : "/usr/bin/python3");
	text_add(&t, " tests/sim/recount_month.py");
	for (size_t i = 0; i < count; i++) {
		path_of(&l[i], line, sizeof(line));
		add_word(&t, line);
	}
	text_add(&t, " 2>&1");
	in = popen(t.data, "re");
	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		take_line(s, line, l, count);
	}
	ended = in != NULL && pclose(in) == 0;
	if (!ended && s->broken_seed == 0)
		note_broken(s, l[0].seed,
		    "the recount did not come to its end");
	text_clear(&t);
}

static void
close_all(const struct lines *l, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (l[i].file != NULL)
			fclose(l[i].file);
}

/* ---- workers ---- */

/* Every jobs-th month from seed on, until one is broken anywhere. */
static void
work(struct sums *all, int job, int jobs, uint64_t seed, uint64_t last,
    bool trace)
{
	struct lines piece[PIECE];
	size_t count = 0;

	for (seed += (uint64_t)job; seed < last; seed += (uint64_t)jobs) {
		for (int j = 0; j < jobs; j++)
			if (all[j].broken_seed != 0)
				return;
		piece[count++] = month(&all[job], seed, trace);
		if (count < PIECE && seed + (uint64_t)jobs < last)
			continue;
		if (all[job].broken_seed == 0)
			recount(&all[job], piece, count);
		close_all(piece, count);
		count = 0;
	}
}

static void
do_job(void *arg, int job)
{
	const struct task *t = arg;

	work(t->all, job, t->jobs, t->seed, t->last, false);
}

static void
add_up(struct sums *to, const struct sums *from)
{
	to->months += from->months;
	to->observations += from->observations;
	to->messages += from->messages;
	to->commits += from->commits;
	to->reports += from->reports;
	to->corrections += from->corrections;
	for (int i = 0; i < FAULTS; i++)
		to->faults[i] += from->faults[i];
	if (from->broken_seed != 0)
		note_broken(to, from->broken_seed, from->broken);
}

static void
print_sums(const struct sums *s)
{
	printf("# months %llu, observations %llu, messages %llu, commits "
	       "%llu, reports recounted %llu, final ones corrected %llu\n",
	    (unsigned long long)s->months, (unsigned long long)s->observations,
	    (unsigned long long)s->messages, (unsigned long long)s->commits,
	    (unsigned long long)s->reports, (unsigned long long)s->corrections);
	for (int i = 0; i < FAULTS; i++)
		if (s->faults[i] > 0)
			printf("# fault %-26s %u\n", fault_names[i],
			    s->faults[i]);
}

static int
tell_result(struct sums *s, uint64_t seed, uint64_t count)
{
	print_sums(s);
	if (s->broken_seed == 0 && (s->months != count || s->reports == 0))
		note_broken(s, seed, "not every month was lived through");
	printf("1..1\n");
	if (s->broken_seed == 0) {
		printf("ok 1 - %llu months from seed %llu, every figure as "
		       "recounted\n",
		    (unsigned long long)count, (unsigned long long)seed);
		return EXIT_SUCCESS;
	}
	printf("not ok 1 - month %llu: %s\n# again: sim_month -v %llu\n",
	    (unsigned long long)s->broken_seed, s->broken,
	    (unsigned long long)s->broken_seed);
	return EXIT_FAILURE;
}

int
main(int argc, char *argv[])
{
	const char *months = getenv("MONTHS");
	struct task task = { .jobs = jobs_count() };
	struct sums sums = { 0 };
	const char *wrong;
	int option;
	uint64_t seed = 1, count = MONTHS;
	bool trace = false;

	while ((option = getopt(argc, argv, "vk:")) != -1)
		if (option == 'v')
			trace = true;
		else if (option == 'k')
			folder = optarg;
	if (folder != NULL)
		mkdir(folder, 0700);
	if (argc > optind) {
		seed = strtoull(argv[optind], NULL, 10);
		count = argc > optind + 1 ? strtoull(argv[optind + 1], NULL, 10)
					  : 1;
	} else if (months != NULL)
		count = strtoull(months, NULL, 10);
	task.all = jobs_share((size_t)task.jobs * sizeof(*task.all));
	task.seed = seed;
	task.last = seed + count;
	if (trace || count == 1)
		work(task.all, 0, 1, seed, seed + count, trace);
	else if ((wrong = jobs_do(task.jobs, do_job, &task)) != NULL)
		note_broken(&task.all[0], seed, wrong);
	for (int j = 0; j < task.jobs; j++)
		add_up(&sums, &task.all[j]);
	return tell_result(&sums, seed, count);
}
