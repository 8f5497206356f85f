/*
 * sunwatch agent add and agent rotate: a new token for an agent.
 *
 * The token is printed once and kept nowhere; the configuration gets only
 * its hash.  While rotating, an agent's line has two hashes, so that the old
 * token works until the agent has the new one.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/tree.h"
#include "lib/sign.h"
#include "lib/text.h"

#define TOKEN_LENGTH 48 /* hex characters: 192 bits */

static const struct cli_option add_options[] = {
	{ "region", "NAME", "the network place it stands in" },
	{ NULL, NULL, NULL },
};

/* What CONF_NAME of lib/conf.h takes. */
static bool
is_name(const char *s)
{
	size_t length = strlen(s);

	return length > 0 && length <= 63 && s[0] != '.' && s[0] != '-' &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-") == length;
}

static int
print_token(struct cli *c, const char *name, const char *region,
    const char *old_hash)
{
	char token[TOKEN_LENGTH + 1], hash[SIGN_HEX];
	struct text line = { 0 };

	sign_random(token, TOKEN_LENGTH);
	sign_sha256(token, TOKEN_LENGTH, hash);
	text_addf(&line, "- { name: %s, region: %s, token_sha256: ", name,
	    region);
	if (old_hash != NULL)
		text_addf(&line, "[%s, %s] }", old_hash, hash);
	else
		text_addf(&line, "%s }", hash);
	if (c->json)
		cli_print_json(c,
		    json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", name,
			"region", region, "token", token, "token_sha256", hash,
			"line", line.data));
	else
		fprintf(c->out,
		    "token, shown only now, for the agent's host (a file of "
		    "mode 0600):\n%s\n\nline under \"agents:\" of the "
		    "tree:\n  %s\n",
		    token, line.data);
	text_clear(&line);
	return CLI_DONE;
}

/* Before there is a tree no name is taken. */
static bool
is_taken(struct cli *c, const char *name)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settings_parse(c->conf, &errors);
	bool taken = s != NULL && tree_agent(s, name) != NULL;

	settings_free(s);
	conf_errors_clear(&errors);
	return taken;
}

static int
agent_add(struct cli *c, const struct cli_arguments *a)
{
	const char *region = cli_value(a, "region");

	if (region == NULL)
		return cli_misuse(c, "--region is missing");
	if (!is_name(a->words[0]) || !is_name(region))
		return cli_misuse(c,
		    "\"%s\" is no name: a-z, 0-9, \".\" and \"-\", at most "
		    "63, beginning with a letter or digit",
		    is_name(region) ? a->words[0] : region);
	if (is_taken(c, a->words[0]))
		return cli_fail(c,
		    "%s has an agent \"%s\" already; another token for it is "
		    "made by: sunwatch agent rotate %s",
		    c->conf, a->words[0], a->words[0]);
	return print_token(c, a->words[0], region, NULL);
}

static int
agent_rotate(struct cli *c, const struct cli_arguments *a)
{
	const struct agent_settings *agent;
	struct settings *s = tree_parse(c);
	int status = CLI_FAILED;

	if (s == NULL)
		return CLI_FAILED;
	if ((agent = tree_agent(s, a->words[0])) == NULL)
		cli_fail(c, "there is no agent \"%s\" in %s", a->words[0],
		    c->conf);
	else {
		char *const *hashes = agent->tokens.items;
		size_t count = agent->tokens.count;

		status = print_token(c, agent->name, agent->region,
		    count > 0 ? hashes[count - 1] : NULL);
	}
	settings_free(s);
	return status;
}

const struct cli_command cmd_agent_add = {
	.name = "agent add",
	.synopsis = "NAME --region REGION",
	.summary = "Make a token for a new agent",
	.options = add_options,
	.min = 1,
	.max = 1,
	.run = agent_add,
};

const struct cli_command cmd_agent_rotate = {
	.name = "agent rotate",
	.synopsis = "NAME",
	.summary = "Make a second token for an agent; both work",
	.min = 1,
	.max = 1,
	.run = agent_rotate,
};
