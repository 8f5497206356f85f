/* accept: see accept.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/accept.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/ladder.h"
#include "lib/rota.h"
#include "lib/text.h"

#define DEFAULT_STATE_DIR "/var/lib/sunwatch"
#define PATH_ROOM 1024
#define LOOK_MAX 262144 /* bytes of a broken file looked through */

static void
shout(const struct conf_errors *errors)
{
	CONF_EACH (const struct conf_complaint, c, &errors->list)
		log_warnx("%s", c->text);
	if (errors->dropped > 0)
		log_warnx("and %zu more", errors->dropped);
}

static void
place_of(const char *state_dir, const char *program, char out[PATH_ROOM])
{
	text_format(out, PATH_ROOM, "%s/%s.accepted", state_dir, program);
}

/* What stands after "state_dir:" in a file that is no YAML any more. */
static bool
look_for_state_dir(const char *path, char out[PATH_ROOM])
{
	char *data = mem_alloc(LOOK_MAX + 1), *p;
	FILE *file = fopen(path, "re");
	size_t length;

	if (file != NULL) {
		data[fread(data, 1, LOOK_MAX, file)] = '\0';
		fclose(file);
	}
	p = strstr(data, "state_dir:");
	if (p != NULL) {
		p += strlen("state_dir:");
		p += strspn(p, " \"'");
		length = strcspn(p, "\"',} #\r\n");
		text_format(out, PATH_ROOM, "%.*s", (int)length, p);
	}
	p = p != NULL && *out == '/' ? p : NULL;
	free(data);
	return p != NULL;
}

/* Several are separated by colons; ours is the first. */
static bool
given_state_dir(char out[PATH_ROOM])
{
	const char *given = getenv("STATE_DIRECTORY");

	if (given == NULL || *given == '\0')
		return false;
	text_format(out, PATH_ROOM, "%.*s", (int)strcspn(given, ":"), given);
	return true;
}

static void
find_state_dir(const char *path, char out[PATH_ROOM])
{
	if (!given_state_dir(out) && !look_for_state_dir(path, out))
		text_copy(out, PATH_ROOM, DEFAULT_STATE_DIR);
}

static void
keep(const struct settings *s, const char *program)
{
	char place[PATH_ROOM];

	place_of(s->site.state_dir, program, place);
	if (settings_keep(s, place) == -1)
		log_warn("%s: the accepted configuration cannot be kept",
		    place);
}

struct proof {
	const struct rota *rota;
	struct conf_errors *errors;
};

static void
on_fault(void *arg, const struct rota_fault *f)
{
	const struct proof *p = arg;

	if (!f->waived)
		conf_complain(p->errors, &p->rota->place, "%s", f->text);
}

static void
on_hole(void *arg, const struct ladder_hole *h)
{
	conf_complain(arg, &h->ladder->place, "%s", h->text);
}

static bool
is_proven(const struct settings *s, struct conf_errors *errors)
{
	int64_t now_ms = clock_now_ms();
	size_t faults = 0;

	CONF_EACH (const struct rota, r, &s->rotas) {
		struct proof p = { r, errors };

		faults +=
		    rota_prove(r, NULL, 0, now_ms, ACCEPT_DAYS, on_fault, &p);
	}
	CONF_EACH (const struct ladder, d, &s->ladders)
		faults += ladder_prove(d, NULL, 0, now_ms, ACCEPT_DAYS, on_hole,
		    errors);
	return faults == 0;
}

/* Which secrets a program gets to know. */
static enum settings_for
whom(const char *program)
{
	if (strcmp(program, "collector") == 0)
		return SETTINGS_FOR_EVALUATE;
	if (strcmp(program, "pages") == 0)
		return SETTINGS_FOR_PAGES;
	if (strcmp(program, "pager") == 0)
		return SETTINGS_FOR_PAGER;
	return SETTINGS_FOR_ALL;
}

/* Its own folder under systemd; a rehearsal has said where already. */
static struct settings *
settle(struct settings *s)
{
	char given[PATH_ROOM];

	if (s == NULL || getenv("SUNWATCH_STAGE") != NULL ||
	    !given_state_dir(given))
		return s;
	free(s->site.state_dir);
	s->site.state_dir = mem_text(given);
	return s;
}

static struct settings *
check(enum settings_for reader, const char *path, struct conf_errors *errors)
{
	struct settings *s = settings_load_for(reader, path, errors);

	if (s == NULL || is_proven(s, errors))
		return s;
	settings_free(s);
	return NULL;
}

struct settings *
accept_check(const char *path, struct conf_errors *errors)
{
	return check(SETTINGS_FOR_ALL, path, errors);
}

/*
 * A client's records are where its shard is.  With another number of shards
 * what was accepted would go where nobody looks for it later.
 */
static bool
has_shards(const struct settings *s, const char *path, int64_t shards)
{
	if (s->shards == shards)
		return true;
	log_warnx("%s: shards: %lld, but the number of shards is fixed at the "
		  "first start, %lld",
	    path, (long long)s->shards, (long long)shards);
	return false;
}

/* As the tree that runs, which was compared itself; else as the kept one. */
static bool
has_its_shards(const struct settings *s, const char *path, const char *program,
    const struct settings *now)
{
	struct conf_errors errors = { 0 };
	struct settings *kept;
	char place[PATH_ROOM];
	bool same;

	if (now != NULL)
		return has_shards(s, path, now->shards);
	place_of(s->site.state_dir, program, place);
	kept = settings_kept(whom(program), place, &errors);
	same = kept == NULL || has_shards(s, path, kept->shards);
	settings_free(kept);
	conf_errors_clear(&errors);
	return same;
}

struct settings *
accept_reload(const char *path, const char *program, const struct settings *now)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settle(check(whom(program), path, &errors));

	shout(&errors);
	conf_errors_clear(&errors);
	if (s != NULL && !has_its_shards(s, path, program, now)) {
		settings_free(s);
		return NULL;
	}
	if (s != NULL)
		keep(s, program);
	return s;
}

static struct settings *
find_kept(const char *path, const char *program)
{
	struct conf_errors errors = { 0 };
	char state_dir[PATH_ROOM], place[PATH_ROOM];
	struct settings *s;

	find_state_dir(path, state_dir);
	place_of(state_dir, program, place);
	s = settle(settings_kept(whom(program), place, &errors));
	if (s != NULL)
		log_warnx("%s: not taken; running with the tree accepted "
			  "last, %s",
		    path, place);
	else
		shout(&errors);
	conf_errors_clear(&errors);
	return s;
}

struct settings *
accept_beside(const char *path, const char *state_dir, const char *program)
{
	struct conf_errors errors = { 0 };
	char place[PATH_ROOM];
	struct settings *s;

	place_of(state_dir, program, place);
	s = settings_kept(whom(program), place, &errors);
	if (s == NULL) { /* whatever was wrong with that */
		conf_errors_clear(&errors);
		s = settings_load_for(whom(program), path, &errors);
	}
	if (s == NULL)
		shout(&errors);
	conf_errors_clear(&errors);
	return settle(s);
}

/* A rota with a hole is better than no watch at all. */
struct settings *
accept_at_start(const char *path, const char *program)
{
	struct settings *s = accept_reload(path, program, NULL);
	struct conf_errors errors = { 0 };

	if (s == NULL)
		s = find_kept(path, program);
	if (s == NULL) {
		s = settle(settings_load_for(whom(program), path, &errors));
		if (s != NULL)
			log_warnx("%s: no tree was accepted before: running "
				  "with this one, faults and all",
			    path);
		conf_errors_clear(&errors);
	}
	return s;
}

bool
accept_wants_restart(const struct settings *was, const struct settings *is)
{
	return text_differs(was->redis.address, is->redis.address) ||
	    text_differs(was->redis.password, is->redis.password) ||
	    text_differs(was->redis.ca_file, is->redis.ca_file) ||
	    was->redis.wait_replicas != is->redis.wait_replicas ||
	    text_differs(was->site.state_dir, is->site.state_dir);
}
