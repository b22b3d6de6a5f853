// eventfd and timerfd.
#include "common.h"

static void tg(int fd) {
	struct itimerspec t;
	errno = 0;
	int r = timerfd_gettime(fd, &t);
	printf("get %s it %ld.%03ld v %ld.%d\n", result(r), (long)t.it_interval.tv_sec, t.it_interval.tv_nsec/1000000, (long)t.it_value.tv_sec, t.it_value.tv_nsec>0);
}

static long set(int fd, int fl, long s, long ns, long is, long ins) {
	struct itimerspec t = {{is, ins}, {s, ns}}, o;
	errno = 0;
	int r = timerfd_settime(fd, fl, &t, &o);
	printf("set %x %ld.%09ld/%ld.%09ld = %s\n", fl, s, ns, is, ins, result(r));
	return r;
}

static long rd(int fd) {
	uint64_t v = 0;
	errno = 0;
	long r = read(fd, &v, 8);
	printf("read %s v %lu\n", result(r), v);
	return v;
}

static void info(int fd) {
	char p[64], line[300];
	sprintf(p, "/proc/self/fdinfo/%d", fd);
	FILE*f = fopen(p, "r");
	while (f && fgets(line, 300, f)) {
		if (!strncmp(line, "mnt_id", 6) || !strncmp(line, "ino", 3) || !strncmp(line, "eventfd-id", 10) || !strncmp(line, "it_value", 8))continue;
		printf("  %s", line);
	}
	if (f) fclose(f);
}

static void *th(void*a) {
	ms(30);
	eventfd_write(*(int*)a, 3);
	return 0;
}

int main() {
	uint64_t v;
	R(eventfd(0, 1<<5));
	R(syscall(SYS_eventfd, 5, 1));
	int e = eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC);
	X(fcntl(e, F_GETFL));
	rd(e);
	R(read(e, &v, 7));
	R(read(e, &v, 100));
	v = 3;
	R(write(e, &v, 7));
	R(ready(e));
	R(write(e, &v, 8));
	rd(e);
	v = -1;
	R(write(e, &v, 8));
	v = -2;
	R(write(e, &v, 8));
	R(ready(e));
	v = 1;
	R(write(e, &v, 8));
	v = 0;
	R(write(e, &v, 8));
	rd(e);
	R(ready(e));
	R(pread(e, &v, 8, 0));
	R(fstat(e, &(struct stat){0}));
	{
		struct stat s;
		fstat(e, &s);
		printf("%o %ld\n", s.st_mode, (long)s.st_size);
	}
	e = eventfd(3, EFD_SEMAPHORE|EFD_NONBLOCK);
	rd(e);
	rd(e);
	rd(e);
	rd(e);
	e = eventfd(0, 0);
	pthread_t t;
	pthread_create(&t, 0, th, &e);
	rd(e);
	pthread_join(t, 0);
	v = -2;
	write(e, &v, 8);
	{
		struct sigaction sa = {.sa_handler = nothing};
		sigaction(SIGALRM, &sa, 0);
		ualarm(30000, 0);
		v = 1;
		R(write(e, &v, 8));
		read(e, &v, 8);
		ualarm(30000, 0);
		R(read(e, &v, 8));
	}
	eventfd_write(e, 5);
	R(read(e, (void*)8, 8));
	fcntl(e, F_SETFL, O_NONBLOCK);
	rd(e);
	info(e);
	// readv
	eventfd_write(e, 7);
	char b[16];
	struct iovec iv[2] = {{b, 4}, {b+4, 4}};
	R(readv(e, iv, 2));
	printf("%d\n", b[0]);
	iv[0].iov_len = 3;
	R(readv(e, iv, 2));
	iv[0].iov_len = 4;
	memset(b, 0, 16);
	b[0] = 2;
	rd(e);
	// timerfd
	R(timerfd_create(99, 0));
	R(timerfd_create(CLOCK_REALTIME, 1));
	R(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
	R(timerfd_create(CLOCK_BOOTTIME, 0));
	R(timerfd_create(CLOCK_REALTIME_ALARM, 0));
	R(timerfd_create(CLOCK_TAI, 0));
	int m = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	tg(m);
	rd(m);
	R(ready(m));
	set(m, 0, 10, 0, 3, 500000000);
	tg(m);
	info(m);
	rd(m);
	set(m, 0, 0, 0, 1, 0);
	tg(m);
	set(m, 0, 1, 1000000000, 0, 0);
	set(m, 0, -1, 0, 0, 0);
	set(m, 0, 1, -1, 0, 0);
	set(m, 0, 1, 0, 0, -1);
	set(m, 8, 1, 0, 0, 0);
	set(m, TFD_TIMER_CANCEL_ON_SET, 1, 0, 0, 0);
	set(m, TFD_TIMER_ABSTIME, 0, 1000, 0, 0);
	rd(m);
	R(ready(m));
	rd(m);
	tg(m);
	set(m, 0, 0, 20000000, 0, 50000000);
	ms(200);
	rd(m);
	rd(m);
	info(m);
	set(m, 0, 0, 1, 0, 0);
	ms(5);
	R(ready(m));
	info(m);
	set(m, 0, 0, 0, 0, 0);
	R(ready(m));
	rd(m);
	R(read(m, &v, 7));
	R(write(m, &v, 8));
	R(timerfd_settime(0, 0, &(struct itimerspec){0}, 0));
	R(timerfd_settime(99, 0, &(struct itimerspec){0}, 0));
	R(timerfd_gettime(0, &(struct itimerspec){0}));
	R(timerfd_settime(m, 0, (void*)8, 0));
	R(timerfd_settime(m, 0, 0, 0));
	R(timerfd_gettime(m, (void*)8));
	R(syscall(SYS_timerfd_settime, m, 0, &(struct itimerspec){{0, 0}, {5, 0}}, (void*)8));
	tg(m);
	int r = timerfd_create(CLOCK_REALTIME, 0);
	struct timespec n;
	clock_gettime(CLOCK_REALTIME, &n);
	set(r, TFD_TIMER_ABSTIME|TFD_TIMER_CANCEL_ON_SET, 0, 1, 0, 0);
	rd(r);
	struct itimerspec ab = {{0, 0}, {n.tv_sec+0, n.tv_nsec+30000000}};
	if (ab.it_value.tv_nsec>999999999) ab.it_value.tv_sec++, ab.it_value.tv_nsec -= 1000000000;
	R(timerfd_settime(r, 1, &ab, 0));
	rd(r);
	info(r);
	R(ioctl(m, 0x40085400, &v));
	v = 5;
	R(ioctl(m, _IOW('T', 0, uint64_t), &v));
	rd(m);
	v = 0;
	R(ioctl(m, _IOW('T', 0, uint64_t), &v));
	R(ioctl(m, FIONREAD, &v));
	R(ioctl(e, FIONREAD, &v));
	return 0;
}
