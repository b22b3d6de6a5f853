// Pipes, FIFOs, splice and its kin, sendfile, copy_file_range.
#include "common.h"
#include <sys/prctl.h>
static char big[1<<21];

static void st(int fd) {
	struct stat s;
	R(fstat(fd, &s));
	printf(" mode %o nlink %d size %ld blksize %ld blocks %ld uid %d rdev %lx\n", s.st_mode, (int)s.st_nlink, (long)s.st_size, (long)s.st_blksize, (long)s.st_blocks, s.st_uid, (long)s.st_rdev);
}

static int nread(int fd) {
	int n = -1;
	R(ioctl(fd, FIONREAD, &n));
	return n;
}

static long sp(int a, int b, size_t n, int fl) {
	errno = 0;
	long r = splice(a, 0, b, 0, n, fl);
	printf("splice %zu %x = %s\n", n, fl, result(r));
	return r;
}

int main() {
	signal(SIGPIPE, SIG_IGN);
	int p[2];
	R(pipe2(p, O_CREAT));
	R(pipe2(p, O_NONBLOCK|O_CLOEXEC|O_DIRECT));
	X(fcntl(p[0], F_GETFL));
	X(fcntl(p[1], F_GETFL));
	R(fcntl(p[0], F_GETFD));
	close(p[0]);
	close(p[1]);
	R(pipe2(p, O_EXCL));
	close(p[0]);
	close(p[1]);
	R(syscall(SYS_pipe2, 8, 0));
	R(syscall(SYS_pipe, 0));
	R(pipe(p));
	st(p[0]);
	R(write(p[0], "x", 1));
	R(read(p[1], big, 1));
	R(write(p[1], "abc", 0));
	R(ready(p[0]));
	R(ready(p[1]));
	printf("%d\n", nread(p[0]));
	R(write(p[1], "hello", 5));
	printf("%d %d\n", nread(p[0]), nread(p[1]));
	st(p[0]);
	R(read(p[0], big, 0));
	R(read(p[0], big, 2));
	R(read(p[0], big, 9));
	R(fcntl(p[0], F_GETPIPE_SZ));
	R(fcntl(p[0], F_SETPIPE_SZ, 0));
	R(fcntl(p[0], F_SETPIPE_SZ, 1));
	R(fcntl(p[0], F_SETPIPE_SZ, 4097));
	R(fcntl(p[0], F_SETPIPE_SZ, 1<<20));
	R(fcntl(p[0], F_SETPIPE_SZ, -1));
	R(fcntl(p[0], F_SETPIPE_SZ, 65536));
	fcntl(p[1], F_SETFL, O_NONBLOCK);
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	R(read(p[0], big, 1));
	R(write(p[1], big, 1<<20));
	R(write(p[1], big, 1));
	R(ready(p[1]));
	R(ready(p[0]));
	R(read(p[0], big, 4095));
	R(ready(p[1]));
	R(write(p[1], big, 1));
	R(read(p[0], big, 1));
	R(ready(p[1]));
	R(write(p[1], big, 4096));
	R(write(p[1], big, 4097));
	R(fcntl(p[1], F_SETPIPE_SZ, 4096));
	while (read(p[0], big, sizeof big)>0);
	// partial pages: 16 one-byte... small writes merge
	{
		int n = 0;
		while (write(p[1], big, 100) == 100) n++;
		printf("n100 %d\n", n);
		printf("%d\n", nread(p[0]));
		while (read(p[0], big, sizeof big)>0);
	}
	{
		int n = 0;
		while (write(p[1], big, 4000) == 4000) n++;
		printf("n4000 %d\n", n);
		R(write(p[1], big, 8000));
		while (read(p[0], big, sizeof big)>0);
	}
	{
		int n = 0;
		while (write(p[1], big, 4097) == 4097) n++;
		printf("n4097 %d\n", n);
		R(write(p[1], big, 4097));
		R(write(p[1], big, 4096));
		while (read(p[0], big, sizeof big)>0);
	}
	{
		struct iovec v[3] = {{"ab", 2}, {"cd", 2}, {0, 0}};
		R(writev(p[1], v, 3));
		struct iovec w[2] = {{big, 1}, {big+1, 10}};
		R(readv(p[0], w, 2));
		R(writev(p[1], v, 0));
		R(writev(p[1], v, -1));
		R(writev(p[1], v, 1025));
		v[0].iov_base = (void*)8;
		R(writev(p[1], v, 2));
		v[0].iov_base = "ab";
		v[1].iov_base = (void*)8;
		R(writev(p[1], v, 2));
		R(read(p[0], big, 10));
	}
	R(write(p[1], (void*)8, 5));
	R(write(p[1], "abc", 3));
	R(read(p[0], (void*)8, 5));
	R(read(p[0], big, 5));
	// O_DIRECT packets
	int d[2];
	R(pipe2(d, O_DIRECT|O_NONBLOCK));
	R(write(d[1], "abc", 3));
	R(write(d[1], "defgh", 5));
	R(nread(d[0]));
	R(read(d[0], big, 2));
	R(read(d[0], big, 100));
	R(read(d[0], big, 100));
	R(write(d[1], big, 5000));
	R(read(d[0], big, 10000));
	R(read(d[0], big, 10000));
	R(write(d[1], "", 0));
	R(read(d[0], big, 10));
	{
		int n = 0;
		while (write(d[1], "x", 1) == 1)n++;
		printf("%d\n", n);
	}
	R(fcntl(p[1], F_SETFL, O_DIRECT|O_NONBLOCK));
	R(write(p[1], "a", 1));
	R(write(p[1], "b", 1));
	R(read(p[0], big, 9));
	R(fcntl(p[1], F_SETFL, O_NONBLOCK));
	R(read(p[0], big, 9));
	// eof, sigpipe
	close(p[1]);
	R(read(p[0], big, 5));
	R(ready(p[0]));
	pipe(p);
	close(p[0]);
	R(write(p[1], "x", 1));
	R(write(p[1], "", 0));
	R(ready(p[1]));
	CHILD(signal(SIGPIPE, SIG_DFL); write(p[1], "x", 1));
	CHILD(signal(SIGPIPE, SIG_DFL); write(p[1], "x", 0));
	// partial write then SIGPIPE blocked
	pipe(p);
	fflush(stdout);
	pid_t c = fork();
	if (!c) {
		close(p[1]);
		ms(50);
		read(p[0], big, 10000);
		ms(30);
		_exit(0);
	}
	close(p[0]);
	R(write(p[1], big, 200000));
	how("reader", c);
	close(p[1]);
	// FIFOs
	R(mkfifo("ff", 0600));
	R(mkfifo("ff", 0600));
	R(open("ff", O_WRONLY|O_NONBLOCK));
	int r = open("ff", O_RDONLY|O_NONBLOCK);
	R(r >= 0);
	R(ready(r));
	R(read(r, big, 1));
	int w = open("ff", O_WRONLY|O_NONBLOCK);
	R(w >= 0);
	R(ready(r));
	R(read(r, big, 1));
	R(write(w, "hello", 5));
	R(ready(r));
	st(r);
	close(w);
	R(ready(r));
	R(read(r, big, 10));
	R(read(r, big, 10));
	R(ready(r));
	close(r);
	int rw = open("ff", O_RDWR|O_NONBLOCK);
	R(ready(rw));
	R(write(rw, "x", 1));
	R(read(rw, big, 9));
	R(read(rw, big, 9));
	close(rw);
	fflush(stdout);
	c = fork();
	if (!c) {
		int f = open("ff", O_WRONLY);
		write(f, "q", 1);
		_exit(f<0);
	}
	r = open("ff", O_RDONLY);
	R(read(r, big, 9));
	R(read(r, big, 9));
	how("fifo", c);
	close(r);
	R(open("ff", O_RDONLY|O_TRUNC|O_NONBLOCK) >= 0);
	R(lseek(open("ff", O_RDWR), 0, 0));
	R(truncate("ff", 0));
	R(pread(open("ff", O_RDWR), big, 1, 0));
	R(mmap(0, 4096, 1, 1, open("ff", O_RDWR), 0) == MAP_FAILED?-1:0);
	R(fsync(open("ff", O_RDWR)));
	{
		struct sigaction sa = {.sa_handler = nothing};
		sigaction(SIGALRM, &sa, 0);
		mkfifo("f2", 0600);
		ualarm(30000, 0);
		R(open("f2", O_RDONLY));
		ualarm(30000, 0);
		R(open("f2", O_WRONLY));
	}
	// splice tee vmsplice
	put("file", "0123456789abcdef");
	int f = open("file", O_RDWR), a[2], b[2];
	pipe2(a, O_NONBLOCK);
	pipe2(b, O_NONBLOCK);
	loff_t off = 3;
	R(splice(f, &off, a[1], 0, 5, 0));
	printf("off %ld\n", (long)off);
	R(lseek(f, 0, 1));
	sp(f, a[1], 4, 0);
	R(lseek(f, 0, 1));
	sp(f, f, 1, 0);
	sp(a[0], b[1], 0, 0);
	sp(a[0], b[1], 3, 0x100);
	sp(a[0], b[1], 3, SPLICE_F_MOVE|SPLICE_F_NONBLOCK|SPLICE_F_MORE);
	R(tee(a[0], b[1], 100, 0));
	R(tee(a[0], a[1], 1, 0));
	R(tee(f, a[1], 1, 0));
	R(tee(a[0], b[1], 1, 0x99));
	R(tee(a[0], b[1], 0, 0));
	R(read(b[0], big, 100));
	printf("%.9s\n", big);
	R(read(a[0], big, 100));
	sp(a[0], b[1], 5, 0);
	sp(a[1], b[1], 5, 0);
	sp(a[0], b[0], 5, 0);
	R(splice(a[0], &off, b[1], 0, 1, 0));
	R(splice(f, 0, a[1], &off, 1, 0));
	off = -1;
	R(splice(f, &off, a[1], 0, 1, 0));
	R(splice(f, (void*)8, a[1], 0, 1, 0));
	R(splice(99, 0, a[1], 0, 1, 0));
	R(splice(f, 0, 99, 0, 1, 0));
	off = 100;
	R(splice(f, &off, a[1], 0, 5, 0));
	write(a[1], "ZZZ", 3);
	off = 2;
	R(splice(a[0], 0, f, &off, 3, 0));
	cat("file");
	puts("");
	int ap = open("file", O_WRONLY|O_APPEND);
	write(a[1], "Z", 1);
	sp(a[0], ap, 1, 0);
	int ro = open("file", O_RDONLY);
	sp(a[0], ro, 1, 0);
	int dir = open(".", 0);
	sp(dir, a[1], 1, 0);
	sp(a[0], dir, 1, 0);
	read(a[0], big, 9);
	struct iovec v[2] = {{"hello", 5}, {" world", 6}};
	R(vmsplice(a[1], v, 2, 0));
	R(vmsplice(a[1], v, 2, 0x100));
	R(vmsplice(a[1], v, 1025, 0));
	R(vmsplice(a[1], v, 0, 0));
	R(vmsplice(f, v, 1, 0));
	struct iovec o[1] = {{big, 100}};
	R(vmsplice(a[0], o, 1, 0));
	printf("%.11s\n", big);
	R(vmsplice(a[0], o, 1, SPLICE_F_NONBLOCK));
	R(vmsplice(a[1], v, 1, SPLICE_F_GIFT));
	int z = open("/dev/zero", O_RDWR), nu = open("/dev/null", O_RDWR);
	sp(z, a[1], 10, 0);
	sp(a[0], nu, 100, 0);
	int sv[2];
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	write(a[1], "sock", 4);
	sp(a[0], sv[0], 4, 0);
	sp(sv[1], a[1], 10, 0);
	R(read(a[0], big, 10));
	int e = eventfd(1, 0);
	sp(e, a[1], 8, 0);
	write(a[1], "12345678", 8);
	sp(a[0], e, 8, 0);
	close(b[0]);
	R(tee(a[0], b[1], 8, 0));
	sp(a[0], b[1], 8, 0);
	close(a[1]);
	R(read(a[0], big, 100));
	sp(a[0], nu, 1, 0);
	// sendfile & copy_file_range
	int o2 = open("out", O_RDWR|O_CREAT, 0644);
	off = 4;
	R(sendfile(o2, f, &off, 4));
	printf("%ld\n", (long)off);
	R(sendfile(o2, f, 0, 1000));
	R(sendfile(o2, f, 0, 1000));
	R(sendfile(ap, f, &off, 1));
	R(sendfile(ro, f, &off, 1));
	R(sendfile(o2, sv[0], 0, 1));
	pipe(a);
	R(sendfile(o2, a[0], 0, 1));
	off = 0;
	R(sendfile(a[1], f, &off, 3));
	R(sendfile(sv[0], f, &off, 3));
	R(sendfile(nu, z, 0, 100));
	off = -4;
	R(sendfile(nu, f, &off, 100));
	R(sendfile(nu, f, (void*)8, 1));
	R(sendfile(nu, dir, 0, 1));
	R(sendfile(o2, e, 0, 8));
	loff_t i = 0, j = 2;
	R(copy_file_range(f, &i, o2, &j, 5, 0));
	printf("%ld %ld\n", (long)i, (long)j);
	R(copy_file_range(f, &i, o2, &j, 5, 1));
	i = 0;
	j = 4;
	R(copy_file_range(f, &i, f, &j, 10, 0));
	j = 10;
	R(copy_file_range(f, &i, f, &j, 4, 0));
	R(copy_file_range(f, 0, ap, 0, 4, 0));
	R(copy_file_range(f, 0, ro, 0, 4, 0));
	R(copy_file_range(f, 0, dir, 0, 4, 0));
	R(copy_file_range(dir, 0, o2, 0, 4, 0));
	R(copy_file_range(a[0], 0, o2, 0, 4, 0));
	R(copy_file_range(f, 0, a[1], 0, 4, 0));
	i = 10000;
	R(copy_file_range(f, &i, o2, 0, 4, 0));
	i = -1;
	R(copy_file_range(f, &i, o2, 0, 4, 0));
	R(copy_file_range(z, 0, o2, 0, 4, 0));
	cat("out");
	puts("");
	return 0;
}
