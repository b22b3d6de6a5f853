// Many threads at the same descriptors and names: nothing is lost.
#include "common.h"
#include <termios.h>
// stress: many threads hammer; totals must agree
static int ep, evf, p[2], sv[2];
static volatile int stop;
static long got;

static void*cons(void*a) {
	long n = 0;
	struct epoll_event e[8];
	while (1) {
		int k = epoll_wait(ep, e, 8, 300);
		if (k <= 0) break;
		for (int i = 0; i<k; i++) {
			uint64_t v;
			if (e[i].data.fd == evf) {
				if (read(evf, &v, 8) == 8) n += v;
		} else {
				char b[16];
				long r = read(e[i].data.fd, b, 16);
				if (r>0) n += r;
			}
		}
	}
	__sync_fetch_and_add(&got, n);
	return 0;
}

static void*prod(void*a) {
	for (int i = 0; i<800; i++) {
		uint64_t v = 1;
		write(evf, &v, 8);
		char c = 1;
		if (i%2) while (write(p[1], &c, 1)<0)usleep(100);
		if (i%3 == 0) while (write(sv[1], &c, 1)<0)usleep(100);
	}
	return 0;
}

static void run(unsigned fl, const char*w) {
	ep = epoll_create(1);
	evf = eventfd(0, EFD_NONBLOCK);
	pipe2(p, O_NONBLOCK);
	socketpair(1, SOCK_STREAM|SOCK_NONBLOCK, 0, sv);
	int f[] = {evf, p[0], sv[0]};
	for (int i = 0; i<3; i++) {
		struct epoll_event e = {EPOLLIN|fl, {.fd = f[i]}};
		epoll_ctl(ep, 1, f[i], &e);
	}
	got = 0;
	pthread_t c[4], q[4];
	for (int i = 0; i<4; i++) pthread_create(c+i, 0, cons, 0);
	for (int i = 0; i<4; i++) pthread_create(q+i, 0, prod, 0);
	for (int i = 0; i<4; i++) pthread_join(q[i], 0);
	for (int i = 0; i<4; i++) pthread_join(c[i], 0);
	printf("%s %ld\n", w, got);
	fflush(stdout);
}

static void*opn(void*a) {
	for (int i = 0; i<3000; i++) {
		int f = dup(0);
		if (f >= 0) close(f);
	}
	return 0;
}

static void*rdr(void*a) {
	char b[64];
	long t = 0, n;
	while ((n = read(p[0], b, sizeof b))>0) t += n;
	return(void*)t;
}

static void*wrt(void*a) {
	char b[700];
	long t = 0;
	for (int i = 0; i<200; i++) {
		long n = write(p[1], b, 1+i*3%700);
		if (n<0) break;
		t += n;
	}
	return(void*)t;
}

static void*mk(void*a) {
	char n[40];
	for (int i = 0; i<300; i++) {
		sprintf(n, "d%d/f%d", (int)(long)a%2, i%20);
		int f = open(n, O_CREAT|O_RDWR, 0644);
		if (f >= 0) {
			write(f, "x", 1);
			close(f);
		}
		char m[40];
		sprintf(m, "d%d/f%d", (int)((long)a+i)%2, (i+7)%20);
		rename(n, m);
		unlink(n);
		struct stat s;
		stat(m, &s);
	}
	return 0;
}

int main() {
	run(0, "level");
	run(EPOLLEXCLUSIVE, "excl");
	pthread_t t[8];
	for (int i = 0; i<8; i++) pthread_create(t+i, 0, opn, 0);
	for (int i = 0; i<8; i++) pthread_join(t[i], 0);
	int n = 0;
	for (int i = 0; i<1000; i++) if (fcntl(i, F_GETFD) >= 0)n++;
	printf("fds ok %d\n", n<20);
	pipe(p);
	for (int i = 0; i<4; i++) pthread_create(t+i, 0, rdr, 0);
	for (int i = 4; i<8; i++) pthread_create(t+i, 0, wrt, 0);
	long w = 0, r = 0;
	void*v;
	for (int i = 4; i<8; i++) {
		pthread_join(t[i], &v);
		w += (long)v;
	}
	close(p[1]);
	for (int i = 0; i<4; i++) {
		pthread_join(t[i], &v);
		r += (long)v;
	}
	printf("pipe %d\n", r == w);
	mkdir("d0", 0755);
	mkdir("d1", 0755);
	for (int i = 0; i<6; i++) pthread_create(t+i, 0, mk, (void*)(long)i);
	for (int i = 0; i<6; i++) pthread_join(t[i], 0);
	struct stat s;
	stat("d0", &s);
	printf("names ok\n");
	return 0;
}
