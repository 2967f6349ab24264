// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"
#include "init.h"

#define WORDS 32

static void become(char *line)
{
	static char *const environment[] = { "LC_ALL=C.UTF-8", NULL };
	char *words[WORDS + 1];
	size_t count = 0;

	for (char *word = strtok(line, " "); word && count < WORDS; word = strtok(NULL, " "))
		words[count++] = word;
	words[count] = NULL;
	execve(words[0], words, environment);
	_exit(127);
}

static void say_lines(int fd)
{
	FILE *from = fdopen(fd, "r");
	char line[4096];

	while (fgets(line, sizeof(line), from)) {
		line[strcspn(line, "\n")] = 0;
		say("out\t%s", line);
	}
	fclose(from);
}

static void run_command(char *line)
{
	int ends[2], status = -1;
	char copy[1024];
	pid_t child;

	snprintf(copy, sizeof(copy), "%s", line);
	if (pipe(ends))
		give_up("no pipe");
	child = fork();
	if (!child) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		become(copy);
	}
	close(ends[1]);
	say_lines(ends[0]);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		say("ran\t%s\t-1", line);
	else
		say("ran\t%s\t%d", line, WEXITSTATUS(status));
}

void run_commands(void)
{
	FILE *file = fopen("/commands", "r");
	char line[1024];

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = 0;
		run_command(line);
	}
	fclose(file);
}
