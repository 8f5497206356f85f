#ifndef TESTS_PAGES_TEXT_H
#define TESTS_PAGES_TEXT_H

#include <string.h>

#include "lib/civil.h"
#include "lib/text.h"

/* What tests of status pages share; cmocka.h is included before it. */

#define HOSTILE "<script>alert(1)</script>&\"'"
#define ESCAPED "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;"

static inline int64_t
at(const char *text)
{
	int64_t ms;

	assert_true(civil_parse(text, &ms));
	return ms;
}

static inline void
has(const struct text *t, const char *part)
{
	if (strstr(t->data, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, t->data);
}

static inline void
lacks(const struct text *t, const char *part)
{
	if (strstr(t->data, part) != NULL)
		fail_msg("\"%s\" is in:\n%s", part, t->data);
}

#endif
