/*
 * Every setting: its key, type, limits and default.  sunwatch.yaml(5) says
 * in words what each is for.
 */
#include <stddef.h>

#include "lib/settings_fields.h"
#include "lib/settings_inside.h"

#define F(member) OF(probe_settings, member)
static const struct conf_field probe_fields[] = {
	{ "interval", CONF_DURATION, F(interval_ms), .fallback = "30s",
	    .min = SECOND, .max = HOUR },
	{ "timeout", CONF_DURATION, F(timeout_ms), .fallback = "10s",
	    .min = 100, .max = MINUTE },
	{ "slow", CONF_DURATION, F(slow_ms), .fallback = "5s", .min = 50,
	    .max = MINUTE },
	{ "connect", CONF_DURATION, F(connect_ms), .fallback = "0s", .min = 0,
	    .max = MINUTE },
	{ "tls", CONF_DURATION, F(tls_ms), .fallback = "0s", .min = 0,
	    .max = MINUTE },
	{ "first_byte", CONF_DURATION, F(first_byte_ms), .fallback = "0s",
	    .min = 0, .max = MINUTE },
	{ "quorum", CONF_INT, F(quorum), .fallback = "2", .min = 1, .max = 16 },
	{ "regions", CONF_STRINGS, F(regions), .min = 1, .max = 16,
	    .check = value_name },
	{ "status", CONF_STRINGS, F(status), .fallback = "200-299", .min = 1,
	    .max = 32, .check = value_status },
	{ "contains", CONF_STRINGS, F(contains), .min = 0, .max = 32 },
	{ "lacks", CONF_STRINGS, F(lacks), .min = 0, .max = 32 },
	{ "redirects", CONF_INT, F(redirects), .fallback = "5", .min = 0,
	    .max = 10 },
	{ "allow_networks", CONF_STRINGS, F(allow_networks), .min = 0,
	    .max = 32, .check = value_network },
	{ "body_max", CONF_SIZE, F(body_max), .fallback = "1M", .min = 1 << 10,
	    .max = 16 << 20 },
	{ "runbook", CONF_STRING, F(runbook), .check = value_url },
	{ "notes", CONF_STRING, F(notes), .check = value_notes },
	{ "ladder", CONF_NAME, F(ladder_name) },
	{ "severity", CONF_CUSTOM, F(severity), .fallback = "S1",
	    .parse = value_severity },
	{ "counts", CONF_BOOL, F(counts), .fallback = "true" },
	{ "weight", CONF_CUSTOM, F(weight), .fallback = "1",
	    .parse = value_weight },
	{ NULL },
};
#undef F
const struct conf_table settings_probe_table = { "defaults",
	.size = sizeof(struct probe_settings), .fields = probe_fields,
	.place_offset = CONF_NONE,
	.given_offset = offsetof(struct probe_settings, given) };

#define F(member) OF(ladder_choice, member)
static const struct conf_field choice_fields[] = {
	{ "hours", CONF_NAME, F(hours_name), .required = true },
	{ "ladder", CONF_NAME, F(ladder_name), .required = true },
	{ NULL },
};
#undef F
static const struct conf_table choice_table = { "a ladder by the hour",
	PLACED(ladder_choice), .fields = choice_fields };

#define F(member) OF(site, member)
static const struct conf_field site_fields[] = {
	{ "name", CONF_STRING, F(name), .required = true },
	{ "url", CONF_STRING, F(url), .required = true, .check = value_url },
	{ "links", CONF_STRING, F(links), .check = value_url },
	{ "state_dir", CONF_STRING, F(state_dir),
	    .fallback = SETTINGS_STATE_DIR },
	{ "collector_socket", CONF_STRING, F(collector_socket),
	    .check = value_path },
	{ "operations_ladder", CONF_NAME, F(operations_ladder) },
	{ "ladder_when", CONF_LIST, F(ladder_when), .min = 0, .max = 16,
	    .item = &choice_table },
	{ "last_resort", CONF_STRINGS, F(last_resort), .min = 1, .max = 16,
	    .check = value_name },
	{ "silence_max", CONF_DURATION, F(silence_max_ms), .fallback = "5m",
	    .min = SECOND, .max = 15 * MINUTE },
	{ "collector_silence", CONF_DURATION, F(collector_silence_ms),
	    .fallback = "90s", .min = 20 * SECOND, .max = 15 * MINUTE },
	{ "late_accept", CONF_DURATION, F(late_accept_ms), .fallback = "7d",
	    .min = HOUR, .max = 30 * DAY },
	{ "names_after", CONF_DURATION, F(names_after_ms), .fallback = "400d",
	    .min = DAY, .max = 3650 * DAY },
	{ "max_watch", CONF_DURATION, F(max_watch_ms), .fallback = "14h",
	    .min = HOUR, .max = 7 * DAY },
	{ "ca_file", CONF_STRING, F(ca_file) },
	{ "link_secret", CONF_SECRET, F(link_secret),
	    .for_whom = SETTINGS_FOR_PAGER },
	{ NULL },
};
#undef F
static const struct conf_table site_table = { "the site", PLACED(site),
	.fields = site_fields };

#define F(member) OF(redis_settings, member)
static const struct conf_field redis_fields[] = {
	{ "address", CONF_STRING, F(address),
	    .fallback = "unix:/run/sunwatch/redis.sock", .check = value_redis },
	{ "ca_file", CONF_STRING, F(ca_file) },
	{ "password", CONF_SECRET, F(password) },
	{ "wait_replicas", CONF_INT, F(wait_replicas), .fallback = "0",
	    .min = 0, .max = 5 },
	{ NULL },
};
#undef F
static const struct conf_table redis_table = { "the redis settings",
	PLAIN(redis_settings), .fields = redis_fields, .shorthand = "address" };

#define F(member) OF(agent_settings, member)
static const struct conf_field agent_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "region", CONF_NAME, F(region), .required = true },
	{ "token_sha256", CONF_STRINGS, F(tokens), .required = true, .min = 1,
	    .max = 2, .check = value_token_hash },
	{ NULL },
};
#undef F
static const struct conf_table agent_table = { "an agent",
	PLACED(agent_settings), .fields = agent_fields };

#define F(member) OF(reader_settings, member)
static const struct conf_field reader_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "client", CONF_NAME, F(client_name) },
	{ "token_sha256", CONF_STRINGS, F(tokens), .required = true, .min = 1,
	    .max = 2, .check = value_token_hash },
	{ NULL },
};
#undef F
static const struct conf_table reader_table = { "a reader",
	PLACED(reader_settings), .fields = reader_fields };

#define F(member) OF(reach, member)
static const struct conf_field reach_fields[] = {
	{ "channel", CONF_CUSTOM, F(channel), .required = true,
	    .parse = value_channel },
	{ "delay", CONF_DURATION, F(delay_ms), .fallback = "0s", .min = 0,
	    .max = HOUR },
	{ NULL },
};
#undef F
static const struct conf_table reach_table = { "reach", PLAIN(reach),
	.fields = reach_fields, .parse = value_reach };

#define F(member) OF(person, member)
static const struct conf_field person_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "zone", CONF_ZONE, F(zone), .required = true },
	{ "email", CONF_STRING, F(email), .check = value_mail },
	{ "phone", CONF_STRING, F(phone), .check = value_phone },
	{ "ntfy", CONF_STRING, F(ntfy), .check = value_topic },
	{ "language", CONF_STRING, F(language), .fallback = "en",
	    .check = value_language },
	{ "role", CONF_CHOICE, F(role), .choices = settings_roles,
	    .fallback = "responder" },
	{ "password_scrypt", CONF_STRING, F(password),
	    .check = value_password },
	{ "reach", CONF_LIST, F(reach), .min = 1, .max = 16,
	    .item = &reach_table },
	{ NULL },
};
#undef F
static const struct conf_table person_table = { "a person", PLACED(person),
	.fields = person_fields };

#define F(member) OF(group, member)
static const struct conf_field group_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "people", CONF_STRINGS, F(people), .required = true, .min = 1,
	    .max = SETTINGS_GROUP_MAX, .check = value_name },
	{ NULL },
};
#undef F
static const struct conf_table group_table = { "a group", PLACED(group),
	.fields = group_fields };

static const struct conf_choice answers[] = {
	{ "one", ANSWER_ONE },
	{ "all", ANSWER_ALL },
	{ NULL, 0 },
};
#define F(member) OF(level, member)
static const struct conf_field level_fields[] = {
	{ "call", CONF_STRING, F(call_text), .required = true,
	    .check = value_call },
	{ "answer", CONF_CHOICE, F(answer), .choices = answers,
	    .fallback = "one" },
	{ "patience", CONF_DURATION, F(patience_ms), .fallback = "5m",
	    .min = SECOND, .max = HOUR },
	{ NULL },
};
#undef F
static const struct conf_table level_table = { "a level", PLACED(level),
	.fields = level_fields };

#define F(member) OF(ladder, member)
static const struct conf_field ladder_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "levels", CONF_LIST, F(levels), .required = true, .min = 1, .max = 16,
	    .item = &level_table },
	{ NULL },
};
#undef F
static const struct conf_table ladder_table = { "a ladder", PLACED(ladder),
	.fields = ladder_fields };

#define F(member) OF(channel_settings, member)
static const struct conf_field channel_fields[] = {
	{ "kind", CONF_CUSTOM, F(kind), .required = true,
	    .parse = value_channel },
	{ "name", CONF_NAME, F(name) },
	{ "server", CONF_STRING, F(server), .check = value_smtp },
	{ "from", CONF_STRING, F(from), .check = value_sender },
	{ "user", CONF_STRING, F(user) },
	{ "password", CONF_SECRET, F(password), /* in agents' plans, too */
	    .for_whom = SETTINGS_FOR_PAGER | SETTINGS_FOR_EVALUATE },
	{ "ca_file", CONF_STRING, F(ca_file) },
	{ "file", CONF_STRING, F(file) },
	{ "run", CONF_STRINGS, F(run), .min = 1, .max = 32 },
	{ "url", CONF_STRING, F(url), .check = value_url },
	{ "secret", CONF_SECRET, F(secret), .for_whom = SETTINGS_FOR_PAGER },
	{ "old_secret", CONF_SECRET, F(old_secret),
	    .for_whom = SETTINGS_FOR_PAGER },
	{ "token", CONF_SECRET, F(token), .for_whom = SETTINGS_FOR_PAGER },
	{ "body", CONF_STRING, F(body) },
	{ "account", CONF_STRING, F(account), .check = value_account },
	{ "messaging_service", CONF_STRING, F(messaging_service),
	    .check = value_account },
	{ "validity", CONF_DURATION, F(validity_ms), .fallback = "5m",
	    .min = SECOND, .max = 4 * HOUR },
	{ "timeout", CONF_DURATION, F(timeout_ms), .fallback = "10s",
	    .min = SECOND, .max = MINUTE },
	{ NULL },
};
#undef F
static const struct conf_table channel_table = { "a channel",
	PLACED(channel_settings), .fields = channel_fields };

#define F(member) OF(platform, member)
static const struct conf_field platform_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "title", CONF_STRING, F(title) },
	{ "defaults", CONF_STRUCT, F(defaults), .item = &settings_probe_table },
	{ NULL },
};
#undef F
static const struct conf_table platform_table = { "a platform",
	PLACED(platform), .fields = platform_fields };

#define F(member) OF(endpoint, member)
static const struct conf_field endpoint_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "url", CONF_STRING, F(url), .required = true, .check = value_url },
	{ "method", CONF_STRING, F(method), .fallback = "get",
	    .check = value_method },
	{ "platform", CONF_NAME, F(platform_name) },
	{ "was", CONF_STRING, F(was), .check = value_former },
	{ "disabled", CONF_STRING, F(disabled) },
	{ "lms", CONF_RESERVED },
	{ "login", CONF_RESERVED },
	{ "steps", CONF_RESERVED },
	{ "", CONF_INLINE, F(probe), .item = &settings_probe_table },
	{ NULL },
};
#undef F
static const struct conf_table endpoint_table = { "an endpoint",
	PLACED(endpoint), .fields = endpoint_fields };

static const struct conf_choice accesses[] = {
	{ "public", PAGE_PUBLIC },
	{ "token", PAGE_TOKEN },
	{ NULL, 0 },
};
#define F(member) OF(status_page, member)
static const struct conf_field status_page_fields[] = {
	{ "host", CONF_STRING, F(host), .check = value_host },
	{ "access", CONF_CHOICE, F(access), .choices = accesses,
	    .fallback = "public" },
	{ "reports", CONF_CHOICE, F(reports), .choices = accesses,
	    .fallback = "token" },
	{ "token", CONF_SECRET, F(token), .for_whom = SETTINGS_FOR_PAGES },
	{ NULL },
};
#undef F
static const struct conf_table status_page_table = { "a status page",
	PLAIN(status_page), .fields = status_page_fields };

static const struct conf_choice publishes[] = {
	{ "now", PUBLISH_NOW },
	{ "held", PUBLISH_HELD },
	{ NULL, 0 },
};
#define F(member) OF(contract, member)
static const struct conf_field contract_fields[] = {
	{ "from", CONF_STRING, F(from), .check = value_date },
	{ "to", CONF_STRING, F(to), .check = value_date },
	{ NULL },
};
#undef F
static const struct conf_table contract_table = { "a contract", PLAIN(contract),
	.fields = contract_fields, .shorthand = "from" };

#define F(member) OF(later_sla, member)
static const struct conf_field amendment_fields[] = {
	{ "from", CONF_STRING, F(from), .required = true },
	{ "sla", CONF_NAME, F(sla_name), .required = true },
	{ NULL },
};
#undef F
static const struct conf_table amendment_table = { "an amendment",
	PLACED(later_sla), .fields = amendment_fields };

#define F(member) OF(client, member)
static const struct conf_field client_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "title", CONF_STRING, F(title) },
	{ "zone", CONF_ZONE, F(zone), .required = true },
	{ "contact", CONF_NAME, F(contact) },
	{ "sla", CONF_NAME, F(sla_name), .required = true },
	{ "slas", CONF_LIST, F(slas), .min = 0, .max = 16,
	    .item = &settings_sla_table },
	{ "calendars", CONF_LIST, F(calendars), .min = 0, .max = 16,
	    .item = &settings_calendar_table },
	{ "amendments", CONF_LIST, F(amendments), .min = 0, .max = 32,
	    .item = &amendment_table },
	{ "contract", CONF_STRUCT, F(contract), .item = &contract_table },
	{ "status_page", CONF_STRUCT, F(status_page),
	    .item = &status_page_table },
	{ "publish", CONF_CHOICE, F(publish), .choices = publishes,
	    .fallback = "held" },
	{ "publish_after", CONF_DURATION, F(publish_after_ms),
	    .fallback = "10m", .min = 0, .max = DAY },
	{ "blackouts", CONF_STRINGS, F(blackouts), .min = 0, .max = 100,
	    .check = value_blackout },
	{ "defaults", CONF_STRUCT, F(defaults), .item = &settings_probe_table },
	{ "endpoints", CONF_LIST, F(endpoints), .min = 0, .max = 1000,
	    .item = &endpoint_table },
	{ "ladder_when", CONF_LIST, F(ladder_when), .min = 0, .max = 16,
	    .item = &choice_table },
	{ NULL },
};
#undef F
static const struct conf_table client_table = { "a client", PLACED(client),
	.fields = client_fields };

static const struct conf_field report_fields[] = {
	{ "key", CONF_SECRET, OF(report_settings, key), .lines = true,
	    .for_whom = SETTINGS_FOR_PUBLISH },
	{ NULL },
};
static const struct conf_table report_table = { "final reports",
	PLAIN(report_settings), .fields = report_fields };

#define F(member) OF(settings, member)
static const struct conf_field settings_fields[] = {
	{ "site", CONF_STRUCT, F(site), .required = true, .item = &site_table },
	{ "redis", CONF_STRUCT, F(redis), .item = &redis_table },
	{ "listen", CONF_STRUCT, F(listen_agents),
	    .item = &settings_listen_table },
	{ "console", CONF_STRUCT, F(console), .item = &settings_console_table },
	{ "shards", CONF_INT, F(shards), .fallback = "1", .min = 1, .max = 64 },
	{ "defaults", CONF_STRUCT, F(defaults), .item = &settings_probe_table },
	{ "reports", CONF_STRUCT, F(reports), .item = &report_table },
	{ "canaries", CONF_STRINGS, F(canaries), .min = 0, .max = 16,
	    .check = value_url },
	{ "agents", CONF_LIST, F(agents), .min = 0, .max = 256,
	    .item = &agent_table },
	{ "readers", CONF_LIST, F(readers), .min = 0, .max = 1000,
	    .item = &reader_table },
	{ "alerts", CONF_LIST, F(alerts), .min = 0, .max = 1000,
	    .item = &settings_alert_table },
	{ "heartbeats", CONF_LIST, F(heartbeats), .min = 0, .max = 1000,
	    .item = &settings_heartbeat_table },
	{ "people", CONF_LIST, F(people), .min = 0, .max = 10000,
	    .item = &person_table },
	{ "rotas", CONF_LIST, F(rotas), .min = 0, .max = 1000,
	    .item = &settings_rota_table },
	{ "groups", CONF_LIST, F(groups), .min = 0, .max = 1000,
	    .item = &group_table },
	{ "ladders", CONF_LIST, F(ladders), .min = 0, .max = 1000,
	    .item = &ladder_table },
	{ "calendars", CONF_LIST, F(calendars), .min = 0, .max = 1000,
	    .item = &settings_calendar_table },
	{ "slas", CONF_LIST, F(slas), .min = 0, .max = 1000,
	    .item = &settings_sla_table },
	{ "channels", CONF_LIST, F(channels), .min = 0, .max = 16,
	    .item = &channel_table },
	{ "platforms", CONF_LIST, F(platforms), .min = 0, .max = 10000,
	    .item = &platform_table },
	{ "clients", CONF_LIST, F(clients), .min = 0, .max = 10000,
	    .item = &client_table },
	{ "include", CONF_STRINGS, F(includes), .min = 0, .max = 10000,
	    .check = value_include },
	{ NULL },
};
#undef F
const struct conf_table settings_table = { "the file",
	.size = sizeof(struct settings), .fields = settings_fields,
	.place_offset = CONF_NONE, .given_offset = CONF_NONE };
