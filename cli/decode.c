/*
 * sunwatch decode: a batch, a part or an inbox entry, as JSON.
 *
 * What the bytes are is tried in this order; the file is "-" for standard
 * input.
 */
#include <errno.h>
#include <string.h>

#include "cli/commands.h"
#include "lib/interval.h"
#include "lib/text.h"
#include "lib/wire.h"

static bool
read_all(struct cli *c, const char *path, struct text *into)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	char part[8192];
	size_t n;
	bool whole;

	if (f == NULL) {
		cli_fail(c, "%s: %s", path, strerror(errno));
		return false;
	}
	while (into->length <= WIRE_BODY_MAX &&
	    (n = fread(part, 1, sizeof(part), f)) > 0)
		text_add_bytes(into, part, n);
	whole = !ferror(f) && into->length <= WIRE_BODY_MAX;
	if (!whole)
		cli_fail(c, "%s: %s", path,
		    into->length > WIRE_BODY_MAX ? "larger than any batch"
						 : strerror(errno));
	if (f != stdin)
		fclose(f);
	return whole;
}

/* Foreign bytes may be no UTF-8, which JSON must be. */
static json_t *
foreign(const char *s)
{
	struct text t = { 0 };
	json_t *o;

	text_add_plain(&t, s);
	o = json_string(t.data);
	text_clear(&t);
	return o;
}

static json_t *
observation_json(const struct observation *o)
{
	json_t *j = json_pack("{s:o, s:I, s:I, s:I, s:s, s:s}", "endpoint",
	    foreign(o->endpoint), "started_at_ms", (json_int_t)o->started_at_ms,
	    "until_at_ms", (json_int_t)o->until_at_ms, "count",
	    (json_int_t)o->count, "outcome", outcome_text(o->outcome), "reason",
	    reason_text(o->reason));

	json_object_set_new(j, "look_again",
	    json_boolean(o->flags & OBSERVATION_LOOK_AGAIN));
	json_object_set_new(j, "ordered",
	    json_boolean(o->flags & OBSERVATION_ORDERED));
	json_object_set_new(j, "interval_ms", json_integer(o->interval_ms));
	json_object_set_new(j, "total_us", json_integer(o->total_us));
	json_object_set_new(j, "dns_us", json_integer(o->dns_us));
	json_object_set_new(j, "connect_us", json_integer(o->connect_us));
	json_object_set_new(j, "tls_us", json_integer(o->tls_us));
	json_object_set_new(j, "first_byte_us", json_integer(o->first_byte_us));
	json_object_set_new(j, "lag_us", json_integer(o->lag_us));
	json_object_set_new(j, "status", json_integer(o->status));
	json_object_set_new(j, "detail", foreign(o->detail));
	return j;
}

static json_t *
observations_json(const struct wire_part *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->count; i++)
		json_array_append_new(list,
		    observation_json(&p->observations[i]));
	return list;
}

static json_t *
blinds_json(const struct wire_part *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->blind_count; i++)
		json_array_append_new(list,
		    json_pack("{s:I, s:I}", "from_ms",
			(json_int_t)p->blinds[i].from_ms, "to_ms",
			(json_int_t)p->blinds[i].to_ms));
	return list;
}

static json_t *
part_json(const struct wire_decoded *d)
{
	const struct wire_part *p = &d->part;
	json_t *j = json_pack("{s:o, s:i, s:I, s:I, s:I, s:I}", "spool",
	    foreign(p->spool), "shard", (int)p->shard, "from_seq",
	    (json_int_t)p->from_seq, "seq", (json_int_t)p->seq, "closed_at_ms",
	    (json_int_t)p->closed_at_ms, "offset_ms", (json_int_t)p->offset_ms);

	json_object_set_new(j, "offset_error_ms",
	    p->offset_error_ms == NEVER ? json_null()
					: json_integer(p->offset_error_ms));
	if (p->hole != NULL)
		json_object_set_new(j, "hole",
		    json_pack("{s:o, s:I, s:I}", "reason", foreign(p->hole),
			"from_ms", (json_int_t)p->hole_from_ms, "to_ms",
			(json_int_t)p->hole_to_ms));
	json_object_set_new(j, "observations", observations_json(p));
	json_object_set_new(j, "blinds", blinds_json(p));
	if (d->refused > 0)
		json_object_set_new(j, "refused",
		    json_pack("{s:I, s:o}", "count", (json_int_t)d->refused,
			"first", foreign(d->error)));
	return j;
}

/* A part, or {"error": why}; *bad says which. */
static json_t *
decode_part(const char *data, size_t length, bool *bad)
{
	char error[160] = "";
	struct wire_decoded *d = wire_decode_part(data, length, error);
	json_t *j;

	*bad = d == NULL;
	if (d == NULL)
		return json_pack("{s:o}", "error", foreign(error));
	j = part_json(d);
	wire_decoded_free(d);
	return j;
}

static json_t *
decode_request(const struct text *t)
{
	struct wire_request request = { 0 };
	json_t *parts;
	char error[160];
	bool bad;

	if (wire_decode_request(t->data, t->length, &request, error) == -1)
		return NULL;
	parts = json_array();
	for (size_t i = 0; i < request.count; i++)
		json_array_append_new(parts,
		    decode_part(request.parts[i].data, request.parts[i].length,
			&bad));
	return json_pack("{s:I, s:o}", "sent_at_ms",
	    (json_int_t)request.sent_at_ms, "parts", parts);
}

static json_t *
decode_envelope(const struct text *t)
{
	struct wire_envelope e = { 0 };
	char buffer[160], error[160];
	bool bad;

	if (wire_decode_envelope(t->data, t->length, &e, buffer, error) == -1)
		return NULL;
	return json_pack("{s:o, s:o, s:I, s:I, s:b, s:o}", "agent",
	    foreign(e.agent), "region", foreign(e.region), "received_at_ms",
	    (json_int_t)e.received_at_ms, "shift_ms", (json_int_t)e.shift_ms,
	    "clock_unsure", (int)e.clock_unsure, "part",
	    decode_part(e.part, e.part_length, &bad));
}

static int
decode(struct cli *c, const struct cli_arguments *a)
{
	struct text t = { 0 };
	json_t *j;
	bool bad = false;

	if (!read_all(c, a->words[0], &t)) {
		text_clear(&t);
		return CLI_FAILED;
	}
	text_add_bytes(&t, "", 0);
	if ((j = decode_request(&t)) == NULL &&
	    (j = decode_envelope(&t)) == NULL)
		j = decode_part(t.data, t.length, &bad);
	text_clear(&t);
	if (bad) {
		cli_fail(c, "%s: neither batch, inbox entry nor part: %s",
		    a->words[0],
		    json_string_value(json_object_get(j, "error")));
		json_decref(j);
		return CLI_FAILED;
	}
	cli_print_json(c, j);
	return CLI_DONE;
}

const struct cli_command cmd_decode = {
	.name = "decode",
	.synopsis = "FILE",
	.summary = "Print a batch of an agent, or a part of one, as JSON",
	.min = 1,
	.max = 1,
	.run = decode,
};
