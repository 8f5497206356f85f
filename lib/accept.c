/* accept: see accept.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/accept.h"
#include "lib/log.h"
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

static void
find_state_dir(const char *path, char out[PATH_ROOM])
{
	const char *given = getenv("STATE_DIRECTORY");

	if (given != NULL && *given != '\0')
		/* Several are separated by colons; ours is the first. */
		text_format(out, PATH_ROOM, "%.*s", (int)strcspn(given, ":"),
		    given);
	else if (!look_for_state_dir(path, out))
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

struct settings *
accept_reload(const char *path, const char *program)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settings_load(path, &errors);

	shout(&errors);
	if (s != NULL)
		keep(s, program);
	conf_errors_clear(&errors);
	return s;
}

struct settings *
accept_at_start(const char *path, const char *program)
{
	struct settings *s = accept_reload(path, program);
	struct conf_errors errors = { 0 };
	char state_dir[PATH_ROOM], place[PATH_ROOM];

	if (s != NULL)
		return s;
	find_state_dir(path, state_dir);
	place_of(state_dir, program, place);
	s = settings_kept(place, &errors);
	if (s != NULL)
		log_warnx("%s: is broken; running with the tree accepted "
			  "last, %s",
		    path, place);
	else
		shout(&errors);
	conf_errors_clear(&errors);
	return s;
}
