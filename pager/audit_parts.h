#ifndef PAGER_AUDIT_PARTS_H
#define PAGER_AUDIT_PARTS_H

#include "pager/audit.h"

/* audit_parts: what the files audit*.c share, and nobody else. */

void audit_forget(struct audit_case *);
/* An action TELL, of what the case is in now. */
void audit_compose(const struct audit *, enum audit_part, int64_t now_ms,
    struct audit_action *out);

#endif
