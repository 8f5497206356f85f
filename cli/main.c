/* sunwatch: the operator's command.  See sunwatch(1). */
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/commands.h"
#include "lib/log.h"

static const struct cli_command *const commands[] = {
	&command_up,
	&command_check,
	&command_doctor,
	&command_status,
	&command_why,
	&command_incidents,
	&command_incident,
	&command_open,
	&command_take,
	&command_hand_on,
	&command_snooze,
	&command_resolve,
	&command_note,
	&command_update,
	&command_oncall,
	&command_rota_show,
	&command_rota_check,
	&command_override_add,
	&command_override_list,
	&command_override_remove,
	&command_page_test,
	&command_agent_add,
	&command_agent_rotate,
	&command_decode,
	&command_export,
	&command_demo_lms,
	&command_demo_break,
	&command_demo_heal,
	NULL,
};

int
main(int argc, char **argv)
{
	const char *conf = getenv("SUNWATCH_CONF"),
		   *socket = getenv("SUNWATCH_SOCKET");
	struct cli c = {
		.commands = commands,
		.conf = conf != NULL ? conf : CLI_CONF_DEFAULT,
		.socket = socket,
		.colour = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL,
		.out = stdout,
		.err = stderr,
	};
	int status;

	log_init("sunwatch", false);
	status = cli_run(&c, argc, argv);
	if (fflush(stdout) == EOF && status == CLI_DONE)
		status = CLI_FAILED;
	return status;
}
