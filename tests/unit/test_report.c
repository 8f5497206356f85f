/*
 * report: what may be left out, what is refused and where, the same bytes
 * again, and what differs from what facts come to.
 */
#include "lib/report_say.h"
#include "tests/unit/report_story.h"

#define TERMS APRIL ",'versions':[{'target':'99.9'}]"

static struct report *
read_bytes(const char *bytes)
{
	char error[REPORT_ERROR];
	struct report *r = report_read(bytes, strlen(bytes), error);

	if (r == NULL)
		fail_msg("%s", error);
	return r;
}

static char *
quoted(const char *json)
{
	char *copy = mem_text(json);

	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	return copy;
}

/* Everything there is, at once. */
static const char whole[] =
    "{'sunwatch_report':1,'client':'acme','title':'Acme & Co','x_own':7,"
    "'facts':{'zone':'Europe/London','contract':{'from':'2025-04-16',"
    "'to':null},'period':{'contract_year':'2026-01-01'},"
    "'as_of':'2026-04-01','versions':[{'name':'gold','target':'99.95',"
    "'coverage_floor':98,'unknown':'up','denominator':'total',"
    "'granularity':'slice:5m:any','min_countable_s':30,'merge_gap_s':90,"
    "'weights':{'down':1,'partial':0.3},'service_hours':'mon-fri "
    "08:00-18:00','notice_s':3600,'maintenance_pattern':["
    "['2026-01-01','2026-02-01']],'maintenance_cap_s':7200,'credits':["
    "{'below':99.9,'credit':'10 %'}],'credit_max':'50%','claim_days':30,"
    "'x_note':'ours'},{'from':'2026-01-01','target':100,'service_hours':{"
    "'hours':['daily 00:00-24:00'],'holidays':['2026-03-01'],"
    "'exceptions':['2026-03-02 closed']}}],'endpoints':[{'name':'a',"
    "'counts':[['2025-01-01',null]],'weights':{'down':'0.5'},'quorum':1},"
    "{'name':'b'}],'outages':[{'endpoint':'a','kind':'partial','from':"
    "1767225600000,'to':1767225700250,'last_good':'2025-12-31T23:59:30Z',"
    "'reason':'timeout','cause':'=1+1'},{'from':'2026-03-29T00:30+00:00',"
    "'to':null}],'unknown':[{'endpoint':'b','from':'2026-01-05',"
    "'to':'2026-01-06'}],'regions':[{'endpoint':'b','region':'auckland',"
    "'failing':[{'from':'2026-01-07','to':'2026-01-08'}],'silent':[["
    "'2026-01-08','2026-01-09']]}],'maintenance':[{'name':'<db>','text':"
    "'no, \\\"really\\\"','endpoints':['a','b'],'announced':"
    "'2026-01-09T00:00Z','from':'2026-01-10T00:00Z','to':"
    "'2026-01-10T02:00Z','changes':[{'announced':'2026-01-10T01:00Z',"
    "'to':'2026-01-10T03:00Z'}]}],'exclusions':[{'endpoints':['a','b'],"
    "'from':'2026-01-11','to':'2026-01-12','reason':'@client','claimed_by'"
    ":'vendor','claimed_at':'2026-01-13','evidence':'-mail','consent':"
    "'disputed'}]}}";

/* Canonical bytes read again are the same, and then nothing differs. */
static void
the_same_bytes_again(void **state)
{
	char *json = quoted(whole), *once, *twice;
	struct report *r = read_bytes(json), *again;
	json_t *differences;

	(void)state;
	once = report_text_of(report_json(r));
	again = read_bytes(once);
	twice = report_text_of(report_json(again));
	assert_string_equal(once, twice);
	differences = report_differences(again);
	assert_int_equal(json_array_size(differences), 0);
	json_decref(differences);
	free(json);
	free(once);
	free(twice);
	report_free(r);
	report_free(again);
}

/* What is said in several ways is the same. */
static void
ways_to_say_it(void **state)
{
	static const char *const rows[][2] = {
		{ APRIL ",'versions':[{'target':'99.9'}]",
		    APRIL ",'versions':[{'target':99.9}]" },
		{ APRIL ",'versions':[{'target':'99.950 %'}]",
		    APRIL ",'versions':[{'target':'99.95'}]" },
		{ APRIL ",'versions':[{'target':99}]",
		    APRIL ",'versions':[{'target':'99.000'}]" },
		{ TERMS,
		    "'zone':'UTC','contract':null,'endpoints':null,"
		    "'outages':[]," TERMS },
		{ TERMS ",'outages':[{'from':'2026-04-10','to':'2026-04-11'}]",
		    TERMS ",'outages':[{'from':1775779200000,"
			  "'to':'2026-04-11T02:00:00+02:00'}]" },
		{ "'period':{'from':'2026-04-01','to':'2026-05-01'},"
		  "'versions':[{'target':'99','service_hours':'24x7'}]",
		    "'period':{'from':'2026-04-01T00:00Z','to':"
		    "'2026-05-01T00:00Z'},'versions':[{'target':'99',"
		    "'service_hours':['daily 00:00-12:00',"
		    "'daily 12:00-24:00']}]" },
		{ APRIL ",'versions':[{'target':'99','granularity':'slice:5m:"
			"any'}]",
		    APRIL ",'versions':[{'target':'99','granularity':"
			  "'slice:300s:any'}]" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *a = story("%s", rows[i][0]);
		json_t *b = story("%s", rows[i][1]);

		if (!json_equal(a, b))
			fail_msg("%s\n%s", rows[i][0], rows[i][1]);
		json_decref(a);
		json_decref(b);
	}
}

/* Where it is, and what is wrong with it. */
static void
what_is_refused(void **state)
{
	static const char *const rows[][2] = {
		{ "facts: \"period\" is missing", "'zone':'UTC'" },
		{ "facts: \"versions\" is missing", APRIL },
		{ "facts.zone: expected a time zone, Area/Place",
		    "'zone':'Mars/Base'" },
		{ "facts.zone: expected a time zone, Area/Place", "'zone':7" },
		{ "facts.period: expected one of month, quarter, year, "
		  "contract_year, or from and to",
		    "'period':7" },
		{ "facts.period: expected one of month, quarter, year, "
		  "contract_year, or from and to",
		    "'period':{'month':'2026-04','to':0}" },
		{ "facts.period: expected 2026-10 for a month, 2026-Q4, 2026, "
		  "or a date in a contract year",
		    "'period':{'month':'2026-13'}" },
		{ "facts.period: expected 2026-10 for a month, 2026-Q4, 2026, "
		  "or a date in a contract year",
		    "'period':{'quarter':'2026-Q5'}" },
		{ "facts.period: expected 2026-10 for a month, 2026-Q4, 2026, "
		  "or a date in a contract year",
		    "'period':{'year':true}" },
		/* A name, and other edges than its clock gives. */
		{ "facts.period: expected an instant with its offset "
		  "(2026-03-29T00:30:00Z) or a date, found \"x\"",
		    "'period':{'month':'2026-04','from':'x','to':5}" },
		{ "facts.period: expected an instant",
		    "'period':{'month':'2026-04','from':5,'to':true}" },
		{ "facts.period: from and to are of 2026-05",
		    "'period':{'month':'2026-04','from':"
		    "'2026-05-01T00:00:00Z','to':'2026-05-31T00:00:00Z'}" },
		{ "facts.period: expected one of month, quarter, year, "
		  "contract_year, or from and to",
		    "'period':{'month':'2026-04','from':5,'until':6}" },
		{ "facts.period: expected one of month, quarter, year, "
		  "contract_year, or from and to",
		    "'period':{'month':'2026-04','till':5,'to':6}" },
		{ "facts.period: expected one of month, quarter, year, "
		  "contract_year, or from and to",
		    "'period':{'month':4,'from':5,'to':6}" },
		{ "facts.period: there is no contract.from",
		    "'period':{'contract_year':'2026-04-16'}" },
		{ "facts: period: nothing lies in it",
		    "'period':{'from':5,'to':5},'versions':[]" },
		{ "facts.versions[0]: \"target\" is missing",
		    APRIL ",'versions':[{}]" },
		{ "facts.versions[0]: unknown field \"granulrity\"",
		    APRIL ",'versions':[{'target':99,'granulrity':'second'}]" },
		{ "facts.versions[0].target: expected a decimal from 0 to 100 "
		  "with at most three places, found \"99.9995\"",
		    APRIL ",'versions':[{'target':'99.9995'}]" },
		{ "facts.versions[0].target: expected a decimal from 0 to 100 "
		  "with at most three places, found \"100.001\"",
		    APRIL ",'versions':[{'target':'100.001'}]" },
		{ "facts.versions[0].target: expected a decimal from 0 to 100 "
		  "with at most three places, found \"-1\"",
		    APRIL ",'versions':[{'target':-1}]" },
		{ "facts.versions[0].target: expected a decimal from 0 to 100 "
		  "with at most three places, found \".5\"",
		    APRIL ",'versions':[{'target':'.5'}]" },
		{ "facts.versions[0].target: expected a decimal (\"99.95\")",
		    APRIL ",'versions':[{'target':true}]" },
		{ "facts.versions[0].unknown: expected exclude or up or down",
		    APRIL ",'versions':[{'target':99,'unknown':'maybe'}]" },
		{ "facts.versions[0].notice_s: expected a whole number",
		    APRIL ",'versions':[{'target':99,'notice_s':'72h'}]" },
		{ "facts.versions[0].notice_s: -1 is not within 0 and 31622400",
		    APRIL ",'versions':[{'target':99,'notice_s':-1}]" },
		{ "facts.versions[0].granularity: expected second, "
		  "minute_full, minute_any, slice:5m:whole or slice:5m:any, a "
		  "slice of at most a day",
		    APRIL ",'versions':[{'target':99,"
			  "'granularity':'slice:5m'}]" },
		{ "facts.versions[0].granularity: expected second, "
		  "minute_full, minute_any, slice:5m:whole or slice:5m:any, a "
		  "slice of at most a day",
		    APRIL ",'versions':[{'target':99,"
			  "'granularity':'slice:1441:any'}]" },
		{ "facts.versions[0].service_hours: there are no hours",
		    APRIL ",'versions':[{'target':99,'service_hours':{"
			  "'holidays':['2026-04-03']}}]" },
		{ "facts.versions[0].service_hours.closed[0]: ends before "
		  "it begins",
		    APRIL ",'versions':[{'target':99,'service_hours':{"
			  "'hours':'24x7','closed':[[9,8]]}}]" },
		{ "facts.versions[0].service_hours: expected hours, holidays, "
		  "exceptions and closed, nothing else",
		    APRIL ",'versions':[{'target':99,'service_hours':{"
			  "'hours':'24x7','days':[]}}]" },
		{ "facts.versions[0].service_hours[0]: ends before it begins",
		    APRIL
		    ",'versions':[{'target':99,'service_hours':[[9,8]]}]" },
		{ "facts.versions[0]: endpoint_weights: \"a\" stands twice",
		    APRIL ",'endpoints':['a'],'versions':[{'target':99,"
			  "'endpoint_weights':[{'endpoint':'a'},"
			  "{'endpoint':'a','down':0}]}]" },
		{ "facts: versions[0].endpoint_weights: there is no endpoint "
		  "\"b\"",
		    APRIL ",'endpoints':['a'],'versions':[{'target':99,"
			  "'endpoint_weights':[{'endpoint':'b'}]}]" },
		{ "facts.versions[0].endpoint_weights[0].down: expected a "
		  "decimal from 0 to 1 with at most three places, found "
		  "\"1.5\"",
		    APRIL ",'versions':[{'target':99,'endpoint_weights':[{"
			  "'endpoint':'b','down':'1.5'}]}]" },
		{ "facts: versions[1]: begins at the same instant as the one "
		  "before: which of them is in force?",
		    APRIL ",'versions':[{'target':99},{'target':98}]" },
		{ "facts: versions[1]: begins after its end, or before the end "
		  "of the one before",
		    APRIL ",'versions':[{'target':99,'to':'2026-04-10'},"
			  "{'target':99,'from':'2026-04-09'}]" },
		{ "facts.versions[0]: ends before it begins",
		    APRIL ",'versions':[{'target':99,'from':9,'to':8}]" },
		{ "facts.outages: expected a list", TERMS ",'outages':{}" },
		{ "facts.outages[0]: expected an object",
		    TERMS ",'outages':[7]" },
		{ "facts.outages[0]: \"from\" is missing",
		    TERMS ",'outages':[{'to':9}]" },
		{ "facts.outages[1]: ends before it begins",
		    TERMS ",'outages':[{'from':8,'to':9},{'from':9,'to':8}]" },
		{ "facts.outages[0].from: expected an instant with its offset "
		  "(2026-03-29T00:30:00Z) or a date, found "
		  "\"2026-03-29T00:30:00\"",
		    TERMS ",'outages':[{'from':'2026-03-29T00:30:00'}]" },
		{ "facts.outages[0].from: expected an instant",
		    TERMS ",'outages':[{'from':1.5}]" },
		{ "facts.outages[0].from: outside of 1970 to 2069",
		    TERMS ",'outages':[{'from':-1}]" },
		{ "facts.outages[0].kind: expected down or partial",
		    TERMS ",'outages':[{'from':1,'kind':'degraded'}]" },
		{ "facts.outages[0].reason: expected a text",
		    TERMS ",'outages':[{'from':1,'reason':7}]" },
		{ "facts.outages[0].endpoint: there is no endpoint \"b\"",
		    TERMS ",'endpoints':[{'name':'a'}],'outages':[{'from':1,"
			  "'endpoint':'b'}]" },
		{ "facts.endpoints[1]: \"a\" stands twice",
		    TERMS ",'endpoints':[{'name':'a'},{'name':'a'}]" },
		{ "facts.regions[0]: \"endpoint\" is missing",
		    TERMS ",'endpoints':[{'name':'a'},{'name':'b'}],"
			  "'regions':[{'failing':[]}]" },
		{ "facts.maintenance[0].changes[0]: \"announced\" is missing",
		    TERMS ",'maintenance':[{'from':8,'to':9,'changes':[{}]}]" },
		{ "facts.maintenance[0].changes[0].cancelled: expected true or "
		  "false",
		    TERMS ",'maintenance':[{'from':8,'to':9,'changes':[{"
			  "'announced':1,'cancelled':1}]}]" },
		{ "facts.maintenance[0]: ends before it begins",
		    TERMS ",'maintenance':[{'from':8,'to':9,'changes':[{"
			  "'announced':1,'to':7}]}]" },
		{ "facts.exclusions[0].endpoints: expected a list",
		    TERMS ",'exclusions':[{'from':8,'to':9,"
			  "'endpoints':7}]" },
		{ "facts.exclusions[0]: \"to\" is missing",
		    TERMS ",'exclusions':[{'from':8}]" },
		{ "facts.unknown[0]: unknown field \"region\"",
		    TERMS ",'unknown':[{'from':8,'region':'a'}]" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		story_refused(rows[i][0], "%s", rows[i][1]);
}

/* What is no report at all. */
static void
what_is_no_report(void **state)
{
	static const char *const rows[][2] = {
		{ "[]", "expected an object" },
		{ "{}", "\"sunwatch_report\" is missing: no report" },
		{ "{'sunwatch_report':2}",
		    "sunwatch_report: this program knows version 1" },
		{ "{'sunwatch_report':1}",
		    "\"facts\" is missing: nothing can be counted" },
		{ "{'sunwatch_report':1,'facts':[]}",
		    "\"facts\" is missing: nothing can be counted" },
		{ "{'sunwatch_report':1,'client':7}",
		    "client: expected a text" },
		{ "{'sunwatch_report':1,'client':'a','title':7}",
		    "title: expected a text" },
		{ "{'a':1,'a':2}",
		    "line 1: duplicate object key near '\"a\"'" },
	};
	char error[REPORT_ERROR];

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		char *json = quoted(rows[i][0]);

		assert_null(report_read(json, strlen(json), error));
		assert_string_equal(error, rows[i][1]);
		free(json);
	}
	assert_null(report_read("", 0, error));
	assert_null(report_read("", REPORT_BYTES_MAX + 1, error));
	assert_string_equal(error, "larger than 32 MiB");
}

/* Limits, each just beyond. */
static void
limits(void **state)
{
	struct text t = { 0 };

	(void)state;
	text_add(&t, TERMS ",'endpoints':[");
	for (int i = 0; i <= SLA_ENDPOINTS_MAX; i++)
		text_addf(&t, "%s{'name':'e%d'}", i > 0 ? "," : "", i);
	text_add(&t, "]");
	story_refused("facts.endpoints: more than 1000", "%s", t.data);
	text_clear(&t);
	text_add(&t, TERMS ",'outages':[");
	for (int i = 0; i <= SLA_ENDPOINTS_MAX; i++)
		text_addf(&t, "%s{'from':1,'endpoint':'e%d'}", i > 0 ? "," : "",
		    i);
	text_add(&t, "]");
	story_refused("facts.outages[1000].endpoint: there is no endpoint "
		      "\"e1000\"",
	    "%s", t.data);
	text_clear(&t);
	text_add(&t, TERMS ",'endpoints':[");
	for (int i = 0; i < SLA_WEIGHTS_MAX; i++)
		text_addf(&t, "%s{'name':'e%d','weights':{'down':'0.%03d'}}",
		    i > 0 ? "," : "", i, i + 1);
	text_add(&t, "]");
	story_refused("facts: weights: too many different ones", "%s", t.data);
	text_clear(&t);
	text_add(&t, TERMS ",'title':'");
	text_clear(&t);
	text_add(&t, TERMS ",'outages':[{'from':1,'reason':'");
	for (int i = 0; i <= REPORT_TEXT_MAX; i++)
		text_add(&t, "a");
	text_add(&t, "'}]");
	story_refused("facts.outages[0].reason: longer than 4096 bytes", "%s",
	    t.data);
	text_clear(&t);
}

/* A thousand endpoints and versions and exclusions at once are too much. */
static void
work_has_a_limit(void **state)
{
	struct text t = { 0 };

	(void)state;
	text_add(&t, TERMS ",'endpoints':[");
	for (int i = 0; i < SLA_ENDPOINTS_MAX; i++)
		text_addf(&t, "%s{'name':'e%d'}", i > 0 ? "," : "", i);
	text_add(&t, "],'exclusions':[");
	for (int i = 0; i < 2001; i++)
		text_addf(&t, "%s{'from':%d,'to':%d}", i > 0 ? "," : "", i, i);
	text_add(&t, "]");
	story_refused("facts: too many endpoints, versions and exclusions at "
		      "once",
	    "%s", t.data);
	text_clear(&t);
}

/* Each figure that is wrong, absent or too many, by its path. */
static void
what_differs(void **state)
{
	static const char *const rows[][4] = {
		{ "\"down_s\": 60,", "\"down_s\": 59,", "figures.sum.down_s",
		    "59" },
		{ "\"uptime\": \"99.9976\",", "", "figures.sum.uptime", NULL },
		{ "\"verdict\": \"met\",", "\"verdict\": \"missed\",",
		    "figures.verdict", "\"missed\"" },
		{ "\"total_s\": 2592000,", "\"total_s\": 2592000.0,",
		    "figures.sum.total_s", "2592000.0" },
		{ "\"too_short\": false", "\"too_short\": false, \"more\": 1",
		    "figures.outages[0].more", "1" },
	};
	char *json = quoted("{'sunwatch_report':1,'facts':{" TERMS
			    ",'outages':[{'from':'2026-04-10T00:00Z',"
			    "'to':'2026-04-10T00:01Z'}]}}");
	struct report *r = read_bytes(json);
	char *right = report_text_of(report_json(r));

	(void)state;
	report_free(r);
	for (size_t i = 0; i < N(rows); i++) {
		char *at = strstr(right, rows[i][0]);
		struct text wrong = { 0 };
		json_t *d, *first, *stands;
		char *dump = NULL;

		assert_non_null(at);
		text_add_bytes(&wrong, right, (size_t)(at - right));
		text_add(&wrong, rows[i][1]);
		text_add(&wrong, at + strlen(rows[i][0]));
		r = read_bytes(wrong.data);
		d = report_differences(r);
		assert_int_equal(json_array_size(d), 1);
		first = json_array_get(d, 0);
		assert_string_equal(json_string_value(
					json_object_get(first, "path")),
		    rows[i][2]);
		stands = json_object_get(first, "stands");
		if (rows[i][3] == NULL) {
			assert_null(stands);
		} else {
			dump = json_dumps(stands, JSON_ENCODE_ANY);
			assert_string_equal(dump, rows[i][3]);
		}
		free(dump);
		json_decref(d);
		report_free(r);
		text_clear(&wrong);
	}
	r = read_bytes(json);
	json_t *all = report_differences(r);
	assert_string_equal(json_string_value(
				json_object_get(json_array_get(all, 0),
				    "path")),
	    "figures");
	json_decref(all);
	report_free(r);
	free(json);
	free(right);
}

/* Figures are the facts' own: rows too many and too few are told. */
static void
rows_too_many_and_too_few(void **state)
{
	char *json = quoted("{'sunwatch_report':1,'facts':{" TERMS
			    "},'figures':{'outages':[1,2],'parts':[]}}");
	struct report *r = read_bytes(json);
	json_t *d = report_differences(r);
	bool extra = false, part = false;

	(void)state;
	for (size_t i = 0; i < json_array_size(d); i++) {
		const char *path = json_string_value(
		    json_object_get(json_array_get(d, i), "path"));

		extra = extra || strcmp(path, "figures.outages[1]") == 0;
		part = part || strcmp(path, "figures.parts[0]") == 0;
	}
	assert_true(extra && part);
	json_decref(d);
	report_free(r);
	free(json);
}

/* Foreign words are escaped as their place wants it. */
static void
other_forms(void **state)
{
	char *json = quoted(whole);
	struct report *r = read_bytes(json);
	struct text text = { 0 }, html = { 0 }, csv = { 0 };

	(void)state;
	report_say_text(r, &text);
	report_say_html(r, &html);
	report_say_csv(r, &csv);
	assert_non_null(strstr(text.data, "Acme & Co, 2025-04-16, "));
	assert_non_null(strstr(text.data, "if every exclusion held"));
	assert_non_null(strstr(html.data, "Acme &amp; Co"));
	assert_non_null(strstr(html.data, "&lt;db&gt;"));
	assert_null(strstr(html.data, "<db>"));
	assert_non_null(strstr(html.data, "</html>\n"));
	assert_non_null(strstr(csv.data, ",\"'=1+1\"\r\n"));
	assert_non_null(strstr(csv.data, ",\"'-mail\"\r\n"));
	assert_non_null(strstr(csv.data, ",\"'@client\","));
	assert_non_null(strstr(csv.data, ",\"no, \"\"really\"\"\"\r\n"));
	assert_non_null(
	    strstr(csv.data, "2026-01-01T00:00:00+00:00,2026-01-01T00:00:00Z"));
	for (const char *c = csv.data; (c = strchr(c, '\n')) != NULL; c++)
		assert_true(c[-1] == '\r');
	text_clear(&text);
	text_clear(&html);
	text_clear(&csv);
	report_free(r);
	free(json);
}

/* A report of facts; of what cannot be counted there is none. */
static void
reports_of_facts(void **state)
{
	struct sla_facts f = { .zone = mem_text("UTC"), .from_ms = 9 };
	char error[REPORT_ERROR] = "";

	(void)state;
	assert_null(report_of("acme", NULL, &f, error));
	assert_string_equal(error, "facts: period: nothing lies in it");
	f = (struct sla_facts){ .zone = mem_text("UTC"), .to_ms = 9 };
	assert_null(report_of("acme", NULL, &f, error));
	assert_string_equal(error, "facts: endpoints: there are none");
	f = (struct sla_facts){ .zone = mem_text("UTC"),
		.to_ms = 9000,
		.as_of_ms = NEVER,
		.begin_ms = ALWAYS,
		.end_ms = NEVER,
		.endpoint_count = 1,
		.endpoints = mem_alloc(sizeof(*f.endpoints)) };
	f.endpoints[0].name = mem_text("learn");
	struct report *r = report_of(NULL, "Acme", &f, error);
	assert_non_null(r);
	assert_null(r->client);
	assert_string_equal(r->title, "Acme");
	assert_null(f.zone); /* taken over */
	report_free(r);
	report_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_bytes_again),
		cmocka_unit_test(ways_to_say_it),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(what_is_no_report),
		cmocka_unit_test(limits),
		cmocka_unit_test(work_has_a_limit),
		cmocka_unit_test(what_differs),
		cmocka_unit_test(rows_too_many_and_too_few),
		cmocka_unit_test(other_forms),
		cmocka_unit_test(reports_of_facts),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
