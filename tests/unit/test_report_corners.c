/* report: every value that is none, where it stands; and the odd ends of what
   is read and told. */
#include "lib/report_say.h"
#include "lib/sla_period.h"
#include "tests/unit/report_story.h"

#define TERMS APRIL ",'versions':[{'target':'99.9'}]"
#define OF_TERMS(what) APRIL ",'versions':[{'target':99," what "}]"
#define DECIMAL(path, found)                                                   \
	path ": expected a decimal from 0 to 100 with at most three places, "  \
	     "found \"" found "\""
#define SLICE                                                                  \
	"facts.versions[0].granularity: expected second, minute_full, "        \
	"minute_any, slice:5m:whole or slice:5m:any, a slice of at most a day"
#define PERIOD                                                                 \
	"facts.period: expected 2026-10 for a month, 2026-Q4, 2026, or a "     \
	"date in a contract year"
#define ONE_OF                                                                 \
	"facts.period: expected one of month, quarter, year, contract_year, "  \
	"or from and to"
#define AN_INSTANT(path, found)                                                \
	path ": expected an instant with its offset (2026-03-29T00:30:00Z) "   \
	     "or a date, found \"" found "\""

static void
values_that_are_none(void **state)
{
	static const char *const rows[][2] = {
		{ DECIMAL("facts.versions[0].target", ""),
		    APRIL ",'versions':[{'target':''}]" },
		{ DECIMAL("facts.versions[0].target", "9.9.9"),
		    APRIL ",'versions':[{'target':'9.9.9'}]" },
		{ DECIMAL("facts.versions[0].target", "99 x"),
		    APRIL ",'versions':[{'target':'99 x'}]" },
		{ DECIMAL("facts.versions[0].target", "1234567890"),
		    APRIL ",'versions':[{'target':'1234567890'}]" },
		{ DECIMAL("facts.versions[0].target", "99:"),
		    APRIL ",'versions':[{'target':'99:'}]" },
		{ "facts.versions[0].weights.down: expected a decimal from 0 "
		  "to 1 with at most three places, found \"2\"",
		    OF_TERMS("'weights':{'down':2}") },
		{ "facts.versions[0].weights: expected an object",
		    OF_TERMS("'weights':[1]") },
		{ "facts.versions[0].unknown: expected exclude or up or down",
		    OF_TERMS("'unknown':1") },
		{ DECIMAL("facts.versions[0].target", "99.9501"),
		    APRIL ",'versions':[{'target':'99.9501'}]" },
		{ "facts.versions[0].notice_s: expected a whole number",
		    OF_TERMS("'notice_s':1e16") },
		{ "facts.versions[0].notice_s: expected a whole number",
		    OF_TERMS("'notice_s':-1e16") },
		{ "facts.versions[0].notice_s: expected a whole number",
		    OF_TERMS("'notice_s':5.5") },
		{ "facts.versions[0].credits[0]: expected an object",
		    OF_TERMS("'credits':['10']") },
		{ "facts.versions[0]: expected an object",
		    APRIL ",'versions':['gold']" },
		{ "facts.endpoints[0]: expected an object",
		    TERMS ",'endpoints':[['a','b']]" },
		{ "facts.maintenance[0].changes[0].cancelled: expected true or "
		  "false",
		    TERMS ",'maintenance':[{'from':1,'to':2,'changes':["
			  "{'announced':1,'cancelled':7}]}]" },
		{ SLICE, OF_TERMS("'granularity':1") },
		{ SLICE, OF_TERMS("'granularity':'hour'") },
		{ SLICE, OF_TERMS("'granularity':'slice:'") },
		{ SLICE, OF_TERMS("'granularity':'slice:0:any'") },
		{ SLICE, OF_TERMS("'granularity':'slice:/:any'") },
		{ SLICE, OF_TERMS("'granularity':'slice:1234567:any'") },
		{ SLICE, OF_TERMS("'granularity':'slice:5h:any'") },
		{ "facts.versions[0].service_hours: expected a day such as "
		  "mon at \"noon\"",
		    OF_TERMS("'service_hours':'noon'") },
		{ "facts.versions[0].service_hours: expected a list",
		    OF_TERMS("'service_hours':7") },
		{ "facts.versions[0].service_hours: expected a text",
		    OF_TERMS("'service_hours':['24x7',7]") },
		{ "facts.versions[0].service_hours.hours: expected a list",
		    OF_TERMS("'service_hours':{'hours':7}") },
		{ "facts.versions[0].maintenance_pattern[0]: expected [from, "
		  "to]",
		    OF_TERMS("'maintenance_pattern':[[1]]") },
		{ "facts.versions[0].maintenance_pattern[0]: expected [from, "
		  "to]",
		    OF_TERMS("'maintenance_pattern':[{'to':1}]") },
		{ "facts.versions[0].maintenance_pattern[0]: expected [from, "
		  "to]",
		    OF_TERMS("'maintenance_pattern':[{'from':1,'to':2,"
			     "'at':3}]") },
		{ "facts.versions[0].maintenance_pattern[0]: expected [from, "
		  "to]",
		    OF_TERMS("'maintenance_pattern':[{'from':1,'till':3}]") },
		{ "facts.versions[0].maintenance_pattern[0]: expected [from, "
		  "to]",
		    OF_TERMS("'maintenance_pattern':[7]") },
		{ "facts.versions[0].maintenance_pattern[0]: expected an "
		  "instant",
		    OF_TERMS("'maintenance_pattern':[[{},1]]") },
		{ AN_INSTANT("facts.versions[0].maintenance_pattern[1]",
		      "soon"),
		    OF_TERMS("'maintenance_pattern':[[0,1],[2,'soon']]") },
		{ "facts.versions[0].credits[0]: \"credit\" is missing",
		    OF_TERMS("'credits':[{'below':99}]") },
		{ "facts.versions[0].name: expected a text",
		    OF_TERMS("'name':[]") },
		{ "facts.versions[0].notice_s: expected a whole number",
		    OF_TERMS("'notice_s':60.5") },
		{ "facts.versions[0].notice_s: expected a whole number",
		    OF_TERMS("'notice_s':1e300") },
		{ "facts.as_of: expected an instant",
		    TERMS ",'as_of':1775815200000.5" },
		{ "facts.versions[0].claim_days: 3661 is not within 0 and 3660",
		    OF_TERMS("'claim_days':3661") },
		{ PERIOD, "'period':{'month':'20x6-04'}" },
		{ PERIOD, "'period':{'month':'1969-12'}" },
		{ PERIOD, "'period':{'month':'2070-01'}" },
		{ PERIOD, "'period':{'month':'2026/04'}" },
		{ PERIOD, "'period':{'month':'2026-00'}" },
		{ PERIOD, "'period':{'month':'2026-04-01'}" },
		{ PERIOD, "'period':{'quarter':'2026-04'}" },
		{ PERIOD, "'period':{'quarter':'2026-Q0'}" },
		{ PERIOD, "'period':{'quarter':'2026-Qx'}" },
		{ PERIOD, "'period':{'year':'2026-01'}" },
		{ PERIOD,
		    "'contract':{'from':1},'period':{'contract_year':'x'}" },
		{ PERIOD,
		    "'contract':{'from':1},'period':{'contract_year':7}" },
		{ PERIOD,
		    "'contract':{'from':'2026-04-16'},'period':{"
		    "'contract_year':'2026-04-15'}" },
		{ ONE_OF, "'period':{'week':'2026-04'}" },
		{ ONE_OF, "'period':{'from':0}" },
		{ ONE_OF, "'period':{'to':0,'from':0,'at':0}" },
		{ ONE_OF, "'period':{'month':null}" },
		{ ONE_OF, "'period':[1]" },
		{ PERIOD, "'period':'2026-04-01'" },
		{ PERIOD, "'period':'2026-04-Q1'" },
		{ PERIOD, "'period':{'year':20266}" },
		{ "facts.endpoints[1]: \"b\" stands twice",
		    TERMS ",'endpoints':['b','b']" },
		{ ONE_OF, "'period':{'to':0,'at':0}" },
		{ AN_INSTANT("facts.period", "x"),
		    "'period':{'from':'x','to':1}" },
		{ AN_INSTANT("facts.period", "x"),
		    "'period':{'from':1,'to':'x'}" },
		{ AN_INSTANT("facts.as_of", "2026-02-30"),
		    APRIL ",'as_of':'2026-02-30'" },
		{ "facts.as_of: outside of 1970 to 2069",
		    APRIL ",'as_of':9999999999999" },
		{ "facts.contract.from: expected an instant",
		    "'contract':{'from':{}}" },
		{ "facts.contract: expected an object", "'contract':7" },
		{ "facts.zone: expected a time zone, Area/Place",
		    "'zone':'A/123456789012345678901234567890123456789012345678"
		    "90123456789012345'" },
		{ "facts.endpoints[0].name: expected a text",
		    TERMS ",'endpoints':[{'name':7}]" },
		{ "facts.endpoints[0].counts[0]: ends before it begins",
		    TERMS ",'endpoints':[{'name':'a','counts':[[2,1]]}]" },
		{ "facts.outages[0].endpoint: expected a text",
		    TERMS ",'outages':[{'from':1,'endpoint':7}]" },
		{ "facts.unknown[0]: ends before it begins",
		    TERMS ",'unknown':[{'from':2,'to':1}]" },
		{ "facts.regions[0].failing: expected a list",
		    TERMS ",'regions':[{'failing':7}]" },
		{ "facts.maintenance[0]: ends before it begins",
		    TERMS ",'maintenance':[{'from':2,'to':1}]" },
		{ "facts.maintenance[0].endpoints: expected a text",
		    TERMS ",'maintenance':[{'from':1,'to':2,"
			  "'endpoints':[7]}]" },
		{ "facts.exclusions[0]: ends before it begins",
		    TERMS ",'exclusions':[{'from':2,'to':1}]" },
		{ "facts: unknown field \"outage\"", TERMS ",'outage':[]" },
		{ "facts: unknown field \"\\x1b[31m\"",
		    TERMS ",'\\u001b[31m':[]" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		story_refused(rows[i][0], "%s", rows[i][1]);
}

/* What says the same in fewer words, or in another order. */
static void
spellings(void **state)
{
	static const char *const rows[][2] = {
		{ "'period':'2026-04','versions':[{'target':99}]",
		    APRIL ",'versions':[{'target':99}]" },
		{ "'period':'2026-Q2','versions':[{'target':99}]",
		    "'period':{'quarter':'2026-Q2'},'versions':[{'target':99}"
		    "]" },
		{ "'period':{'year':2026,'month':null,'x_by':'me'},"
		  "'versions':[{'target':99}]",
		    "'period':'2026','versions':[{'target':99}]" },
		{ "'period':['2026-04-01','2026-04-02'],"
		  "'versions':[{'target':99}]",
		    "'period':{'from':'2026-04-01T00:00Z',"
		    "'to':'2026-04-02 00:00z'},'versions':[{'target':99}]" },
		{ TERMS ",'outages':[['2026-04-10 10:00:00Z',"
			"'20260410T124300+0200']]",
		    TERMS ",'outages':[{'from':'2026-04-10T10:00:00Z',"
			  "'to':'2026-04-10T10:43:00Z'}]" },
		{ TERMS ",'outages':[['2026-04-29','2026-04-30T24:00:00Z']]",
		    TERMS ",'outages':[['2026-04-29','2026-05-01']]" },
		{ TERMS ",'endpoints':['a','b'],'exclusions':[{'endpoints':'b',"
			"'from':1,'to':2}]",
		    TERMS
		    ",'endpoints':[{'name':'a'},{'name':'b'}],"
		    "'exclusions':[{'endpoints':['b'],'from':1,'to':2}]" },
		{ APRIL ",'versions':[{'target':'99.95000'}]",
		    APRIL ",'versions':[{'target':'99.95 %'}]" },
		{ TERMS ",'maintenance':[{'from':1,'to':2,'changes':["
			"{'announced':1,'cancelled':false}]}]",
		    TERMS ",'maintenance':[{'from':1,'to':2,'changes':["
			  "{'announced':1}]}]" },
		{ TERMS ",'contract':null,'endpoints':null", TERMS },
		{ OF_TERMS("'notice_s':60.0") ",'as_of':1775815200000.0",
		    OF_TERMS("'notice_s':60") ",'as_of':'2026-04-10T10:00Z'" },
		{ TERMS ",'contract':['2026-04-16',null]",
		    TERMS ",'contract':{'from':'2026-04-16'}" },
		{ OF_TERMS("'service_hours':{'hours':'mon 9-10','holidays':"
			   "null,'x_':1}"),
		    OF_TERMS("'service_hours':{'hours':['mon 9-10']}") },
		{ OF_TERMS("'maintenance_pattern':[{'from':1,'to':null,"
			   "'x_':1}]"),
		    OF_TERMS("'maintenance_pattern':[[1,null]]") },
		{ APRIL ",'versions':[{'target':98,'from':'2026-04-16'},"
			"{'target':99}]",
		    APRIL ",'versions':[{'target':99},"
			  "{'target':98,'from':'2026-04-16'}]" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		json_t *one = story("%s", rows[i][0]);
		json_t *other = story("%s", rows[i][1]);

		if (!json_equal(one, other))
			fail_msg("%s", rows[i][0]);
		json_decref(one);
		json_decref(other);
	}
}

/* A report of these facts, in every form. */
struct forms {
	struct text text, html, csv;
};

static void
forms_of(struct forms *f, const char *head, const char *facts)
{
	char error[REPORT_ERROR], *dump, *again;
	struct text t = { 0 };
	struct report *r, *other;

	*f = (struct forms){ 0 };
	text_addf(&t, "{%s\"sunwatch_report\":1,\"facts\":{%s}}", head, facts);
	for (size_t i = 0; i < t.length; i++)
		if (t.data[i] == '\'')
			t.data[i] = '"';
	r = report_read(t.data, t.length, error);
	if (r == NULL)
		fail_msg("%s", error);
	report_say_text(r, &f->text);
	report_say_html(r, &f->html);
	report_say_csv(r, &f->csv);
	dump = report_text_of(report_json(r));
	other = report_read(dump, strlen(dump), error);
	assert_non_null(other);
	again = report_text_of(report_json(other));
	assert_string_equal(dump, again);
	report_free(r);
	report_free(other);
	text_clear(&t);
	free(dump);
	free(again);
}

static void
forms_clear(struct forms *f)
{
	text_clear(&f->text);
	text_clear(&f->html);
	text_clear(&f->csv);
}

/* What stands in each form of some facts; NULL: nothing is looked for. */
static const struct {
	const char *head, *facts, *text, *html, *csv;
} forms[] = {
	{ "", TERMS, "2026-04, UTC: met\n\nTerms without a name, from ",
	    "<h1>Report, 2026-04</h1>", "part,,,2026-04-01T00:00:00+00:00," },
	{ "'client':'acme','title':null,", TERMS, "acme, 2026-04, UTC: met\n",
	    "<h1>acme, 2026-04</h1>", NULL },
	{ "", APRIL ",'versions':[]", "Nothing was agreed in this period.\n",
	    "<p>Nothing was agreed in this period.</p>", NULL },
	{ "", OF_TERMS("'service_hours':[]"),
	    "nothing of this time can be counted\n",
	    "<td>nothing of this time can be counted</td>",
	    ",,not applicable\r\n" },
	{ "", "'period':{'from':0,'to':60000},'versions':[{'target':99}]",
	    "1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z, UTC: met\n", NULL,
	    NULL },
	{ "",
	    TERMS ",'as_of':'2026-04-09','outages':[{'from':'2026-04-05',"
		  "'to':'2026-04-05T00:21:36Z'}]",
	    "  at this rate used up at 2026-04-17T00:00:01Z\n",
	    "<th scope=\"row\">At this rate used up at</th>", NULL },
	{ "",
	    TERMS ",'outages':[{'from':'2026-04-05','to':"
		  "'2026-04-05T01:00:00Z','kind':'down'}]",
	    "  more than allowed since 2026-04-05T00:43:13Z\n",
	    "<th scope=\"row\">More than allowed since</th>",
	    "outage,down,everything,2026-04-05T00:00:00+00:00,"
	    "2026-04-05T00:00:00Z,2026-04-05T01:00:00+00:00,"
	    "2026-04-05T01:00:00Z,3600,1 h 0 min,3600,,\r\n" },
	{ "",
	    "'zone':'America/St_Johns'," TERMS
	    ",'as_of':'2026-04-20','outages':[{'from':'2026-04-19',"
	    "'kind':'partial'}]",
	    "  everything partly down from 2026-04-19T02:30:00Z to now, "
	    "counted 0 s\n",
	    "<td>&ndash;</td>",
	    "outage,partly down,everything,2026-04-19T00:00:00-02:30,"
	    "2026-04-19T02:30:00Z,,,,,0,,\r\n" },
	{ "",
	    OF_TERMS("'min_countable_s':60") ",'outages':[{'from':'2026-04-01',"
					     "'to':'2026-04-01T00:00:59Z'}]",
	    ", counted 0 s (too short)\n", NULL, NULL },
	{ "",
	    OF_TERMS("'weights':{'down':'0.7'},'credits':[{'below':100,"
		     "'credit':'2.5'}],'claim_days':0") ",'outages':[{"
							"'from':'2026-04-"
							"05','to':'"
							"2026-04-05T00:00:"
							"01Z'}]",
	    "  allowed 25920 s, used 0.700 s, left 25919.300 s\n"
	    "  credit 2.5 % of the fee, indicative, subject to claim\n",
	    "<td>2.500 % of the fee, indicative, subject to claim</td>",
	    "figure,down_s,,,,,,1,1 s,,,\r\n" },
	{ "",
	    OF_TERMS(
		"'weights':{'down':'0.7'}") ",'outages':[{'from':"
					    "'2026-04-01','to':'2026-04-20'"
					    "},{'"
					    "from':'2026-04-21',"
					    "'to':'2026-04-21T00:00:01Z'}]",
	    ", left -1123200.700 s\n", NULL, NULL },
	{ "",
	    OF_TERMS("'notice_s':3600") ",'maintenance':[{'announced':"
					"'2026-04-10T00:00Z','from':'2026-04-"
					"10T00:30Z',"
					"'to':'2026-04-10T01:00Z'}]",
	    "declared 1800 s, excluded 0 s, announced late\n", "<td>late</td>",
	    ",1800,30 min,0,announced late,\r\n" },
	{ "", TERMS, "  without recorded consent\n",
	    "<th scope=\"row\">Consent</th><td>without recorded consent</td>",
	    "consent,,,,,,,,,,,without recorded consent\r\n" },
	{ "", OF_TERMS("'consent':{'ours':'Moana','theirs':'D<ean'}"),
	    "  agreed by Moana and D<ean\n",
	    "<td>agreed by Moana and D&lt;ean</td>",
	    "agreed by Moana and D<ean\r\n" },
	{ "",
	    OF_TERMS("'consent':{'ours':'M','theirs':'D','recorded_at':"
		     "'2026-03-03','recorded_by':'root','reason':'a letter'}"),
	    "  agreed by M and D, written down 2026-03-03T00:00:00Z by root: a "
	    "letter\n",
	    NULL, NULL },
	{ "",
	    "'endpoints':['a','b','c']," OF_TERMS(
		"'endpoint_weights':[{'endpoint':'b','down':1,'partial':0.25},"
		"{'endpoint':'c','partial':0},{'endpoint':'a','down':0.5}]"),
	    "  a second down weighs: a 0.5, b 1 (in part 0.25), c (in part 0)"
	    "\n",
	    "<td>a 0.5, b 1 (in part 0.25), c (in part 0)</td>",
	    "\"a 0.5, b 1 (in part 0.25), c (in part 0)\"\r\n" },
	/* What people wrote stood in no text. */
	{ "",
	    TERMS ",'outages':[{'from':'2026-04-05','to':'2026-04-06',"
		  "'reason':'connect','cause':'a disk'}],'exclusions':[{"
		  "'from':'2026-04-05','to':'2026-04-06','reason':'client',"
		  "'claimed_by':'moana','evidence':'ticket 7'}],'maintenance':"
		  "[{'name':'m-1','text':'Moodle <5>','from':'2026-04-10',"
		  "'to':'2026-04-11'}]",
	    ": connect, cause: a disk\n",
	    "<td>m-1</td><td>Moodle &lt;5&gt;</td>", NULL },
	{ "",
	    TERMS ",'exclusions':[{'from':'2026-04-05','to':'2026-04-06',"
		  "'reason':'client','claimed_by':'moana','evidence':"
		  "'ticket 7'}],'maintenance':[{'name':'m-1','text':'Moodle',"
		  "'from':'2026-04-10','to':'2026-04-11'}]",
	    ", not answered: client, claimed by moana, evidence: ticket 7\n",
	    NULL, "maintenance,m-1,," },
	{ "",
	    TERMS ",'maintenance':[{'name':'m-1','text':'Moodle',"
		  "'from':'2026-04-10','to':'2026-04-11'}]",
	    ", excluded 86400 s: m-1: Moodle\n", NULL, NULL },
	/* They were told as they had been announced first. */
	{ "",
	    TERMS ",'maintenance':[{'announced':'2026-04-01','from':'2026-04-"
		  "10T00:00Z','to':'2026-04-10T01:00Z','changes':[{'announced':"
		  "'2026-04-02','to':'2026-04-10T00:30Z'}]}]",
	    "  from 2026-04-10T00:00:00Z to 2026-04-10T00:30:00Z, declared "
	    "1800 s, excluded 1800 s\n",
	    NULL,
	    ",2026-04-10T00:00:00+00:00,2026-04-10T00:00:00Z,"
	    "2026-04-10T00:30:00+00:00,2026-04-10T00:30:00Z,1800,30 min,1800,"
	    "in time,\r\n" },
	{ "",
	    TERMS ",'maintenance':[{'announced':'2026-04-01','from':'2026-04-"
		  "10T00:00Z','to':'2026-04-10T01:00Z','changes':[{'announced':"
		  "'2026-04-02','cancelled':true}]}]",
	    "declared 0 s, excluded 0 s, cancelled\n", "<td>cancelled</td>",
	    ",0,0 s,0,cancelled,\r\n" },
	{ "",
	    TERMS ",'maintenance':[{'name':'m-1','announced':'2026-04-08',"
		  "'from':'2026-04-10','to':'2026-04-10T00:30:00Z'},"
		  "{'from':'2026-04-12','to':'2026-04-13','changes':["
		  "{'announced':'2026-04-09','cancelled':true}]}]",
	    ", declared 1800 s, excluded 1800 s: m-1\n", "<td>in time</td>",
	    ",1800,30 min,1800,in time,\r\n" },
	{ "",
	    TERMS ",'maintenance':[{'from':'2026-04-10','to':"
		  "'2026-04-10T00:30:00Z'}]",
	    "declared 1800 s, excluded 1800 s\n", "<td>&ndash;</td>", NULL },
	{ "",
	    OF_TERMS("'credits':[{'below':100,'credit':10}],'claim_days':"
		     "30") ",'outages':[['2026-04-05','2026-04-06']]",
	    " of the fee, indicative, subject to claim by "
	    "2026-05-31T00:00:00Z\n",
	    NULL, NULL },
	{ "", OF_TERMS("'granularity':'minute_any'"), NULL, NULL, NULL },
	{ "", OF_TERMS("'granularity':'slice:7m:whole'"), NULL, NULL, NULL },
	{ "",
	    TERMS ",'exclusions':[{'from':'2026-04-10','to':'2026-04-11'}],"
		  "'unknown':[{'from':'2026-04-12','to':'2026-04-13'}]",
	    ", 86400 s, not answered\n", "<caption>Not seen by us</caption>",
	    "unknown,not seen,everything," },
	{ "",
	    TERMS ",'regions':[{'failing':[['2026-04-10','2026-04-11']]},"
		  "{'failing':[['2026-04-10',null]]}]",
	    "(2592000 s - 86400 s) / 2592000 s", NULL, NULL },
	{ "",
	    TERMS ",'exclusions':[{'from':'2026-04-10','to':'2026-04-11',"
		  "'reason':'a\\nb','claimed_by':'','evidence':'x,y'}]",
	    "a\\x0ab, evidence: x,y\n", "a\nb", "exclusion,\"a\nb\",," },
};

static void
every_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(forms); i++) {
		struct forms f;

		forms_of(&f, forms[i].head, forms[i].facts);
		if (forms[i].text != NULL &&
		    strstr(f.text.data, forms[i].text) == NULL)
			fail_msg("%s\n%s", forms[i].text, f.text.data);
		if (forms[i].html != NULL &&
		    strstr(f.html.data, forms[i].html) == NULL)
			fail_msg("%s\n%s", forms[i].html, f.html.data);
		if (forms[i].csv != NULL &&
		    strstr(f.csv.data, forms[i].csv) == NULL)
			fail_msg("%s\n%s", forms[i].csv, f.csv.data);
		forms_clear(&f);
	}
}

/* A thousand differences are enough. */
static void
differences_have_a_limit(void **state)
{
	struct text t = { 0 };
	char error[REPORT_ERROR];
	struct report *r;
	json_t *d;

	(void)state;
	text_add(&t,
	    "{\"sunwatch_report\":1,\"facts\":{\"period\":{\"year\":"
	    "\"2026\"},\"versions\":[{\"target\":1}]},\"figures\":{"
	    "\"outages\":[");
	for (int i = 0; i < 2 * REPORT_DIFFERENCES_MAX; i++)
		text_addf(&t, "%s%d", i > 0 ? "," : "", i);
	text_add(&t, "]}}");
	r = report_read(t.data, t.length, error);
	d = report_differences(r);
	assert_int_equal(json_array_size(d), REPORT_DIFFERENCES_MAX);
	json_decref(d);
	report_free(r);
	text_clear(&t);
}

/* Figures that are no figures are one difference. */
static void
stated_figures_of_another_kind(void **state)
{
	static const char *const rows[] = { "7", "[]", "\"met\"", "null" };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		char error[REPORT_ERROR];
		struct text t = { 0 };
		struct report *r;
		json_t *d;

		text_addf(&t,
		    "{\"sunwatch_report\":1,\"client\":null,\"title\":null,"
		    "\"facts\":{\"zone\":null,\"period\":{\"year\":\"2026\"},"
		    "\"versions\":[{\"target\":1}]},\"figures\":%s}",
		    rows[i]);
		r = report_read(t.data, t.length, error);
		assert_non_null(r);
		d = report_differences(r);
		assert_int_equal(json_array_size(d), 1);
		json_decref(d);
		report_free(r);
		text_clear(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_that_are_none),
		cmocka_unit_test(spellings),
		cmocka_unit_test(every_form),
		cmocka_unit_test(differences_have_a_limit),
		cmocka_unit_test(stated_figures_of_another_kind),
	};

	return cmocka_run_group_tests_name("report corners", tests, NULL, NULL);
}
