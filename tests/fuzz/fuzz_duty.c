/*
 * fuzz_duty: the pager's records as it, and its auditor, find them, and what
 * comes to it: rows "incidents|pages|intents|... FIELD VALUE", then
 * "alarm ID JSON", "command NAME JSON", "query NAME JSON", "time SECONDS".
 *
 * Whatever they hold, the pager starts and does not turn on the spot; every
 * command is answered once; what it writes it can read again.
 */
#include "pager/audit.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/heartbeat_story.h"

static struct settings *settings;

static struct settings *
make_settings(void)
{
	struct text tree = { 0 };
	struct settings *s;

	beat_tree(&tree, beats);
	s = world_settings(tree.data);
	text_clear(&tree);
	return s;
}

/* Time passes, due by due; a due time that does not move on is a mistake. */
static void
pass(struct world *w, int64_t seconds)
{
	int64_t until_ms = w->now_ms + seconds * 1000, due_ms;

	for (int turns = 0; (due_ms = duty_deadline(w->duty)) <= until_ms;
	     turns++) {
		must(turns < 3000);
		if (due_ms > w->now_ms)
			w->now_ms = due_ms;
		duty_time(w->duty, w->now_ms);
		world_settle(w);
	}
	w->now_ms = until_ms;
}

static void
load(struct world *w, const char *at, const char *end)
{
	char error[160] = "";
	struct row row;

	while (fuzz_row(&at, end, &row)) {
		char *value = fuzz_text((const uint8_t *)row.value, row.length);

		must(duty_load(w->duty, row.key, row.field, value, row.length,
			 error) == 0 ||
		    error[0] != '\0');
		free(value);
	}
}

static void
ask(struct world *w, const char *json, size_t length)
{
	bool ok = false;
	char *answer = duty_query(w->duty, json, length, w->now_ms, &ok);
	json_t *o;

	if (answer == NULL)
		return;
	o = json_loads(answer, 0, NULL);
	must(json_is_object(o));
	must(ok || json_is_string(json_object_get(o, "error")));
	json_decref(o);
	free(answer);
}

static void
happen(struct world *w, const struct row *row)
{
	char *value = fuzz_text((const uint8_t *)row->value, row->length);

	if (strcmp(row->key, "alarm") == 0)
		duty_alarm(w->duty, 0, row->field, value, row->length,
		    w->now_ms);
	else if (strcmp(row->key, "query") == 0)
		ask(w, value, row->length);
	else if (strcmp(row->key, "command") == 0) {
		w->answer[0] = '\0';
		duty_command(w->duty, 1, value, row->length, "fuzz", w->now_ms);
		world_settle(w);
		must(w->answer[0] == '{');
	} else if (strcmp(row->key, "time") == 0)
		pass(w, (int64_t)(strtoul(row->field, NULL, 10) % 1000));
	free(value);
	world_settle(w);
}

/* The auditor reads the same records by itself. */
static void
audit(const char *at, const char *end, int64_t now_ms)
{
	struct incident *all = NULL, *inc, *next;
	struct audit_view view;
	char error[160];
	struct row row;

	while (fuzz_row(&at, end, &row)) {
		if (strcmp(row.key, "incidents") == 0 &&
		    (inc = incident_decode(row.value, row.length, error)) !=
			NULL) {
			struct incident *old;

			HASH_FIND_STR(all, inc->id, old);
			if (old != NULL)
				incident_free(inc);
			else
				HASH_ADD_STR(all, id, inc);
		} else if (strcmp(row.key, "pages") == 0 && all != NULL)
			(void)page_decode(row.value, row.length, &all->page,
			    error);
	}
	audit_look(all, 315000, now_ms, &view);
	must(view.quiet <= view.unheld);
	HASH_ITER (hh, all, inc, next) {
		HASH_DEL(all, inc);
		incident_free(inc);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = { .outcome = SENT_HANDED_OVER };
	char *text = fuzz_text(data, size);
	const char *at = text, *end = text + size;
	struct row row;

	if (settings == NULL)
		settings = make_settings();
	w.settings = settings;
	w.now_ms = w.begin_ms = INT64_C(1795348800000);
	w.duty = duty_new(settings, world_sign, &w);
	load(&w, at, end);
	audit(at, end, w.now_ms);
	duty_start(w.duty, w.now_ms);
	world_settle(&w);
	while (fuzz_row(&at, end, &row))
		happen(&w, &row);
	pass(&w, 400);
	world_restart(&w);
	pass(&w, 60);
	w.settings = NULL; /* for the next one, too */
	world_end(&w);
	free(text);
	return 0;
}
