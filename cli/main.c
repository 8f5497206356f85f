/* sunwatch: the operator's command.  See sunwatch(1). */
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/commands.h"
#include "lib/log.h"

static const struct cli_command *const commands[] = {
	&cmd_up,
	&cmd_check,
	&cmd_doctor,
	&cmd_status,
	&cmd_why,
	&cmd_account,
	&cmd_report,
	&cmd_verify,
	&cmd_publish,
	&cmd_report_key,
	&cmd_sla_show,
	&cmd_sla_history,
	&cmd_sla_amend,
	&cmd_maintenance_announce,
	&cmd_maintenance_extend,
	&cmd_maintenance_shorten,
	&cmd_maintenance_cancel,
	&cmd_maintenance_list,
	&cmd_outage_list,
	&cmd_outage_annotate,
	&cmd_outage_exclude,
	&cmd_outage_agree,
	&cmd_outage_dispute,
	&cmd_incidents,
	&cmd_incident,
	&cmd_heartbeats,
	&cmd_open,
	&cmd_take,
	&cmd_hand_on,
	&cmd_snooze,
	&cmd_decline,
	&cmd_escalate,
	&cmd_resolve,
	&cmd_reopen,
	&cmd_severity,
	&cmd_note,
	&cmd_update,
	&cmd_oncall_next,
	&cmd_oncall,
	&cmd_rota_show,
	&cmd_rota_check,
	&cmd_rota_history,
	&cmd_load,
	&cmd_override_add,
	&cmd_override_list,
	&cmd_override_remove,
	&cmd_override_swap,
	&cmd_override_away,
	&cmd_override_relieve,
	&cmd_override_import,
	&cmd_calendar,
	&cmd_simulate,
	&cmd_page_test,
	&cmd_due,
	&cmd_agent_add,
	&cmd_agent_rotate,
	&cmd_password,
	&cmd_decode,
	&cmd_export,
	&cmd_import,
	&cmd_backup,
	&cmd_restore,
	&cmd_erase,
	&cmd_demo_lms,
	&cmd_demo_break,
	&cmd_demo_heal,
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
