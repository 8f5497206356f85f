#ifndef LIB_CONF_READER_H
#define LIB_CONF_READER_H

#include "lib/conf.h"

/*
 * conf_reader: the parts of conf, for those who read a tree of many files.
 *
 * First a file becomes a tree of nodes (conf_tree); then nodes, which may
 * have been moved from one tree to another, fill structs (conf_fill).  All
 * nodes live in a pool that is freed at once.
 */

enum conf_node_kind { CONF_SCALAR, CONF_SEQUENCE, CONF_MAPPING };

struct conf_node {
	enum conf_node_kind kind;
	bool plain; /* a scalar without quotes */
	struct conf_place place;
	const char *text; /* SCALAR */
	/* Children; those of a mapping are key, value, key, value ... */
	struct conf_node *first, *last;
	struct conf_node *next; /* NULL: the last child of its parent */
};

/* Memory that is given back only as a whole. */
struct conf_chunk;
struct conf_pool {
	struct conf_chunk *chunks;
};
void *conf_pool_get(struct conf_pool *, size_t size); /* zeroed */
void conf_pool_clear(struct conf_pool *);

struct conf_node *conf_node_new(struct conf_pool *, enum conf_node_kind,
    const struct conf_place *);
void conf_node_append(struct conf_node *parent, struct conf_node *child);
/* The value of a key; NULL if the node has none or is no mapping. */
struct conf_node *conf_node_get(const struct conf_node *, const char *key);

/* The root node of a YAML text, or NULL with a complaint. */
struct conf_node *conf_tree(const char *name, const char *text, size_t length,
    struct conf_pool *, struct conf_errors *);

/*
 * A regular file's content, 0-terminated, the caller's to free; or NULL with
 * *why.  id tells files apart whatever their names.
 */
struct conf_file_id {
	uint64_t device, inode;
};
char *conf_slurp(const char *path, size_t max, size_t *length,
    struct conf_file_id *id, const char **why);

/* What secrets hold, by their references as "file:/absolute/path". */
struct conf_secret {
	char *reference, *value;
	struct conf_secret *next;
};
struct conf_secrets {
	struct conf_secret *first;
	bool closed; /* only what stands here is known: a kept tree */
};
/* NULL with *why; the value belongs to the struct conf_secrets. */
const char *conf_secret(struct conf_secrets *, const char *file,
    const char *text, bool lines, const char **why);
/* It says where a secret is, so that it may be shown. */
bool conf_is_reference(const char *text);
void conf_secrets_add(struct conf_secrets *, const char *reference,
    const char *value);
void conf_secrets_clear(struct conf_secrets *);

/* Where each written value stands, by the address of what it filled. */
struct conf_site;
struct conf_reader {
	struct conf_errors *errors;
	struct conf_secrets *secrets; /* NULL: secrets stay NULL, unread */
	unsigned for_whom; /* bits: others' secrets stay so; 0: none does */
	struct conf_pool *pool;
	bool remember;           /* places, for conf_where() */
	struct conf_site *sites; /* begins as NULL; lives in the pool */
	struct conf_zone *zones; /* asked for already; the same */
};
void conf_reader_clear(struct conf_reader *);
void conf_forget_zones(struct conf_reader *);

void conf_fill(struct conf_reader *, const struct conf_table *,
    const struct conf_node *, void *into);
/* Note where the value of a member stands, if the reader remembers. */
void conf_remember(struct conf_reader *, const void *member,
    const struct conf_place *);
/* The place of the value that filled member, or otherwise. */
const struct conf_place *conf_where(const struct conf_reader *,
    const void *member, const struct conf_place *otherwise);

/* Fill one member from a text; on failure *why says what is wrong. */
bool conf_value(struct conf_reader *, const struct conf_field *,
    const char *text, void *member, const char **why);
/* How the limits of a field are written: "1s to 1d". */
void conf_limits(const struct conf_field *, char *out, size_t room);

void conf_duration(int64_t ms, char *out, size_t room);

/* ", did you mean \"interval\"?", or nothing. */
void conf_meant(const char *word, const char *const *candidates, size_t count,
    char *out, size_t room);
bool conf_errors_full(const struct conf_errors *);

#endif
