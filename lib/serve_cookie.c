/* serve_cookie: one cookie of a request; see serve.h. */
#include <string.h>

#include "lib/serve.h"

bool
serve_cookie_find(const char *header, const char *name, char *out, size_t room)
{
	size_t length = strlen(name);

	while (header != NULL && *header != '\0') {
		size_t end;

		header += strspn(header, " ;");
		end = strcspn(header, ";");
		if (end > length && strncmp(header, name, length) == 0 &&
		    header[length] == '=' && end - length - 1 < room) {
			memcpy(out, header + length + 1, end - length - 1);
			out[end - length - 1] = '\0';
			return true;
		}
		header += end;
	}
	return false;
}

const char *
serve_cookie(const struct serve_request *r, const char *name, char *out,
    size_t room)
{
	return serve_cookie_find(serve_header(r, "Cookie"), name, out, room)
	    ? out
	    : NULL;
}
