// Descriptors until there is no memory for more: a call fails, and the machine goes on.
#include "common.h"

static void fill(const char *what, int (*make)(int *))
{
	int n = 0, fd[2];
	errno = 0;
	while (make(fd) == 0)
		n++;
	printf("%s: many %d, then %s\n", what, n > 100, strerrorname_np(errno));
	syscall(SYS_close_range, 3, ~0U, 0);
	CHILD(printf("a child\n"));
}

static int make_pipe(int *fd) { return pipe(fd); }

static int make_full(int *fd)
{
	static char b[100000];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd))
		return -1;
	return write(fd[0], b, sizeof b) < 0 ? -1 : 0;
}

int main(void)
{
	struct rlimit l = {500000, 500000};
	R(setrlimit(RLIMIT_NOFILE, &l));
	fill("pipes", make_pipe);
	ms(200);
	fill("full sockets", make_full);
	return 0;
}
