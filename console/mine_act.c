/* mine_act: what is pressed on "my watches", as a command. */
#include <stdlib.h>
#include <string.h>

#include "console/mine.h"
#include "lib/civil.h"

static json_t *
wrong(char error[160], const char *what)
{
	(void)text_refuse(error, what);
	return NULL;
}

static bool
read_time(const struct console_view *v, const char *key, int64_t *at_ms)
{
	char text[MINE_FIELD];

	return console_field(v, key, text, sizeof(text)) &&
	    civil_parse_wall(text, v->person->zone, false, at_ms);
}

static json_t *
act_test(const struct console_view *v, char error[160])
{
	char channel[MINE_FIELD];

	if (!console_field(v, "channel", channel, sizeof(channel)))
		return wrong(error, "Say by which way.");
	return json_pack("{s:s, s:s, s:s}", "command", "page-test", "for",
	    v->person->name, "channel", channel);
}

static json_t *
act_renew(const struct console_view *v, char error[160])
{
	(void)error;
	return json_pack("{s:s, s:s, s:s}", "command", "calendar-renew", "kind",
	    "person", "name", v->person->name);
}

static json_t *
act_remove(const struct console_view *v, char error[160])
{
	char id[MINE_FIELD];

	if (!console_field(v, "override", id, sizeof(id)))
		return wrong(error, "Say which one.");
	return json_pack("{s:s, s:s, s:s}", "command", "override-remove",
	    "override", id, "own", v->person->name);
}

static json_t *
act_relieve(const struct console_view *v, char error[160])
{
	char rota[MINE_FIELD], taker[MINE_FIELD];
	json_t *o;

	if (!console_field(v, "rota", rota, sizeof(rota)))
		return wrong(error, "Say of which rota.");
	o = json_pack("{s:s, s:s, s:s}", "command", "override-relieve", "rota",
	    rota, "instead", v->person->name);
	if (console_field(v, "for", taker, sizeof(taker)) && *taker != '\0')
		json_object_set_new(o, "for", json_string(taker));
	return o;
}

static json_t *
act_cover(const struct console_view *v, char error[160])
{
	char rota[MINE_FIELD], taker[MINE_FIELD];
	int64_t from_ms, to_ms;

	if (!console_field(v, "rota", rota, sizeof(rota)) ||
	    !console_field(v, "for", taker, sizeof(taker)))
		return wrong(error, "Say of which rota, and who covers.");
	if (!read_time(v, "from", &from_ms) || !read_time(v, "to", &to_ms))
		return wrong(error, "Say from when, and until when.");
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "command",
	    "override-add", "rota", rota, "for", taker, "instead",
	    v->person->name, "from_ms", (json_int_t)from_ms, "to_ms",
	    (json_int_t)to_ms);
}

/* "support 1782900000000 isla"; 0: the watch of now. */
static bool
read_watch(const struct console_view *v, const char *key, char rota[64],
    char person[64], int64_t *at_ms)
{
	char text[MINE_FIELD * 2], *end;
	size_t cut;

	if (!console_field(v, key, text, sizeof(text)))
		return false;
	cut = strcspn(text, " ");
	text_format(rota, 64, "%.*s", (int)cut, text);
	*at_ms = strtoll(text + cut, &end, 10);
	if (end == text + cut || *end != ' ')
		return false;
	text_copy(person, 64, end + 1);
	/* It begins before the command is given, which is a moment later. */
	if (*at_ms == 0)
		*at_ms = v->now_ms + 60000;
	return true;
}

static json_t *
act_swap(const struct console_view *v, char error[160])
{
	char rota[64], other_rota[64], me[64], other[64];
	int64_t at_ms, other_at_ms;

	if (!read_watch(v, "mine", rota, me, &at_ms) ||
	    !read_watch(v, "theirs", other_rota, other, &other_at_ms))
		return wrong(error, "Say which two watches.");
	if (strcmp(rota, other_rota) != 0)
		return wrong(error,
		    "Both watches have to be of the same rota.");
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "command",
	    "override-swap", "rota", rota, "instead", v->person->name, "for",
	    other, "at_ms", (json_int_t)at_ms, "other_at_ms",
	    (json_int_t)other_at_ms);
}

static json_t *
away(const struct console_view *v, bool only_try, char error[160])
{
	int64_t from_ms, to_ms;
	char taker[MINE_FIELD];
	json_t *o;

	if (!read_time(v, "from", &from_ms) || !read_time(v, "to", &to_ms))
		return wrong(error, "Say from when, and until when.");
	o = json_pack("{s:s, s:s, s:I, s:I}", "command", "override-away",
	    "instead", v->person->name, "from_ms", (json_int_t)from_ms, "to_ms",
	    (json_int_t)to_ms);
	if (console_field(v, "for", taker, sizeof(taker)) && *taker != '\0')
		json_object_set_new(o, "for", json_string(taker));
	if (only_try)
		json_object_set_new(o, "try", json_true());
	return o;
}

static json_t *
act_away(const struct console_view *v, char error[160])
{
	return away(v, false, error);
}

static json_t *
act_away_try(const struct console_view *v, char error[160])
{
	return away(v, true, error);
}

static const struct {
	const char *action;
	json_t *(*act)(const struct console_view *, char error[160]);
} acts[] = {
	{ "test", act_test },
	{ "renew", act_renew },
	{ "remove", act_remove },
	{ "relieve", act_relieve },
	{ "cover", act_cover },
	{ "swap", act_swap },
	{ "away", act_away },
	{ "away-try", act_away_try },
};

json_t *
mine_act(const struct console_view *v, char error[160])
{
	json_t *command = NULL;
	char action[40];

	error[0] = '\0';
	(void)console_field(v, "do", action, sizeof(action));
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(acts[i].action, action) == 0)
			command = acts[i].act(v, error);
	if (command == NULL && error[0] == '\0')
		return wrong(error,
		    "There is no such button, or what came with it is no "
		    "text. Nothing was changed.");
	return command;
}
