/* sunwatch incidents: what is open, newest first. */
#include "cli/commands.h"
#include "cli/control.h"
#include "cli/show.h"
#include "lib/clock.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "all", NULL, "closed ones too" },
	{ NULL, NULL, NULL },
};

/* Who has it, or is called now; and who is next, and when. */
static void
print_people(struct cli *c, const json_t *i)
{
	const json_t *next = json_object_get(i, "next");

	if (*show_text(i, "owner") != '\0')
		show_row(c, i, "$owner has it, ");
	else if (*show_text(i, "calling") != '\0')
		show_row(c, i, "calls $calling, ");
	if (json_is_object(next))
		show_row(c, next, "next $person at @at_ms, ");
}

static void
print_line(struct cli *c, const json_t *i, int64_t now_ms)
{
	char since[32];
	int64_t from_ms = show_number(i, "since_ms"),
		to_ms = show_number(i, "closed_ms");

	text_duration((to_ms > 0 ? to_ms : now_ms) - from_ms, since,
	    sizeof(since));
	cli_styled(c, STYLE_STRONG, show_text(i, "id"));
	fprintf(c->out, " S%d ", (int)show_number(i, "severity"));
	show_state(c, show_text(i, "state"));
	fputc(' ', c->out);
	cli_plain(c, show_text(i, "subject"));
	fprintf(c->out, ", %s%s, ", to_ms > 0 ? "lasted " : "for ", since);
	print_people(c, i);
	cli_plain(c, show_text(i, "text"));
	fputc('\n', c->out);
}

static int
incidents(struct cli *c, const struct cli_arguments *a)
{
	json_t *answer = control_command(c,
	    json_pack("{s:s, s:b}", "command", "incidents", "all",
		cli_value(a, "all") != NULL));
	const json_t *list, *incident;
	int64_t now_ms = clock_now_ms();
	size_t i;

	if (answer == NULL)
		return CLI_FAILED;
	if (c->json) {
		cli_print_json(c, answer);
		return CLI_DONE;
	}
	list = json_object_get(answer, "incidents");
	json_array_foreach(list, i, incident)
	{
		print_line(c, incident, now_ms);
	}
	if (json_array_size(list) == 0)
		fputs(cli_value(a, "all") != NULL ? "no incidents\n"
						  : "no open incidents\n",
		    c->out);
	json_decref(answer);
	return CLI_DONE;
}

const struct cli_command cmd_incidents = {
	.name = "incidents",
	.synopsis = "[--all] [--json]",
	.summary = "List the open incidents",
	.options = options,
	.run = incidents,
};
