#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"

/* commands: one per file; main.c lists them in the order of the help. */

extern const struct cli_command command_up, command_check, command_doctor,
    command_status, command_why, command_incidents, command_incident,
    command_open, command_take, command_hand_on, command_snooze,
    command_resolve, command_note, command_update, command_oncall,
    command_rota_show, command_rota_check, command_override_add,
    command_override_list, command_override_remove, command_simulate,
    command_page_test, command_agent_add, command_agent_rotate, command_decode,
    command_demo_lms, command_demo_break, command_demo_heal, command_export;

#endif
