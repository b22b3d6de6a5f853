// Calls that wait while their process is stopped and goes on, and more of those that a handler interrupts
// (signal(7), "Interruption of system calls and library functions by stop signals").
#include "common.h"
#include <linux/futex.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#define MS 200 // how long timed calls wait

static int pipes[2], sockets[2], listener;
static struct { int word, came; } *shared;

static void handler(int sig, siginfo_t *i, void *u) { shared->came++; }

static void timeout(int option, int fd, int ms)
{
	struct timeval t = {0, ms * 1000};
	setsockopt(fd, SOL_SOCKET, option, &t, sizeof t);
}

static long c_nanosleep(void) { return nanosleep(&(struct timespec){0, MS * 1000000}, NULL); }
static long c_poll(void) { return poll(NULL, 0, MS); }
static long c_select(void) { return select(0, NULL, NULL, NULL, &(struct timeval){0, MS * 1000}); }

static long c_epoll(void)
{
	struct epoll_event e;
	return epoll_wait(epoll_create1(0), &e, 1, MS);
}

static long c_futex(void) { return syscall(SYS_futex, &shared->word, FUTEX_WAIT, 0, &(struct timespec){0,
	MS * 1000000}, 0, 0); }

static void until(struct timespec *t)
{
	clock_gettime(CLOCK_MONOTONIC, t);
	if ((t->tv_nsec += MS * 1000000) > 999999999)
		t->tv_sec++, t->tv_nsec -= 1000000000;
}

static long c_bitset(void)
{
	struct timespec t;
	until(&t);
	return syscall(SYS_futex, &shared->word, FUTEX_WAIT_BITSET, 0, &t, 0, -1);
}

static long c_waitv(void)
{
	struct timespec t;
	struct { uint64_t v, a; uint32_t flags, reserved; } w = {0, (uint64_t)&shared->word, 2, 0};
	until(&t);
	return syscall(449, &w, 1, 0, &t, CLOCK_MONOTONIC);
}

static long c_lock_pi(void)
{
	shared->word = getppid();
	return syscall(SYS_futex, &shared->word, FUTEX_LOCK_PI, 0, 0, 0, 0);
}

static long c_read(void)
{
	char c;
	return read(pipes[0], &c, 1);
}

static long c_sigtimedwait(void)
{
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR2);
	return sigtimedwait(&s, NULL, &(struct timespec){0, MS * 1000000});
}

static long c_recv_timed(void)
{
	char c;
	timeout(SO_RCVTIMEO, sockets[0], MS);
	return recv(sockets[0], &c, 1, 0);
}

static long c_recv(void)
{
	char c;
	return recv(sockets[0], &c, 1, 0);
}

static long c_recvmsg(void)
{
	char c;
	struct iovec v = {&c, 1};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
	return recvmsg(sockets[0], &m, 0);
}

static long c_send(void)
{
	static char b[4096];
	while (send(sockets[0], b, sizeof b, MSG_DONTWAIT) > 0)
		;
	return send(sockets[0], b, sizeof b, 0);
}

static long c_send_timed(void)
{
	timeout(SO_SNDTIMEO, sockets[0], MS);
	return c_send();
}

static long c_accept(void) { return accept(listener, NULL, NULL) >= 0 ? 0 : -1; }

static long c_accept_timed(void)
{
	timeout(SO_RCVTIMEO, listener, MS);
	return c_accept();
}

static long c_timerfd(void)
{
	uint64_t v;
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	timerfd_settime(fd, 0, &(struct itimerspec){{0, 0}, {0, MS * 1000000}}, NULL);
	return read(fd, &v, sizeof v);
}

static long c_eventfd(void)
{
	uint64_t v;
	return read(eventfd(0, 0), &v, sizeof v);
}

static long c_signalfd(void)
{
	sigset_t s;
	struct signalfd_siginfo i;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR2);
	sigprocmask(SIG_BLOCK, &s, NULL);
	return read(signalfd(-1, &s, 0), &i, sizeof i);
}

static long c_waitpid(void)
{
	pid_t p = fork();
	if (p == 0) {
		sleep_ms(MS);
		_exit(0);
	}
	return waitpid(p, NULL, 0) == p ? 0 : -1;
}

static void send_byte(int fd)
{
	if (write(fd, "", 1) != 1)
		perror("write");
}

static void end_read(void) { send_byte(pipes[1]); }
static void end_recv(void) { send_byte(sockets[1]); }

static struct sockaddr_un address = {AF_UNIX, "\0cairn"};

static void end_accept(void) { connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&address, 10); }

typedef struct {
	const char *name;
	long (*f)(void);
	void (*end)(void);
	int least; // milliseconds
} call;

static const call stopped[] = {
	{"nanosleep", c_nanosleep, NULL, MS}, {"poll", c_poll, NULL, MS}, {"select", c_select, NULL, MS}, {"epoll_wait",
		c_epoll},
	{"futex", c_futex, NULL, MS}, {"futex bitset", c_bitset, NULL, MS}, {"read", c_read, end_read}, {"sigtimedwait",
		c_sigtimedwait},
	{"recv with a timeout", c_recv_timed}, {"recv", c_recv, end_recv}, {"accept", c_accept, end_accept},
	{"timerfd", c_timerfd, NULL, MS}, {"waitpid", c_waitpid, NULL, MS},
};

static const call handled[] = {
	{"recv with a timeout", c_recv_timed}, {"accept with a timeout", c_accept_timed}, {"recvmsg", c_recvmsg},
		{"accept", c_accept},
	{"send", c_send}, {"send with a timeout", c_send_timed}, {"signalfd", c_signalfd}, {"eventfd", c_eventfd},
	{"futex_waitv", c_waitv}, {"FUTEX_LOCK_PI", c_lock_pi}, {"sigtimedwait", c_sigtimedwait},
};

// start makes the call in a child, which says what came of it, and waits until it waits.
static pid_t start(const call *c, int flags)
{
	socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(listener, (void *)&address, 10);
	listen(listener, 1);
	shared->word = shared->came = 0;
	fflush(stdout);
	pid_t p = fork();
	if (p == 0) {
		install(SIGUSR1, handler, flags);
		long begin = now_ms();
		errno = 0;
		long r = c->f();
		int e = r < 0 ? errno : 0;
		printf("  %s: %ld %s%s\n", c->name, r < 0 ? -1 : r, ename(e), now_ms() - begin < c->least ? ", early" : "");
		_exit(0);
	}
	await_state(p, "S");
	return p;
}

static void finish(pid_t p)
{
	waitpid(p, NULL, 0);
	close(sockets[0]);
	close(sockets[1]);
	close(listener);
}

static void stop(const call *c)
{
	pid_t p = start(c, 0);
	kill(p, SIGSTOP);
	waitpid(p, NULL, WUNTRACED);
	sleep_ms(5);
	kill(p, SIGCONT);
	await_state(p, "SZ");
	if (c->end)
		c->end();
	finish(p);
}

static int alive(pid_t p)
{
	siginfo_t i = {0};
	waitid(P_PID, p, &i, WEXITED | WNOHANG | WNOWAIT);
	return i.si_pid == 0;
}

static void handle(const call *c, int flags)
{
	pid_t p = start(c, flags);
	kill(p, SIGUSR1);
	while (!shared->came)
		sleep_ms(1);
	await_state(p, "SZ");
	if (alive(p)) {
		printf("  %s: goes on\n", c->name);
		kill(p, SIGKILL);
	}
	finish(p);
}

static void all(void)
{
	CHECK(pipe(pipes));
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	printf("stopped\n");
	for (unsigned i = 0; i < sizeof stopped / sizeof *stopped; i++)
		stop(&stopped[i]);
	for (int restart = 0; restart < 2; restart++) {
		printf("handled%s\n", restart ? " with SA_RESTART" : "");
		for (unsigned i = 0; i < sizeof handled / sizeof *handled; i++)
			handle(&handled[i], restart ? SA_RESTART : 0);
	}
}

int main(void) { return as_child(all); }
