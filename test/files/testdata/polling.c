// epoll, poll, select and their masks and timeouts.
#include "common.h"
static char B[1<<20];

static void wt(int ep, int to) {
	struct epoll_event e[10];
	errno = 0;
	int n = epoll_wait(ep, e, 10, to);
	printf("wait %s:", result(n));
	for (int i = 0; i<n; i++) printf(" %lx:%d", (long)e[i].events, (int)e[i].data.u64);
	puts("");
}

static int ad(int ep, int op, int fd, unsigned ev, int data) {
	struct epoll_event e = {ev, {.u64 = data}};
	return epoll_ctl(ep, op, fd, &e);
}

int main() {
	R(epoll_create(0));
	R(epoll_create(-1));
	R(epoll_create1(1));
	int ep = epoll_create1(EPOLL_CLOEXEC);
	R(fcntl(ep, F_GETFD));
	close(ep);
	ep = epoll_create(1);
	R(fcntl(ep, F_GETFD));
	int p[2];
	pipe(p);
	R(ad(ep, 1, p[0], EPOLLIN, 1));
	R(ad(ep, 1, p[0], EPOLLIN, 1));
	R(ad(ep, 1, ep, EPOLLIN, 1));
	R(ad(ep, 1, 99, EPOLLIN, 1));
	R(ad(99, 1, p[0], EPOLLIN, 1));
	R(ad(p[0], 1, p[1], EPOLLIN, 1));
	R(ad(ep, 3, p[1], EPOLLIN, 1));
	R(ad(ep, 2, p[1], EPOLLIN, 1));
	R(ad(ep, 9, p[1], EPOLLIN, 1));
	R(epoll_ctl(ep, 1, p[1], 0));
	R(epoll_ctl(ep, 1, p[1], (void*)8));
	R(epoll_ctl(ep, 2, p[0], 0));
	R(epoll_ctl(ep, 2, p[0], 0));
	put("f", "x");
	int f = open("f", O_RDWR);
	R(ad(ep, 1, f, EPOLLIN, 1));
	R(ad(ep, 1, open(".", 0), EPOLLIN, 1));
	R(ad(ep, 1, open("/dev/null", 2), EPOLLIN, 1));
	R(ad(ep, 1, open("/dev/zero", 2), EPOLLIN, 1));
	R(ad(ep, 1, open("/dev/urandom", 2), EPOLLIN, 1));
	R(ad(ep, 1, open("/proc/self/stat", 0), EPOLLIN, 5));
	R(ad(ep, 1, open("f", O_PATH), EPOLLIN, 5));
	R(ad(ep, 1, memfd_create("x", 0), EPOLLIN, 5));
	close(ep);
	ep = epoll_create(1);
	struct epoll_event e[4];
	R(epoll_wait(ep, e, 0, 0));
	R(epoll_wait(ep, e, -1, 0));
	R(epoll_wait(ep, e, 1<<30, 0));
	R(epoll_wait(p[0], e, 1, 0));
	R(epoll_wait(99, e, 1, 0));
	R(epoll_wait(ep, (void*)8, 1, 0));
	ad(ep, 1, p[0], EPOLLIN, 1);
	ad(ep, 1, p[1], EPOLLOUT, 2);
	wt(ep, 0);
	write(p[1], "x", 1);
	wt(ep, 0);
	wt(ep, 0);
	R(epoll_wait(ep, (void*)8, 4, 0));
	wt(ep, 0);
	ad(ep, 3, p[0], EPOLLIN|EPOLLET, 1);
	ad(ep, 2, p[1], 0, 0);
	wt(ep, 0);
	wt(ep, 0);
	write(p[1], "y", 1);
	wt(ep, 0);
	wt(ep, 0);
	read(p[0], B, 1);
	wt(ep, 0);
	ad(ep, 3, p[0], EPOLLIN|EPOLLET, 1);
	wt(ep, 0);
	ad(ep, 3, p[0], EPOLLIN|EPOLLONESHOT, 1);
	wt(ep, 0);
	wt(ep, 0);
	write(p[1], "z", 1);
	wt(ep, 0);
	ad(ep, 3, p[0], EPOLLIN|EPOLLONESHOT, 7);
	wt(ep, 0);
	wt(ep, 0);
	ad(ep, 3, p[0], 0, 3);
	wt(ep, 0);
	close(p[1]);
	wt(ep, 0);
	ad(ep, 3, p[0], EPOLLONESHOT, 3);
	wt(ep, 0);
	wt(ep, 0);
	// dup semantic
	int q[2];
	pipe(q);
	int d = dup(q[0]);
	R(ad(ep, 1, q[0], EPOLLIN, 10));
	R(ad(ep, 1, d, EPOLLIN, 11));
	write(q[1], "x", 1);
	close(q[0]);
	R(ad(ep, 2, q[0], 0, 0));
	close(d);
	wt(ep, 0);
	close(q[1]);
	// exclusive
	pipe(q);
	int e2 = epoll_create(1);
	R(ad(e2, 1, q[0], EPOLLIN|EPOLLEXCLUSIVE, 1));
	R(ad(e2, 3, q[0], EPOLLIN, 1));
	R(ad(e2, 3, q[0], EPOLLIN|EPOLLEXCLUSIVE, 1));
	R(ad(e2, 1, q[1], EPOLLOUT|EPOLLEXCLUSIVE|EPOLLONESHOT, 1));
	R(ad(e2, 1, q[1], EPOLLRDHUP|EPOLLEXCLUSIVE, 1));
	R(ad(e2, 1, q[1], EPOLLOUT|EPOLLEXCLUSIVE|EPOLLET|EPOLLWAKEUP, 1));
	R(ad(e2, 1, ep, EPOLLIN|EPOLLEXCLUSIVE, 1));
	wt(e2, 0);
	// nested & loops
	int a = epoll_create(1), b = epoll_create(1), c = epoll_create(1);
	R(ad(a, 1, b, EPOLLIN, 1));
	R(ad(b, 1, c, EPOLLIN, 2));
	R(ad(c, 1, a, EPOLLIN, 3));
	R(ad(b, 1, a, EPOLLIN, 3));
	R(ad(c, 1, q[0], EPOLLIN, 4));
	wt(a, 0);
	write(q[1], "x", 1);
	wt(a, 0);
	R(ready(a));
	wt(c, 0);
	read(q[0], B, 1);
	wt(a, 0);
	{
		int pr = epoll_create(1), first = pr;
		int i;
		for (i = 0; i<10; i++) {
			int n = epoll_create(1);
			errno = 0;
			int r = ad(n, 1, pr, EPOLLIN, i);
			printf("chain %d %s\n", i, result(r));
			pr = n;
		}
		ad(first, 1, q[0], EPOLLIN, 1);
	}
	// ET nested
	ad(a, 3, b, EPOLLIN|EPOLLET, 1);
	wt(a, 0);
	write(q[1], "x", 1);
	wt(a, 0);
	wt(a, 0);
	write(q[1], "x", 1);
	wt(a, 0);
	read(q[0], B, 9);
	// rdhup with sockets
	int sv[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	int s = epoll_create(1);
	ad(s, 1, sv[0], EPOLLIN|EPOLLOUT|EPOLLRDHUP|EPOLLPRI|EPOLLET, 1);
	wt(s, 0);
	wt(s, 0);
	write(sv[1], "a", 1);
	wt(s, 0);
	shutdown(sv[1], SHUT_WR);
	wt(s, 0);
	shutdown(sv[0], SHUT_WR);
	wt(s, 0);
	close(sv[1]);
	wt(s, 0);
	wt(s, 0);
	ad(s, 3, sv[0], EPOLLIN|EPOLLOUT|EPOLLRDHUP, 1);
	wt(s, 0);
	// timeouts
	long t = now();
	wt(ep, 60);
	printf("%d\n", now()-t >= 58);
	{
		struct timespec ts = {0, 40000000};
		t = now();
		R(syscall(441, c, e, 4, &ts, 0, 8));
		printf("%d\n", now()-t >= 38);
		ts.tv_nsec = -1;
		R(syscall(441, c, e, 4, &ts, 0, 8));
		ts.tv_nsec = 0;
		R(syscall(441, c, e, 4, &ts, (void*)8, 9));
	}
	{
		sigset_t m;
		sigemptyset(&m);
		R(syscall(SYS_epoll_pwait, c, e, 4, 0, &m, 9));
		R(syscall(SYS_epoll_pwait, c, e, 4, 0, &m, 8));
		R(syscall(SYS_epoll_pwait, c, e, 4, 0, 0, 77));
	}
	// pwait atomics
	sigset_t blk, old;
	sigemptyset(&blk);
	sigaddset(&blk, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blk, &old);
	struct sigaction sa = {.sa_handler = nothing};
	sigaction(SIGUSR1, &sa, 0);
	raise(SIGUSR1);
	R(epoll_pwait(c, e, 4, 1000, &old));
	raise(SIGUSR1);
	R(epoll_pwait(c, e, 4, 0, &old));
	struct pollfd pf = {q[0], POLLIN, 0};
	struct timespec ts = {1, 0};
	R(ppoll(&pf, 1, &ts, &old));
	raise(SIGUSR1);
	R(ppoll(&pf, 1, &ts, &old));
	printf("%ld\n", (long)ts.tv_sec);
	fd_set fs;
	FD_ZERO(&fs);
	FD_SET(q[0], &fs);
	raise(SIGUSR1);
	R(pselect(q[0]+1, &fs, 0, 0, &ts, &old));
	sigset_t pend;
	sigpending(&pend);
	R(sigismember(&pend, SIGUSR1));
	raise(SIGUSR1);
	pf.fd = q[1];
	pf.events = POLLOUT;
	R(ppoll(&pf, 1, 0, &old));
	sigpending(&pend);
	R(sigismember(&pend, SIGUSR1));
	sigprocmask(SIG_SETMASK, &old, 0);
	// raw timeouts written back
	{
		struct timespec z = {0, 50000000};
		FD_ZERO(&fs);
		FD_SET(q[0], &fs);
		R(syscall(SYS_ppoll, &(struct pollfd){q[0], POLLIN}, 1, &z, 0, 8));
		printf("%ld %ld\n", (long)z.tv_sec, z.tv_nsec);
		z.tv_sec = 5;
		z.tv_nsec = 0;
		R(syscall(SYS_ppoll, &(struct pollfd){q[1], POLLOUT}, 1, &z, 0, 8));
		printf("%ld\n", (long)z.tv_sec);
		z.tv_nsec = 1000000000;
		R(syscall(SYS_ppoll, &pf, 1, &z, 0, 8));
		z.tv_nsec = -1;
		R(syscall(SYS_ppoll, &pf, 1, &z, 0, 8));
		z.tv_nsec = 0;
		z.tv_sec = -1;
		R(syscall(SYS_ppoll, &pf, 1, &z, 0, 8));
		struct timeval tv = {0, 30000};
		R(syscall(SYS_select, q[0]+1, &fs, 0, 0, &tv));
		printf("%ld %ld\n", tv.tv_sec, tv.tv_usec);
		tv.tv_usec = 2000000;
		tv.tv_sec = 0;
		FD_SET(q[1], &fs);
		R(syscall(SYS_select, q[1]+1, 0, &fs, 0, &tv));
		printf("%ld\n", (long)tv.tv_sec);
		tv.tv_sec = -1;
		R(syscall(SYS_select, q[1]+1, 0, &fs, 0, &tv));
		tv.tv_sec = 0;
		tv.tv_usec = -1;
		R(syscall(SYS_select, q[1]+1, 0, &fs, 0, &tv));
	}
	R(syscall(SYS_select, -1, 0, 0, 0, 0));
	FD_ZERO(&fs);
	FD_SET(500, &fs);
	struct timeval tz = {0, 0};
	R(select(501, &fs, 0, 0, &tz));
	R(select(100, &fs, 0, 0, &tz));
	R(select(100000, &fs, 0, 0, &tz));
	FD_ZERO(&fs);
	FD_SET(f, &fs);
	fd_set g = fs, h = fs;
	R(select(f+1, &fs, &g, &h, &tz));
	printf("%d%d%d\n", !!FD_ISSET(f, &fs), !!FD_ISSET(f, &g), !!FD_ISSET(f, &h));
	R(select(f+1, (void*)8, 0, 0, &tz));
	R(syscall(SYS_select, 0, 0, 0, 0, (void*)8));
	{
		struct {
			void*p;
			size_t n;
		}
		ss = {&old, 9};
		R(syscall(SYS_pselect6, 0, 0, 0, 0, &ts, &ss));
		ss.n = 8;
		ss.p = (void*)8;
		R(syscall(SYS_pselect6, 0, 0, 0, 0, &ts, &ss));
	}
	struct pollfd pp[5] = {{99, POLLIN}, {-1, POLLIN, 7}, {f, POLLIN|POLLOUT|POLLPRI|POLLRDNORM|POLLWRNORM|POLLRDBAND|POLLWRBAND}, {q[1], POLLIN|POLLOUT}, {f, 0}};
	R(poll(pp, 5, -1));
	for (int i = 0; i<5; i++) printf("%x ", pp[i].revents);
	puts("");
	R(poll(pp, 100000000, 0));
	R(poll((void*)8, 1, 0));
	R(poll(0, 0, 0));
	R(syscall(SYS_poll, 0, 0, 20));
	struct rlimit rl = {10, 10000};
	setrlimit(RLIMIT_NOFILE, &rl);
	R(poll(pp, 11, 0));
	return 0;
}
