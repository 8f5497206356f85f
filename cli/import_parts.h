#ifndef CLI_IMPORT_PARTS_H
#define CLI_IMPORT_PARTS_H

#include "cli/import_file.h"

/* import_parts: what the files of import share and nobody else includes. */

struct records;
struct shard_writer;

struct import {
	struct cli *cli;
	const struct settings *settings;
	struct import_file file;
	struct records *redis;
	struct shard_writer *writer; /* NULL: a dry run */
	unsigned shard;
	char group[16];
	char *mark;    /* how far it has come, as it is stored; "": not begun */
	size_t done;   /* records that are written */
	bool is_there; /* something of the client, where nothing should be */
	char error[160];
};

/* import_may.c.  False: complained about; otherwise mark and done are set. */
bool import_may(struct import *);

#endif
