/*
 * cli: from the command line to a command, and what commands share.
 *
 * Options may stand anywhere, as "--name value" or "--name=value"; "--" ends
 * them.  Whatever is not understood is said exactly, with the nearest right
 * word, and nothing is done.
 */
#include <string.h>

#include "cli/cli.h"
#include "lib/conf.h"
#include "lib/text.h"
#include "lib/version.h"

#define COMMANDS_MAX 64

static int
option_index(const struct cli_option *options, const char *name, size_t length)
{
	if (options == NULL)
		return -1;
	for (int i = 0; options[i].name != NULL; i++)
		if (strlen(options[i].name) == length &&
		    strncmp(options[i].name, name, length) == 0)
			return i;
	return -1;
}

const char *
cli_value(const struct cli_arguments *a, const char *name)
{
	int i = option_index(a->command->options, name, strlen(name));

	return i < 0 ? NULL : a->values[i];
}

const char *
cli_values(const struct cli_arguments *a, const char *name, int *i)
{
	while (*i < a->repeat_count) {
		const struct cli_repeat *r = &a->repeats[(*i)++];

		if (strcmp(r->name, name) == 0)
			return r->value;
	}
	return NULL;
}

/* How many words of argv the command's name takes; 0: it is another. */
static int
name_fits(const struct cli_command *command, int argc, char **argv)
{
	const char *space = strchr(command->name, ' ');
	size_t first;

	if (space == NULL)
		return strcmp(argv[0], command->name) == 0 ? 1 : 0;
	first = (size_t)(space - command->name);
	if (argc < 2 || strlen(argv[0]) != first ||
	    strncmp(argv[0], command->name, first) != 0 ||
	    strcmp(argv[1], space + 1) != 0)
		return 0;
	return 2;
}

bool
cli_is_of_family(const struct cli_command *command, const char *word)
{
	size_t length = strlen(word);

	return strncmp(command->name, word, length) == 0 &&
	    command->name[length] == ' ';
}

/* "demo --help", with whatever other options. */
static bool
asks_for_help(int argc, char **argv)
{
	if (argc < 2 || argv[1][0] != '-')
		return false;
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

/* "rota" alone, or "rota shwo": say what would be possible. */
static int
family_misuse(struct cli *c, int argc, char **argv)
{
	struct text t = { 0 };
	size_t length = strlen(argv[0]);
	int found = 0;

	for (size_t i = 0; c->commands[i] != NULL; i++)
		if (cli_is_of_family(c->commands[i], argv[0])) {
			text_add(&t, found++ == 0 ? "" : ", ");
			text_add(&t, c->commands[i]->name + length + 1);
		}
	if (found > 0) {
		if (argc < 2 || argv[1][0] == '-')
			cli_misuse(c, "\"%s\" needs one of: %s", argv[0],
			    t.data);
		else
			cli_misuse(c, "\"%s %s\" is no command; one of: %s",
			    argv[0], argv[1], t.data);
	}
	text_clear(&t);
	return found == 0 ? CLI_DONE : CLI_USAGE;
}

static int
unknown_command(struct cli *c, const char *word)
{
	const char *names[COMMANDS_MAX], *nearest;
	size_t count = 0;

	while (count < COMMANDS_MAX && c->commands[count] != NULL) {
		names[count] = c->commands[count]->name;
		count++;
	}
	nearest = conf_nearest(word, names, count);
	if (nearest == NULL)
		return cli_misuse(c, "unknown command \"%s\"", word);
	return cli_misuse(c, "unknown command \"%s\", did you mean \"%s\"?",
	    word, nearest);
}

static int
unknown_option(struct cli *c, const char *word)
{
	const char *names[CLI_OPTIONS_MAX * 2], *nearest;
	const struct cli_option *o;
	size_t count = 0;

	for (o = c->command->options; o != NULL && o->name != NULL; o++)
		names[count++] = o->name;
	for (o = cli_common; o->name != NULL; o++)
		names[count++] = o->name;
	nearest = conf_nearest(word + 2, names, count);
	if (nearest == NULL)
		return cli_misuse(c, "unknown option \"%s\"", word);
	return cli_misuse(c, "unknown option \"%s\", did you mean \"--%s\"?",
	    word, nearest);
}

/* Where an option of this row is to be kept, by who knows it. */
static const char **
place_of(struct cli *c, struct cli_arguments *a, const char *common[4],
    const char *name, size_t length, const struct cli_option **row)
{
	int i = option_index(c->command->options, name, length);

	if (i >= 0) {
		*row = &c->command->options[i];
		return &a->values[i];
	}
	if ((i = option_index(cli_common, name, length)) < 0)
		return NULL;
	*row = &cli_common[i];
	return &common[i];
}

/* What is sent on as JSON is text, or nothing of it would arrive. */
static int
want_text(struct cli *c, const char *word)
{
	json_t *text = json_string(word);

	if (text == NULL)
		return cli_misuse(c, "\"%s\" is not UTF-8", word);
	json_decref(text);
	return CLI_DONE;
}

static bool
keep_repeat(struct cli_arguments *a, const char *name, const char *value)
{
	if (a->repeat_count == CLI_REPEATS_MAX)
		return false;
	a->repeats[a->repeat_count++] = (struct cli_repeat){ name, value };
	return true;
}

/* One "--name[=value]" at argv[*i]. */
static int
take_option(struct cli *c, struct cli_arguments *a, const char *common[4],
    int argc, char **argv, int *i)
{
	const char *name = argv[*i] + 2, *equals = strchr(name, '=');
	size_t length = equals != NULL ? (size_t)(equals - name) : strlen(name);
	const struct cli_option *row;
	const char **place = place_of(c, a, common, name, length, &row);

	if (place == NULL)
		return unknown_option(c, argv[*i]);
	if (*place != NULL && !row->repeats)
		return cli_misuse(c, "--%s is given twice", row->name);
	if (row->value == NULL && equals != NULL)
		return cli_misuse(c, "--%s takes no value", row->name);
	if (row->value == NULL)
		*place = "";
	else if (equals != NULL)
		*place = equals + 1;
	else if (*i + 1 < argc)
		*place = argv[++*i];
	else
		return cli_misuse(c, "--%s needs a value: %s", row->name,
		    row->value);
	if (row->repeats && !keep_repeat(a, row->name, *place))
		return cli_misuse(c, "--%s and others are given too often",
		    row->name);
	return want_text(c, *place);
}

static int
take_word(struct cli *c, struct cli_arguments *a, const char *word)
{
	if (a->count == c->command->max)
		return c->command->max == 0
		    ? cli_misuse(c, "takes no further words: \"%s\"", word)
		    : cli_misuse(c, "one word too many: \"%s\"", word);
	a->words[a->count++] = word;
	return want_text(c, word);
}

static int
take_all(struct cli *c, struct cli_arguments *a, const char *common[4],
    int argc, char **argv)
{
	bool options = true;
	int failed = CLI_DONE;

	for (int i = 0; i < argc && failed == CLI_DONE; i++) {
		if (options && strcmp(argv[i], "--") == 0)
			options = false;
		else if (options && strcmp(argv[i], "-h") == 0)
			common[3] = "";
		else if (options && strncmp(argv[i], "--", 2) == 0)
			failed = take_option(c, a, common, argc, argv, &i);
		else if (options && argv[i][0] == '-' && argv[i][1] != '\0' &&
		    (argv[i][1] < '0' || argv[i][1] > '9'))
			failed =
			    cli_misuse(c, "unknown option \"%s\"", argv[i]);
		else
			failed = take_word(c, a, argv[i]);
	}
	return failed;
}

static int
run_command(struct cli *c, int argc, char **argv)
{
	struct cli_arguments a = { .command = c->command };
	const char *common[4] = { NULL };
	int failed = take_all(c, &a, common, argc, argv);

	if (common[3] != NULL) {
		cli_usage(c->out, c->command);
		return CLI_DONE;
	}
	if (failed != CLI_DONE)
		return failed;
	if (a.count < c->command->min)
		return cli_misuse(c, "something is missing: sunwatch %s %s",
		    c->command->name, c->command->synopsis);
	c->conf_given = common[0] != NULL;
	if (common[0] != NULL)
		c->conf = common[0];
	if (common[1] != NULL)
		c->socket = common[1];
	c->socket_given = common[1] != NULL;
	c->json = common[2] != NULL;
	return c->command->run(c, &a);
}

/* "help", "help take", "help rota". */
static int
run_help(struct cli *c, int argc, char **argv)
{
	int shown = 0;

	if (argc == 0) {
		cli_list(c, c->out);
		return CLI_DONE;
	}
	for (size_t i = 0; c->commands[i] != NULL; i++) {
		if (name_fits(c->commands[i], argc, argv) > 0 ||
		    (argc == 1 && cli_is_of_family(c->commands[i], argv[0]))) {
			if (shown++ > 0)
				fputc('\n', c->out);
			cli_usage(c->out, c->commands[i]);
		}
	}
	return shown > 0 ? CLI_DONE : unknown_command(c, argv[0]);
}

/* Options before the command mean the same behind it: move them there. */
static void
move_options(int argc, char **argv)
{
	int first = 1, count;

	while (first < argc && strncmp(argv[first], "--", 2) == 0) {
		int i = option_index(cli_common, argv[first] + 2,
		    strlen(argv[first] + 2));

		if (i < 0 && strchr(argv[first], '=') == NULL)
			return; /* --version, --help, or not understood */
		first += i >= 0 && cli_common[i].value != NULL ? 2 : 1;
	}
	for (count = first - 1; first < argc && count > 0; count--) {
		char *option = argv[1];

		memmove(argv + 1, argv + 2, (size_t)(argc - 2) * sizeof(*argv));
		argv[argc - 1] = option;
	}
}

/* What no command's name fits: say what was meant, if that can be told. */
static int
run_no_command(struct cli *c, int argc, char **argv)
{
	if (argv[0][0] == '-')
		return cli_misuse(c, "there is no command, only \"%s\"",
		    argv[0]);
	if (asks_for_help(argc, argv) && cli_list_family(c, argv[0], c->out))
		return CLI_DONE;
	if (family_misuse(c, argc, argv) == CLI_USAGE)
		return CLI_USAGE;
	return unknown_command(c, argv[0]);
}

static int
run_named(struct cli *c, int argc, char **argv)
{
	for (size_t i = 0; c->commands[i] != NULL; i++) {
		int used = name_fits(c->commands[i], argc, argv);

		if (used == 0)
			continue;
		c->command = c->commands[i];
		return run_command(c, argc - used, argv + used);
	}
	return run_no_command(c, argc, argv);
}

int
cli_run(struct cli *c, int argc, char **argv)
{
	if (argc < 2) {
		cli_list(c, c->err);
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "-V") == 0 || strcmp(argv[1], "--version") == 0) {
		fprintf(c->out, "sunwatch %s\n", SUNWATCH_VERSION);
		return CLI_DONE;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)
		return run_help(c, argc - 2, argv + 2);
	move_options(argc, argv);
	return run_named(c, argc - 1, argv + 1);
}
