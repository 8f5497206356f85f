#ifndef LIB_SETTINGS_FIELDS_H
#define LIB_SETTINGS_FIELDS_H

#include <stddef.h>

/* settings_fields: how the tables of settings are written. */

#define DAY (INT64_C(86400) * 1000)
#define HOUR (INT64_C(3600) * 1000)
#define MINUTE (INT64_C(60) * 1000)
#define SECOND INT64_C(1000)

#define OF(type, member) .offset = offsetof(struct type, member)
#define PLACED(type)                                                           \
	.size = sizeof(struct type),                                           \
	.place_offset = offsetof(struct type, place),                          \
	.given_offset = CONF_NONE
#define PLAIN(type)                                                            \
	.size = sizeof(struct type), .place_offset = CONF_NONE,                \
	.given_offset = CONF_NONE

#endif
