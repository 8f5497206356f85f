#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"

/* commands: one per file; main.c lists them in the order of the help. */

extern const struct cli_command cmd_up, cmd_check, cmd_doctor, cmd_status,
    cmd_why, cmd_incidents, cmd_incident, cmd_open, cmd_take, cmd_hand_on,
    cmd_snooze, cmd_resolve, cmd_note, cmd_update, cmd_oncall, cmd_oncall_next,
    cmd_rota_show, cmd_rota_history, cmd_sla_show, cmd_sla_history,
    cmd_sla_amend, cmd_rota_check, cmd_override_add, cmd_override_list,
    cmd_override_remove, cmd_override_swap, cmd_override_away,
    cmd_override_relieve, cmd_override_import, cmd_calendar, cmd_simulate,
    cmd_page_test, cmd_agent_add, cmd_agent_rotate, cmd_decode, cmd_demo_lms,
    cmd_demo_break, cmd_demo_heal, cmd_export, cmd_import, cmd_backup,
    cmd_restore, cmd_erase, cmd_account, cmd_decline, cmd_escalate, cmd_reopen,
    cmd_severity, cmd_due, cmd_verify, cmd_report, cmd_publish,
    cmd_maintenance_announce, cmd_maintenance_extend, cmd_maintenance_shorten,
    cmd_maintenance_cancel, cmd_maintenance_list, cmd_outage_list,
    cmd_outage_annotate, cmd_outage_exclude, cmd_outage_agree,
    cmd_outage_dispute, cmd_report_key, cmd_load, cmd_password, cmd_heartbeats;

#endif
