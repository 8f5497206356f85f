/*
 * run: scenarios, each a file, one after another; the results in TAP.
 *
 *	run [-v] [file ...]
 *
 * Without a file: every one in tests/scenario.  -v tells each story, a
 * scenario that fails tells its own.
 */
#include <errno.h>
#include <glob.h>

#include "lib/civil.h"
#include "tests/scenario/scenario.h"

#define FOLDER "tests/scenario/"
#define USUAL_HOUSE FOLDER "house.yaml"
#define SENTENCES_MAX 400
#define EVERY_MS 200 /* what must stay so is looked at so often */
#define DAY "2026-11-03"

struct scenario {
	const char *path, *name; /* name: the path's last part */
	char *text;
	char said[200];   /* what it shows, in a sentence */
	struct text conf; /* its own part of the configuration */
	char *house;      /* the usual one */
	char begins[16];
	struct words words;
	struct stage *stage; /* NULL while the head is read */
	struct sentence sentences[SENTENCES_MAX];
	size_t count;
	int line;
	struct text wrong; /* what was not so; empty: all was */
};

static void __attribute__((format(printf, 3, 4)))
wrong(struct scenario *c, int line, const char *fmt, ...)
{
	va_list ap;

	text_addf(&c->wrong, "# %s:%d: ", c->name, line);
	va_start(ap, fmt);
	text_addv(&c->wrong, fmt, ap);
	va_end(ap);
	text_add(&c->wrong, "\n");
}

static char *
read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	struct text t = { 0 };
	char block[4096];
	size_t got;

	text_add(&t, "");
	if (f == NULL)
		return NULL;
	while ((got = fread(block, 1, sizeof(block), f)) > 0)
		text_add_bytes(&t, block, got);
	fclose(f);
	return text_take(&t);
}

/* Does this text have that key at the outermost level? */
static bool
has_key(const char *yaml, const char *key, size_t length)
{
	for (const char *p = yaml; p != NULL && *p != '\0';
	     p = strchr(p, '\n'), p += p != NULL)
		if (strncmp(p, key, length) == 0 && p[length] == ':')
			return true;
	return false;
}

/* The usual house, but for what this scenario says itself. */
static void
add_house(struct scenario *c, struct text *out)
{
	const char *own = c->conf.data != NULL ? c->conf.data : "";
	bool wanted = true;

	for (const char *p = c->house; *p != '\0';) {
		size_t length = strcspn(p, "\n");
		size_t key = strcspn(p, ":\n");

		if (*p != ' ' && *p != '#' && *p != '\n')
			wanted = !has_key(own, p, key);
		if (wanted)
			text_addf(out, "%.*s\n", (int)length, p);
		p += length + (p[length] == '\n');
	}
	text_add(out, own);
}

static void
furnish(struct scenario *c)
{
	struct conf_errors errors = { 0 };
	struct text yaml = { 0 };
	struct settings *settings;
	struct civil_date day;
	int64_t midnight_ms, at_ms = 0;

	civil_date_parse(DAY, &day);
	midnight_ms = civil_first_ms("Etc/UTC", day, 0);
	words_split(&c->words, c->begins, midnight_ms);
	at_ms = words_clock(&c->words);
	add_house(c, &yaml);
	settings = settings_from_text(yaml.data, &errors);
	if (settings == NULL)
		CONF_EACH (struct conf_complaint, each, &errors.list)
			wrong(c, c->line, "configuration: %s", each->text);
	else
		c->stage = stage_new(settings, at_ms, midnight_ms);
	text_clear(&yaml);
	conf_errors_clear(&errors);
}

/* "at 12:00:05 ..." */
static void
read_sentence(struct scenario *c, const char *line)
{
	struct words *w = &c->words;
	struct sentence *x = &c->sentences[c->count];

	if (c->stage == NULL)
		furnish(c);
	if (c->stage == NULL)
		return;
	if (c->count == SENTENCES_MAX) {
		wrong(c, c->line, "too many sentences");
		return;
	}
	words_split(w, line, c->stage->world.zero_ms);
	if (!words_left(w) && w->error[0] == '\0')
		return;
	*x = (struct sentence){ .line = c->line };
	words_must(w, "at");
	x->at_ms = words_clock(w);
	if (x->at_ms < (c->count > 0 ? x[-1].at_ms : c->stage->world.now_ms))
		words_wrong(w, "this is earlier than what stands above");
	if (words_are(w, "expect"))
		expect_read(w, c->stage, x);
	else
		act_read(w, c->stage, x);
	if (words_left(w))
		words_wrong(w, "\"%s\" is one word too many", w->list[w->next]);
	if (w->error[0] != '\0')
		wrong(c, c->line, "%s", w->error);
	c->count++;
}

/* The head: "shows", "begins" and a piece of configuration. */
static bool
read_head(struct scenario *c, const char *line, bool *in_conf)
{
	struct words *w = &c->words;

	if (*in_conf && strcmp(line, "end") != 0) {
		text_addf(&c->conf, "%s\n", line);
		return true;
	}
	words_split(w, line, 0);
	if (words_are(w, "end"))
		*in_conf = false;
	else if (words_are(w, "conf"))
		*in_conf = true;
	else if (words_are(w, "shows"))
		text_copy(c->said, sizeof(c->said), words_take(w, "a text"));
	else if (words_are(w, "begins"))
		text_copy(c->begins, sizeof(c->begins),
		    words_take(w, "a time of day"));
	else if (words_left(w))
		return false;
	return true;
}

static void
read_scenario(struct scenario *c)
{
	bool in_head = true, in_conf = false;
	char *rest = c->text, *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		c->line++;
		if (in_head)
			in_head = read_head(c, line, &in_conf);
		if (!in_head)
			read_sentence(c, line);
		if (c->words.error[0] != '\0' && c->wrong.length == 0)
			wrong(c, c->line, "%s", c->words.error);
	}
	if (c->wrong.length == 0 && c->said[0] == '\0')
		wrong(c, 1, "what does it show?");
	if (c->wrong.length == 0 && c->stage == NULL)
		wrong(c, 1, "nothing happens");
}

static void
decide(struct scenario *c, struct sentence *x, bool is_kept, const char *why)
{
	x->decided = true;
	if (!is_kept)
		wrong(c, x->line, "not so: %s", why);
	if (!is_kept)
		stage_tell(c->stage, "line %d: not so: %s", x->line, why);
}

/* Every claim whose time it is; over: its time is up. */
static void
hold(struct scenario *c)
{
	int64_t now_ms = c->stage->world.now_ms;
	char why[240];

	for (size_t i = 0; i < c->count; i++) {
		struct sentence *x = &c->sentences[i];
		bool is_so;

		if (x->at_ms > now_ms)
			return;
		if (x->claim == NULL || x->decided || x->tense == TENSE_NOW)
			continue;
		if (x->tense == TENSE_UNTIL && now_ms < x->next_ms)
			continue;
		x->next_ms = now_ms + EVERY_MS;
		if (now_ms > x->until_ms) {
			decide(c, x, x->tense == TENSE_UNTIL, "in that time");
			continue;
		}
		is_so = x->claim(c->stage, x, why);
		if (is_so == (x->tense == TENSE_WITHIN))
			decide(c, x, is_so, why);
	}
}

/* Those whose last moment this is. */
static void
close_claims(struct scenario *c, int64_t until_ms)
{
	char why[240];

	for (size_t i = 0; i < c->count; i++) {
		struct sentence *x = &c->sentences[i];

		if (x->claim == NULL || x->decided || x->tense == TENSE_NOW ||
		    x->until_ms > until_ms)
			continue;
		decide(c, x, x->claim(c->stage, x, why), why);
	}
}

/* Time goes on; each claim's end is a stop on the way. */
static void
pass(struct scenario *c, int64_t until_ms)
{
	for (;;) {
		int64_t stop_ms = until_ms;

		for (size_t i = 0; i < c->count; i++) {
			const struct sentence *x = &c->sentences[i];

			if (x->claim != NULL && !x->decided &&
			    x->tense != TENSE_NOW && x->until_ms < stop_ms)
				stop_ms = x->until_ms;
		}
		while (c->stage->world.broken[0] == '\0' &&
		    stage_step(c->stage, stop_ms))
			hold(c);
		close_claims(c, stop_ms);
		if (stop_ms >= until_ms)
			return;
	}
}

static void
live(struct scenario *c)
{
	int64_t last_ms = 0;
	char why[240];

	for (size_t i = 0; i < c->count; i++) {
		struct sentence *x = &c->sentences[i];

		if (x->until_ms > last_ms)
			last_ms = x->until_ms;
		if (x->at_ms > c->stage->world.now_ms)
			pass(c, x->at_ms);
		if (x->act != NULL)
			x->act(c->stage, x);
		else if (x->tense == TENSE_NOW)
			decide(c, x, x->claim(c->stage, x, why), why);
	}
	if (last_ms > c->stage->world.now_ms)
		pass(c, last_ms);
	if (c->stage->world.broken[0] != '\0')
		wrong(c, c->line, "%s", c->stage->world.broken);
}

static size_t
claims(const struct scenario *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++)
		count += c->sentences[i].claim != NULL;
	return count;
}

/* A test's first line names it; comments after it say what was wrong. */
static bool
run(const char *path, size_t number, bool verbose)
{
	struct scenario *c = mem_alloc(sizeof(*c));
	const char *slash = strrchr(path, '/');
	bool is_well;

	c->path = path;
	c->name = slash != NULL ? slash + 1 : path;
	text_copy(c->begins, sizeof(c->begins), "11:50");
	c->text = read_file(path);
	c->house = read_file(USUAL_HOUSE);
	if (c->text == NULL || c->house == NULL)
		wrong(c, 0, "cannot be read: %s", strerror(errno));
	else
		read_scenario(c);
	if (c->wrong.length == 0) {
		c->stage->world.trace = verbose;
		live(c);
	}
	if (c->wrong.length == 0 && claims(c) == 0)
		wrong(c, 1, "it expects nothing");
	is_well = c->wrong.length == 0;
	printf("%s %zu - %s: %s (%zu expectations)\n",
	    is_well ? "ok" : "not ok", number, c->name, c->said, claims(c));
	if (!is_well)
		fputs(c->wrong.data, stdout);
	if (c->stage != NULL && (verbose || !is_well) &&
	    c->stage->story.data != NULL)
		fputs(c->stage->story.data, stdout);
	if (c->stage != NULL)
		stage_free(c->stage);
	text_clear(&c->conf);
	text_clear(&c->wrong);
	free(c->text);
	free(c->house);
	free(c);
	return is_well;
}

int
main(int argc, char *argv[])
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0, is_well = true;
	glob_t found = { 0 };

	argc -= 1 + verbose, argv += 1 + verbose;
	if (argc == 0 && glob(FOLDER "*.scenario", 0, NULL, &found) == 0) {
		argc = (int)found.gl_pathc;
		argv = found.gl_pathv;
	}
	if (argc == 0) {
		printf("Bail out! no scenario can be read from here\n");
		return EXIT_FAILURE;
	}
	printf("1..%d\n", argc);
	for (int i = 0; i < argc; i++)
		is_well &= run(argv[i], (size_t)i + 1, verbose);
	globfree(&found);
	return is_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
