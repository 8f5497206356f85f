/*
 * cli: from the command line to a command, and what commands share.
 *
 * Options may stand anywhere, as "--name value" or "--name=value"; "--" ends
 * them.  Whatever is not understood is said exactly, with the nearest right
 * word, and nothing is done.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "lib/civil.h"
#include "lib/conf.h"
#include "lib/text.h"

#ifndef VERSION
#define VERSION "0.1"
#endif
#define COMMANDS_MAX 64
#define DURATION_MAX_MS (400 * INT64_C(86400000))

/* Understood by every command. */
static const struct cli_option common_options[] = {
	{ "conf", "FILE", "the configuration tree's root file" },
	{ "socket", "PATH", "the pager's control socket" },
	{ "json", NULL, "print JSON" },
	{ "help", NULL, "say how the command is used" },
	{ NULL, NULL, NULL },
};

int
cli_fail(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	fprintf(c->err, "sunwatch%s%s: ", c->command == NULL ? "" : " ",
	    c->command == NULL ? "" : c->command->name);
	va_start(ap, fmt);
	vfprintf(c->err, fmt, ap);
	va_end(ap);
	fputc('\n', c->err);
	return CLI_FAILED;
}

int
cli_misuse(struct cli *c, const char *fmt, ...)
{
	va_list ap;
	const char *name = c->command == NULL ? NULL : c->command->name;

	fprintf(c->err, "sunwatch%s%s: ", name == NULL ? "" : " ",
	    name == NULL ? "" : name);
	va_start(ap, fmt);
	vfprintf(c->err, fmt, ap);
	va_end(ap);
	if (name != NULL)
		fprintf(c->err, "\ntry: sunwatch %s --help\n", name);
	else
		fprintf(c->err, "\ntry: sunwatch help\n");
	return CLI_USAGE;
}

void
cli_print_json(struct cli *c, json_t *value)
{
	json_dumpf(value, c->out, JSON_INDENT(2) | JSON_ENCODE_ANY);
	fputc('\n', c->out);
	json_decref(value);
}

void
cli_plain(struct cli *c, const char *foreign)
{
	struct text t = { 0 };

	text_add_plain(&t, foreign);
	if (t.data != NULL)
		fputs(t.data, c->out);
	text_clear(&t);
}

void
cli_styled(struct cli *c, enum cli_style style, const char *what)
{
	static const char *const codes[] = {
		[STYLE_GOOD] = "\033[32m",
		[STYLE_BAD] = "\033[1;31m",
		[STYLE_DOUBT] = "\033[33m",
		[STYLE_STRONG] = "\033[1m",
	};

	if (c->colour)
		fputs(codes[style], c->out);
	cli_plain(c, what);
	if (c->colour)
		fputs("\033[0m", c->out);
}

/* Digits, then a unit; false when it is anything else. */
static bool
read_duration(const char *text, int64_t *ms)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 },
		{ "h", 3600000 }, { "d", 86400000 } };
	int64_t n = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9' && n < DURATION_MAX_MS; p++)
		n = n * 10 + (*p - '0');
	if (p == text || n == 0)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(p, units[i].unit) == 0 &&
		    n <= DURATION_MAX_MS / units[i].ms) {
			*ms = n * units[i].ms;
			return true;
		}
	return false;
}

bool
cli_duration(struct cli *c, const char *text, int64_t *ms)
{
	if (read_duration(text, ms))
		return true;
	cli_misuse(c,
	    "\"%s\" is not a duration: write 90s, 30m, 4h or 7d "
	    "(at most 400d)",
	    text);
	return false;
}

bool
cli_time(struct cli *c, const char *text, int64_t now_ms, int64_t *at_ms)
{
	int64_t away_ms;

	if (strcmp(text, "now") == 0) {
		*at_ms = now_ms;
		return true;
	}
	if ((*text == '+' || *text == '-') &&
	    read_duration(text + 1, &away_ms)) {
		*at_ms = now_ms + (*text == '+' ? away_ms : -away_ms);
		return true;
	}
	if (civil_parse(text, at_ms))
		return true;
	cli_misuse(c,
	    "\"%s\" is not a time: write 2026-03-29T00:30Z, "
	    "2026-03-29T13:30+13:00, now, +2h or -15m",
	    text);
	return false;
}

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

static void
print_options(FILE *f, const struct cli_option *options)
{
	char left[64];

	for (; options != NULL && options->name != NULL; options++) {
		text_format(left, sizeof(left), "--%s%s%s", options->name,
		    options->value == NULL ? "" : " ",
		    options->value == NULL ? "" : options->value);
		fprintf(f, "  %-22s %s\n", left, options->help);
	}
}

static void
print_usage(FILE *f, const struct cli_command *command)
{
	fprintf(f, "usage: sunwatch %s%s%s\n\n%s.\n\n", command->name,
	    command->synopsis[0] == '\0' ? "" : " ", command->synopsis,
	    command->summary);
	print_options(f, command->options);
	print_options(f, common_options);
}

static void
print_list(struct cli *c, FILE *f)
{
	fprintf(f, "usage: sunwatch COMMAND [--conf FILE] [--json] ...\n\n");
	for (size_t i = 0; c->commands[i] != NULL; i++)
		fprintf(f, "  %-16s %s\n", c->commands[i]->name,
		    c->commands[i]->summary);
	fprintf(f,
	    "\n\"sunwatch COMMAND --help\" says more; sunwatch(1) says "
	    "all.\n");
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

/* "rota" alone, or "rota shwo": say what would be possible. */
static int
family_misuse(struct cli *c, int argc, char **argv)
{
	struct text t = { 0 };
	size_t length = strlen(argv[0]);
	int found = 0;

	for (size_t i = 0; c->commands[i] != NULL; i++)
		if (strncmp(c->commands[i]->name, argv[0], length) == 0 &&
		    c->commands[i]->name[length] == ' ') {
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
	for (o = common_options; o->name != NULL; o++)
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
	if ((i = option_index(common_options, name, length)) < 0)
		return NULL;
	*row = &common_options[i];
	return &common[i];
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
	if (*place != NULL)
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
	return CLI_DONE;
}

static int
take_word(struct cli *c, struct cli_arguments *a, const char *word)
{
	if (a->count == c->command->max)
		return c->command->max == 0
		    ? cli_misuse(c, "takes no further words: \"%s\"", word)
		    : cli_misuse(c, "one word too many: \"%s\"", word);
	a->words[a->count++] = word;
	return CLI_DONE;
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
		print_usage(c->out, c->command);
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
	c->json = common[2] != NULL;
	return c->command->run(c, &a);
}

/* "help", "help take", "help rota". */
static int
run_help(struct cli *c, int argc, char **argv)
{
	int shown = 0;

	if (argc == 0) {
		print_list(c, c->out);
		return CLI_DONE;
	}
	for (size_t i = 0; c->commands[i] != NULL; i++) {
		size_t length = strlen(argv[0]);

		if (name_fits(c->commands[i], argc, argv) > 0 ||
		    (argc == 1 &&
			strncmp(c->commands[i]->name, argv[0], length) == 0 &&
			c->commands[i]->name[length] == ' ')) {
			if (shown++ > 0)
				fputc('\n', c->out);
			print_usage(c->out, c->commands[i]);
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
		int i = option_index(common_options, argv[first] + 2,
		    strlen(argv[first] + 2));

		if (i < 0 && strchr(argv[first], '=') == NULL)
			return; /* --version, --help, or not understood */
		first += i >= 0 && common_options[i].value != NULL ? 2 : 1;
	}
	for (count = first - 1; first < argc && count > 0; count--) {
		char *option = argv[1];

		memmove(argv + 1, argv + 2, (size_t)(argc - 2) * sizeof(*argv));
		argv[argc - 1] = option;
	}
}

int
cli_run(struct cli *c, int argc, char **argv)
{
	int used;

	if (argc < 2) {
		print_list(c, c->err);
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "-V") == 0 || strcmp(argv[1], "--version") == 0) {
		fprintf(c->out, "sunwatch %s\n", VERSION);
		return CLI_DONE;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)
		return run_help(c, argc - 2, argv + 2);
	move_options(argc, argv);
	for (size_t i = 0; c->commands[i] != NULL; i++)
		if ((used = name_fits(c->commands[i], argc - 1, argv + 1)) >
		    0) {
			c->command = c->commands[i];
			return run_command(c, argc - 1 - used, argv + 1 + used);
		}
	if (family_misuse(c, argc - 1, argv + 1) == CLI_USAGE)
		return CLI_USAGE;
	return unknown_command(c, argv[1]);
}
