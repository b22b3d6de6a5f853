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

HELPER void check(const char *call, long r) { printf("%s = %ld %s\n", call, r < 0 ? -1 : r, r < 0 ? ename(errno) : ""); }

// CHECK prints the result of a call by its label.
#define CHECK(call) (errno = 0, check(#call, (long)(call)))

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

// await_stat waits until a stat file of /proc shows one of the states of proc_pid_stat(5).
HELPER void await_stat(const char *name, const char *states)
{
	for (int i = 0; i < 5000; i++) {
		char line[200] = "", *state;
		int fd = open(name, O_RDONLY);
		if (fd >= 0 && read(fd, line, sizeof line - 1) > 0 && (state = strrchr(line, ')')) && strchr(states, state[2])) {
			close(fd);
			return;
		}
		close(fd);
		sleep_ms(1);
	}
	printf("%s never shows state %s\n", name, states);
}

HELPER void await_state(pid_t process, const char *states)
{
	char name[40];
	snprintf(name, sizeof name, "/proc/%d/stat", process);
	await_stat(name, states);
}

// await_thread waits until a thread of this process has said who it is, and sleeps.
HELPER void await_thread(volatile pid_t *task)
{
	char name[60];
	while (!*task)
		sleep_ms(1);
	snprintf(name, sizeof name, "/proc/self/task/%d/stat", *task);
	await_stat(name, "S");
}

// IN makes the calls in a child.
#define IN(...) do { fflush(stdout); pid_t in_ = fork(); if (!in_) { __VA_ARGS__; exit(0); } how("  child", in_); } while (0)

// as_child calls f in a child that leads a session, so that it is no first program, and returns how it ended.
HELPER int as_child(void (*f)(void))
{
	int status;
	setvbuf(stdout, NULL, _IONBF, 0);
	pid_t p = fork();
	if (p == 0) {
		setsid();
		f();
		exit(0);
	}
	waitpid(p, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
