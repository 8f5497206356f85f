/*
 * due_sla: when response, update and resolution are due by the terms of a
 * tree, and when each level of the ladder is called.
 */
#include "cli/due.h"

int
due_sla(struct cli *c, const struct cli_arguments *a)
{
	(void)a;
	return cli_fail(c, "not yet");
}
