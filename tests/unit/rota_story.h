#ifndef TESTS_UNIT_ROTA_STORY_H
#define TESTS_UNIT_ROTA_STORY_H

/* Rotas of seven people, and how their stretches and faults are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/civil.h"
#include "lib/rota.h"
#include "lib/text.h"

#define HOUR_MS INT64_C(3600000)
#define LENGTH(a) (sizeof(a) / sizeof(a)[0])
#define UNUSED __attribute__((unused)) /* not every test meets everybody */

static UNUSED char name_aroha[] = "aroha", name_wiremu[] = "wiremu",
		   name_isla[] = "isla", name_tom[] = "tom",
		   name_maya[] = "maya", name_diego[] = "diego",
		   name_zoe[] = "zoe";
static UNUSED char auckland[] = "Pacific/Auckland", london[] = "Europe/London",
		   new_york[] = "America/New_York", utc[] = "UTC",
		   apia[] = "Pacific/Apia", cairo[] = "Africa/Cairo";

static UNUSED const struct person aroha = { .name = name_aroha,
	.zone = auckland },
				  wiremu = { .name = name_wiremu,
					  .zone = auckland },
				  isla = { .name = name_isla, .zone = london },
				  tom = { .name = name_tom, .zone = london },
				  maya = { .name = name_maya,
					  .zone = new_york },
				  diego = { .name = name_diego,
					  .zone = new_york },
				  zoe = { .name = name_zoe, .zone = apia };

static UNUSED const struct person *down_under[] = { &aroha, &wiremu };
static UNUSED const struct person *islanders[] = { &isla, &tom };
static UNUSED const struct person *yankees[] = { &maya, &diego };

static inline struct watch
watch(char *zone, int hour, const struct person **people, size_t count)
{
	return (struct watch){ .zone = zone,
		.takes_over_min = hour * 60,
		.people = { NULL, count },
		.members = people,
		.rotate = { ROTATE_WEEKLY, 1 },
		.day_mask = 127 };
}

/* Auckland 08, London 08, New York 09: the rota of the manual. */
static inline struct rota
follow_the_sun(struct watch room[3])
{
	static char name[] = "support";

	room[0] = watch(auckland, 8, down_under, 2);
	room[1] = watch(london, 8, islanders, 2);
	room[2] = watch(new_york, 9, yankees, 2);
	return (struct rota){ .name = name, .watches = { room, 3 } };
}

static inline int64_t
at(const char *text)
{
	int64_t ms = 0;

	if (!civil_parse(text, &ms))
		fail_msg("test writes an unreadable instant: %s", text);
	return ms;
}

/* "2026-11-22T19:00:00Z aroha" for each watch from one to another. */
static inline void
tell(struct text *t, const struct rota *rota, const struct override *list,
    size_t count, const char *from, const char *to)
{
	struct stretch s;

	for (int64_t ms = at(from); ms < at(to); ms = s.to_ms) {
		char since[32];

		rota_watch_at(rota, list, count, ms, &s);
		civil_utc(s.from_ms, since, sizeof since);
		text_addf(t, "%s %s%s%s\n", since,
		    s.person == NULL ? "nobody" : s.person->name,
		    s.filled ? " filled" : "",
		    s.override != NULL ? " override" : "");
		assert_true(s.from_ms <= ms && ms < s.to_ms);
	}
}

static inline void
check_told(const struct rota *rota, const struct override *list, size_t count,
    const char *from, const char *to, const char *expected)
{
	struct text t = { 0 };

	tell(&t, rota, list, count, from, to);
	assert_string_equal(t.data, expected);
	text_clear(&t);
}

static inline struct override
override(const char *id, const struct person *who, const char *from,
    const char *to)
{
	struct override o = { .from_ms = at(from),
		.to_ms = at(to),
		.who = who };

	text_copy(o.id, sizeof o.id, id);
	text_copy(o.rota, sizeof o.rota, "support");
	text_copy(o.person, sizeof o.person, who->name);
	return o;
}

struct faults {
	struct text text;
	size_t count, waived;
};

static inline void
on_fault(void *arg, const struct rota_fault *f)
{
	struct faults *all = arg;

	all->count++;
	all->waived += f->waived;
	assert_true(f->from_ms < f->to_ms);
	text_addf(&all->text, "%s%s\n", f->text, f->waived ? " (waived)" : "");
}

static inline void
check_proof(const struct rota *rota, const struct override *list, size_t count,
    const char *from, int days, const char *expected)
{
	struct faults all = { 0 };
	size_t faults =
	    rota_prove(rota, list, count, at(from), days, on_fault, &all);

	assert_string_equal(all.text.data == NULL ? "" : all.text.data,
	    expected);
	assert_int_equal(faults, all.count - all.waived);
	assert_int_equal(faults,
	    rota_prove(rota, list, count, at(from), days, NULL, NULL));
	text_clear(&all.text);
}

#endif
