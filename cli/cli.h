#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

/*
 * cli: what every command of sunwatch(1) is made of.
 *
 * A command is one struct cli_command in a file of its own; main.c has the
 * table.  A command gets what was written, already checked against its
 * options and its number of words, and returns one of enum cli_exit.
 */

enum cli_exit {
	CLI_DONE = 0,
	CLI_FAILED = 1, /* refused, not found, not reachable */
	CLI_USAGE = 2,  /* the command line itself is wrong */
};

#define CLI_OPTIONS_MAX 16
#define CLI_WORDS_MAX 8
#define CLI_REPEATS_MAX 1000

struct cli_option {
	const char *name;  /* "at", written --at */
	const char *value; /* "TIME", for the usage; NULL: a switch */
	const char *help;
	bool repeats; /* may be given again: cli_values() */
};

struct cli;

struct cli_repeat {
	const char *name, *value;
};

/* Given options are at the index of their row; words in written order. */
struct cli_arguments {
	const struct cli_command *command;
	const char *values[CLI_OPTIONS_MAX]; /* NULL: not given; "" a switch */
	const char *words[CLI_WORDS_MAX];
	int count;
	struct cli_repeat repeats[CLI_REPEATS_MAX]; /* in written order */
	int repeat_count;
};

struct cli_command {
	const char *name;                 /* "take", "rota show" */
	const char *synopsis;             /* "INCIDENT [--as NAME]" */
	const char *summary;              /* one line, for the list */
	const struct cli_option *options; /* ends with a NULL name; or NULL */
	int min, max;                     /* words wanted */
	int (*run)(struct cli *, const struct cli_arguments *);
	bool asks_collector; /* and --socket is its; else the pager's */
};

struct cli {
	const struct cli_command *const *commands; /* ends with NULL */
	const struct cli_command *command;         /* being run */
	bool json, colour;
	bool conf_given;    /* by --conf, not by default or environment */
	const char *conf;   /* the tree's root file */
	const char *socket; /* the daemon's; NULL: where the tree says */
	bool socket_given;  /* by --socket: of whomever the command asks */
	FILE *out, *err;
};

#define CLI_CONF_DEFAULT "/etc/sunwatch/sunwatch.yaml"

/* The whole program: argv in, exit status out. */
int cli_run(struct cli *, int argc, char **argv);

/* cli_usage.c: understood by every command; the usage of one; the list. */
extern const struct cli_option cli_common[];
void cli_usage(FILE *, const struct cli_command *);
void cli_list(struct cli *, FILE *);
/* The commands that begin with this word and need another; false: none. */
bool cli_list_family(struct cli *, const char *word, FILE *);
/* "rota show" is of the family "rota". */
bool cli_is_of_family(const struct cli_command *, const char *word);

/* The value of an option ("" for a switch), or NULL when not given. */
const char *cli_value(const struct cli_arguments *, const char *name);
/* Of an option that repeats: each value in turn, from *i = 0; then NULL. */
const char *cli_values(const struct cli_arguments *, const char *name, int *i);

/* "sunwatch CMD: text" on err; always CLI_FAILED or CLI_USAGE. */
int cli_fail(struct cli *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int cli_misuse(struct cli *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Print and release; keys in the order they were set. */
void cli_print_json(struct cli *, json_t *);

/* All of a file ("-": what comes in), of a longer one a little more than most
   bytes; false: complained. */
struct text;
bool cli_read_file(struct cli *, const char *path, size_t most, struct text *);

/* Foreign text: control characters escaped. */
void cli_plain(struct cli *, const char *);
enum cli_style { STYLE_GOOD, STYLE_BAD, STYLE_DOUBT, STYLE_STRONG };
/* Text in a style, when out is a terminal; plainly otherwise. */
void cli_styled(struct cli *, enum cli_style, const char *);

/*
 * "now", RFC 3339, or a duration from now ("+2h", "-15m").  Complains and
 * returns false when it is none of them.
 */
/* option: which of the command line it is, "from", or NULL. */
bool cli_time(struct cli *, const char *option, const char *text,
    int64_t now_ms, int64_t *at_ms);
/* "250ms", "90s", "30m", "4h", "7d": more than nothing, at most 400 days. */
bool cli_duration(struct cli *, const char *text, int64_t *ms);
/*
 * --from and --to, as far as they are given; complains and returns false
 * when one is no time, or the period is empty.
 */
bool cli_period(struct cli *, const struct cli_arguments *, int64_t now_ms,
    int64_t *from_ms, int64_t *to_ms);
/* "S1" or "1" (worst) to "S4". */
bool cli_severity(struct cli *, const char *text, int *severity);

#endif
