/*
 * From YAML text to nodes, each with its place.
 *
 * libyaml's events are used, not its documents: so depth is limited while
 * reading, and what this project does not want of YAML is refused where it
 * stands.  Nothing here recurses.
 */
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "lib/conf.h"
#include "lib/conf_reader.h"
#include "lib/text.h"

#define CHUNK_SIZE ((size_t)256 << 10)

struct conf_chunk {
	struct conf_chunk *next;
	size_t used, room;
	_Alignas(max_align_t) char data[];
};

/* One text being read; open[depth - 1] is what its events go into. */
struct builder {
	const char *name;
	const char *text;
	size_t length;
	struct conf_pool *pool;
	struct conf_errors *errors;
	struct conf_node *root; /* NULL before the first node */
	struct conf_node *open[CONF_DEPTH_MAX];
	size_t depth;
};

void *
conf_pool_get(struct conf_pool *pool, size_t size)
{
	struct conf_chunk *c = pool->chunks;
	size_t room = CHUNK_SIZE;
	void *out;

	size =
	    (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
	if (c == NULL || c->room - c->used < size) {
		if (size > room)
			room = size;
		c = mem_alloc(sizeof(*c) + room);
		c->room = room;
		c->next = pool->chunks;
		pool->chunks = c;
	}
	out = c->data + c->used;
	c->used += size;
	return out;
}

void
conf_pool_clear(struct conf_pool *pool)
{
	struct conf_chunk *c;

	while ((c = pool->chunks) != NULL) {
		pool->chunks = c->next;
		free(c);
	}
}

struct conf_node *
conf_node_new(struct conf_pool *pool, enum conf_node_kind kind,
    const struct conf_place *place)
{
	struct conf_node *n = conf_pool_get(pool, sizeof(*n));

	n->kind = kind;
	n->place = *place;
	return n;
}

void
conf_node_append(struct conf_node *parent, struct conf_node *child)
{
	if (parent->last == NULL)
		parent->first = child;
	else
		parent->last->next = child;
	parent->last = child;
}

struct conf_node *
conf_node_get(const struct conf_node *node, const char *key)
{
	if (node->kind != CONF_MAPPING)
		return NULL;
	for (struct conf_node *k = node->first; k != NULL; k = k->next->next)
		if (k->kind == CONF_SCALAR && strcmp(k->text, key) == 0)
			return k->next;
	return NULL;
}

static struct conf_place
place_of(const struct builder *b, const yaml_mark_t *mark)
{
	return (struct conf_place){ b->name, (unsigned)mark->line + 1,
		(unsigned)mark->column + 1 };
}

static bool
refuse(struct builder *b, const yaml_event_t *event, const char *why)
{
	struct conf_place place = place_of(b, &event->start_mark);

	conf_complain(b->errors, &place, "%s", why);
	return false;
}

static bool
is_decorated(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return e->data.scalar.anchor != NULL ||
		    e->data.scalar.tag != NULL;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.anchor != NULL ||
		    e->data.sequence_start.tag != NULL;
	case YAML_MAPPING_START_EVENT:
		return e->data.mapping_start.anchor != NULL ||
		    e->data.mapping_start.tag != NULL;
	default:
		return false;
	}
}

static void
add(struct builder *b, struct conf_node *n)
{
	if (b->depth > 0)
		conf_node_append(b->open[b->depth - 1], n);
	else
		b->root = n;
}

static bool
add_scalar(struct builder *b, const yaml_event_t *e)
{
	struct conf_place place = place_of(b, &e->start_mark);
	struct conf_node *n = conf_node_new(b->pool, CONF_SCALAR, &place);
	size_t length = e->data.scalar.length;
	char *text = conf_pool_get(b->pool, length + 1);

	memcpy(text, e->data.scalar.value, length);
	if (strlen(text) != length)
		return refuse(b, e, "the text contains a zero byte");
	n->text = text;
	n->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	add(b, n);
	return true;
}

static bool
open_node(struct builder *b, const yaml_event_t *e, enum conf_node_kind kind)
{
	struct conf_place place = place_of(b, &e->start_mark);
	struct conf_node *n;

	if (b->depth == CONF_DEPTH_MAX)
		return refuse(b, e, "nested too deeply, more than 32 levels");
	n = conf_node_new(b->pool, kind, &place);
	add(b, n);
	b->open[b->depth++] = n;
	return true;
}

static bool
take(struct builder *b, const yaml_event_t *e)
{
	if (is_decorated(e))
		return refuse(b, e,
		    "anchors (&name) and tags (!name) are not used here");
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return refuse(b, e,
		    "aliases (*name) are not used here; write it out");
	case YAML_DOCUMENT_START_EVENT:
		if (b->root != NULL)
			return refuse(b, e, "a second document in one file");
		return true;
	case YAML_SCALAR_EVENT:
		return add_scalar(b, e);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(b, e, CONF_SEQUENCE);
	case YAML_MAPPING_START_EVENT:
		return open_node(b, e, CONF_MAPPING);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		b->depth--;
		return true;
	default:
		return true;
	}
}

/* What is no text at all is found before lines are counted. */
static struct conf_place
place_of_byte(const struct builder *b, size_t offset)
{
	struct conf_place place = { b->name, 1, 1 };

	for (size_t i = 0; i < offset && i < b->length; i++) {
		/* Bytes inside a character do not begin a column. */
		if ((b->text[i] & 0xc0) != 0x80)
			place.column++;
		if (b->text[i] == '\n') {
			place.line++;
			place.column = 1;
		}
	}
	return place;
}

static bool
fail(struct builder *b, const yaml_parser_t *parser)
{
	struct conf_place place = place_of(b, &parser->problem_mark);

	if (parser->error == YAML_READER_ERROR)
		place = place_of_byte(b, parser->problem_offset);
	conf_complain(b->errors, &place, "%s",
	    parser->problem != NULL ? parser->problem : "this is not YAML");
	return false;
}

/* Drain the parser; false with a complaint. */
static bool
build(struct builder *b, yaml_parser_t *parser)
{
	yaml_event_t event;
	bool going = true, end = false;

	while (going && !end) {
		if (!yaml_parser_parse(parser, &event))
			return fail(b, parser);
		going = take(b, &event);
		end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	return going;
}

struct conf_node *
conf_tree(const char *name, const char *text, size_t length,
    struct conf_pool *pool, struct conf_errors *errors)
{
	struct builder b = { .name = name,
		.text = text,
		.length = length,
		.pool = pool,
		.errors = errors };
	struct conf_place top = { name, 1, 1 };
	yaml_parser_t parser;
	bool ok;

	if (length > CONF_FILE_MAX) {
		conf_complain(errors, &top, "the file is too large");
		return NULL;
	}
	if (!yaml_parser_initialize(&parser))
		abort(); /* there is no memory left */
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text,
	    length);
	ok = build(&b, &parser);
	yaml_parser_delete(&parser);
	if (ok && b.root == NULL) {
		conf_complain(errors, &top, "the file is empty");
		return NULL;
	}
	return ok ? b.root : NULL;
}
