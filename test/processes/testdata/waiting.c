// wait4(2), waitid(2), descriptors of processes, process groups and sessions.
#include "common.h"
#include <sys/prctl.h>

#define PIDFD 3 // P_PIDFD

static pid_t ending(int code)
{
	fflush(stdout);
	pid_t p = fork();
	if (p == 0)
		_exit(code);
	return p;
}

static pid_t sleeper(void)
{
	fflush(stdout);
	pid_t p = fork();
	while (p == 0)
		pause();
	return p;
}

static void id_(const char *what, int kind, id_t id, int options)
{
	siginfo_t i;
	struct rusage usage;
	memset(&i, 0xee, sizeof i);
	memset(&usage, 0xff, sizeof usage);
	errno = 0;
	int r = syscall(SYS_waitid, kind, id, &i, options, &usage);
	printf("waitid(%s): %s", what, r ? ename(errno) : "ok");
	if (r == 0)
		printf(" signo %d code %d errno %d pid %d uid %x status %x", i.si_signo, i.si_code, i.si_errno, !!i.si_pid,
			i.si_uid, i.si_status);
	printf(", usage %s\n", usage.ru_utime.tv_sec == -1 ? "untouched" : "set");
}

#define ID(kind, id, options) id_(#kind ", " #id ", " #options, kind, id, options)

static void ids(void)
{
	ID(P_ALL, 0, WEXITED), ID(P_ALL, 0, WEXITED | WNOHANG);
	pid_t p = ending(5);
	await_state(p, "Z");
	ID(P_PID, p, 0), ID(P_PID, p, WNOHANG), ID(P_PID, p, WEXITED | 0x100), ID(9, p, WEXITED), ID(P_PID, 0, WEXITED);
	ID(P_PID, -1, WEXITED), ID(P_PGID, -1, WEXITED), ID(P_PGID, 12345, WEXITED), ID(PIDFD, -1, WEXITED), ID(PIDFD, 1,
		WEXITED);
	ID(P_PID, p, WEXITED | WNOWAIT), ID(P_PGID, 0, WEXITED | WNOWAIT), ID(P_PID, p, WSTOPPED), ID(P_PID, p, WEXITED),
		ID(P_PID, p, WEXITED);
	CHECK(wait4(-1, NULL, 0x1000, NULL)), CHECK(wait4(-1, NULL, WEXITED, NULL)), CHECK(wait4(-1, NULL, WNOWAIT,
		NULL));
	CHECK(wait4(0x80000000, NULL, 0, NULL)), CHECK(wait4(-12345, NULL, 0, NULL)), CHECK(wait4(1234567, NULL, 0,
		NULL));
	int s;
	struct rusage usage;
	p = ending(1);
	CHECK(wait4(0, &s, 0, &usage) == p);
	p = ending(1);
	CHECK(wait4(p, (void *)8, 0, NULL)), CHECK(wait4(p, &s, 0, NULL));
	p = ending(1);
	CHECK(wait4(p, &s, 0, (void *)8)), CHECK(wait4(p, &s, 0, NULL));
	p = ending(1);
	CHECK(syscall(SYS_waitid, P_PID, p, 8, WEXITED, 0)), CHECK(wait4(p, &s, 0, NULL));
	p = ending(1);
	CHECK(syscall(SYS_waitid, P_PID, p, 0, WEXITED, 0)), CHECK(wait4(p, &s, 0, NULL));
}

static void note(int sig, siginfo_t *i, void *u) {}

// The end of a child counts more than the SIGCHLD that comes with it.
static void handled(void)
{
	install(SIGCHLD, note, 0);
	for (int i = 0; i < 5; i++) {
		pid_t p = fork();
		if (p == 0) {
			await_state(getppid(), "S");
			_exit(i);
		}
		CHECK(waitpid(p, NULL, 0) == p);
	}
	signal(SIGCHLD, SIG_DFL);
}

static void descriptors(void)
{
	pid_t p = sleeper();
	int fd = syscall(SYS_pidfd_open, p, 0), non = syscall(SYS_pidfd_open, p, O_NONBLOCK);
	ID(PIDFD, fd, WEXITED | WNOHANG), ID(PIDFD, non, WEXITED), ID(PIDFD, non, WEXITED | WNOHANG);
	struct pollfd q = {fd, POLLIN | POLLOUT, 0};
	char c;
	CHECK(poll(&q, 1, 0)), CHECK(q.revents);
	CHECK(read(fd, &c, 1)), CHECK(write(fd, &c, 1)), CHECK(fcntl(fd, F_GETFD)), CHECK(fcntl(fd, F_GETFL)),
		CHECK(fcntl(non, F_GETFL));
	kill(p, SIGSTOP);
	ID(PIDFD, fd, WSTOPPED | WNOWAIT), ID(PIDFD, fd, WSTOPPED), ID(PIDFD, fd, WSTOPPED | WNOHANG);
	kill(p, SIGCONT);
	ID(PIDFD, fd, WCONTINUED | WNOWAIT), ID(PIDFD, fd, WCONTINUED | WEXITED | WSTOPPED);
	kill(p, SIGSTOP);
	await_state(p, "T");
	kill(p, SIGCONT);
	ID(PIDFD, fd, WSTOPPED | WNOHANG), ID(PIDFD, fd, WCONTINUED | WNOHANG);
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0));
	CHECK(poll(&q, 1, 5000)), CHECK(q.revents);
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0)), CHECK(syscall(SYS_pidfd_getfd, fd, 0, 0));
	ID(PIDFD, fd, WEXITED), ID(PIDFD, fd, WEXITED);
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0)), CHECK(syscall(SYS_pidfd_getfd, fd, 0, 0));
	CHECK(syscall(SYS_pidfd_open, 0, 0)), CHECK(syscall(SYS_pidfd_open, -1, 0)), CHECK(syscall(SYS_pidfd_open, p, 0)),
		CHECK(syscall(SYS_pidfd_open, getpid(), 1));
	close(fd);
	fd = syscall(SYS_pidfd_open, getpid(), 0);
	int other = syscall(SYS_pidfd_getfd, fd, 1, 0);
	CHECK(other > 0), CHECK(fcntl(other, F_GETFD));
	CHECK(syscall(SYS_pidfd_getfd, fd, 999, 0)), CHECK(syscall(SYS_pidfd_getfd, fd, 1, 1)),
		CHECK(syscall(SYS_pidfd_getfd, 1, 1, 0)), CHECK(syscall(SYS_pidfd_getfd, -1, 1, 0));
	CHECK(syscall(SYS_pidfd_send_signal, fd, 65, NULL, 0)), CHECK(syscall(SYS_pidfd_send_signal, -1, 0, NULL, 0));
	IN(setuid(1000), CHECK(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0)), CHECK(syscall(SYS_pidfd_getfd, fd, 1,
		0)));
}

static void leader(void)
{
	CHECK(setsid() == getpid()), CHECK(setsid()), CHECK(setpgid(0, 0)), CHECK(getpgrp() == getpid());
	pid_t p = sleeper();
	CHECK(setpgid(p, p)), CHECK(setpgid(p, getpid())), CHECK(setpgid(p, 1)), CHECK(getpgid(p) == getpid());
	pid_t other = fork();
	if (other == 0) {
		setsid();
		for (;;)
			pause();
	}
	await_state(other, "S");
	CHECK(setpgid(other, 0)), CHECK(setpgid(p, other));
	pid_t program = fork();
	if (program == 0) {
		char *argv[] = {"sleep", 0}, *envp[] = {"SLEEP=1", 0};
		execve("/proc/self/exe", argv, envp);
		_exit(1);
	}
	for (int i = 0; i < 2000 && setpgid(program, 0) == 0; i++)
		sleep_ms(1);
	CHECK(setpgid(program, 0)), CHECK(setpgid(program, program));
	kill(p, SIGKILL);
	await_state(p, "Z");
	CHECK(setpgid(p, 0)), CHECK(getpgid(p) == p), CHECK(getsid(p) == getpid());
	waitpid(p, NULL, 0);
	CHECK(getpgid(p));
	kill(other, SIGKILL);
	kill(program, SIGKILL);
	while (wait(NULL) > 0)
		;
}

static void groups(void)
{
	CHECK(getpgid(0) == getpgrp()), CHECK(getpgid(-1)), CHECK(getpgid(999999)), CHECK(getsid(-1)),
		CHECK(getsid(999999)), CHECK(getsid(0) == getsid(getpid()));
	CHECK(setpgid(-1, 0)), CHECK(setpgid(0, -1)), CHECK(setpgid(999999, 0)), CHECK(setpgid(0, 999999));
	IN(leader());
	int v = 9, s;
	CHECK(prctl(PR_GET_CHILD_SUBREAPER, &v)), CHECK(v), CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1)),
		CHECK(prctl(PR_GET_CHILD_SUBREAPER, &v)), CHECK(v);
	pid_t me = getpid();
	fflush(stdout);
	pid_t p = fork();
	if (p == 0) {
		prctl(PR_GET_CHILD_SUBREAPER, &v);
		printf("inherited %d\n", v);
		if (fork() == 0) {
			for (int i = 0; i < 2000 && getppid() != me; i++)
				sleep_ms(1);
			printf("the subreaper is the parent: %d\n", getppid() == me);
			exit(33);
		}
		exit(0);
	}
	for (int i = 0; i < 2; i++) {
		p = wait(&s);
		if (WEXITSTATUS(s) == 33)
			printf("grandchild: %d %x\n", p > 0, s);
	}
	CHECK(wait(&s));
}

// A child that the parent's end signals is told who that was.
static void orphan(void)
{
	int fd[2];
	siginfo_t i;
	sigset_t set;
	CHECK(pipe(fd));
	pid_t p = fork();
	if (p == 0) {
		if (fork() == 0) {
			pid_t parent = getppid();
			sigemptyset(&set);
			sigaddset(&set, SIGUSR1);
			sigprocmask(SIG_BLOCK, &set, NULL);
			prctl(PR_SET_PDEATHSIG, SIGUSR1);
			CHECK(write(fd[1], "", 1));
			sigwaitinfo(&set, &i);
			printf("PR_SET_PDEATHSIG: code %d from the parent %d\n", i.si_code, i.si_pid == parent);
			exit(0);
		}
		if (read(fd[0], &i, 1) != 1)
			perror("read");
		exit(0);
	}
	while (wait(NULL) > 0) // and for the grandchild: this is a subreaper
		;
}

static void all(void)
{
	ids();
	handled();
	descriptors();
	groups();
	orphan();
}

int main(void)
{
	if (getenv("SLEEP"))
		for (;;)
			pause();
	return as_child(all);
}
