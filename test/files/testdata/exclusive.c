// EPOLLEXCLUSIVE wakes who waits, not an epoll that nobody waits for.
#include "common.h"

static void *w(void*a) {
	struct epoll_event e;
	int n = epoll_wait(*(int*)a, &e, 1, 1000);
	return (void*)(long)n;
}

static int ad(int ep, int op, int fd, unsigned ev) {
	struct epoll_event e = {ev, {.u64 = 1}};
	return epoll_ctl(ep, op, fd, &e);
}

int main() {
	int ev = eventfd(0, 0), a = epoll_create(1), b = epoll_create(1);
	ad(a, 1, ev, EPOLLIN|EPOLLEXCLUSIVE);
	ad(b, 1, ev, EPOLLIN|EPOLLEXCLUSIVE);
	for (int i = 0; i<2; i++) {
		pthread_t t;
		void*r;
		pthread_create(&t, 0, w, i?&a:&b);
		ms(100);
		eventfd_write(ev, 1);
		pthread_join(t, &r);
		printf("woken %ld\n", (long)r);
		eventfd_t v;
		eventfd_read(ev, &v);
	}
	// two waiters on one pipe, both exclusive: exactly one wakes first
	pthread_t t1, t2;
	void*r1, *r2;
	pthread_create(&t1, 0, w, &a);
	pthread_create(&t2, 0, w, &b);
	ms(100);
	eventfd_write(ev, 1);
	pthread_join(t1, &r1);
	pthread_join(t2, &r2);
	printf("%ld\n", (long)r1+(long)r2 >= 1);
	// 3 readers blocked in read on eventfd; semaphore
	return 0;
}
