// What the programs of this directory share.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define HELPER static __attribute__((unused))

HELPER const char *ename(int e) { return e ? strerrorname_np(e) : "ok"; }

// check prints the result of a call by its label.
#define CHECK(call) do { errno = 0; long r_ = (long)(call); \
	printf("%s = %ld %s\n", #call, r_ < 0 ? -1 : r_, r_ < 0 ? ename(errno) : ""); } while (0)

HELPER void install(int sig, void (*f)(int, siginfo_t *, void *), int flags)
{
	struct sigaction sa;
	memset(&sa, 0, sizeof sa);
	sa.sa_sigaction = f;
	sa.sa_flags = SA_SIGINFO | flags;
	if (sigaction(sig, &sa, NULL))
		perror("sigaction"), exit(1);
}

HELPER void block(int how, int sig)
{
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, sig);
	sigprocmask(how, &s, NULL);
}

HELPER void sleep_ms(int ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

HELPER long now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// who names a process id.
HELPER const char *who(pid_t pid) { return pid == getpid() ? "self" : pid == getppid() ? "parent" : pid == 0 ? "0" : "other"; }

// how prints how a child ended.
HELPER void how(const char *what, pid_t pid)
{
	int status;
	fflush(stdout);
	if (waitpid(pid, &status, 0) != pid)
		printf("%s: waitpid: %s\n", what, ename(errno));
	else if (WIFSIGNALED(status))
		printf("%s: killed by %d\n", what, WTERMSIG(status));
	else
		printf("%s: exit %d\n", what, WEXITSTATUS(status));
}
