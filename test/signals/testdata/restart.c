// Which calls are made again after a handler, and which fail with EINTR (signal(7), "Interruption of system
// calls"). Each call is interrupted once and ended by what it waits for some time later, if it goes on.
#include "common.h"
#include <linux/futex.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/timerfd.h>

static int pipes[2], full[2], *word;
static char buffer[1 << 20];
static char lock_name[] = "/tmp/signals.XXXXXX";
static int lock_fd;
static sem_t *sem;
static void *mmap_shared(size_t n)
{
	void *mmap(void *, size_t, int, int, int, off_t);
	return mmap(NULL, n, 3, 0x21, -1, 0);
}

static volatile int came;

static void handler(int sig, siginfo_t *i, void *u) { came++; }

static struct pollfd pfd(void) { struct pollfd p = {pipes[0], POLLIN, 0}; return p; }

static long c_read(void) { char c; return read(pipes[0], &c, 1); }
static long c_readv(void) { char c; struct { void *p; size_t n; } v = {&c, 1}; return syscall(SYS_readv, pipes[0], &v, 1); }
static long c_write(void) { return write(full[1], buffer, 4096) > 0; }
static long c_write_some(void) // some was written before the signal
{
	char drain[4096];
	return read(full[0], drain, 4096) == 4096 ? write(full[1], buffer, 8192) : -2;
}
static long c_nanosleep(void)
{
	struct timespec t = {0, 400000000}, left = {9, 9};
	long r = nanosleep(&t, &left);
	if (r)
		printf("(left %d) ", left.tv_sec == 0 && left.tv_nsec > 10000000 && left.tv_nsec < 395000000);
	return r;
}
static long c_sleep_until(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += 400000000;
	if (t.tv_nsec >= 1000000000)
		t.tv_sec++, t.tv_nsec -= 1000000000;
	errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
	return errno ? -1 : 0;
}
static long c_poll(void) { struct pollfd p = pfd(); return poll(&p, 1, 2000); }
static long c_ppoll(void) { struct pollfd p = pfd(); struct timespec t = {2, 0}; return ppoll(&p, 1, &t, NULL); }
static long c_select(void) { fd_set s; FD_ZERO(&s); FD_SET(pipes[0], &s); struct timeval t = {2, 0}; return select(pipes[0] + 1, &s, NULL, NULL, &t); }
static long c_pselect(void) { fd_set s; FD_ZERO(&s); FD_SET(pipes[0], &s); struct timespec t = {2, 0}; return pselect(pipes[0] + 1, &s, NULL, NULL, &t, NULL); }
static long c_epoll(void)
{
	int e = epoll_create1(0);
	struct epoll_event ev = {EPOLLIN, {0}};
	epoll_ctl(e, EPOLL_CTL_ADD, pipes[0], &ev);
	long r = epoll_wait(e, &ev, 1, 2000);
	int saved = errno;
	close(e);
	errno = saved;
	return r;
}
static long c_futex(void) { return syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0); }
static long c_futex_timed(void) { struct timespec t = {0, 400000000}; return syscall(SYS_futex, word, FUTEX_WAIT, 0, &t, NULL, 0); }
static long c_sem(void) { return sem_wait(sem); }
static long c_sem_timed(void) { struct timespec t; clock_gettime(CLOCK_REALTIME, &t); t.tv_sec += 2; return sem_timedwait(sem, &t); }
static long c_pause(void) { return pause(); }
static long c_suspend(void) { sigset_t s; sigemptyset(&s); return sigsuspend(&s); }
static long c_timedwait(void) { sigset_t s; sigemptyset(&s); sigaddset(&s, SIGTERM); struct timespec t = {2, 0}; return sigtimedwait(&s, NULL, &t); }
static long c_wait(void) { return waitpid(-1, NULL, 0) > 0; }
static long c_waitid(void) { siginfo_t i; return waitid(P_ALL, 0, &i, WEXITED); }
static long c_flock(void) { int fd = open(lock_name, O_RDWR); long r = flock(fd, LOCK_EX); int saved = errno; close(fd); errno = saved; return r; }
static long c_setlkw(void) { struct flock l = {.l_type = F_WRLCK}; return fcntl(lock_fd, F_SETLKW, &l); }
static long c_timerfd(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	struct itimerspec s = {{0, 0}, {0, 400000000}};
	uint64_t v;
	timerfd_settime(fd, 0, &s, NULL);
	long r = read(fd, &v, 8);
	int saved = errno;
	close(fd);
	errno = saved;
	return r;
}
static long c_fifo(void)
{
	char name[80];
	snprintf(name, sizeof name, "%s.fifo", lock_name);
	long fd = open(name, O_RDONLY);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

enum { PIPE, FULL, WORD, SEM, LOCK, CHILD, FIFO, SIGNAL, NOTHING };

static struct { const char *name; long (*f)(void); int ends; } calls[] = {
	{"read of a pipe", c_read, PIPE}, {"readv", c_readv, PIPE}, {"write to a pipe", c_write, FULL},
	{"write of much", c_write_some, FULL}, {"nanosleep", c_nanosleep, NOTHING}, {"clock_nanosleep until", c_sleep_until, NOTHING},
	{"poll", c_poll, PIPE}, {"ppoll", c_ppoll, PIPE}, {"select", c_select, PIPE}, {"pselect", c_pselect, PIPE},
	{"epoll_wait", c_epoll, PIPE}, {"futex", c_futex, WORD}, {"futex with a timeout", c_futex_timed, NOTHING},
	{"sem_wait", c_sem, SEM}, {"sem_timedwait", c_sem_timed, SEM}, {"pause", c_pause, SIGNAL}, {"sigsuspend", c_suspend, SIGNAL},
	{"sigtimedwait", c_timedwait, SIGNAL}, {"waitpid", c_wait, CHILD}, {"waitid", c_waitid, CHILD}, {"flock", c_flock, LOCK},
	{"F_SETLKW", c_setlkw, LOCK}, {"timerfd", c_timerfd, NOTHING}, {"open of a FIFO", c_fifo, FIFO},
};

// other is a process that interrupts the call, and later ends what it waits for.
static void other(int sig, int ends, int ready)
{
	char name[80], c = 0;
	struct flock l = {.l_type = F_WRLCK};
	if (ends == LOCK) {
		lock_fd = open(lock_name, O_RDWR);
		flock(lock_fd, LOCK_EX);
		fcntl(lock_fd, F_SETLK, &l);
	}
	(void)!write(ready, &c, 1);
	sleep_ms(40);
	kill(getppid(), sig);
	sleep_ms(50);
	switch (ends) {
	case PIPE: (void)!write(pipes[1], &c, 1); break;
	case FULL: (void)!read(full[0], buffer, sizeof buffer); break;
	case WORD: syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0); break;
	case SEM: sem_post(sem); break;
	case FIFO:
		snprintf(name, sizeof name, "%s.fifo", lock_name);
		close(open(name, O_WRONLY | O_NONBLOCK));
		break;
	case SIGNAL: kill(getppid(), SIGTERM); break;
	}
	_exit(0);
}

static void round_of(const char *title, int sig)
{
	printf("%s\n", title);
	for (unsigned n = 0; n < sizeof calls / sizeof *calls; n++) {
		int ready[2];
		char c;
		(void)!pipe(ready);
		if (pipe(pipes) || pipe(full))
			exit(1);
		fcntl(full[1], F_SETFL, O_NONBLOCK);
		while (write(full[1], buffer, 4096) > 0)
			;
		fcntl(full[1], F_SETFL, 0);
		came = 0;
		pid_t p = fork();
		if (p == 0)
			other(sig, calls[n].ends, ready[1]);
		(void)!read(ready[0], &c, 1);
		errno = 0;
		printf("  %s: ", calls[n].name);
		long r = calls[n].f();
		int e = r < 0 ? errno : 0;
		printf("%ld %s, handlers %d\n", r, ename(e), came > 0);
		kill(p, SIGKILL);
		while (waitpid(p, NULL, 0) < 0 && errno == EINTR)
			;
		for (int k = 0; k < 2; k++)
			close(ready[k]), close(pipes[k]), close(full[k]);
	}
}

int main(void)
{
	char name[80];
	setvbuf(stdout, NULL, _IONBF, 0);
	lock_fd = mkstemp(lock_name);
	snprintf(name, sizeof name, "%s.fifo", lock_name);
	mkfifo(name, 0600);
	sem = mmap_shared(4096);
	word = (int *)(sem + 1);
	sem_init(sem, 1, 0);
	install(SIGTERM, handler, 0);
	install(SIGUSR1, handler, SA_RESTART);
	round_of("with SA_RESTART", SIGUSR1);
	install(SIGUSR1, handler, 0);
	round_of("without SA_RESTART", SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	round_of("ignored", SIGUSR1);
	unlink(name);
	unlink(lock_name);
	return 0;
}
