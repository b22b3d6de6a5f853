// Signals among processes: SIGCHLD, stopping and going on, groups, permissions.
#include "common.h"
#include <sys/prctl.h>

static volatile int codes[32], statuses[32], n;
static volatile pid_t pids[32];

static void child_info(int sig, siginfo_t *i, void *u)
{
	if (n < 32) {
		codes[n] = i->si_code;
		statuses[n] = i->si_status;
		pids[n] = i->si_pid;
		n++;
	}
}

static void await(int want)
{
	for (int i = 0; i < 400 && n < want; i++)
		sleep_ms(5);
	sleep_ms(10);
}

static void show(const char *what, pid_t pid)
{
	printf("%s:", what);
	for (int i = 0; i < n; i++)
		printf(" code %d status %d pid %d;", codes[i], statuses[i], pids[i] == pid);
	printf("\n");
	n = 0;
}

static pid_t sleeper(void)
{
	fflush(stdout);
	pid_t p = fork();
	if (p == 0) {
		signal(SIGCHLD, SIG_DFL);
		for (;;)
			pause();
	}
	sleep_ms(10);
	return p;
}

static void waits(pid_t p, int options)
{
	int s = 0;
	errno = 0;
	pid_t r = waitpid(p, &s, options);
	printf("  waitpid: %s status %x %s\n", r == p ? "the child" : r == 0 ? "nobody" : "error", s, r < 0 ? ename(errno) : "");
}

static void stories(void)
{
	install(SIGCHLD, child_info, 0);
	pid_t p = fork();
	if (p == 0)
		_exit(7);
	await(1);
	show("exit", p);
	waits(p, 0);
	p = sleeper();
	kill(p, SIGTERM);
	await(1);
	show("killed", p);
	waits(p, 0);
	p = sleeper();
	int stops[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
	for (int i = 0; i < 4; i++) {
		setpgid(p, p);
		kill(p, stops[i]);
		await(1);
		show("stopped", p);
		waits(p, WNOHANG);
		waits(p, WUNTRACED | WNOHANG);
		waits(p, WUNTRACED | WNOHANG);
		kill(p, SIGCONT);
		await(1);
		show("continued", p);
		waits(p, WCONTINUED | WNOHANG);
		waits(p, WCONTINUED | WNOHANG);
	}
	install(SIGCHLD, child_info, SA_NOCLDSTOP);
	kill(p, SIGSTOP);
	sleep_ms(30);
	kill(p, SIGCONT);
	sleep_ms(30);
	show("SA_NOCLDSTOP", p);
	kill(p, SIGSTOP);
	sleep_ms(20);
	kill(p, SIGTERM); // waits until it goes on
	sleep_ms(20);
	show("a stopped process does not end", p);
	kill(p, SIGCONT);
	await(1);
	show("ended", p);
	waits(p, 0);
	p = sleeper();
	kill(p, SIGSTOP);
	sleep_ms(20);
	kill(p, SIGKILL);
	await(1);
	show("killed while stopped", p);
	waits(p, 0);
	install(SIGCHLD, child_info, SA_NOCLDWAIT);
	if ((p = fork()) == 0)
		_exit(3);
	await(1);
	show("SA_NOCLDWAIT", p);
	waits(p, 0);
	signal(SIGCHLD, SIG_IGN);
	if ((p = fork()) == 0)
		_exit(3);
	waits(p, 0);
	show("ignored", p);
	signal(SIGCHLD, SIG_DFL);
}

void said(int);

static void orphans(void)
{
	int fd[2];
	pid_t group = 0;
	(void)!pipe(fd);
	fflush(stdout);
	pid_t parent = fork();
	if (parent == 0) {
		setpgid(0, 0);
		pid_t p = fork();
		if (p == 0) { // stopped; its group becomes an orphan when the parent ends
			setpgid(0, 0);
			signal(SIGCONT, said);
			signal(SIGHUP, said);
			kill(getpid(), SIGSTOP);
			_exit(0);
		}
		setpgid(p, p);
		waitpid(p, NULL, WUNTRACED);
		(void)!write(fd[1], &p, sizeof p);
		_exit(0);
	}
	(void)!read(fd[0], &group, sizeof group);
	waitpid(parent, NULL, 0);
	for (int i = 0; i < 200 && kill(group, 0) == 0; i++)
		sleep_ms(5);
	sleep_ms(20);
	// A stop signal does not stop a process of an orphaned group.
	fflush(stdout);
	if (fork() == 0) {
		setsid();
		raise(SIGTSTP);
		raise(SIGTTIN);
		printf("orphan: not stopped\n");
		exit(0);
	}
	wait(NULL);
}

void said(int sig)
{
	if (sig == SIGHUP)
		(void)!write(1, "orphan: SIGHUP\n", 15);
	else
		(void)!write(1, "orphan: SIGCONT\n", 16);
}

static void permissions(void)
{
	fflush(stdout);
	pid_t root = sleeper();
	fflush(stdout);
	if (fork() == 0) {
		CHECK(setresuid(1000, 1000, 1000));
		CHECK(kill(root, 0));
		CHECK(kill(root, SIGTERM));
		CHECK(kill(root, SIGCONT)); // the same session
		CHECK(kill(-1, 0));
		CHECK(kill(0, 0));
		CHECK(syscall(SYS_tgkill, root, root, 0));
		if (fork() == 0) {
			setsid();
			CHECK(kill(root, SIGCONT));
			exit(0);
		}
		wait(NULL);
		exit(0);
	}
	waitpid(-1, NULL, 0);
	fflush(stdout);
	pid_t p = fork();
	if (p == 0) {
		CHECK(setresuid(1000, 0, 1001)); // real, effective, saved
		for (;;)
			pause();
	}
	sleep_ms(50);
	int uids[][2] = {{1000, 1000}, {1001, 1001}, {1002, 1002}, {1002, 1001}, {1002, 0}};
	for (int i = 0; i < 5; i++) {
		fflush(stdout);
		if (fork() == 0) {
			CHECK(setresuid(uids[i][0], uids[i][1], uids[i][1]));
			printf("%d/%d: ", uids[i][0], uids[i][1]);
			CHECK(kill(p, 0));
			exit(0);
		}
		wait(NULL);
	}
	kill(p, SIGKILL);
	kill(root, SIGKILL);
	waitpid(p, NULL, 0);
	waitpid(root, NULL, 0);
}

static void groups(void)
{
	fflush(stdout);
	pid_t a = sleeper(), b = sleeper();
	setpgid(a, a);
	setpgid(b, a);
	CHECK(kill(-a, SIGUSR1));
	how("first of the group", a);
	CHECK(kill(-a, 0)); // a zombie
	how("second of the group", b);
	CHECK(kill(-a, 0));
	CHECK(kill(a, 0));
	pid_t z = fork();
	if (z == 0)
		_exit(0);
	sleep_ms(30);
	CHECK(kill(z, SIGTERM));
	CHECK(syscall(SYS_tgkill, z, z, SIGTERM));
	waitpid(z, NULL, 0);
	CHECK(kill(z, SIGTERM));
	fflush(stdout);
	pid_t p = fork();
	if (p == 0) { // its parent's end
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGUSR1);
			install(SIGUSR1, child_info, 0);
			while (!n)
				pause();
			printf("the parent has ended\n");
			exit(0);
		}
		sleep_ms(50);
		_exit(0);
	}
	waitpid(p, NULL, 0);
	sleep_ms(50);
}

// proc_descriptors sends signals through descriptors of /proc.
static void proc_descriptors(void)
{
	char name[32];
	int fd = open("/proc/self", O_RDONLY | O_DIRECTORY), path = open("/proc/self", O_PATH);
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0));
	printf("came: %d\n", n);
	CHECK(syscall(SYS_pidfd_send_signal, path, SIGUSR1, NULL, 0));
	close(fd);
	close(path);
	fd = open("/proc/thread-self", O_RDONLY | O_DIRECTORY);
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0));
	close(fd);
	fd = open("/proc", O_RDONLY | O_DIRECTORY);
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0));
	close(fd);
	pid_t p = fork();
	if (p == 0) {
		pause();
		_exit(0);
	}
	snprintf(name, sizeof name, "/proc/%d", p);
	fd = open(name, O_RDONLY | O_DIRECTORY);
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0));
	siginfo_t i;
	waitid(P_PID, p, &i, WEXITED | WNOWAIT);
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0)); // a zombie
	waitpid(p, NULL, 0);
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0));
	close(fd);
}

static void descriptors(void)
{
	siginfo_t i;
	memset(&i, 0, sizeof i);
	install(SIGUSR1, child_info, 0);
	n = 0;
	long fd = syscall(SYS_pidfd_open, getpid(), 0);
	CHECK(fd >= 0);
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0));
	printf("came: %d\n", n);
	i.si_signo = SIGUSR2;
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &i, 0));
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 99));
	CHECK(syscall(SYS_pidfd_send_signal, 0, SIGUSR1, NULL, 0));
	i.si_signo = SIGUSR1;
	CHECK(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &i, 0));
	printf("came: %d\n", n);
	close(fd);
	proc_descriptors();
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	stories();
	orphans();
	permissions();
	groups();
	descriptors();
	return 0;
}
