/*
 * sunwatch verify: every figure of a report again, from its facts alone.
 *
 * Neither the tree nor Redis is asked.  Exit status: 0 the figures are what
 * the facts come to, 1 they are not (or there are none), or the signature is
 * not of that key, 2 the report cannot be read.
 *
 * With --chain all that is sealed in Redis is looked at instead.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/tree.h"
#include "cli/verify_chain.h"
#include "lib/report.h"
#include "lib/report_say.h"
#include "lib/text.h"

#define SHOWN_MAX 100 /* differences, as text */

static const struct cli_option options[] = {
	{ "signature", "FILE", "64 bytes that are to sign the report's bytes" },
	{ "key", "FILE", "a public key in PEM, Ed25519", .repeats = true },
	{ "chain", NULL, "all seals, stored reports and journals in Redis" },
	{ "head", "HASH", "of a seal that must be in the chain" },
	{ "full", NULL, "print the whole report, also when all is right" },
	{ NULL, NULL, NULL },
};

/* "12", "\"met\"", "nothing": one value on one line, foreign ones too. */
static void
print_value(struct cli *c, json_t *value)
{
	char *dump = NULL;

	if (value == NULL || json_is_null(value)) {
		fputs(value == NULL ? "absent" : "null", c->out);
		return;
	}
	if (json_is_object(value) || json_is_array(value)) {
		fprintf(c->out, "%s",
		    json_is_object(value) ? "an object" : "a list");
		return;
	}
	dump = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	fputs(dump != NULL ? dump : "?", c->out);
	free(dump);
}

static void
print_differences(struct cli *c, const char *path, json_t *differences)
{
	size_t count = json_array_size(differences);

	fprintf(c->out, "%s: %zu figures are not what its facts come to%s\n",
	    path, count, count == REPORT_DIFFERENCES_MAX ? ", or more" : "");
	for (size_t i = 0; i < count && i < SHOWN_MAX; i++) {
		json_t *d = json_array_get(differences, i);

		fputs("  ", c->out);
		cli_plain(c, json_string_value(json_object_get(d, "path")));
		fputs(": stands ", c->out);
		print_value(c, json_object_get(d, "stands"));
		fputs(", should be ", c->out);
		print_value(c, json_object_get(d, "should_be"));
		fputs("\n", c->out);
	}
	if (count > SHOWN_MAX)
		fprintf(c->out, "  and %zu more\n", count - SHOWN_MAX);
}

static void
print(struct cli *c, const char *path, const struct report *r,
    json_t *differences, bool in_full)
{
	bool same = r->stated != NULL && json_array_size(differences) == 0;
	struct text t = { 0 };

	if (r->stated == NULL)
		fprintf(c->out, "%s: no figures; its facts come to:\n", path);
	else if (same)
		fprintf(c->out, "%s: every figure is what its facts come to\n",
		    path);
	else
		print_differences(c, path, differences);
	if (same && !in_full)
		report_say_brief(r, &t);
	else {
		text_add(&t, "\n");
		report_say_text(r, &t);
	}
	fputs(t.data, c->out);
	text_clear(&t);
}

/* is_signed: CLI_DONE, or why it is not; asked: whether it is to be. */
static json_t *
answer(const struct report *r, json_t *differences, bool asked, int is_signed)
{
	bool same = json_array_size(differences) == 0 && is_signed == CLI_DONE;
	json_t *o = json_pack("{s:b, s:O}", "same", (int)same, "differences",
	    differences);

	if (asked)
		json_object_set_new(o, "signed",
		    json_boolean(is_signed == CLI_DONE));
	json_object_set_new(o, "report", report_json(r));
	return o;
}

static int
compare(struct cli *c, const struct cli_arguments *a, const struct report *r,
    int is_signed)
{
	bool asked = cli_value(a, "signature") != NULL;
	json_t *differences = report_differences(r);
	bool same = json_array_size(differences) == 0;

	if (c->json)
		cli_print_json(c, answer(r, differences, asked, is_signed));
	else
		print(c, a->words[0], r, differences,
		    cli_value(a, "full") != NULL);
	json_decref(differences);
	return same ? CLI_DONE : CLI_FAILED;
}

static struct sign_key *
read_key(struct cli *c, const char *path)
{
	struct text pem = { 0 };
	struct sign_key *key = NULL;
	const char *why;

	if (cli_read_file(c, path, SIGN_KEY_PEM_MAX, &pem)) {
		key = sign_key_public(pem.data, &why);
		if (key == NULL)
			cli_fail(c, "%s: %s", path, why);
	}
	text_clear(&pem);
	return key;
}

/* All of --key; false: complained. */
static bool
read_keys(struct cli *c, const struct cli_arguments *a,
    struct verify_chain *into)
{
	const char *path;
	int i = 0;

	while ((path = cli_values(a, "key", &i)) != NULL) {
		struct sign_key *key;

		if (into->key_count == VERIFY_KEYS_MAX) {
			cli_fail(c, "at most %d keys", VERIFY_KEYS_MAX);
			return false;
		}
		if ((key = read_key(c, path)) == NULL)
			return false;
		into->keys[into->key_count++] = key;
	}
	return true;
}

/* Whether one of the keys has signed these bytes; if not, it is said. */
static int
check_signature(struct cli *c, const struct verify_chain *keys,
    const char *path, const struct text *bytes)
{
	struct text signature = { 0 };
	bool good = false,
	     read = cli_read_file(c, path, SIGN_KEY_SIGNATURE, &signature);

	for (size_t i = 0; read && i < keys->key_count; i++)
		good |= signature.length == SIGN_KEY_SIGNATURE &&
		    sign_key_verify(keys->keys[i], bytes->data, bytes->length,
			(const unsigned char *)signature.data);
	text_clear(&signature);
	if (!read)
		return CLI_USAGE;
	if (good)
		return CLI_DONE;
	return cli_fail(c,
	    "%s is no signature of these bytes by the key that was given",
	    path);
}

static int
verify_file(struct cli *c, const struct cli_arguments *a,
    const struct verify_chain *keys)
{
	const char *path = a->words[0], *sig = cli_value(a, "signature");
	char error[REPORT_ERROR];
	struct text bytes = { 0 };
	struct report *r = NULL;
	int status = CLI_USAGE, is_signed = CLI_DONE;

	if (cli_read_file(c, path, REPORT_BYTES_MAX, &bytes)) {
		r = report_read(bytes.data, bytes.length, error);
		if (sig != NULL)
			is_signed = check_signature(c, keys, sig, &bytes);
		if (r == NULL)
			cli_fail(c, "%s: %s", path, error);
		else
			status = compare(c, a, r, is_signed);
	}
	text_clear(&bytes);
	report_free(r);
	return is_signed > status ? is_signed : status;
}

static int
look_at_chain(struct cli *c, const struct cli_arguments *a,
    struct verify_chain *v)
{
	struct settings *s = tree_load(c);
	int status;

	if (s == NULL)
		return CLI_FAILED;
	v->cli = c;
	v->settings = s;
	v->head = cli_value(a, "head");
	status = verify_chain(v);
	settings_free(s);
	return status;
}

/* Half of a hash would be in no chain, which is no finding. */
static bool
may_be_head(const char *head)
{
	unsigned char hash[(SEAL_HEX - 1) / 2];

	return head == NULL || sign_unhex(head, hash, sizeof(hash));
}

static int
verify(struct cli *c, const struct cli_arguments *a)
{
	bool chain = cli_value(a, "chain") != NULL;
	bool has_keys = cli_value(a, "key") != NULL;
	struct verify_chain v = { 0 };
	int status = CLI_USAGE;

	if (chain != (a->count == 0))
		return cli_misuse(c, "a file, or --chain");
	if (chain && cli_value(a, "signature") != NULL)
		return cli_misuse(c, "--signature is of a file");
	if (!chain && has_keys != (cli_value(a, "signature") != NULL))
		return cli_misuse(c, "--signature and --key go together");
	if (!chain && cli_value(a, "head") != NULL)
		return cli_misuse(c, "--head is of the chain");
	if (chain && cli_value(a, "full") != NULL)
		return cli_misuse(c, "--full is of a file");
	if (chain && !may_be_head(cli_value(a, "head")))
		return cli_misuse(c,
		    "--head is the 64 digits of a seal's hash");
	if (read_keys(c, a, &v))
		status =
		    chain ? look_at_chain(c, a, &v) : verify_file(c, a, &v);
	for (size_t i = 0; i < v.key_count; i++)
		sign_key_free(v.keys[i]);
	return status;
}

const struct cli_command cmd_verify = {
	.name = "verify",
	.synopsis = "FILE [--full] [--signature FILE --key FILE] | --chain "
		    "[--key FILE] "
		    "[--head HASH]",
	.summary =
	    "Work out every figure of a report again, or the whole chain",
	.options = options,
	.min = 0,
	.max = 1,
	.run = verify,
};
