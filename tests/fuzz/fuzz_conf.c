/*
 * Settings from hostile text: the whole way from bytes to resolved structs.
 *
 * Either the text gives settings and no complaint, or none and at least one
 * complaint; everything that was allocated is released (ASan looks).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/conf_reader.h"
#include "lib/settings.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Secrets are then nowhere, but for what stands in this environment. */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	clearenv();
	setenv("S", "secret", 1);
	return 0;
}

/* Bytes as they are, a zero byte among them, into one table. */
static void
load_bytes(const char *bytes, size_t size)
{
	struct conf_errors errors = { 0 };
	struct site site;
	const struct conf_table *table = settings_table.fields[0].item;
	int rc;

	rc = conf_load_text("fuzz", bytes, size, table, &site, &errors);
	if ((rc == 0) != (errors.list.count == 0))
		abort();
	conf_clear(table, &site);
	conf_errors_clear(&errors);
}

static void
load_tree(const char *text)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settings_from_text(text, &errors);

	if ((s != NULL) != (errors.list.count == 0))
		abort();
	if (s != NULL)
		CONF_EACH (const struct client, c, &s->clients)
			if (c->sla == NULL ||
			    settings_shard(s, c->name) >= (unsigned)s->shards)
				abort();
	settings_free(s);
	conf_errors_clear(&errors);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_alloc(size + 1);

	memcpy(text, data, size);
	load_bytes(text, size);
	load_tree(text);
	free(text);
	return 0;
}
