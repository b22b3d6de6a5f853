/* Makes one call of each kind, with arguments that harm nothing, and prints the names of those that are not there. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void check(const char *name, long result, int error)
{
	if (result == -1 && error == ENOSYS)
		printf("%s\n", name);
}

#define CALL(name, ...) do { errno = 0; long r = syscall(SYS_##name, ##__VA_ARGS__); check(#name, r, errno); } while (0)

/* Makes a call of which a child returns as well: that ends at once, without a stack of its own. */
static void child(const char *name, long nr, long flags)
{
	long r;

	__asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\tmov %[exit], %%eax\n\txor %%edi, %%edi\n\tsyscall\n1:"
			 : "=a"(r)
			 : "a"(nr), "D"(flags), "S"(0), "d"(0), [exit] "i"(SYS_exit)
			 : "rcx", "r11", "memory");
	check(name, r < 0 ? -1 : r, -r);
}

int main(void)
{
	long two[2];
	int fds[2];
	struct timespec ts;

	child("fork", SYS_fork, 0);
	child("vfork", SYS_vfork, 0);
	child("thread", SYS_clone, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM);
	CALL(wait4, -1, NULL, WNOHANG, NULL);
	CALL(waitid, P_ALL, 0, NULL, WEXITED | WNOHANG, NULL);
	CALL(pidfd_open, getpid(), 0);
	CALL(setsid);
	CALL(getpgid, 0);
	CALL(execve, "", NULL, NULL);
	CALL(rt_sigaction, 10, NULL, NULL, 8);
	CALL(kill, getpid(), 0);
	CALL(setitimer, 0, NULL, NULL);
	CALL(signalfd4, -1, &two, 8, 0);
	CALL(pipe2, fds, 0);
	CALL(eventfd2, 0, 0);
	CALL(timerfd_create, CLOCK_MONOTONIC, 0);
	CALL(inotify_init1, 0);
	CALL(socket, AF_UNIX, SOCK_STREAM, 0);
	CALL(poll, NULL, 0, 0);
	CALL(epoll_create1, 0);
	CALL(futex, &two, FUTEX_WAKE, 1, NULL, NULL, 0);
	CALL(prctl, PR_GET_DUMPABLE);
	CALL(getrlimit, 0, two);
	CALL(getuid);
	CALL(clock_gettime, CLOCK_MONOTONIC, &ts);
	CALL(sched_yield);
	CALL(rseq, NULL, 0, 0, 0);
	CALL(openat, AT_FDCWD, "/", O_RDONLY);
	CALL(sysinfo, NULL);
	CALL(mmap, NULL, 4096, 0, 0, -1, 0);
	CALL(lseek, 0, 0, 0);
	CALL(dup, 1);
	return 0;
}
