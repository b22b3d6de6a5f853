// What a blocked call waits for comes, and a signal with a handler right behind it: the call returns
// what it waited for, not EINTR.
#include "common.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

static volatile int handled;

static void note(int sig, siginfo_t *i, void *u) { handled++; }

static pid_t parent;

// later runs f in a child once the parent has had time to block, and then signals the parent, all
// before the parent can run again if there is one processor.
static pid_t later(void (*f)(int), int fd)
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		sleep_ms(50);
		f(fd);
		kill(parent, SIGUSR1);
		pause();
	}
	return pid;
}

static void put(int fd) { if (write(fd, "12345678", 8) != 8) _exit(1); }

static void done(pid_t pid, const char *what, long r)
{
	while (!handled)
		sleep_ms(1);
	printf("%s: %ld %s, handled %d\n", what, r, r < 0 ? ename(errno) : "", handled);
	handled = 0;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0)
		;
}

int main(void)
{
	int p[2], s[2];
	char buf[8];
	parent = getpid();
	install(SIGUSR1, note, 0);
	if (pipe(p) || socketpair(AF_UNIX, SOCK_STREAM, 0, s))
		return 1;
	pid_t pid = later(put, p[1]);
	done(pid, "read", read(p[0], buf, 8));
	int e = eventfd(0, 0);
	pid = later(put, e);
	done(pid, "eventfd", read(e, buf, 8));
	struct pollfd f = {p[0], POLLIN, 0};
	pid = later(put, p[1]);
	done(pid, "poll", poll(&f, 1, -1));
	int ep = epoll_create1(0);
	struct epoll_event ev = {EPOLLIN, {0}};
	epoll_ctl(ep, EPOLL_CTL_ADD, s[0], &ev);
	pid = later(put, s[1]);
	done(pid, "epoll_wait", epoll_wait(ep, &ev, 1, -1));
	install(SIGCHLD, note, 0);
	fflush(stdout);
	if ((pid = fork()) == 0) {
		sleep_ms(50);
		_exit(3);
	}
	int status;
	pid_t got = wait(&status);
	printf("wait: %d status %d, handled %d\n", got == pid, WEXITSTATUS(status), handled);
	return 0;
}
