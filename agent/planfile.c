/* planfile: see planfile.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/planfile.h"
#include "lib/crash.h"
#include "lib/log.h"
#include "lib/text.h"

static char *
path_of(const char *state_dir, const char *name)
{
	struct text path = { 0 };

	text_addf(&path, "%s/%s", state_dir, name);
	return text_take(&path);
}

/* The whole file, or NULL (logged, unless there is none). */
static char *
read_file(const char *path, size_t *length)
{
	FILE *in = fopen(path, "re");
	struct stat st;
	char *data = NULL;

	if (in == NULL) {
		if (errno != ENOENT)
			log_warn("%s", path);
		return NULL;
	}
	if (fstat(fileno(in), &st) == 0 && st.st_size <= PLAN_MAX) {
		data = mem_alloc((size_t)st.st_size + 1);
		*length = fread(data, 1, (size_t)st.st_size, in);
	} else {
		log_warnx("%s: larger than a plan can be", path);
	}
	fclose(in);
	return data;
}

struct plan *
planfile_load(const char *state_dir)
{
	char *path = path_of(state_dir, "plan.json"), error[160];
	size_t length = 0;
	char *json = read_file(path, &length);
	struct plan *plan = NULL;

	if (json != NULL) {
		plan = plan_decode(json, length, error);
		if (plan == NULL)
			log_warnx("%s: %s", path, error);
	}
	free(json);
	free(path);
	return plan;
}

static int
write_file(const char *path, const char *data, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *out = fd != -1 ? fdopen(fd, "w") : NULL;
	bool good;

	if (out == NULL) {
		if (fd != -1)
			close(fd);
		return -1;
	}
	good = fwrite(data, 1, length, out) == length;
	good = fflush(out) == 0 && good;
	good = fsync(fd) == 0 && good; /* or a rename could outlive it */
	return fclose(out) == 0 && good ? 0 : -1;
}

int
planfile_save(const char *state_dir, const char *json, size_t length)
{
	char *path = path_of(state_dir, "plan.json");
	char *fresh = path_of(state_dir, "plan.json.new");
	int result = write_file(fresh, json, length);

	CRASH_POINT("agent-plan-written");
	if (result == 0)
		result = rename(fresh, path);
	if (result == -1) {
		log_warn("%s", path);
		unlink(fresh); /* it may hold what room there was */
	}
	free(path);
	free(fresh);
	return result;
}
