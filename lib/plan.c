/*
 * plan: what both sides need of it.  What makes one from the settings is in
 * plan_for.c, so that an agent is not linked with all that reads them.
 */
#include <stdlib.h>

#include "lib/plan_parts.h"

static void
free_texts(char **texts)
{
	for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
		free(texts[i]);
	free(texts);
}

void
plan_clear_endpoint(struct plan_endpoint *e)
{
	free(e->id);
	free(e->platform);
	free(e->url);
	free_texts(e->contains);
	free_texts(e->lacks);
	free_texts(e->allow_networks);
	free(e->status);
}

void
plan_free(struct plan *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->count; i++)
		plan_clear_endpoint(&p->endpoints[i]);
	free(p->endpoints);
	free(p->tag);
	free(p->agent);
	free(p->region);
	free_texts(p->canaries);
	free(p->mail_server);
	free(p->mail_from);
	free(p->mail_user);
	free(p->mail_password);
	free(p->mail_ca);
	free_texts(p->mail_to);
	free(p->site);
	free(p);
}
