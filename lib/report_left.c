/*
 * report_left: what facts have no room for, as their field "incomplete" and
 * in words.  Where nothing is left out there is no such field, so that facts
 * which are whole are the same bytes as ever.
 */
#include "lib/report_say.h"
#include "lib/report_table.h"

#define F(member) .offset = offsetof(struct sla_left, member)
#define HOW_MANY .max = INT64_C(1000000000)
static const struct report_field left_fields[] = {
	{ "versions", REPORT_NUMBER, F(versions), HOW_MANY },
	{ "endpoints", REPORT_NUMBER, F(endpoints), HOW_MANY },
	{ "outages", REPORT_NUMBER, F(outages), HOW_MANY },
	{ "unknown", REPORT_NUMBER, F(gaps), HOW_MANY },
	{ "maintenance", REPORT_NUMBER, F(windows), HOW_MANY },
	{ NULL },
};
#undef F
static const struct report_table left_table = {
	.size = sizeof(struct sla_left),
	.fields = left_fields,
};

bool
report_read_left(struct report_reader *r, json_t *value, void *into)
{
	struct sla_facts *f = into;

	return report_read_object(r, &left_table, value, &f->left);
}

json_t *
report_write_left(const struct report_writer *w, const void *from)
{
	const struct sla_facts *f = from;

	return sla_is_incomplete(f)
	    ? report_write_object(w, &left_table, &f->left)
	    : NULL;
}

static void
add_count(struct text *t, int64_t n, const char *what)
{
	if (n > 0)
		text_addf(t, "%s%lld %s", t->length > 0 ? ", " : "",
		    (long long)n, what);
}

void
report_say_left(const struct sla_facts *f, struct text *out)
{
	const struct sla_left *left = &f->left;
	struct text t = { 0 };

	if (!sla_is_incomplete(f))
		return;
	add_count(&t, left->versions, "version(s) of the terms");
	add_count(&t, left->endpoints, "endpoint(s)");
	add_count(&t, left->outages, "outage(s)");
	add_count(&t, left->gaps, "stretch(es) not seen");
	add_count(&t, left->windows, "maintenance window(s) or exclusion(s)");
	text_addf(out,
	    "%sIncomplete: of this period there is more than an account holds, "
	    "and left out are %s; that the guarantee was kept cannot be said",
	    out->length > 0 ? ". " : "", t.data);
	text_clear(&t);
}
