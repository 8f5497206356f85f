/* api_lists_sla: accounts of periods; see api_lists.h. */
#include <inttypes.h>
#include <string.h>

#include "collector/api_lists.h"
#include "collector/pages_model_parts.h"
#include "lib/ledger_facts.h"
#include "lib/sla_period.h"
#include "lib/text.h"

/* Millionths as a decimal of per cent, cut off. */
static json_t *
percent(int64_t millionths)
{
	char text[24];

	if (millionths < 0)
		return json_null();
	sla_percent(millionths, text, sizeof(text));
	return json_string(text);
}

static void
add_figures(json_t *o, const struct ledger_account *a)
{
	const struct account *w = &a->whole;
	const struct {
		const char *name;
		int64_t seconds;
	} figures[] = {
		{ "period_s", w->period_s },
		{ "excluded_s", w->excluded_s },
		{ "unknown_s", w->unknown_s },
		{ "total_s", w->total_s },
		{ "down_s", w->down_s },
		{ "allowed_s", a->best.allowed_s },
		{ "left_s", a->best.left_s },
	};

	json_object_set_new(o, "uptime",
	    percent(w->total_s > 0 ? w->uptime : -1));
	json_object_set_new(o, "coverage", percent(w->coverage));
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		json_object_set_new(o, figures[i].name,
		    json_integer((json_int_t)figures[i].seconds));
	json_object_set_new(o, "verdict",
	    json_string(verdict_text(a->full.verdict)));
	json_object_set_new(o, "terms_changed",
	    json_boolean((int)a->has_changed));
	if (sla_is_incomplete(&a->facts))
		json_object_set_new(o, "incomplete", json_true());
	if (!a->full.is_under_way)
		return;
	json_object_set_new(o, "counted_to_ms",
	    json_integer((json_int_t)a->facts.as_of_ms));
	json_object_set_new(o, "so_far",
	    json_string(verdict_so_far(w->verdict, a->best.verdict)));
}

#define WORK_OF_ANY 40 /* of an account in which nothing happened */

static size_t
rows_of_hours(const struct sla_hours *h)
{
	return h != NULL ? h->open.count : 0;
}

/* What an account is made of, about a microsecond each. */
static size_t
work_of(const struct sla_facts *f)
{
	size_t rows = f->endpoint_count + f->outage_count + f->gap_count +
	    f->window_count + f->exclusion_count;

	for (size_t i = 0; i < f->version_count; i++)
		rows += rows_of_hours(f->versions[i].hours) +
		    rows_of_hours(f->versions[i].pattern);
	return WORK_OF_ANY + rows * (f->version_count + 1);
}

static json_t *
sla_item(const struct api_view *v, const struct client *c,
    const struct ledger *l, int64_t at_ms, size_t *work)
{
	const struct ledger_agreement *agreement;
	int64_t known_ms = v->known_until(v->arg, c);
	struct ledger_account account;
	struct sla_facts facts;
	json_t *o;

	agreement = ledger_agreement_at(l, at_ms < known_ms ? at_ms : known_ms);
	ledger_period_at(l, c->zone, at_ms, &facts);
	ledger_account(l, &facts, known_ms, &account);
	*work = work_of(&account.facts);
	o = json_pack("{s:s, s:s, s:I, s:I}", "client", c->name, "period",
	    sla_period_word((enum sla_period)account.facts.period), "from_ms",
	    (json_int_t)account.facts.from_ms, "to_ms",
	    (json_int_t)account.facts.to_ms);
	json_object_set_new(o, "sla",
	    agreement != NULL ? json_string(agreement->sla) : json_null());
	json_object_set_new(o, "guarantee",
	    percent(agreement != NULL ? agreement->guarantee_milli * 10 : -1));
	add_figures(o, &account);
	ledger_account_clear(&account);
	return o;
}

void
api_list_sla(struct api_page *p)
{
	const struct api_index *index = p->view->index;
	int64_t at_ms = p->query->at_ms != API_NOT_GIVEN ? p->query->at_ms
							 : p->view->now_ms;

	for (size_t i = 0; i < index->client_count; i++) {
		const struct client *c = index->clients[i];
		struct client_ledger *l;
		size_t work;

		if ((p->client != NULL && c != p->client) ||
		    strcmp(c->name, p->query->cursor) <= 0)
			continue;
		HASH_FIND_STR(p->view->model->known.ledgers, c->name, l);
		if (l == NULL)
			continue; /* nothing was ever agreed with it */
		if (api_page_is_full(p))
			return;
		(void)api_page_add(p, c->name,
		    sla_item(p->view, c, l->ledger, at_ms, &work));
		p->work += work;
	}
}
