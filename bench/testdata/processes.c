// Threads and processes that come and go.
#include "bench.h"
#include <pthread.h>
#include <sys/wait.h>

static void *nothing(void *unused) { return NULL; }

static void thread(void)
{
	pthread_t t;
	errno = pthread_create(&t, NULL, nothing, NULL);
	must(-errno, "pthread_create");
	pthread_join(t, NULL);
}

static void await(pid_t child)
{
	int status;
	must(child, "fork");
	must(waitpid(child, &status, 0), "waitpid");
	errno = ECHILD;
	must(-status, "the child failed");
}

static void fork_exit(void)
{
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	await(child);
}

static void vfork_exec(void)
{
	static char *argv[] = {"bench-exit", NULL};
	pid_t child = vfork();
	if (child == 0) {
		execv("/bench-exit", argv);
		_exit(127);
	}
	await(child);
}

const struct operation processes[] = {
	{"pthread create+join", 200, NULL, thread, NULL},
	{"fork+exit+wait", 50, NULL, fork_exit, NULL},
	{"vfork+execve+wait", 50, NULL, vfork_exec, NULL},
	{NULL},
};
