// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A fleet's file: lines one after the other, and how far it is. */
#include "fleet.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* No line is longer: memory does not follow the input. */
#define LIMIT ((size_t)1024 * 1024)
/* Damaged lines that are told one by one. */
#define TOLD 10
/* The clock is looked at once in so many lines, and a line is written ten times a second. */
#define LINES_A_LOOK 1024
#define NANOSECONDS 1000000000
#define PAUSE (NANOSECONDS / 10)
#define BAR 40

struct source {
	const char *path;
	int fd;
	uint64_t size;	/* 0: not known */
	uint64_t read;
	char *buf;
	size_t at, end;
	bool ended;
	bool terminal;
	bool shown;
	int64_t next;	/* of the bar */
};

static int64_t now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * NANOSECONDS + time.tv_nsec;
}

static void show_progress(struct source *source, uint64_t lines)
{
	char bar[BAR + 1] = "", text[160];
	uint64_t done = source->read - (source->end - source->at);

	if (!source->terminal || lines % LINES_A_LOOK || now() < source->next)
		return;
	source->next = now() + PAUSE;
	source->shown = true;
	if (source->size) {
		done = done < source->size ? done : source->size;
		memset(bar, ' ', BAR);
		memset(bar, '#', (size_t)(done * BAR / source->size));
		put(text, sizeof(text), "\r[%s] %3" PRIu64 " %%  %" PRIu64 " lines", bar,
		    done * 100 / source->size, lines);
	} else {
		put(text, sizeof(text), "\r%" PRIu64 " lines", lines);
	}
	(void)!write(STDERR_FILENO, text, strlen(text));
}

static void clear_progress(struct source *source)
{
	static const char clear[] = "\r\033[K";

	if (source->shown)
		(void)!write(STDERR_FILENO, clear, sizeof(clear) - 1);
	source->shown = false;
}

static void source_open(struct source *source, const char *path)
{
	const bool standard = !strcmp(path, "-");
	struct stat stat;

	*source = (struct source){
		.path = standard ? "standard input" : path,
		.fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC),
		.buf = calloc(1, LIMIT), .terminal = isatty(STDERR_FILENO),
	};
	if (!source->buf)
		die("no memory");
	if (source->fd < 0)
		die("%s: %s", path, strerror(errno));
	if (!fstat(source->fd, &stat) && S_ISREG(stat.st_mode))
		source->size = (uint64_t)stat.st_size;
}

static void fill(struct source *source)
{
	ssize_t count;

	memmove(source->buf, source->buf + source->at, source->end - source->at);
	source->end -= source->at;
	source->at = 0;
	do {
		count = read(source->fd, source->buf + source->end, LIMIT - source->end);
	} while (count < 0 && errno == EINTR);
	if (count < 0) {
		clear_progress(source);
		die("%s: %s", source->path, strerror(errno));
	}
	source->ended = !count;
	source->end += (size_t)count;
	source->read += (size_t)count;
}

/* The next line without its end; false after the last. *whole is false of one that is too long. */
static bool next_line(struct source *source, const char **line, size_t *len, bool *whole)
{
	size_t looked = 0;
	const char *end;

	*whole = true;
	for (;;) {
		end = memchr(source->buf + source->at + looked, '\n',
			     source->end - source->at - looked);
		if (end || source->ended)
			break;
		looked = source->end - source->at;
		if (looked == LIMIT) {
			*whole = false;
			source->at = source->end;
			looked = 0;
		}
		fill(source);
	}
	*line = source->buf + source->at;
	*len = end ? (size_t)(end - *line) : source->end - source->at;
	source->at += *len + (end ? 1 : 0);
	return end || *len || !*whole;
}

static bool is_blank(const char *line, size_t len)
{
	size_t i = 0;

	while (i < len && strchr(" \t\r", line[i]) && line[i])
		i++;
	return i == len;
}

static void tell(struct fleet *fleet, struct source *source, const char *why)
{
	if (fleet->damaged++ >= TOLD)
		return;
	clear_progress(source);
	complain("%s:%" PRIu64 ": %s", source->path, fleet->lines, why);
}

void fleet_read(struct fleet *fleet, const char *path)
{
	struct source source;
	const char *line;
	char why[256];
	bool whole;
	size_t len;

	source_open(&source, path);
	while (next_line(&source, &line, &len, &whole)) {
		fleet->lines++;
		if (!whole)
			tell(fleet, &source, "longer than 1 MiB, which no profile is");
		else if (!is_blank(line, len) && !fleet_add(fleet, line, len, why, sizeof(why)))
			tell(fleet, &source, why);
		show_progress(&source, fleet->lines);
	}
	clear_progress(&source);
	if (fleet->damaged)
		complain("%s: %" PRIu64 " of %" PRIu64 " lines are damaged and left out",
			 source.path, fleet->damaged, fleet->lines);
	free(source.buf);
	if (source.fd != STDIN_FILENO)
		(void)close(source.fd);
}
