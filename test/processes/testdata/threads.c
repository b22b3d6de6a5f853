// Threads and signals, ends, stops and programs of the whole process.
#include "common.h"
#include <dirent.h>
#include <sys/mman.h>
#include <sys/prctl.h>
static volatile int n_got, tid_got; static volatile pid_t t1, t2;
static pid_t gettid_(void) { return syscall(SYS_gettid); }
static void h(int s, siginfo_t *i, void *u) { tid_got = gettid_(); n_got++; }
static void *waiter(void *a) 
{
	t1 = gettid_();
	for (;;)
		pause();
	return a;
}

static void *blocked(void *a)
{
	sigset_t s;
	sigfillset(&s);
	pthread_sigmask(SIG_BLOCK, &s, 0);
	t2 = gettid_();
	for (;;)
		pause();
	return a;
}

static void *longer(void *a)
{
	sleep_ms(60);
	printf("  thread still here\n");
	return 0;
}

static void *exiter(void *a) { sleep_ms(20); exit((long)a); }
static void *faulter(void *a) { *(volatile int *)8 = 1; return 0; }
static void *raw_exit(void *a)
{
	sleep_ms((long)a >> 8);
	syscall(SYS_exit, (long)a & 255);
	return 0;
}

static void *waits(void *a)
{
	int s;
	errno = 0;
	pid_t r = waitpid(-1, &s, (long)a);
	printf("  thread waits: %d %s\n", r > 0, r < 0 ? ename(errno) : "");
	return 0;
}

static void *spinner(void *a) 
{
	for (;;)
		;
	return a;
}

static void *execs(void *a)
{
	char *v[] = {"x", 0}, *e[] = {"T=1", 0};
	execve("/proc/self/exe", v, e);
	return 0;
}

static void *forks(void *a)
{
	pid_t p = fork();
	if (!p) { printf("  forked by a thread: pid==tid %d\n", getpid() == gettid_());
	_exit(3);
	} int s;
	waitpid(p, &s, 0);
	printf("  %x\n", s);
	return 0;
}

static void *pending(void *a)
{
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	sigaddset(&s, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &s, 0);
	t1 = gettid_();
	sleep_ms(40);
	sigpending(&s);
	printf("  other thread's: USR1 %d USR2 %d\n", sigismember(&s, SIGUSR1), sigismember(&s, SIGUSR2));
	return 0;
}

static void *sigwaits(void *a)
{
	sigset_t s;
	int g;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	t1 = gettid_();
	sigwait(&s, &g);
	printf("  sigwait got %d\n", g);
	return 0;
}

static void *dies_with_pdeath(void *a)
{
	pid_t p = fork();
	if (!p) { prctl(PR_SET_PDEATHSIG, SIGUSR1);
	sleep_ms(80);
	printf("  child of thread not killed\n");
	exit(0);
	} sleep_ms(30);
	return 0;
}

static pthread_t T(void *(*f)(void *), void *a) { pthread_t t; pthread_create(&t, 0, f, a); return t; }

static void signals(void)
{
	sigset_t s;
	printf("main blocks, thread takes\n");
	IN(install(SIGUSR1, h, 0); block(SIG_BLOCK, SIGUSR1); T(waiter, 0); await_thread(&t1); kill(getpid(), SIGUSR1);
		for (int i = 0; i < 2000 && !n_got; i++) sleep_ms(1); printf("  got by thread %d\n", tid_got == t1));
	printf("all block, then unblock\n");
	IN(install(SIGUSR1, h, 0); block(SIG_BLOCK, SIGUSR1); T(blocked, 0); await_thread(&t2); kill(getpid(), SIGUSR1);
		sleep_ms(10); printf("  %d\n", n_got); block(SIG_UNBLOCK, SIGUSR1);
		printf("  got by main %d\n", tid_got == getpid()));
	printf("thread-directed pending stays\n");
	IN(pthread_t t = T(pending, 0); block(SIG_BLOCK, SIGUSR1); block(SIG_BLOCK, SIGUSR2); await_thread(&t1);
		syscall(SYS_tgkill, getpid(), t1, SIGUSR1); kill(getpid(), SIGUSR2); sigpending(&s);
		printf("  main: USR1 %d USR2 %d\n", sigismember(&s, SIGUSR1), sigismember(&s, SIGUSR2)); pthread_join(t, 0));
}

static void ends(void)
{
	printf("leader exits first\n");
	IN(T(longer, 0); sleep_ms(10); syscall(SYS_exit, 7));
	printf("leader exit code, then last\n");
	IN(T(raw_exit, (void *)(40L << 8 | 9)); syscall(SYS_exit, 7));
	printf("exit in a thread\n");
	IN(T(exiter, (void *)5); for (;;) pause());
	printf("fault in a thread\n");
	IN(T(faulter, 0); for (;;) pause());
	printf("fatal signal to a thread\n");
	IN(T(waiter, 0); await_thread(&t1); syscall(SYS_tgkill, getpid(), t1, SIGTERM); for (;;) pause());
	printf("spinning thread, exit_group\n");
	IN(T(spinner, 0); sleep_ms(20); exit(4));
	printf("spinning thread, main killed\n");
	{ fflush(stdout); pid_t p = fork(); if (!p) { T(spinner, 0); for (;;) pause(); } sleep_ms(30); kill(p, SIGKILL);
		how("  ", p); }
	printf("exec while a thread spins\n");
	IN(T(spinner, 0); sleep_ms(10); execs(0));
	printf("exec by a thread while others spin\n");
	IN(T(spinner, 0); T(waiter, 0); sleep_ms(10); T(execs, 0); for (;;) pause());
}

// tasks shows what /proc says of the threads of a process.
static void tasks(pid_t p)
{
	char name[60], line[200];
	int others = 0, first = 0;
	snprintf(name, sizeof name, "/proc/%d/task", p);
	DIR *d = opendir(name);
	for (struct dirent *e; d && (e = readdir(d));)
		if (e->d_name[0] != '.')
			atoi(e->d_name) == p ? first++ : others++;
	closedir(d);
	printf("  in /proc: the first %d, others %d\n", first, others);
	snprintf(name, sizeof name, "/proc/%d/task/%d/status", p, p);
	FILE *f = fopen(name, "r");
	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, "State", 5) || !strncmp(line, "Uid", 3) || !strncmp(line, "Gid", 3) || !strncmp(line, "Threads", 7))
			printf("  %s", line);
	fclose(f);
}

static void leaders(void)
{
	printf("a leader that has ended\n");
	fflush(stdout);
	pid_t p = fork();
	if (p == 0) {
		T(waiter, 0);
		syscall(SYS_exit, 1);
	}
	await_state(p, "Z");
	tasks(p);
	CHECK(waitpid(p, NULL, WNOHANG)), CHECK(kill(p, 0)), CHECK(syscall(SYS_tgkill, p, p, 0)),
		CHECK(syscall(SYS_tgkill, p, p, SIGTERM));
	struct pollfd q = {syscall(SYS_pidfd_open, p, 0), POLLIN};
	CHECK(poll(&q, 1, 0));
	kill(p, SIGTERM);
	CHECK(poll(&q, 1, 9000));
	how("  ", p);
	close(q.fd);
	printf("stop with threads\n");
	{ fflush(stdout); pid_t p = fork(); if (!p) { T(spinner, 0); T(waiter, 0); for (;;) pause();
		} await_state(p, "S"); kill(p, SIGSTOP); int st; printf("  %d", waitpid(p, &st, WUNTRACED) == p);
		printf(" %x\n", st); kill(p, SIGCONT); printf("  %d", waitpid(p, &st, WCONTINUED) == p); printf(" %x\n", st);
		kill(p, SIGKILL); how("  ", p); }
}

static void others(void)
{
	sigset_t s;
	printf("wait by a thread for main's child\n");
	IN(pid_t c = fork(); if (!c) { sleep_ms(20); _exit(0); } pthread_join(T(waits, 0), 0);
		CHECK(waitpid(-1, 0, WNOHANG)));
	printf("WNOTHREAD\n");
	IN(pid_t c = fork(); if (!c) { sleep_ms(20); _exit(0); } pthread_join(T(waits, (void *)(long)__WNOTHREAD), 0);
		CHECK(waitpid(-1, 0, __WNOTHREAD) == c));
	printf("fork in a thread\n");
	IN(pthread_join(T(forks, 0), 0));
	printf("sigwait by a thread\n");
	IN(block(SIG_BLOCK, SIGUSR1); pthread_t t = T(sigwaits, 0); await_thread(&t1); kill(getpid(), SIGUSR1);
		pthread_join(t, 0); sigpending(&s); printf("  left %d\n", sigismember(&s, SIGUSR1)));
	printf("pdeathsig of a thread\n");
	IN(pthread_join(T(dies_with_pdeath, 0), 0); int st; waitpid(-1, &st, 0); printf("  %x\n", st));
	printf("tid after exec\n");
	IN(CHECK(setpgid(0, 0)); T(waiter, 0); await_thread(&t1); CHECK(setpgid(t1, 0)); CHECK(getpgid(t1) == getpid());
		CHECK(kill(t1, 0)); CHECK(waitpid(t1, 0, WNOHANG)); struct rlimit l; CHECK(prlimit(t1, 0, 0, &l));
		CHECK(syscall(SYS_tgkill, getpid(), t1, 0)); CHECK(syscall(SYS_tgkill, t1, t1, 0));
		CHECK(syscall(SYS_tkill, t1, 0)); CHECK(syscall(SYS_capget, (unsigned[]){0x20080522, t1}, malloc(100)));
		CHECK(syscall(SYS_get_robust_list, t1, malloc(8), malloc(8)));
		CHECK(syscall(SYS_get_robust_list, 999999, malloc(8), malloc(8))));
	printf("exit_group race\n");
	IN(for (int i = 0; i < 20; i++) { pid_t p = fork(); if (!p) { for (int k = 0; k < 5; k++) T(raw_exit, (void *)1L);
		T(exiter, (void *)0x77); exit(0x55); } int st; waitpid(p, &st, 0);
		if (st != 0x5500) printf("  status %x\n", st); });
}

static void all(void)
{
	signals();
	ends();
	leaders();
	others();
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	if (getenv("T")) {
		printf("  the program's first thread is the process: %d\n", getpid() == gettid_());
		return 6;
	}
	return as_child(all);
}
