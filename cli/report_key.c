/*
 * sunwatch report-key: the public key that signed the last seal, for whoever
 * is to verify reports.  The private one is neither needed nor read.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/chain_read.h"
#include "cli/commands.h"
#include "cli/records.h"
#include "cli/tree.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "fingerprint", "HASH", "another one, as a seal names it" },
	{ NULL, NULL, NULL },
};

/* Of the last seal; "": there is none, or it is not signed. */
static void
last_key(struct records *redis, char out[SEAL_HEX])
{
	char *number = records_field(redis, PUBLISHED_GROUP, "meta", "seals");
	char *text = number == NULL
	    ? NULL
	    : records_field(redis, PUBLISHED_GROUP, "seals", number);
	char error[160];
	struct seal s;

	out[0] = '\0';
	if (text != NULL && seal_read(text, strlen(text), &s, error) == 0) {
		text_copy(out, SEAL_HEX, s.key);
		seal_clear(&s);
	}
	free(number);
	free(text);
}

static int
print_key(struct cli *c, struct records *redis, const char *wanted)
{
	char fingerprint[SEAL_HEX];
	struct sign_key *key = NULL;
	char *pem;

	last_key(redis, fingerprint);
	if (wanted != NULL)
		text_copy(fingerprint, sizeof(fingerprint), wanted);
	if (fingerprint[0] != '\0')
		key = chain_key(redis, fingerprint);
	if (key == NULL)
		return cli_fail(c,
		    wanted != NULL ? "there is no such key"
				   : "the last seal is not signed");
	pem = sign_key_pem(key);
	if (c->json)
		cli_print_json(c,
		    json_pack("{s:s, s:s}", "fingerprint", fingerprint, "pem",
			pem));
	else
		fputs(pem, c->out);
	free(pem);
	sign_key_free(key);
	return CLI_DONE;
}

static int
report_key(struct cli *c, const struct cli_arguments *a)
{
	struct settings *s = tree_load(c);
	struct records *redis;
	int status = CLI_FAILED;

	if (s == NULL)
		return CLI_FAILED;
	if ((redis = records_need(c, s)) != NULL) {
		status = print_key(c, redis, cli_value(a, "fingerprint"));
		records_close(redis);
	}
	settings_free(s);
	return status;
}

const struct cli_command cmd_report_key = {
	.name = "report-key",
	.synopsis = "[--fingerprint HASH]",
	.summary = "Print the public key that signs reports, as PEM",
	.options = options,
	.run = report_key,
};
