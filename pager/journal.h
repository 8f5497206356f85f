#ifndef PAGER_JOURNAL_H
#define PAGER_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/commit.h"

/*
 * journal: what the pager decides while Redis is away, in a file.
 *
 * One JSON line per commit, each durable before journal_write() returns:
 * nothing is said or sent that a crash could take back.  When Redis is back
 * the lines are applied in order and the file goes.  Applying some of them
 * twice does no harm: values are whole, and streams only get an entry again.
 * Expectations are not kept: the fence says whether anybody else has written
 * meanwhile, and the house whether it is the same store at all.
 */

#define JOURNAL_MAX (64 << 20) /* bytes; beyond, writing fails */

#define JOURNAL_HOUSE 33 /* bytes of a house's id, with its 0 */

struct journal;

/*
 * Open, or create with mode 0600.  NULL with errno.  Lines left by an
 * earlier run are kept, and a torn last one (never acknowledged) is cut.
 */
struct journal *journal_open(const char *path);
/* The whole lines that another process has written so far, to be read only
   (journal_read(), journal_close()).  NULL with errno. */
struct journal *journal_look(const char *path);
/*
 * The same for one who looks again and again: what was given up to the mark is
 * not read anew.  *anew: it is not the file that the mark was made in, or a
 * line of it was taken back; everything is given from its first line.
 */
struct journal_mark {
	dev_t device;
	ino_t inode;
	off_t given, last; /* where the last line begins */
	char first_head[48], last_head[48];
};
struct journal *
journal_look_on(const char *path, const struct journal_mark *, bool *anew);
/* What was given so far.  -1 with errno: the mark says that nothing was. */
int journal_mark(const struct journal *, struct journal_mark *);
void journal_close(struct journal *);

bool journal_is_empty(const struct journal *); /* nothing left to apply */
/* The fence under which the last line was written; 0: none is known. */
int64_t journal_fence(const struct journal *);

/* Of which house the last line was written; "": none is known. */
const char *journal_house(const struct journal *);
/* From now on, lines are of this one. */
void journal_belong(struct journal *, const char *house);

/* Return 0, or -1 with errno; then the line is not there. */
int journal_write(struct journal *, const struct commit *, int64_t fence,
    int64_t now_ms);
/* A new taking of the lease goes on with what the file holds. */
int journal_adopt(struct journal *, int64_t fence, int64_t now_ms);

enum journal_read {
	JOURNAL_LINE,   /* out has it */
	JOURNAL_END,    /* all was given */
	JOURNAL_BAD,    /* a line that means nothing was passed over */
	JOURNAL_BROKEN, /* the file cannot be read: errno */
};
/* The next line after those given since opening. */
enum journal_read journal_read(struct journal *, struct commit *out);
/* Begin again with the first (an attempt to apply them broke off). */
void journal_rewind(struct journal *);

/*
 * All is in the store: empty the file and remove it; then close it.  One that
 * cannot be emptied is put aside: read again later, it would undo what has
 * been done since.  -1 with errno: its lines are still there under its name;
 * or it is empty, and its name is.
 */
int journal_remove(struct journal *);
/*
 * Put the file aside for a human to look at, as PATH.aside, or PATH.aside.2
 * ... .9 while those before are still there (the last one gives way).
 */
int journal_put_aside(const char *path);

#endif
