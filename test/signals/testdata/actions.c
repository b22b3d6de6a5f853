// Actions, masks, pending and queued signals, and who they are from.
#include "common.h"

static volatile int depth, deepest, count;
static volatile int order[64], orders;

static void note(int sig, siginfo_t *i, void *u) { order[orders++] = sig; count++; }

static void info(int sig, siginfo_t *i, void *u)
{
	printf("  signal %d code %d errno %d pid %s uid %d value %d\n", sig, i->si_code, i->si_errno, who(i->si_pid), i->si_uid,
		i->si_code == SI_QUEUE ? i->si_value.sival_int : 0);
}

static void recursive(int sig, siginfo_t *i, void *u)
{
	if (++depth > deepest)
		deepest = depth;
	if (++count < 3)
		raise(sig);
	depth--;
}

static void show_mask(int sig, siginfo_t *i, void *u)
{
	sigset_t s;
	ucontext_t *c = u;
	sigprocmask(SIG_SETMASK, NULL, &s);
	printf("  in handler of %d: USR1 %d USR2 %d TERM %d; before: USR1 %d TERM %d\n", sig, sigismember(&s, SIGUSR1), sigismember(&s, SIGUSR2),
		sigismember(&s, SIGTERM), sigismember(&c->uc_sigmask, SIGUSR1), sigismember(&c->uc_sigmask, SIGTERM));
}

static void raw(void)
{
	struct { void *h; unsigned long flags; void *r; unsigned long mask; } k = {SIG_IGN, 0xffffffff, NULL, ~0UL}, old;
	CHECK(syscall(SYS_rt_sigaction, SIGUSR1, &k, NULL, 8));
	CHECK(syscall(SYS_rt_sigaction, SIGUSR1, NULL, &old, 8));
	printf("flags %lx mask %lx\n", old.flags, old.mask);
	CHECK(syscall(SYS_rt_sigaction, SIGUSR1, &k, NULL, 4));
	CHECK(syscall(SYS_rt_sigaction, 0, &k, NULL, 8));
	CHECK(syscall(SYS_rt_sigaction, 65, &k, NULL, 8));
	CHECK(syscall(SYS_rt_sigaction, SIGKILL, &k, NULL, 8));
	CHECK(syscall(SYS_rt_sigaction, SIGKILL, NULL, &old, 8));
	CHECK(syscall(SYS_rt_sigaction, SIGSTOP, &k, NULL, 8));
	CHECK(syscall(SYS_rt_sigaction, SIGUSR1, 8, NULL, 8));
	CHECK(syscall(SYS_rt_sigaction, 99, 8, NULL, 8));
	CHECK(syscall(SYS_rt_sigprocmask, 7, NULL, NULL, 8));
	CHECK(syscall(SYS_rt_sigprocmask, 7, &k.mask, NULL, 8));
	CHECK(syscall(SYS_rt_sigprocmask, 0, NULL, NULL, 4));
	CHECK(syscall(SYS_rt_sigpending, &k.mask, 9));
	CHECK(syscall(SYS_rt_sigpending, &k.mask, 4));
	CHECK(syscall(SYS_rt_sigsuspend, &k.mask, 4));
	CHECK(syscall(SYS_tgkill, 0, getpid(), 0));
	CHECK(syscall(SYS_tgkill, getpid(), -1, 0));
	CHECK(syscall(SYS_tgkill, getpid() + 1, getpid(), 0));
	CHECK(syscall(SYS_tgkill, getpid(), getpid(), 65));
	CHECK(syscall(SYS_tgkill, getpid(), getpid(), 0));
	CHECK(syscall(SYS_tkill, 0, 0));
	CHECK(syscall(SYS_tkill, 32000, 0));
	CHECK(kill(getpid(), 65));
	CHECK(kill(getpid(), -1));
	CHECK(kill(32000, 65));
	CHECK(kill(-32000, 0));
	CHECK(kill(-2147483647 - 1, 0));
	CHECK(kill(0, 0));
}

static void flags(void)
{
	struct sigaction sa;
	install(SIGUSR1, note, SA_RESETHAND);
	count = 0;
	raise(SIGUSR1);
	sigaction(SIGUSR1, NULL, &sa);
	printf("resethand: %d, then default %d\n", count, sa.sa_handler == SIG_DFL);
	install(SIGUSR1, recursive, 0);
	count = 0;
	raise(SIGUSR1);
	printf("deferred: %d, %d deep\n", count, deepest);
	count = deepest = 0;
	install(SIGUSR1, recursive, SA_NODEFER);
	raise(SIGUSR1);
	printf("nodefer: %d, %d deep\n", count, deepest);
	memset(&sa, 0, sizeof sa);
	sa.sa_sigaction = show_mask;
	sa.sa_flags = SA_SIGINFO;
	sigaddset(&sa.sa_mask, SIGTERM);
	sigaction(SIGUSR2, &sa, NULL);
	block(SIG_BLOCK, SIGUSR1);
	raise(SIGUSR2);
	block(SIG_UNBLOCK, SIGUSR1);
}

static void orderly(void)
{
	sigset_t all, old, pend;
	for (int i = 1; i < 65; i++)
		if (i != SIGKILL && i != SIGSTOP && (i < 32 || i >= SIGRTMIN))
			install(i, note, 0);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	orders = 0;
	raise(SIGRTMIN + 1); kill(getpid(), SIGTERM); kill(getpid(), SIGSEGV); raise(SIGUSR1); raise(SIGUSR1);
	raise(SIGRTMIN); kill(getpid(), SIGRTMIN); raise(SIGHUP); kill(getpid(), SIGCHLD); raise(SIGURG);
	sigpending(&pend);
	printf("pending:");
	for (int i = 1; i < 65; i++)
		if (sigismember(&pend, i))
			printf(" %d", i);
	sigprocmask(SIG_SETMASK, &old, NULL);
	printf("\nhandlers ran:"); // the last one that was set up runs first
	for (int i = 0; i < orders; i++)
		printf(" %d", order[i]);
	printf("\n");
	block(SIG_BLOCK, SIGUSR1);
	raise(SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	sigpending(&pend);
	printf("ignored while pending: %d\n", sigismember(&pend, SIGUSR1));
	raise(SIGUSR1);
	sigpending(&pend);
	printf("blocked and ignored: %d\n", sigismember(&pend, SIGUSR1));
	block(SIG_UNBLOCK, SIGUSR1);
	sigpending(&pend);
	printf("unblocked: %d\n", sigismember(&pend, SIGUSR1));
}

static void senders(void)
{
	union sigval v = {.sival_int = 42};
	install(SIGUSR1, info, 0);
	install(SIGRTMIN, info, 0);
	kill(getpid(), SIGUSR1);
	raise(SIGUSR1);
	sigqueue(getpid(), SIGUSR1, v);
	sigqueue(getpid(), SIGRTMIN, v);
	pthread_sigqueue(pthread_self(), SIGRTMIN, v);
	block(SIG_BLOCK, SIGRTMIN);
	for (int i = 0; i < 3; i++) {
		v.sival_int = i;
		sigqueue(getpid(), SIGRTMIN, v);
	}
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGRTMIN);
	siginfo_t i;
	struct timespec zero = {0, 0}, bad = {0, 1000000000}, some = {0, 20000000};
	CHECK(sigtimedwait(&s, &i, &zero));
	info(i.si_signo, &i, NULL);
	CHECK(sigwaitinfo(&s, NULL));
	block(SIG_UNBLOCK, SIGRTMIN);
	block(SIG_BLOCK, SIGRTMIN);
	CHECK(sigtimedwait(&s, &i, &zero));
	CHECK(sigtimedwait(&s, &i, &bad));
	long t = now_ms();
	CHECK(sigtimedwait(&s, &i, &some));
	printf("waited: %d\n", now_ms() - t >= 20);
	siginfo_t fake;
	memset(&fake, 0, sizeof fake);
	fake.si_code = SI_USER;
	CHECK(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &fake));
	fake.si_code = SI_TKILL;
	CHECK(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &fake));
	fake.si_code = 77;
	((char *)&fake)[100] = 1;
	CHECK(syscall(SYS_rt_sigqueueinfo, getpid(), 0, &fake));
	fake.si_code = SI_QUEUE;
	CHECK(syscall(SYS_rt_sigqueueinfo, getpid(), 0, &fake));
	CHECK(syscall(SYS_rt_sigqueueinfo, getpid(), 0, 8));
	CHECK(syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), 0, &fake));
	CHECK(syscall(SYS_rt_tgsigqueueinfo, 0, getpid(), 0, &fake));
}

static void limits(void)
{
	struct rlimit old, n;
	union sigval v = {.sival_int = 1};
	if (fork()) {
		wait(NULL);
		return;
	}
	setuid(54321); // a user of whose signals none waits
	getrlimit(RLIMIT_SIGPENDING, &old);
	n = old;
	n.rlim_cur = 3;
	setrlimit(RLIMIT_SIGPENDING, &n);
	install(SIGRTMIN + 2, note, 0);
	install(SIGUSR1, note, 0);
	block(SIG_BLOCK, SIGRTMIN + 2);
	block(SIG_BLOCK, SIGUSR1);
	for (int i = 0; i < 5; i++)
		CHECK(sigqueue(getpid(), SIGRTMIN + 2, v));
	CHECK(kill(getpid(), SIGRTMIN + 2));
	CHECK(kill(getpid(), SIGUSR1));
	timer_t t;
	CHECK(timer_create(CLOCK_MONOTONIC, NULL, &t));
	count = 0;
	block(SIG_UNBLOCK, SIGRTMIN + 2);
	block(SIG_UNBLOCK, SIGUSR1);
	printf("delivered %d\n", count);
	CHECK(sigqueue(getpid(), SIGRTMIN + 2, v));
	printf("delivered %d\n", count);
	n.rlim_cur = 0;
	setrlimit(RLIMIT_SIGPENDING, &n);
	count = 0;
	CHECK(sigqueue(getpid(), SIGRTMIN + 2, v));
	CHECK(kill(getpid(), SIGRTMIN + 2));
	CHECK(kill(getpid(), SIGUSR1));
	printf("delivered %d\n", count);
	exit(0);
}

static void *thread_waits(void *arg)
{
	sigset_t s;
	int sig;
	sigemptyset(&s);
	sigaddset(&s, SIGTERM);
	sigaddset(&s, SIGUSR2);
	sigwait(&s, &sig);
	printf("the thread waited for %d\n", sig);
	return NULL;
}

static void *thread_takes(void *arg)
{
	block(SIG_UNBLOCK, SIGUSR1);
	while (!count)
		usleep(1000);
	return NULL;
}

static void threads(void)
{
	pthread_t t;
	sigset_t s;
	install(SIGUSR1, note, 0);
	block(SIG_BLOCK, SIGTERM);
	block(SIG_BLOCK, SIGUSR1);
	block(SIG_BLOCK, SIGUSR2);
	pthread_create(&t, NULL, thread_waits, NULL);
	sleep_ms(20);
	kill(getpid(), SIGTERM);
	pthread_join(t, NULL);
	pthread_create(&t, NULL, thread_waits, NULL);
	pthread_kill(t, SIGUSR2);
	pthread_join(t, NULL);
	count = 0;
	kill(getpid(), SIGUSR1); // waits for a thread that takes it
	pthread_create(&t, NULL, thread_takes, NULL);
	pthread_join(t, NULL);
	printf("the thread took %d\n", count);
	pthread_create(&t, NULL, thread_waits, NULL);
	sleep_ms(10);
	pthread_kill(pthread_self(), SIGUSR1);
	sigpending(&s);
	printf("mine waits: %d\n", sigismember(&s, SIGUSR1));
	pthread_kill(t, SIGTERM);
	pthread_join(t, NULL);
	signal(SIGUSR1, SIG_IGN);
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	raw();
	flags();
	orderly();
	senders();
	limits();
	threads();
	return 0;
}
