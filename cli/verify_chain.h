#ifndef CLI_VERIFY_CHAIN_H
#define CLI_VERIFY_CHAIN_H

#include "cli/chain_read.h"
#include "cli/cli.h"
#include "lib/names.h"
#include "lib/settings.h"

/*
 * verify_chain: "sunwatch verify --chain": all that is sealed and still there,
 * once more.
 */

#define VERIFY_FINDINGS_MAX 1000 /* listed; all are counted */
#define VERIFY_KEYS_MAX 16
#define VERIFY_BEYOND_MAX 1000 /* seals looked for that are not there */

struct records;

/* A journal, and what of it is sealed. */
struct verify_journal {
	char name[8];
	int64_t kept_ms;              /* what is older need not be there */
	struct text now;              /* its entries as they are */
	struct text sealed;           /* what was sealed, as seal_compare() */
	struct seal_changes replaced; /* by us, as it says itself */
	char end[SEAL_ID];            /* of what is sealed */
	int64_t unknown; /* entries whose list is gone, rightly, as they are */
};

struct verify_chain {
	struct cli *cli;
	const struct settings *settings;
	struct records *redis;
	struct sign_key *keys[VERIFY_KEYS_MAX]; /* given by --key */
	size_t key_count;
	const char *head; /* a seal's hash that must be there; NULL */
	bool has_head;
	struct seal_chain chain;
	bool is_signed; /* some seal so far */
	int64_t unsigned_seals, reports;
	struct names sealed_reports; /* "acme|2026-10|1": texts of their own */
	struct verify_journal *journals;
	size_t journal_count;
	struct seal_compared entries;
	int64_t unsealed;
	bool broken;          /* what stands in Redis cannot be read at all */
	json_t *replacements; /* what journals say of erasures */
	json_t *findings;
	size_t finding_count;
};

void verify_find(struct verify_chain *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The whole of it; one of enum cli_exit. */
int verify_chain(struct verify_chain *);

/* verify_report.c: stored reports, by the seals that name them. */
/* Whether it is signed as its seal says; complained of otherwise. */
bool verify_signed(struct verify_chain *, const char *what, const char *key,
    const char *hash, const void *data, size_t length);
void verify_sealed_report(struct verify_chain *, const struct seal *,
    const struct seal_report *);
/* All that are stored are named by a seal. */
void verify_stored_reports(struct verify_chain *);

/* verify_journal.c: journals, by the lists that were sealed. */
void verify_journals_read(struct verify_chain *);
void verify_stretch(struct verify_chain *, const struct seal *,
    const struct seal_stretch *);
void verify_journals(struct verify_chain *); /* at the end */
void verify_replacements_print(const struct verify_chain *);
void verify_journals_clear(struct verify_chain *);

#endif
