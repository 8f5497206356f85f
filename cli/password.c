/*
 * sunwatch password: what stands in the tree for a password of the console.
 *
 * Asked for twice at a terminal, without showing it; otherwise it is the first
 * line of what comes in.  The password itself is kept nowhere.
 */
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/commands.h"
#include "console/scrypt.h"
#include "lib/text.h"

#define LEAST 10 /* bytes */

/* A line without its end; false: none, or too long. */
static bool
read_line(char out[SCRYPT_PASSWORD_MAX + 1])
{
	char line[SCRYPT_PASSWORD_MAX + 3];
	size_t length;

	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	length = strcspn(line, "\r\n");
	line[length] = '\0';
	if (length <= SCRYPT_PASSWORD_MAX)
		text_copy(out, SCRYPT_PASSWORD_MAX + 1, line);
	explicit_bzero(line, sizeof(line));
	return length <= SCRYPT_PASSWORD_MAX;
}

static bool
ask(struct cli *c, const char *prompt, char out[SCRYPT_PASSWORD_MAX + 1])
{
	struct termios was, quiet;
	bool hide = tcgetattr(STDIN_FILENO, &was) == 0, ok;

	if (!hide)
		return read_line(out);
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	fprintf(c->err, "%s: ", prompt);
	fflush(c->err);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	ok = read_line(out);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
	fprintf(c->err, "\n");
	return ok;
}

static bool
is_same_again(struct cli *c, const char *password)
{
	char again[SCRYPT_PASSWORD_MAX + 1];
	bool same;

	if (!isatty(STDIN_FILENO))
		return true;
	same = ask(c, "the same again", again) && strcmp(again, password) == 0;
	explicit_bzero(again, sizeof(again));
	return same;
}

static int
print_hash(struct cli *c, const char *password)
{
	char text[CONSOLE_PASSWORD_TEXT];

	if (!scrypt_write(password, text))
		return cli_fail(c, "the hash cannot be reckoned");
	if (c->json)
		cli_print_json(c, json_pack("{s:s}", "password_scrypt", text));
	else
		fprintf(c->out, "password_scrypt: \"%s\"\n", text);
	return CLI_DONE;
}

static int
password(struct cli *c, const struct cli_arguments *a)
{
	char text[SCRYPT_PASSWORD_MAX + 1] = "";
	int status;

	(void)a;
	if (!ask(c, "password", text))
		status = cli_fail(c, "no password, or one of over %d bytes",
		    SCRYPT_PASSWORD_MAX);
	else if (strlen(text) < LEAST)
		status = cli_fail(c, "too short: at least %d bytes", LEAST);
	else if (!is_same_again(c, text))
		status = cli_fail(c, "these were not the same");
	else
		status = print_hash(c, text);
	explicit_bzero(text, sizeof(text));
	return status;
}

const struct cli_command cmd_password = {
	.name = "password",
	.synopsis = "",
	.summary = "Hash a password for the console",
	.run = password,
};
