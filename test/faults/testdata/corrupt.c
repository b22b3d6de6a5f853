// corrupt executes a program a thousand times, each time with a few bytes of its
// headers changed at random, and counts what becomes of it. It ends well if it
// gets to the end: no child may hang, and the kernel must live.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned long state = 88172645463325252UL;

static unsigned long next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void save(const char *path, const char *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	if (fd < 0 || write(fd, p, n) != (ssize_t)n || close(fd) < 0) {
		perror(path);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	enum { rounds = 1000, headers = 64 + 10 * 56 };
	static char good[4 << 20], bad[4 << 20];
	int fd = open(argv[1], O_RDONLY);
	ssize_t size = read(fd, good, sizeof good);
	int refused = 0, ran = 0, killed = 0;

	if (argc < 2 || size < headers) {
		fprintf(stderr, "usage: corrupt PROGRAM\n");
		return 2;
	}
	for (int i = 0; i < rounds; i++) {
		memcpy(bad, good, size);
		for (int n = 1 + next() % 4; n > 0; n--) {
			unsigned long at = next() % headers;
			if (next() % 2)
				bad[at] = next();
			else
				bad[at] ^= 1 << next() % 8;
		}
		save("/tmp/bad", bad, next() % 8 ? size : next() % size);
		pid_t pid = fork();
		if (pid == 0) {
			int null = open("/dev/null", O_RDWR);
			dup2(null, 1);
			dup2(null, 2);
			alarm(5);
			execl("/tmp/bad", "bad", NULL);
			_exit(100);
		}
		int status;
		if (pid < 0 || waitpid(pid, &status, 0) != pid) {
			perror("child");
			return 2;
		}
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
			printf("round %d hung\n", i);
		else if (WIFSIGNALED(status))
			killed++;
		else if (WEXITSTATUS(status) == 100)
			refused++;
		else
			ran++;
	}
	fprintf(stderr, "refused %d, killed %d, ran %d\n", refused, killed, ran);
	printf("%d of %d\n", refused + killed + ran, rounds);
	return 0;
}
