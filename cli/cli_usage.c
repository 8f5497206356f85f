/*
 * cli_usage: "sunwatch help" and "--help".
 */
#include <string.h>

#include "cli/cli.h"
#include "lib/text.h"

/* Understood by every command. */
const struct cli_option cli_common[] = {
	{ "conf", "FILE", "the configuration tree's root file" },
	{ "socket", "PATH", "the daemon's control socket" },
	{ "json", NULL, "print JSON" },
	{ "help", NULL, "say how the command is used" },
	{ NULL, NULL, NULL },
};

static void
print_options(FILE *f, const struct cli_option *options, bool asks_collector)
{
	char left[64];

	for (; options != NULL && options->name != NULL; options++) {
		const char *help = options->help;

		if (strcmp(options->name, "socket") == 0)
			help = asks_collector ? "the collector's control socket"
					      : "the pager's control socket";
		text_format(left, sizeof(left), "--%s%s%s", options->name,
		    options->value == NULL ? "" : " ",
		    options->value == NULL ? "" : options->value);
		fprintf(f, "  %-22s %s\n", left, help);
	}
}

void
cli_usage(FILE *f, const struct cli_command *command)
{
	fprintf(f, "usage: sunwatch %s%s%s\n\n%s.\n\n", command->name,
	    command->synopsis[0] == '\0' ? "" : " ", command->synopsis,
	    command->summary);
	print_options(f, command->options, command->asks_collector);
	print_options(f, cli_common, command->asks_collector);
}

static void
print_row(FILE *f, const struct cli_command *command)
{
	fprintf(f, "  %-20s  %s\n", command->name, command->summary);
}

void
cli_list(struct cli *c, FILE *f)
{
	fprintf(f, "usage: sunwatch COMMAND [--conf FILE] [--json] ...\n\n");
	for (size_t i = 0; c->commands[i] != NULL; i++)
		print_row(f, c->commands[i]);
	fprintf(f,
	    "\n\"sunwatch COMMAND --help\" says more; sunwatch(1) says "
	    "all.\n");
}

bool
cli_list_family(struct cli *c, const char *word, FILE *f)
{
	int found = 0;

	for (size_t i = 0; c->commands[i] != NULL; i++) {
		if (!cli_is_of_family(c->commands[i], word))
			continue;
		if (found++ == 0)
			fprintf(f, "usage: sunwatch %s COMMAND ...\n\n", word);
		print_row(f, c->commands[i]);
	}
	if (found > 0)
		fprintf(f, "\n\"sunwatch %s COMMAND --help\" says more.\n",
		    word);
	return found > 0;
}
