/* Which heartbeat calls, and what it says, by the path: see heartbeat.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/heartbeat.h"

static const char front[] = "/heartbeat/";

#define WORD_MAX 16

/* "3": an exit code. */
static bool
read_code(const char *word, struct heartbeat_call *call)
{
	long code;
	char *end;

	if (word[0] < '0' || word[0] > '9')
		return false;
	code = strtol(word, &end, 10);
	if (*end != '\0' || code > HEARTBEAT_CODE_MAX)
		return false;
	call->code = (int)code;
	call->word = code == 0 ? HEARTBEAT_FINISH : HEARTBEAT_FAIL;
	return true;
}

bool
heartbeat_path(const char *path, char token[HEARTBEAT_TOKEN + 1],
    struct heartbeat_call *call, bool *is_known)
{
	const char *rest;
	char word[WORD_MAX];
	size_t length;

	*call = (struct heartbeat_call){ .word = HEARTBEAT_FINISH, .said = "" };
	if (strncmp(path, front, sizeof(front) - 1) != 0)
		return false;
	rest = path + sizeof(front) - 1;
	length = strcspn(rest, "/");
	if (length == 0 || length > HEARTBEAT_TOKEN)
		return false;
	text_format(token, HEARTBEAT_TOKEN + 1, "%.*s", (int)length, rest);
	rest += length + (rest[length] == '/');
	text_copy(word, sizeof(word), rest);
	length = strlen(word);
	if (length > 0 && word[length - 1] == '/')
		word[length - 1] = '\0';
	*is_known = strlen(rest) < sizeof(word) &&
	    (word[0] == '\0' || read_code(word, call) ||
		heartbeat_word(word, &call->word));
	return true;
}
