/* sunwatch page-test: does a page reach this person? */
#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "channel", "NAME", "only this one (default: each of the person's)" },
	{ "as", "NAME", "the person who asks (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
page_test(struct cli *c, const struct cli_arguments *a)
{
	json_t *request =
	    json_pack("{s:s, s:s}", "command", "page-test", "for", a->words[0]);

	if (cli_value(a, "channel") != NULL)
		json_object_set_new(request, "channel",
		    json_string(cli_value(a, "channel")));
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_page_test = {
	.name = "page-test",
	.synopsis = "PERSON [--channel NAME] [--as NAME]",
	.summary = "Send a person one test message on each channel",
	.options = options,
	.min = 1,
	.max = 1,
	.run = page_test,
};
