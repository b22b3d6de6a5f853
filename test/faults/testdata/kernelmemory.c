// A child makes the kernel keep as much as it can, in the way that the argument says; the first process lives on.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char data[65536];

// keep makes one thing more that the kernel keeps. It reports failure.
static int keep(const char *how)
{
	int s[2], n;
	if (strcmp(how, "sockets") == 0) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s))
			return -1;
		while (write(s[0], data, sizeof data) > 0 && write(s[1], data, sizeof data) > 0)
			;
		return 0;
	}
	if (strcmp(how, "terminals") == 0) {
		n = open("/dev/ptmx", O_RDWR | O_NOCTTY);
		return n < 0 ? -1 : write(n, data, 1000);
	}
	return epoll_create1(0);
}

int main(int argc, char **argv)
{
	struct rlimit many = {100000, 100000};
	int status;
	setrlimit(RLIMIT_NOFILE, &many);
	pid_t other = fork(); // uses more of its own memory than who makes the kernel keep things
	if (other == 0) {
		memset(malloc(2 << 20), 1, 2 << 20);
		pause();
	}
	for (int round = 0; round < 2; round++) {
		pid_t p = fork();
		if (p == 0) {
			while (keep(argv[1]) >= 0)
				;
			_exit(0);
		}
		waitpid(p, &status, 0);
		if (WIFSIGNALED(status) ? WTERMSIG(status) != 9 : WEXITSTATUS(status) != 0)
			printf("status %x\n", status);
	}
	kill(other, SIGTERM);
	waitpid(other, &status, 0);
	printf("the other: signal %d\n", WTERMSIG(status));
	printf("survived, a command: %d\n", system("exit 7") >> 8);
	return 0;
}
