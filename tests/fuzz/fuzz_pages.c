/*
 * fuzz_pages: records of evaluate and pager as role pages reads them: rows
 * "states|outages|terms|windows|exclusions|annotations|incidents FIELD VALUE",
 * and "end PART" in between.
 *
 * Whatever they hold, each page is one page without anybody else's markup,
 * the metrics are lines, and the account does not exceed its month.
 */
#include "collector/pages_model.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_tree.h"

#define NOW INT64_C(1800000300000)

static bool
part_of(const char *key, enum pages_part *out)
{
	static const struct {
		const char *key;
		enum pages_part part;
	} keys[] = {
		{ "states", PAGES_STATES },
		{ "names", PAGES_STATES },
		{ "outages", PAGES_LEDGER },
		{ "terms", PAGES_LEDGER },
		{ "windows", PAGES_LEDGER },
		{ "exclusions", PAGES_LEDGER },
		{ "annotations", PAGES_LEDGER },
		{ "incidents", PAGES_INCIDENTS },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i].key) == 0) {
			*out = keys[i].part;
			return true;
		}
	return false;
}

static void
expect_page(const struct text *html)
{
	const char *body = strstr(html->data, "<body");

	must(body != NULL && strstr(html->data, "<script") == NULL);
	must(html->length > 8 &&
	    strcmp(html->data + html->length - 8, "</html>\n") == 0);
	must(strstr(body + 1, "<body") == NULL);
}

static void
show(const struct pages_model *m, int64_t as_of_ms)
{
	const struct client *c = fuzz_settings()->clients.items;
	struct text html = { 0 }, metrics = { 0 };
	struct view v;

	pages_model_view(m, c, NOW, as_of_ms, &v);
	if (v.agreed) {
		must(v.account.down_s >= 0 && v.account.unknown_s >= 0);
		must(v.account.down_s + v.account.unknown_s <=
		    v.account.period_s);
		must(v.account.period_s <= 31 * 86400 + 7200);
	}
	view_html(&v, &html);
	expect_page(&html);
	view_metrics(&(struct view_metrics){ .views = &v,
			 .count = 1,
			 .now_ms = NOW,
			 .version = "0" },
	    &metrics);
	must(metrics.data[metrics.length - 1] == '\n');
	view_clear(&v);
	text_clear(&html);
	text_clear(&metrics);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pages_model *m = pages_model_new(fuzz_settings());
	char *text = fuzz_text(data, size);
	const char *at = text;
	enum pages_part part;
	struct row row;

	for (int p = 0; p < PAGES_PARTS; p++)
		pages_model_begin(m, (enum pages_part)p);
	while (fuzz_row(&at, text + size, &row)) {
		if (part_of(row.key, &part))
			pages_model_field(m, part, row.key, row.field,
			    row.value, row.length);
		else if (strcmp(row.key, "end") == 0 &&
		    part_of(row.field, &part)) {
			pages_model_end(m, part, row.length == 0);
			pages_model_begin(m, part);
		}
	}
	for (int p = 0; p < PAGES_PARTS; p++)
		pages_model_end(m, (enum pages_part)p, true);
	show(m, NOW - 1000);
	show(m, NOW - INT64_C(20) * 86400000);
	show(m, 0);
	pages_model_free(m);
	free(text);
	return 0;
}
