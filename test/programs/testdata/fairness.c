// Pairs of tasks that wake each other at every turn, and tasks that never wait: all get their share, and
// a task that sleeps is woken in time.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	SLEEPS = 15,
	SLEEP = 20000000,       // ns
	LATE = 2000000000,      // ns: the sleeper starved
	LEAST = 3000,           // us of the processor: less is no share
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static long now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000 + t.tv_nsec;
}

// pass sends a byte back and forth.
static void pass(int in, int out, int first)
{
	char c = 0;
	for (;;) {
		if (first && write(out, &c, 1) != 1)
			fail("write");
		first = 1;
		if (read(in, &c, 1) != 1)
			fail("read");
	}
}

static pid_t spawn(void (*f)(void))
{
	pid_t p = fork();
	if (p < 0)
		fail("fork");
	if (p == 0) {
		f();
		_exit(1);
	}
	return p;
}

static int a[2], b[2];

static void piper(void) { pass(a[0], b[1], 1); }
static void piped(void) { pass(b[0], a[1], 0); }
static void talker(void) { pass(a[0], a[0], 1); }
static void listener(void) { pass(a[1], a[1], 0); }

static int turn;

static void *take_turns(void *me)
{
	int mine = me != NULL;
	for (;;) {
		while (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) != mine)
			syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, !mine, NULL, NULL, 0);
		__atomic_store_n(&turn, !mine, __ATOMIC_SEQ_CST);
		syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	}
	return NULL;
}

static void threads(void)
{
	pthread_t t;
	if (pthread_create(&t, NULL, take_turns, &turn) != 0)
		fail("pthread_create");
	take_turns(NULL);
}

static void spin(void)
{
	for (volatile long n = 0;; n++)
		;
}

static void call(void)
{
	for (;;)
		syscall(SYS_getppid);
}

int main(void)
{
	struct { const char *name; pid_t pid; } all[8];
	int n = 0;
	if (pipe(a) || pipe(b))
		fail("pipe");
	all[n].name = "reads and writes pipes", all[n++].pid = spawn(piper);
	all[n].name = "answers on pipes", all[n++].pid = spawn(piped);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, a))
		fail("socketpair");
	all[n].name = "talks on a socket", all[n++].pid = spawn(talker);
	all[n].name = "answers on a socket", all[n++].pid = spawn(listener);
	all[n].name = "has threads that take turns", all[n++].pid = spawn(threads);
	all[n].name = "spins", all[n++].pid = spawn(spin);
	all[n].name = "makes calls", all[n++].pid = spawn(call);

	for (int i = 0; i < SLEEPS; i++) {
		struct timespec t = {.tv_nsec = SLEEP};
		long begin = now();
		nanosleep(&t, NULL);
		if (now() - begin > LATE)
			printf("a sleep took %ld ns\n", now() - begin);
	}
	for (int i = 0; i < n; i++) {
		struct rusage u;
		int status;
		kill(all[i].pid, SIGKILL);
		if (wait4(all[i].pid, &status, 0, &u) < 0)
			fail("wait4");
		long used = (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
		if (!WIFSIGNALED(status))
			printf("%s: status %#x\n", all[i].name, status);
		else if (used < LEAST)
			printf("%s: %ld us of the processor\n", all[i].name, used);
		else
			printf("%s: had its share\n", all[i].name);
	}
	return 0;
}
