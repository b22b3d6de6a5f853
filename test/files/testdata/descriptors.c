// Descriptor tables, flags, owners, what /proc says of descriptors.
#include "common.h"
#include <linux/close_range.h>

static int n_open(void) {
	int n = 0;
	for (int i = 0; i<1024; i++) if (fcntl(i, F_GETFD) >= 0)n++;
	return n;
}

static void link_of(int fd) {
	char p[64], b[300];
	sprintf(p, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(p, b, 299);
	if (n<0) {
		printf("link: %s\n", strerrorname_np(errno));
		return;
	}
	b[n] = 0;
	char*q = strchr(b, '[');
	if (q && q[1] >= '0'&&q[1] <= '9')strcpy(q, "[N]");
	struct stat s;
	lstat(p, &s);
	printf("link %d: %s mode %o\n", fd, b, s.st_mode);
}

static void info(int fd) {
	char p[64], line[300];
	sprintf(p, "/proc/self/fdinfo/%d", fd);
	FILE*f = fopen(p, "r");
	while (f && fgets(line, 300, f)) {
		if (!strncmp(line, "mnt_id", 6) || !strncmp(line, "ino", 3) || !strncmp(line, "eventfd-id", 10) || !strncmp(line, "scm_fds", 7)) {
			*strchr(line, ':') = 0;
			printf("  %s\n", line);
			continue;
		}
		char*q = strstr(line, "ino:");
		if (q) *q = 0;
		printf("  %s", line);
		if (q) puts("");
	}
	if (f) fclose(f);
}
static volatile int got, gotfd, gotcode, gotband;

static void h(int s, siginfo_t*i, void*c) {
	got = s;
	gotfd = i->si_fd;
	gotcode = i->si_code;
	gotband = i->si_band;
}

int main() {
	int f = open("f", O_RDWR|O_CREAT|O_CLOEXEC, 0644);
	R(dup(-1));
	R(dup(100));
	R(dup2(f, f) == f);
	R(dup2(100, 100));
	R(dup2(f, -1));
	R(dup2(f, 1<<20));
	R(dup3(f, f, 0));
	R(dup3(f, 10, 1));
	R(dup3(f, 10, O_CLOEXEC));
	R(fcntl(10, F_GETFD));
	R(dup2(f, 11));
	R(fcntl(11, F_GETFD));
	R(fcntl(f, F_DUPFD, 20));
	R(fcntl(f, F_DUPFD_CLOEXEC, 20));
	R(fcntl(21, F_GETFD));
	R(fcntl(f, F_DUPFD, -1));
	R(fcntl(f, F_DUPFD, 1<<20));
	R(fcntl(f, F_SETFD, -1));
	R(fcntl(f, F_GETFD));
	R(fcntl(f, F_SETFD, 2));
	R(fcntl(f, F_GETFD));
	R(fcntl(f, 1030, 25));
	R(fcntl(f, 9999, 0));
	R(fcntl(100, 9999));
	struct rlimit l, o;
	getrlimit(RLIMIT_NOFILE, &o);
	l = o;
	l.rlim_cur = 30;
	R(setrlimit(RLIMIT_NOFILE, &l));
	R(fcntl(f, F_DUPFD, 29));
	R(fcntl(f, F_DUPFD, 29));
	R(fcntl(f, F_DUPFD, 30));
	R(dup2(f, 30));
	R(dup2(f, 29));
	R(dup3(f, 31, 0));
	{
		int n = 0;
		while (dup(f) >= 0) n++;
		R(dup(f));
		printf("n %d\n", n);
		R(open("f", 0));
		R(pipe((int[2]){0}));
		R(socket(AF_UNIX, SOCK_STREAM, 0));
		R(eventfd(0, 0));
		R(epoll_create1(0));
		R(open("nonexist", 0));
	}
	R(syscall(SYS_close_range, 3, 1000, 0));
	printf("open %d\n", n_open());
	setrlimit(RLIMIT_NOFILE, &o);
	f = open("f", O_RDWR|O_APPEND);
	X(fcntl(f, F_GETFL));
	for (int i = 4; i<12; i++) dup2(f, i);
	R(syscall(SYS_close_range, 6, 5, 0));
	R(syscall(SYS_close_range, 6, 7, 8));
	R(syscall(SYS_close_range, 6, 7, CLOSE_RANGE_CLOEXEC));
	R(fcntl(6, F_GETFD));
	R(fcntl(8, F_GETFD));
	R(syscall(SYS_close_range, 9, ~0U, 0));
	printf("open %d\n", n_open());
	R(syscall(SYS_close_range, 1000, 2000, 0));
	R(close(100));
	R(close(-1));
	X(fcntl(f, F_SETFL, O_NONBLOCK|O_RDONLY|O_CREAT|O_SYNC));
	X(fcntl(f, F_GETFL));
	X(fcntl(f, F_SETFL, -1));
	X(fcntl(f, F_GETFL));
	X(fcntl(f, F_SETFL, O_NOATIME));
	X(fcntl(f, F_GETFL));
	X(fcntl(f, F_SETFL, O_ASYNC));
	X(fcntl(f, F_GETFL));
	X(fcntl(f, F_SETFL, O_DIRECT));
	X(fcntl(f, F_GETFL));
	X(fcntl(f, F_SETFL, 0));
	int p[2];
	pipe(p);
	X(fcntl(p[0], F_GETFL));
	X(fcntl(p[1], F_GETFL));
	X(fcntl(p[0], F_SETFL, O_ASYNC));
	X(fcntl(p[0], F_GETFL));
	X(fcntl(p[0], F_SETFL, -1));
	X(fcntl(p[0], F_GETFL));
	X(fcntl(p[0], F_SETFL, 0));
	int op = open("f", O_PATH);
	X(fcntl(op, F_GETFL));
	R(fcntl(op, F_SETFL, 0));
	R(fcntl(op, F_SETFD, 1));
	R(fcntl(op, F_GETFD));
	R(fcntl(op, F_DUPFD, 40));
	R(fcntl(op, F_GETOWN));
	R(fcntl(op, F_GETLK, &(struct flock){0}));
	R(read(op, &l, 1));
	R(ioctl(op, FIONREAD, &l));
	R(flock(op, LOCK_SH));
	R(fsync(op));
	R(ftruncate(op, 0));
	R(fchmod(op, 0600));
	R(fchown(op, 0, 0));
	R(futimens(op, 0));
	R(lseek(op, 0, 0));
	R(fstatfs(op, &(struct statfs){0}));
	{
		struct stat s;
		R(fstat(op, &s));
	}
	R(ready(op));
	R(getdents64(op, &l, 10));
	R(fgetxattr(op, "user.x", 0, 0));
	R(mmap(0, 4096, 1, 1, op, 0) == MAP_FAILED?-1:0);
	R(pread(op, &l, 1, 0));
	R(fallocate(op, 0, 0, 1));
	link_of(op);
	link_of(p[0]);
	link_of(p[1]);
	link_of(f);
	int e = eventfd(5, EFD_SEMAPHORE);
	link_of(e);
	info(e);
	int t = timerfd_create(CLOCK_REALTIME, 0);
	link_of(t);
	info(t);
	sigset_t ss;
	sigemptyset(&ss);
	sigaddset(&ss, 3);
	int s = signalfd(-1, &ss, 0);
	link_of(s);
	info(s);
	int ep = epoll_create1(0);
	link_of(ep);
	struct epoll_event ee = {EPOLLIN|EPOLLET, {.u64 = 0x1234}};
	epoll_ctl(ep, EPOLL_CTL_ADD, e, &ee);
	info(ep);
	int so = socket(AF_UNIX, SOCK_DGRAM, 0);
	link_of(so);
	int m = memfd_create("name", MFD_ALLOW_SEALING);
	link_of(m);
	info(m);
	write(m, "abc", 3);
	info(m);
	info(f);
	info(p[0]);
	int d = open("/tmp", O_DIRECTORY);
	info(d);
	link_of(d);
	int pf = syscall(SYS_pidfd_open, getpid(), 0);
	link_of(pf);
	unlink("f");
	link_of(f);
	link_of(op);
	int tm = open("/tmp", O_TMPFILE|O_RDWR, 0600);
	{
		char pp[64], b[200];
		sprintf(pp, "/proc/self/fd/%d", tm);
		b[readlink(pp, b, 199)] = 0;
		printf("%s\n", strncmp(b, "/tmp/#", 6)?b:"/tmp/#N");
	}
	info(tm);
	mkdir("dd", 0755);
	int dd = open("dd", O_DIRECTORY);
	rmdir("dd");
	link_of(dd);
	info(dd);
	X(fcntl(d, F_GETFL));
	X(fcntl(tm, F_GETFL));
	X(fcntl(e, F_GETFL));
	X(fcntl(ep, F_GETFL));
	X(fcntl(t, F_GETFL));
	X(fcntl(s, F_GETFL));
	X(fcntl(so, F_GETFL));
	X(fcntl(m, F_GETFL));
	X(fcntl(pf, F_GETFL));
	/* owner */  R(fcntl(p[0], F_GETOWN));
	R(fcntl(p[0], F_SETOWN, getpid()));
	R(fcntl(p[0], F_GETOWN) == getpid());
	R(fcntl(p[0], F_SETOWN, -getpgrp()));
	R(fcntl(p[0], F_GETOWN) == -getpgrp());
	R(fcntl(p[0], F_SETOWN, 99999));
	R(fcntl(p[0], F_SETOWN, -99999));
	R(fcntl(p[0], F_SETOWN, 0));
	struct f_owner_ex ox = {F_OWNER_TID, syscall(SYS_gettid)};
	R(fcntl(p[0], F_SETOWN_EX, &ox));
	ox.type = 9;
	ox.pid = 0;
	R(fcntl(p[0], F_GETOWN_EX, &ox));
	printf("%d %d\n", ox.type, ox.pid == getpid());
	ox.type = 7;
	R(fcntl(p[0], F_SETOWN_EX, &ox));
	R(fcntl(p[0], F_SETOWN_EX, 8));
	R(fcntl(p[0], F_GETSIG));
	R(fcntl(p[0], F_SETSIG, 65));
	R(fcntl(p[0], F_SETSIG, -1));
	R(fcntl(p[0], F_SETSIG, SIGRTMIN));
	R(fcntl(p[0], F_GETSIG));
	struct sigaction sa = {.sa_sigaction = h, .sa_flags = SA_SIGINFO};
	sigaction(SIGRTMIN, &sa, 0);
	sigaction(SIGIO, &sa, 0);
	ox.type = F_OWNER_PID;
	ox.pid = getpid();
	fcntl(p[0], F_SETOWN_EX, &ox);
	fcntl(p[0], F_SETFL, O_ASYNC);
	write(p[1], "x", 1);
	printf("got %d fd %d code %d band %x\n", got-SIGRTMIN, gotfd == p[0], gotcode, gotband);
	got = 0;
	fcntl(p[0], F_SETSIG, 0);
	write(p[1], "x", 1);
	printf("got %d fd %d code %d\n", got, gotfd, gotcode);
	got = 0;
	close(p[1]);
	printf("got %d\n", got);
	int sv[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	fcntl(sv[0], F_SETOWN, getpid());
	fcntl(sv[0], F_SETFL, O_ASYNC);
	write(sv[1], "x", 1);
	printf("got %d\n", got);
	got = 0;
	close(sv[1]);
	printf("got %d\n", got);
	R(fcntl(f, F_GETLEASE));
	R(fcntl(p[0], F_GETPIPE_SZ));
	R(fcntl(f, F_GETPIPE_SZ));
	R(fcntl(m, F_GET_SEALS));
	// offsets shared
	int a = open("o", O_RDWR|O_CREAT, 0644), b = dup(a);
	write(a, "hello", 5);
	R(lseek(b, 0, SEEK_CUR));
	CHILD(lseek(b, 2, SEEK_SET));
	R(lseek(a, 0, SEEK_CUR));
	R(lseek(a, -1, SEEK_SET));
	R(lseek(a, 0, 9));
	R(lseek(a, 0x7fffffffffffffff, SEEK_SET));
	R(lseek(a, 1, SEEK_CUR));
	R(lseek(p[0], 0, SEEK_SET));
	R(lseek(d, 0, SEEK_END) >= 0);
	R(lseek(e, 0, 0));
	R(lseek(so, 0, 0));
	R(lseek(ep, 0, 0));
	R(lseek(t, 0, 0));
	int ap = open("o", O_WRONLY|O_APPEND);
	R(pwrite(ap, "X", 1, 0));
	R(lseek(ap, 0, SEEK_CUR));
	R(write(ap, "Y", 1));
	R(lseek(ap, 0, SEEK_CUR));
	cat("o");
	puts("");
	return 0;
}
