/* api_query: see api_query.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api_query.h"
#include "lib/http_head.h"
#include "lib/interval.h"
#include "lib/published.h"
#include "lib/text.h"

#define OF(member)                                                             \
	offsetof(struct api_query, member),                                    \
	    sizeof(((struct api_query *)NULL)->member)

static const char endpoint_states[] = " up degraded down unknown ";
static const char incident_states[] = " open closed ";
static const char outage_kinds[] = " down unknown ";
static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";

static const char *const resources[API_RESOURCES] = {
	[API_CLIENTS] = "clients",
	[API_ENDPOINTS] = "endpoints",
	[API_STATES] = "states",
	[API_OUTAGES] = "outages",
	[API_INCIDENTS] = "incidents",
	[API_MAINTENANCE] = "maintenance",
	[API_SLA] = "sla",
	[API_AGENTS] = "agents",
	[API_REPORTS] = "reports",
	[API_REPORT] = "reports/",
	[API_FACTS] = "facts",
	[API_EVENTS] = "events",
};

/* Bit N: the resource N has it. */
#define IN(resource) (1U << (resource))
#define LISTS                                                                  \
	(IN(API_CLIENTS) | IN(API_ENDPOINTS) | IN(API_STATES) |                \
	    IN(API_OUTAGES) | IN(API_INCIDENTS) | IN(API_MAINTENANCE) |        \
	    IN(API_SLA) | IN(API_AGENTS) | IN(API_FACTS) | IN(API_REPORTS))

#define SPANS (IN(API_OUTAGES) | IN(API_FACTS) | IN(API_MAINTENANCE))

enum kind { NAME, ENDPOINT, WORD, TIME, NUMBER, VERSION, PERIOD, CURSOR };

static const struct parameter {
	const char *name;
	enum kind kind;
	size_t offset, room;
	unsigned of;
	const char *words;
} parameters[] = {
	{ "client", NAME, OF(client),
	    (LISTS & ~(IN(API_CLIENTS) | IN(API_AGENTS))) | IN(API_EVENTS),
	    NULL },
	{ "endpoint", ENDPOINT, OF(endpoint),
	    IN(API_STATES) | SPANS | IN(API_EVENTS), NULL },
	{ "region", NAME, OF(region), IN(API_AGENTS) | IN(API_FACTS), NULL },
	{ "state", WORD, OF(state), IN(API_STATES), endpoint_states },
	{ "state", WORD, OF(state), IN(API_INCIDENTS), incident_states },
	{ "kind", WORD, OF(kind), IN(API_OUTAGES), outage_kinds },
	{ "from_ms", TIME, OF(from_ms), SPANS, NULL },
	{ "to_ms", TIME, OF(to_ms), SPANS, NULL },
	{ "at_ms", TIME, OF(at_ms), IN(API_SLA), NULL },
	{ "period", PERIOD, OF(period), IN(API_REPORTS), NULL },
	{ "version", VERSION, OF(version), IN(API_REPORT), NULL },
	{ "limit", NUMBER, OF(limit), LISTS, NULL },
	{ "cursor", CURSOR, OF(cursor), LISTS | IN(API_EVENTS), NULL },
};
#define PARAMETERS (sizeof(parameters) / sizeof(parameters[0]))

const char *
api_resource_text(enum api_resource resource)
{
	return resources[resource];
}

int
api_refuse(struct api_error *error, int status, const char *field,
    const char *fmt, ...)
{
	va_list ap;

	error->status = status;
	text_copy(error->field, sizeof(error->field), field);
	va_start(ap, fmt);
	text_formatv(error->text, sizeof(error->text), fmt, ap);
	va_end(ap);
	return -1;
}

/* ---- values ---- */

static bool
is_name(const char *text, size_t length)
{
	return length > 0 && length < 64 && text[0] != '.' && text[0] != '-' &&
	    strspn(text, name_letters) >= length;
}

/* "#2": of one whose name another one has taken (lib/renames.h). */
static bool
is_spare(const char *text)
{
	size_t digits = strspn(text + 1, "0123456789");

	return digits > 0 && digits < 5 && text[1 + digits] == '\0';
}

/* "acme/learn" */
static bool
is_endpoint(const char *text)
{
	size_t client = strcspn(text, "/"), name;

	if (!is_name(text, client) || text[client] != '/')
		return false;
	text += client + 1;
	name = strcspn(text, "#");
	return is_name(text, name) &&
	    (text[name] == '\0' || is_spare(text + name));
}

static bool
is_word(const char *text, const char *words)
{
	char bounded[32];

	return strlen(text) < 16 && strchr(text, ' ') == NULL &&
	    text_format(bounded, sizeof(bounded), " %s ", text) &&
	    strstr(words, bounded) != NULL;
}

static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

/* Digits alone; -1 for what is none, or beyond the most. */
static int64_t
number_of(const char *text, int64_t most)
{
	int64_t n = 0;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		n = n * 10 + (*text - '0');
		if (n > most)
			return -1;
	}
	return n;
}

static int
take_number(const struct parameter *p, const char *text, int64_t least,
    int64_t most, struct api_query *q, struct api_error *error)
{
	int64_t n = number_of(text, most);

	if (n < least)
		return api_refuse(error, 400, p->name,
		    "%s: expected a whole number from %" PRId64 " to %" PRId64,
		    p->name, least, most);
	memcpy((char *)q + p->offset, &n, sizeof(n));
	return 0;
}

/* Whether a text is of its kind; *expected: what would be. */
static bool
is_of_kind(const struct parameter *p, const char *text, const char **expected)
{
	switch (p->kind) {
	case PERIOD:
		*expected = "a period, 2026-10 or 2026-Q4";
		return published_period_length(text) == strlen(text) &&
		    text[0] != '\0';
	case NAME:
		*expected = "a name";
		return is_name(text, strlen(text));
	case ENDPOINT:
		*expected = "client/endpoint";
		return is_endpoint(text);
	case WORD:
		*expected = p->words + 1;
		return is_word(text, p->words);
	default:
		*expected = "the \"next\" of an answer";
		return *text != '\0' && is_plain(text);
	}
}

static int
take_value(const struct parameter *p, const char *text, struct api_query *q,
    struct api_error *error)
{
	const char *expected;

	switch (p->kind) {
	case TIME:
		return take_number(p, text, 0, TIME_MAX, q, error);
	case NUMBER:
		return take_number(p, text, 1, API_LIMIT_MAX, q, error);
	case VERSION:
		return take_number(p, text, 1, PUBLISHED_VERSIONS_MAX, q,
		    error);
	default:
		break;
	}
	if (!is_of_kind(p, text, &expected))
		return api_refuse(error, 400, p->name, "%s: expected %s%s",
		    p->name, p->kind == WORD ? "one of " : "", expected);
	text_copy((char *)q + p->offset, p->room, text);
	return 0;
}

/* ---- parameters ---- */

static const struct parameter *
find(enum api_resource resource, const char *name, size_t length)
{
	for (size_t i = 0; i < PARAMETERS; i++)
		if (strlen(parameters[i].name) == length &&
		    memcmp(parameters[i].name, name, length) == 0 &&
		    (parameters[i].of & IN(resource)) != 0)
			return &parameters[i];
	return NULL;
}

/* What stands in a request may be said back, but not as it is. */
static int
refuse_unknown(const char *name, size_t length, enum api_resource resource,
    struct api_error *error)
{
	char field[24] = "";
	size_t n;

	for (n = 0; n < length && n < sizeof(field) - 1; n++)
		field[n] = name[n] > ' ' && name[n] <= '~' ? name[n] : '?';
	field[n] = '\0';
	return api_refuse(error, 400, field,
	    "%s: there is no such parameter of %s", field, resources[resource]);
}

static int
take_parameter(const char *text, size_t length, unsigned *given,
    struct api_query *q, struct api_error *error)
{
	const char *equals = memchr(text, '=', length);
	size_t name = equals != NULL ? (size_t)(equals - text) : length;
	const struct parameter *p = find(q->resource, text, name);
	char value[176];

	if (p == NULL)
		return refuse_unknown(text, name, q->resource, error);
	if (*given & 1U << (p - parameters))
		return api_refuse(error, 400, p->name, "%s: given twice",
		    p->name);
	*given |= 1U << (p - parameters);
	if (http_param(text, length, p->name, value,
		p->room < sizeof(value) && p->kind != TIME &&
			p->kind != NUMBER && p->kind != VERSION
		    ? p->room
		    : sizeof(value)) == NULL)
		return api_refuse(error, 400, p->name,
		    "%s: malformed or too long", p->name);
	return take_value(p, value, q, error);
}

static int
check_span(const struct api_query *q, struct api_error *error)
{
	if (q->from_ms == API_NOT_GIVEN || q->to_ms == API_NOT_GIVEN)
		return 0;
	if (q->to_ms <= q->from_ms)
		return api_refuse(error, 400, "to_ms",
		    "to_ms: has to be later than from_ms");
	if (q->to_ms - q->from_ms > API_SPAN_MAX_MS)
		return api_refuse(error, 400, "to_ms",
		    "to_ms: at most %" PRId64 " days after from_ms",
		    API_SPAN_MAX_MS / 86400000);
	return 0;
}

/* An endpoint says whose it is; it must not say two things. */
static int
check_whole(struct api_query *q, struct api_error *error)
{
	size_t length = strcspn(q->endpoint, "/");

	if (q->endpoint[0] != '\0') {
		if (q->client[0] != '\0' &&
		    (strlen(q->client) != length ||
			memcmp(q->client, q->endpoint, length) != 0))
			return api_refuse(error, 400, "endpoint",
			    "endpoint: is of another client than client");
		memcpy(q->client, q->endpoint, length);
		q->client[length] = '\0';
	}
	return check_span(q, error);
}

/* "acme/2026-10.csv" */
static int
read_report(const char *name, struct api_query *q, struct api_error *error)
{
	static const char formats[] = " .json .html .csv .txt ";
	size_t client = strcspn(name, "/");
	const char *period = name + client + 1;
	size_t n;

	q->resource = API_REPORT;
	if (!is_name(name, client) || name[client] != '/' ||
	    (n = published_period_length(period)) == 0 ||
	    (period[n] != '\0' && !is_word(period + n, formats)))
		return api_refuse(error, 404, "path",
		    "path: expected reports/CLIENT/PERIOD, and .json, .html, "
		    ".csv or .txt");
	text_format(q->client, sizeof(q->client), "%.*s", (int)client, name);
	text_format(q->period, sizeof(q->period), "%.*s", (int)n, period);
	text_copy(q->format, sizeof(q->format), period + n);
	return 0;
}

static int
read_resource(const char *path, struct api_query *q, struct api_error *error)
{
	const char *name = path + strlen(API_PREFIX);

	if (strncmp(path, API_PREFIX, strlen(API_PREFIX)) == 0)
		for (int i = 0; i < API_RESOURCES; i++)
			if (i != API_REPORT &&
			    strcmp(name, resources[i]) == 0) {
				q->resource = (enum api_resource)i;
				return 0;
			}
	if (strncmp(path, API_PREFIX "reports/",
		strlen(API_PREFIX "reports/")) == 0)
		return read_report(name + strlen("reports/"), q, error);
	return api_refuse(error, 404, "path",
	    "path: there is no such resource");
}

int
api_query_read(const char *path, const char *query, struct api_query *q,
    struct api_error *error)
{
	const char *end = query + strlen(query), *amp;
	unsigned given = 0;

	*q = (struct api_query){ .from_ms = API_NOT_GIVEN,
		.to_ms = API_NOT_GIVEN,
		.at_ms = API_NOT_GIVEN,
		.version = API_NOT_GIVEN,
		.limit = API_LIMIT };
	*error = (struct api_error){ 0 };
	if (read_resource(path, q, error) != 0)
		return -1;
	if (end - query > API_QUERY_MAX)
		return api_refuse(error, 400, "query",
		    "query: at most %d bytes", API_QUERY_MAX);
	for (; query < end; query = amp < end ? amp + 1 : end) {
		if ((amp = memchr(query, '&', (size_t)(end - query))) == NULL)
			amp = end;
		if (take_parameter(query, (size_t)(amp - query), &given, q,
			error) != 0)
			return -1;
	}
	return check_whole(q, error);
}
