// Who waits is woken: descriptors, sockets, locks, FIFOs, with many threads.
#include "common.h"
static int FD, FD2;
static volatile int done;
typedef void*(*F)(void*);
static pthread_t T[20];
static long RES[20];
static int NT;

static void go(F f, long a) {
	pthread_create(&T[NT++], 0, f, (void*)a);
}

static void fin(const char*w) {
	long s = 0;
	struct timespec ts;
	int late = 0;
	for (int i = 0; i<NT; i++) {
		void*r = 0;
		clock_gettime(CLOCK_REALTIME, &ts);
		ts.tv_sec += 3;
		if (pthread_timedjoin_np(T[i], &r, &ts)) {
			late++;
	} else s += (long)r;
	}
	printf("%s: sum %ld late %d\n", w, s, late);
	fflush(stdout);
	if (late) _exit(9);
	NT = 0;
}

static void*rdev(void*a) {
	uint64_t v = 0;
	read(FD, &v, 8);
	return (void*)v;
}

static void*rd1(void*a) {
	char c = 0;
	return (void*)read(FD, &c, 1);
}

static void*wr100k(void*a) {
	char*b = calloc(1, 100000);
	long n = write(FD2, b, 100000);
	free(b);
	return(void*)n;
}

static void*wr4k(void*a) {
	char b[4096] = {0};
	return(void*)write(FD2, b, 4096);
}

static void*drain(void*a) {
	char b[1000];
	long t = 0, n;
	while (t<(long)a && (n = read(FD, b, sizeof b))>0) t += n;
	return(void*)t;
}

static void*ew(void*a) {
	struct epoll_event e[4];
	long n = epoll_wait(FD, e, 4, 2000);
	return(void*)n;
}

static void*pl(void*a) {
	struct pollfd p = {FD, (short)(long)a};
	poll(&p, 1, 2000);
	return(void*)(long)p.revents;
}

static void*acc(void*a) {
	int c = accept(FD, 0, 0);
	if (c<0) return(void*)-(long)errno;
	close(c);
	return(void*)1;
}

static void*con(void*a) {
	int s = socket(1, SOCK_STREAM, 0);
	struct sockaddr_un u = {1, "L"};
	int r = connect(s, (void*)&u, sizeof u);
	if (r<0) return(void*)-(long)errno;
	return(void*)1;
}

static void*snd(void*a) {
	char b[1000] = {0};
	long n = 0, r;
	while ((r = send(FD2, b, 1000, MSG_NOSIGNAL))>0) n++;
	return(void*)(long)errno;
}

static void*rcv(void*a) {
	char b[10];
	long n = recv(FD, b, 10, 0);
	return(void*)(n<0?-(long)errno:n);
}

static void*fl(void*a) {
	int f = open("lk", O_RDWR|O_CREAT, 0644);
	flock(f, (long)a);
	ms(5);
	close(f);
	return(void*)1;
}

static void*op(void*a) {
	int f = open("ff", (long)a);
	close(f);
	return(void*)1;
}

static void*sel(void*a) {
	fd_set r;
	FD_ZERO(&r);
	FD_SET(FD, &r);
	struct timeval t = {2, 0};
	return(void*)(long)select(FD+1, &r, 0, 0, &t);
}

int main() {
	signal(SIGPIPE, SIG_IGN);
	uint64_t v;
	int p[2];
	FD = eventfd(0, EFD_SEMAPHORE);
	for (int i = 0; i<3; i++) go(rdev, 0);
	ms(30);
	v = 3;
	write(FD, &v, 8);
	fin("sem readers");
	FD = eventfd(0, 0);
	for (int i = 0; i<3; i++) go(rdev, 0);
	ms(30);
	for (int i = 0; i<3; i++) {
		v = 1;
		write(FD, &v, 8);
		ms(5);
	}
	fin("eventfd readers");
	pipe(p);
	FD = p[0];
	FD2 = p[1];
	for (int i = 0; i<5; i++) go(rd1, 0);
	ms(30);
	write(p[1], "abcde", 5);
	fin("pipe readers one write");
	for (int i = 0; i<5; i++) go(rd1, 0);
	ms(30);
	for (int i = 0; i<5; i++) write(p[1], "a", 1);
	fin("pipe readers five writes");
	for (int i = 0; i<4; i++) go(wr100k, 0);
	ms(30);
	go(drain, 400000);
	fin("pipe writers");
	{
		char b[4096];
		fcntl(p[1], F_SETFL, O_NONBLOCK);
		while (write(p[1], b, 4096)>0);
		fcntl(p[1], F_SETFL, 0);
		for (int i = 0; i<3; i++) go(wr4k, 0);
		go(pl, POLLIN);
		ms(30);
		for (int i = 0; i<3; i++) read(p[0], b, 4096);
		fin("writers wake");
		fcntl(p[0], F_SETFL, O_NONBLOCK);
		while (read(p[0], b, 4096)>0);
		fcntl(p[0], F_SETFL, 0);
	}
	for (int i = 0; i<4; i++) go(rd1, 0);
	ms(30);
	close(p[1]);
	fin("pipe eof to all");
	close(p[0]);
	pipe(p);
	FD2 = p[1];
	for (int i = 0; i<3; i++) go(wr100k, 0);
	ms(30);
	close(p[0]);
	fin("epipe to all");
	close(p[1]);
	// epoll
	FD = epoll_create(1);
	int e = eventfd(0, EFD_NONBLOCK);
	struct epoll_event ev = {EPOLLIN, {0}};
	for (int i = 0; i<3; i++) go(ew, 0);
	ms(30);
	v = 1;
	write(e, &v, 8);
	epoll_ctl(FD, EPOLL_CTL_ADD, e, &ev);
	fin("add ready wakes");
	read(e, &v, 8);
	ev.events = EPOLLIN|EPOLLET;
	epoll_ctl(FD, EPOLL_CTL_MOD, e, &ev);
	for (int i = 0; i<3; i++) go(ew, 0);
	ms(30);
	v = 1;
	write(e, &v, 8);
	ms(100);
	write(e, &v, 8);
	ms(100);
	write(e, &v, 8);
	fin("et wakes one each");
	ev.events = 0;
	epoll_ctl(FD, EPOLL_CTL_MOD, e, &ev);
	go(ew, 0);
	ms(30);
	ev.events = EPOLLIN;
	epoll_ctl(FD, EPOLL_CTL_MOD, e, &ev);
	fin("mod wakes");
	int top = epoll_create(1);
	ev.events = EPOLLIN;
	read(e, &v, 8);
	epoll_ctl(top, EPOLL_CTL_ADD, FD, &ev);
	int in = FD;
	FD = top;
	go(ew, 0);
	go(pl, POLLIN);
	go(sel, 0);
	ms(30);
	write(e, &v, 8);
	fin("nested");
	close(e);
	close(in);
	close(top);
	// close while polling
	pipe(p);
	FD = p[0];
	go(pl, POLLIN);
	ms(30);
	close(p[1]);
	fin("poll hup");
	go(rd1, 0);
	fin("eof");
	close(p[0]);
	// unix
	FD = socket(1, SOCK_STREAM, 0);
	struct sockaddr_un u = {1, "L"};
	bind(FD, (void*)&u, sizeof u);
	listen(FD, 2);
	for (int i = 0; i<4; i++) go(acc, 0);
	ms(30);
	for (int i = 0; i<4; i++) go(con, 0);
	fin("accepts");
	for (int i = 0; i<6; i++) go(con, 0);
	ms(30);
	for (int i = 0; i<6; i++) {
		int c = accept(FD, 0, 0);
		ms(2);
	}
	fin("backlog");
	for (int i = 0; i<5; i++) go(con, 0);
	ms(50);
	close(FD);
	fin("listener closed");
	unlink("L");
	FD = socket(1, SOCK_STREAM, 0);
	bind(FD, (void*)&u, sizeof u);
	listen(FD, 2);
	for (int i = 0; i<2; i++) go(acc, 0);
	go(pl, POLLIN);
	ms(30);
	shutdown(FD, SHUT_RDWR);
	fin("shutdown listener");
	close(FD);
	unlink("L");
	int s[2];
	socketpair(1, SOCK_STREAM, 0, s);
	FD2 = s[0];
	go(snd, 0);
	go(snd, 0);
	ms(50);
	close(s[1]);
	fin("send to closed");
	close(s[0]);
	socketpair(1, SOCK_STREAM, 0, s);
	FD2 = s[0];
	FD = s[0];
	go(snd, 0);
	ms(50);
	shutdown(s[1], SHUT_RD);
	fin("send after peer's shutdown");
	go(rcv, 0);
	ms(20);
	shutdown(s[0], SHUT_RD);
	fin("recv after shutdown");
	socketpair(1, SOCK_DGRAM, 0, s);
	FD2 = s[0];
	go(snd, 0);
	ms(50);
	close(s[1]);
	fin("dgram send to closed");
	socketpair(1, SOCK_DGRAM, 0, s);
	FD = s[0];
	go(rcv, 0);
	go(pl, POLLIN|POLLRDHUP);
	ms(20);
	shutdown(s[0], SHUT_RD);
	fin("dgram shutdown");
	socketpair(1, SOCK_SEQPACKET, 0, s);
	FD = s[0];
	for (int i = 0; i<3; i++) go(rcv, 0);
	ms(20);
	close(s[1]);
	fin("seq eof");
	// locks, fifos
	for (int i = 0; i<4; i++) go(fl, i%2?LOCK_SH:LOCK_EX);
	fin("flocks");
	mkfifo("ff", 0600);
	for (int i = 0; i<3; i++) go(op, O_RDONLY);
	ms(30);
	go(op, O_WRONLY);
	fin("fifo opens");
	for (int i = 0; i<3; i++) go(op, O_WRONLY);
	ms(30);
	go(op, O_RDONLY);
	fin("fifo opens 2");
	FD = timerfd_create(CLOCK_MONOTONIC, 0);
	go(rdev, 0);
	ms(20);
	struct itimerspec it = {{0, 0}, {0, 20000000}};
	timerfd_settime(FD, 0, &it, 0);
	fin("timerfd");
	go(pl, POLLIN);
	ms(10);
	timerfd_settime(FD, 0, &it, 0);
	fin("timerfd poll");
	return 0;
}
