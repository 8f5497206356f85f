#ifndef TESTS_UNIT_ONE_TREE_H
#define TESTS_UNIT_ONE_TREE_H

#include "lib/settings.h"
#include "tests/unit/shard_tree.h"

/*
 * One tree for all tests of a program, set by its main(); cmocka.h is included
 * before it.
 */
static const char *one_tree;
static struct settings *settings;

static inline int
one_tree_read(void **state)
{
	struct conf_errors errors = { 0 };

	(void)state;
	settings = settings_from_text(one_tree, &errors);
	assert_non_null(settings);
	return 0;
}

static inline int
one_tree_free(void **state)
{
	(void)state;
	settings_free(settings);
	return 0;
}

#endif
