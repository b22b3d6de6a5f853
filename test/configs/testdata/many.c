/* Threads, processes, signals and pipes at work together. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void handler(int sig)
{
	caught = sig;
}

static void *sender(void *fd)
{
	dprintf(*(int *)fd, "from a thread\n");
	return NULL;
}

int main(void)
{
	int fds[2], status;
	char line[64];
	pthread_t thread;

	signal(SIGUSR1, handler);
	if (pipe(fds) != 0)
		return 1;
	pid_t pid = fork();
	if (pid == 0) {
		if (pthread_create(&thread, NULL, sender, &fds[1]) != 0 || pthread_join(thread, NULL) != 0)
			_exit(2);
		kill(getppid(), SIGUSR1);
		execl("/bin/sh", "sh", "-c", "exit 5", NULL);
		_exit(3);
	}
	ssize_t n = read(fds[0], line, sizeof line);
	while (waitpid(pid, &status, 0) != pid)
		;
	printf("%.*s", (int)n, line);
	printf("signal %d, status %d\n", caught, WEXITSTATUS(status));
	return 0;
}
