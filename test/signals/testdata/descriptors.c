// Signals that are read from descriptors, and descriptors that send signals.
#include "common.h"
#include <sys/epoll.h>
#include <sys/signalfd.h>

static void show(struct signalfd_siginfo *i)
{
	printf("  signo %u code %d pid %s uid %u fd %d tid %u band %x overrun %u int %d ptr %llx status %d addr %llx\n", i->ssi_signo, i->ssi_code,
		i->ssi_pid == (unsigned)getpid() ? "self" : i->ssi_pid ? "other" : "0", i->ssi_uid, i->ssi_fd > 0, i->ssi_tid, i->ssi_band,
		i->ssi_overrun, i->ssi_int, (unsigned long long)i->ssi_ptr, i->ssi_status, (unsigned long long)i->ssi_addr);
}

static long get(int fd, int most)
{
	struct signalfd_siginfo i[8];
	long r = read(fd, i, most * sizeof *i);
	printf("read: %ld %s\n", r, r < 0 ? ename(errno) : "");
	for (long k = 0; k * (long)sizeof *i < r; k++)
		show(&i[k]);
	return r;
}

static int polled(int fd)
{
	struct pollfd p = {fd, POLLIN | POLLOUT | POLLPRI, 0};
	poll(&p, 1, 0);
	return p.revents;
}

static void *late(void *arg)
{
	sleep_ms(40);
	kill(getpid(), SIGUSR1);
	return NULL;
}

static void *directed(void *arg)
{
	int fd = *(int *)arg;
	raise(SIGUSR2);
	printf("the thread's own: ready %x\n", polled(fd));
	get(fd, 1);
	return NULL;
}

static void fdinfo(int fd)
{
	char name[64], line[200];
	snprintf(name, sizeof name, "/proc/self/fdinfo/%d", fd);
	FILE *f = fopen(name, "r");
	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, "sigmask", 7) == 0)
			printf("%s", line);
	if (f)
		fclose(f);
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(name, line, sizeof line - 1);
	printf("%.*s\n", (int)n, line);
}

static void signalfds(void)
{
	sigset_t s;
	union sigval v = {.sival_int = 42};
	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	sigaddset(&s, SIGRTMIN);
	sigaddset(&s, SIGCHLD);
	sigaddset(&s, SIGKILL);
	sigprocmask(SIG_BLOCK, &s, NULL);
	int fd = signalfd(-1, &s, SFD_NONBLOCK | SFD_CLOEXEC);
	printf("flags %x %x\n", fcntl(fd, F_GETFL), fcntl(fd, F_GETFD));
	fdinfo(fd);
	get(fd, 1);
	printf("ready %x\n", polled(fd));
	kill(getpid(), SIGUSR1);
	printf("ready %x\n", polled(fd));
	for (int i = 0; i < 3; i++)
		sigqueue(getpid(), SIGRTMIN, v);
	get(fd, 2);
	get(fd, 8);
	CHECK(read(fd, &s, 8));
	CHECK(write(fd, &s, 8));
	CHECK(lseek(fd, 0, SEEK_SET) < 0);
	CHECK(syscall(SYS_signalfd4, fd, &s, 4, 0));
	CHECK(syscall(SYS_signalfd4, fd, 8, 8, 0));
	CHECK(syscall(SYS_signalfd4, fd, &s, 8, 1));
	CHECK(syscall(SYS_signalfd4, 0, &s, 8, 0));
	CHECK(syscall(SYS_signalfd4, 99, &s, 8, 0));
	raise(SIGCHLD);
	if (fork() == 0)
		_exit(5);
	wait(NULL);
	get(fd, 8); // one SIGCHLD
	timer_t t;
	struct sigevent e = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 9};
	struct itimerspec one = {{0, 0}, {0, 1}};
	timer_create(CLOCK_MONOTONIC, &e, &t);
	timer_settime(t, 0, &one, NULL);
	sleep_ms(10);
	get(fd, 1);
	// It blocks, and another set.
	fcntl(fd, F_SETFL, 0);
	pthread_t th;
	pthread_create(&th, NULL, late, NULL);
	get(fd, 1);
	pthread_join(th, NULL);
	sigemptyset(&s);
	sigaddset(&s, SIGUSR2);
	sigprocmask(SIG_BLOCK, &s, NULL);
	CHECK(signalfd(fd, &s, 0) == fd);
	kill(getpid(), SIGUSR1);
	printf("ready %x\n", polled(fd));
	pthread_create(&th, NULL, directed, &fd);
	pthread_join(th, NULL);
	int other = dup(fd);
	sigaddset(&s, SIGUSR1);
	signalfd(fd, &s, 0);
	printf("ready %x\n", polled(other));
	// epoll, level and edge.
	struct epoll_event ev = {EPOLLIN, {.u32 = 7}};
	int ep = epoll_create1(0);
	CHECK(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev));
	CHECK(epoll_wait(ep, &ev, 1, 0));
	get(fd, 1);
	CHECK(epoll_wait(ep, &ev, 1, 0));
	pthread_create(&th, NULL, late, NULL);
	CHECK(epoll_wait(ep, &ev, 1, 2000));
	pthread_join(th, NULL);
	fflush(stdout);
	if (fork() == 0) { // a child has its own signals
		printf("in the child: ready %x\n", polled(fd));
		kill(getpid(), SIGUSR2);
		printf("in the child: ready %x\n", polled(fd));
		get(fd, 1);
		exit(0);
	}
	wait(NULL);
	get(fd, 1);
	struct pollfd p = {fd, POLLIN, 0};
	pthread_create(&th, NULL, late, NULL);
	CHECK(poll(&p, 1, 2000));
	pthread_join(th, NULL);
	get(fd, 1);
	close(fd);
	close(other);
	close(ep);
}

static volatile int count, code, band, which, number;

static void note(int sig, siginfo_t *i, void *u)
{
	number = sig;
	code = i->si_code;
	band = i->si_band;
	which = i->si_fd;
	count++;
}

static void sigio(void)
{
	int p[2];
	install(SIGIO, note, 0);
	install(SIGRTMIN + 1, note, 0);
	(void)!pipe(p);
	CHECK(fcntl(p[0], F_GETOWN));
	CHECK(fcntl(p[0], F_SETOWN, getpid()));
	CHECK(fcntl(p[0], F_GETOWN) == getpid());
	CHECK(fcntl(p[0], F_SETOWN, 32000));
	CHECK(fcntl(p[0], F_SETFL, O_ASYNC | O_NONBLOCK));
	CHECK(fcntl(p[0], F_GETFL) & O_ASYNC);
	(void)!write(p[1], "x", 1);
	printf("SIGIO: %d code %d\n", count, code);
	CHECK(fcntl(p[0], F_SETSIG, SIGRTMIN + 1));
	CHECK(fcntl(p[0], F_GETSIG));
	CHECK(fcntl(p[0], F_SETSIG, 65));
	(void)!write(p[1], "x", 1);
	printf("signal %d: %d code %d band %x fd %d\n", number, count, code, band, which == p[0]);
	close(p[1]);
	printf("hung up: %d code %d band %x\n", count, code, band);
	CHECK(fcntl(p[0], F_SETFL, 0));
	close(p[0]);
	count = 0;
	(void)!pipe(p);
	close(p[0]);
	CHECK(write(p[1], "x", 1) < 0 && 0);
}

static void broken(int sig, siginfo_t *i, void *u) { printf("signal %d code %d pid %d\n", sig, i->si_code, i->si_pid == getpid()); }

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	install(SIGPIPE, broken, 0);
	install(SIGXFSZ, broken, 0);
	signalfds();
	sigio();
	struct rlimit l = {10, 10};
	char name[] = "/tmp/signals.XXXXXX";
	int fd = mkstemp(name);
	setrlimit(RLIMIT_FSIZE, &l);
	CHECK(write(fd, "0123456789abcdef", 16));
	CHECK(write(fd, "0123456789abcdef", 16));
	CHECK(ftruncate(fd, 11));
	unlink(name);
	return 0;
}
