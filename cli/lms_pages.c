/*
 * lms_pages: the platform as a learner and a probe see it; see lms.h.
 */
#include <string.h>

#include "cli/lms.h"
#include "lib/sign.h"
#include "lib/text.h"

#define COOKIE "MoodleSession"
#define FIELD_MAX 128

static struct lms_session *
session_of(struct lms *l, struct serve_request *r)
{
	char id[LMS_ID_LENGTH + 1];

	if (serve_cookie(r, COOKIE, id, sizeof(id)) == NULL)
		return NULL;
	return lms_session_find(&l->sessions, id);
}

static void
set_cookie(struct serve_request *r, const char *value, const char *more)
{
	char cookie[160];

	text_format(cookie, sizeof(cookie),
	    COOKIE "=%s; path=/; HttpOnly; SameSite=Lax%s", value, more);
	serve_set_header(r, "Set-Cookie", cookie);
}

static void
go_to(struct serve_request *r, const char *where)
{
	serve_set_header(r, "Location", where);
	serve_answer(r, 303, "text/plain", "", 0);
}

static void
front_page(void *arg, struct serve_request *r)
{
	struct lms *l = arg;

	if (lms_fails(l, r, front_page))
		return;
	lms_page(r, 200, "Kahu Training",
	    "<body id=\"page-site-index\" class=\"notloggedin\">"
	    "<h1>Kahu Training</h1><p>Courses to practise on.</p>"
	    "<p><a href=\"/login/index.php\">Log in</a></p></body>");
}

static void
login_form(void *arg, struct serve_request *r)
{
	struct lms *l = arg;
	struct lms_session *s;
	char again[8], test[8];

	if (lms_fails(l, r, login_form))
		return;
	s = session_of(l, r);
	if (s != NULL && s->logged_in &&
	    serve_query(r, "testsession", test, sizeof(test)) != NULL) {
		go_to(r, "/my/");
		return;
	}
	if (s == NULL) {
		s = lms_session_start(&l->sessions);
		set_cookie(r, s->id, "");
	}
	lms_page(r, 200, "Log in to Kahu Training",
	    "<body id=\"page-login-index\" class=\"notloggedin\">%s"
	    "<form action=\"/login/index.php\" method=\"post\">"
	    "<input type=\"hidden\" name=\"anchor\" value=\"\">"
	    "<input type=\"hidden\" name=\"logintoken\" value=\"%s\">"
	    "<label>User <input name=\"username\"></label> "
	    "<label>Password <input type=\"password\" name=\"password\">"
	    "</label> <button>Log in</button></form></body>",
	    serve_query(r, "loginredirect", again, sizeof(again)) != NULL
		? "<p id=\"loginerrormessage\">That was not the right name "
		  "and password.</p>"
		: "",
	    lms_session_offer(s));
}

static void
login(void *arg, struct serve_request *r)
{
	char token[FIELD_MAX], user[FIELD_MAX], password[FIELD_MAX];
	struct lms *l = arg;
	struct lms_session *s;
	bool right;

	if (lms_fails(l, r, login))
		return;
	s = session_of(l, r);
	right = s != NULL &&
	    lms_session_spend(s,
		serve_form(r, "logintoken", token, sizeof(token)));
	if (!right || serve_form(r, "username", user, sizeof(user)) == NULL ||
	    serve_form(r, "password", password, sizeof(password)) == NULL ||
	    !sign_equal(user, l->user) || !sign_equal(password, l->password)) {
		go_to(r, "/login/index.php?loginredirect=1");
		return;
	}
	lms_session_enter(s);
	set_cookie(r, s->id, "");
	go_to(r, "/login/index.php?testsession=2");
}

/* "/my/" and the course: only for those who are logged in. */
static void
inside(void *arg, struct serve_request *r)
{
	struct lms *l = arg;
	struct lms_session *s;
	bool course = strncmp(serve_path(r), "/course/", 8) == 0;

	if (lms_fails(l, r, inside))
		return;
	s = session_of(l, r);
	if (s == NULL || !s->logged_in) {
		go_to(r, "/login/index.php");
		return;
	}
	lms_page(r, 200, course ? "Course: Watching the sun" : "Dashboard",
	    "<body id=\"%s\"><h1>%s</h1>"
	    "<p><a href=\"/course/view.php?id=1\">Watching the sun</a></p>"
	    "<p><a href=\"/login/logout.php?sesskey=%s\">Log out</a></p>"
	    "</body>",
	    course ? "page-course-view" : "page-my-index",
	    course ? "Watching the sun" : "Dashboard", s->key);
}

static void
logout(void *arg, struct serve_request *r)
{
	struct lms *l = arg;
	struct lms_session *s;
	char key[FIELD_MAX];

	if (lms_fails(l, r, logout))
		return;
	s = session_of(l, r);
	if (s != NULL && s->logged_in &&
	    serve_query(r, "sesskey", key, sizeof(key)) != NULL &&
	    sign_equal(key, s->key)) {
		lms_session_end(s);
		set_cookie(r, "deleted", "; Max-Age=0");
	}
	go_to(r, "/");
}

static void
to_switch(void *arg, struct serve_request *r)
{
	struct lms *l = arg;
	char where[64];

	text_format(where, sizeof(where), "http://127.0.0.1:%d/switch",
	    l->ports.panel);
	go_to(r, where);
}

const struct serve_route lms_site_routes[] = {
	{ "GET", "/", 0, front_page },
	{ "GET", "/login/index.php", 0, login_form },
	{ "POST", "/login/index.php", 4096, login },
	{ "GET", "/my/", 0, inside },
	{ "GET", "/course/view.php", 0, inside },
	{ "GET", "/login/logout.php", 0, logout },
	{ "GET", "/switch", 0, to_switch },
	{ NULL },
};
