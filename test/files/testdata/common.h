// What the programs of this directory share.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>


#define HELPER static __attribute__((unused))

HELPER const char *result(long r)
{
	static char text[8][64];
	static int next;
	char *s = text[next++ & 7];
	if (r == -1)
		snprintf(s, 64, "-1 %s", errno ? strerrorname_np(errno) : "");
	else
		snprintf(s, 64, "%ld", r);
	return s;
}

// R prints the result of a call by its text; X does in hexadecimal.
#define R(call...) do { errno = 0; long r_ = (long)(call); printf("%s = %s\n", #call, result(r_)); } while (0)
#define X(call...) do { errno = 0; long r_ = (long)(call); if (r_ == -1) printf("%s = %s\n", #call, result(r_)); \
	else printf("%s = %#lx\n", #call, r_); } while (0)

HELPER void ms(int n)
{
	struct timespec t = {n / 1000, n % 1000 * 1000000L};
	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

HELPER long now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// ready is what poll says of a descriptor.
HELPER int ready(int fd)
{
	struct pollfd p = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
	poll(&p, 1, 0);
	return p.revents;
}

// how prints how a child ended.
HELPER void how(const char *what, pid_t pid)
{
	int status;
	fflush(stdout);
	if (waitpid(pid, &status, 0) != pid)
		printf("%s: waitpid: %s\n", what, strerrorname_np(errno));
	else if (WIFSIGNALED(status))
		printf("%s: killed by %d\n", what, WTERMSIG(status));
	else
		printf("%s: exit %d\n", what, WEXITSTATUS(status));
}

// CHILD has a child do something, and waits for it.
#define CHILD(code...) do { fflush(stdout); pid_t p_ = fork(); \
	if (p_ == 0) { code; fflush(stdout); _exit(0); } how("child", p_); } while (0)

// put makes a file; cat prints one.
HELPER void put(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
	if (write(fd, text, strlen(text)) < 0)
		perror(path);
	close(fd);
}

HELPER void cat(const char *path)
{
	char b[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY);
	while ((n = read(fd, b, sizeof b)) > 0)
		fwrite(b, 1, n, stdout);
	if (n < 0)
		printf("%s: %s\n", path, strerrorname_np(errno));
	close(fd);
}

HELPER void nothing(int sig) {}

// begin makes an empty directory of a tmpfs the working directory.
__attribute__((constructor)) static void begin(void)
{
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	umask(022);
	mkdir("/tmp", 0777);
	mkdir("/tmp/files", 0755);
	if (chdir("/tmp/files"))
		perror("/tmp/files"), exit(1);
}
