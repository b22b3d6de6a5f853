// inotify(7): what is told of each thing that happens to files.
#include "common.h"
#include <sys/inotify.h>

static int n;

static const struct { uint32_t bit; const char *name; } bits[] = {
	{IN_ACCESS, "ACCESS"}, {IN_MODIFY, "MODIFY"}, {IN_ATTRIB, "ATTRIB"}, {IN_CLOSE_WRITE, "CLOSE_WRITE"}, {IN_CLOSE_NOWRITE, "CLOSE_NOWRITE"},
	{IN_OPEN, "OPEN"}, {IN_MOVED_FROM, "MOVED_FROM"}, {IN_MOVED_TO, "MOVED_TO"}, {IN_CREATE, "CREATE"}, {IN_DELETE, "DELETE"},
	{IN_DELETE_SELF, "DELETE_SELF"}, {IN_MOVE_SELF, "MOVE_SELF"}, {IN_UNMOUNT, "UNMOUNT"}, {IN_Q_OVERFLOW, "Q_OVERFLOW"},
	{IN_IGNORED, "IGNORED"}, {IN_ISDIR, "ISDIR"},
};

// told prints the events that wait. Cookies are printed as how many renames they are after the first of the call.
static void told(const char *after)
{
	static char b[1 << 16];
	int size = 0;
	ioctl(n, FIONREAD, &size);
	ssize_t got = read(n, b, sizeof b);
	uint32_t first = 0;
	printf("%s: %d bytes, read %s\n", after, size, result(got));
	for (char *p = b; got > 0 && p < b + got;) {
		struct inotify_event *e = (void *)p;
		if (e->cookie && !first)
			first = e->cookie;
		printf("\t%d", e->wd);
		for (unsigned i = 0; i < sizeof bits / sizeof *bits; i++)
			if (e->mask & bits[i].bit)
				printf(" %s", bits[i].name);
		if (e->cookie)
			printf(" cookie %u", e->cookie - first);
		printf(" %u %s\n", e->len, e->len ? e->name : "");
		p += sizeof *e + e->len;
	}
}

// DO makes a call, and prints what is told of it.
#define DO(call...) do { R(call); told(" "); } while (0)

static void contents(void)
{
	char b[16] = "0123456789";
	struct iovec v = {b, 4};
	int fd, out;
	DO(fd = !(fd = open("d/f", O_CREAT | O_RDWR, 0644)));
	fd = open("d/f", O_RDWR);
	R(inotify_add_watch(n, "d/f", IN_ALL_EVENTS));
	told("open");
	DO(write(fd, b, 10));
	DO(write(fd, b, 0));
	DO(pwrite(fd, b, 3, 100));
	DO(writev(fd, &v, 1));
	DO(read(fd, b, 0));
	DO(pread(fd, b, 3, 0));
	DO(pread(fd, b, 3, 1000));
	DO(ftruncate(fd, 5));
	DO(truncate("d/f", 50));
	DO(fallocate(fd, 0, 0, 100));
	DO(fchmod(fd, 0600));
	DO(chmod("d/f", 0644));
	DO(chown("d/f", 1, -1));
	DO(chown("d/f", -1, -1));
	DO(utimensat(AT_FDCWD, "d/f", NULL, 0));
	struct timespec omit[2] = {{1, 0}, {0, UTIME_OMIT}};
	DO(utimensat(AT_FDCWD, "d/f", omit, 0));
	omit[0].tv_nsec = UTIME_OMIT, omit[1].tv_nsec = 5;
	DO(utimensat(AT_FDCWD, "d/f", omit, 0));
	DO(setxattr("d/f", "trusted.a", "x", 1, 0));
	DO(removexattr("d/f", "trusted.a"));
	DO(removexattr("d/f", "trusted.a"));
	out = open("d/out", O_CREAT | O_WRONLY, 0644);
	DO(sendfile(out, fd, NULL, 4));
	DO(copy_file_range(fd, NULL, out, NULL, 4, 0));
	close(out);
	DO(dup2(fd, 50));
	DO(close(50));
	DO(close(fd));
	fd = open("d/f", O_PATH);
	DO(close(fd));
	DO(stat("d/f", &(struct stat){}));
	fd = open("d", O_RDONLY | O_DIRECTORY);
	DO(syscall(SYS_getdents64, fd, (char[1024]){}, 1024));
	close(fd);
	told("close of a directory");
}

static void names(void)
{
	DO(mkdir("d/sub", 0755));
	DO(mkdir("d/sub", 0755));
	DO(mknod("d/fifo", S_IFIFO | 0644, 0));
	DO(symlink("f", "d/link"));
	DO(link("d/f", "d/hard"));
	DO(unlink("d/hard"));
	R(inotify_add_watch(n, "d/sub", IN_ALL_EVENTS));
	DO(mkdir("d/sub/below", 0755));
	DO(rename("d/link", "d/longer name of the link"));
	DO(rename("d/longer name of the link", "d/sub/link"));
	DO(rename("d/sub", "d/sub2"));
	put("d/x", "x");
	put("d/y", "y");
	told("two files");
	R(inotify_add_watch(n, "d/x", IN_ALL_EVENTS));
	R(inotify_add_watch(n, "d/y", IN_ALL_EVENTS));
	DO(rename("d/x", "d/y"));
	put("d/z", "z");
	told("a file");
	DO(renameat2(AT_FDCWD, "d/z", AT_FDCWD, "d/y", RENAME_EXCHANGE));
	DO(rename("d/z", "d/z"));
	DO(rename("d", "e"));
	DO(rename("e", "d"));
	DO(rmdir("d/sub2"));
	DO(rmdir("d/sub2/below"));
	DO(unlink("d/sub2/link"));
	DO(rmdir("d/sub2"));
}

static void ends(void)
{
	int fd = open("d/f", O_RDWR);
	told("open");
	DO(unlink("d/f"));
	DO(write(fd, "x", 1));
	DO(close(fd));
	put("d/excl", "x");
	R(inotify_rm_watch(n, 1));
	told("remove");
	R(inotify_add_watch(n, "d", IN_EXCL_UNLINK | IN_ALL_EVENTS));
	fd = open("d/excl", O_RDWR);
	unlink("d/excl");
	told("unlink");
	DO(write(fd, "x", 1));
	DO(close(fd));
	R(inotify_add_watch(n, "d", IN_ONESHOT | IN_CREATE));
	put("d/one", "x");
	told("one shot");
	put("d/two", "x");
	told("after one shot");
	DO(inotify_rm_watch(n, 1));
}

static void flags(void)
{
	symlink("d", "l");
	R(inotify_add_watch(n, "l", IN_DONT_FOLLOW | IN_ATTRIB));
	R(inotify_add_watch(n, "l", IN_DONT_FOLLOW | IN_ONLYDIR | IN_ATTRIB));
	R(inotify_add_watch(n, "d/one", IN_ONLYDIR | IN_ATTRIB));
	int wd = inotify_add_watch(n, "d/one", IN_ATTRIB);
	R(inotify_add_watch(n, "d/one", IN_MASK_CREATE | IN_OPEN));
	R(inotify_add_watch(n, "d/one", IN_MASK_CREATE | IN_MASK_ADD | IN_OPEN));
	R(inotify_add_watch(n, "d/one", IN_MASK_ADD | IN_OPEN) - wd);
	cat("d/one");
	chmod("d/one", 0600);
	told("added");
	R(inotify_add_watch(n, "d/one", IN_CLOSE) - wd);
	cat("d/one");
	chmod("d/one", 0644);
	told("replaced");
	R(inotify_add_watch(n, "d/one", 0));
	R(inotify_add_watch(n, "d", IN_OPEN | 0x10000));
	R(inotify_add_watch(n, "none", IN_OPEN));
	R(inotify_add_watch(n, "", IN_OPEN));
	R(inotify_add_watch(n, NULL, IN_OPEN));
	R(inotify_add_watch(-1, "d", IN_OPEN));
	R(inotify_add_watch(1, "d", IN_OPEN));
	R(inotify_rm_watch(n, 99));
	R(inotify_rm_watch(1, 1));
	R(inotify_rm_watch(-1, 1));
	R(inotify_init1(1));
	R(lseek(n, 0, SEEK_SET));
	R(write(n, "x", 1));
	X(fcntl(n, F_GETFL));
	chmod("d/one", 0);
	CHILD(setuid(1); R(inotify_add_watch(n, "d/one", IN_OPEN)));
	char link[64] = "";
	readlink(({ static char p[32]; sprintf(p, "/proc/self/fd/%d", n); p; }), link, 63);
	puts(link);
}

static void waiting(void)
{
	char b[64];
	int e = epoll_create1(0), wd = inotify_add_watch(n, "d", IN_CREATE);
	struct epoll_event ev = {EPOLLIN};
	told("before");
	R(epoll_ctl(e, EPOLL_CTL_ADD, n, &ev));
	R(epoll_wait(e, &ev, 1, 0));
	printf("%x\n", ready(n));
	fflush(stdout);
	if (fork() == 0) {
		ms(50);
		put("d/late", "x");
		_exit(0);
	}
	R(epoll_wait(e, &ev, 1, 10000));
	wait(NULL);
	printf("%x\n", ready(n));
	R(read(n, b, 16));
	R(read(n, b, 31));
	R(read(n, b, 32));
	R(read(n, b, 16));
	put("d/late2", "x");
	R(read(n, NULL, 32));
	R(read(n, b, 32));
	fcntl(n, F_SETFL, 0);
	fflush(stdout);
	if (fork() == 0) {
		ms(50);
		put("d/later", "x");
		_exit(0);
	}
	R(read(n, b, 64));
	wait(NULL);
	fcntl(n, F_SETFL, O_NONBLOCK);
	R(inotify_rm_watch(n, wd));
	told("no watch");
}

static void full(void)
{
	cat("/proc/sys/fs/inotify/max_queued_events");
	cat("/proc/sys/fs/inotify/max_user_instances");
	inotify_add_watch(n, "d", IN_CLOSE_WRITE | IN_OPEN);
	for (int i = 0; i < 9000; i++)
		close(open("d/one", O_WRONLY));
	int size, count = 0, over = 0;
	R(ioctl(n, FIONREAD, &size));
	printf("%d bytes\n", size);
	char b[4096];
	for (ssize_t k; (k = read(n, b, sizeof b)) > 0;)
		for (char *p = b; p < b + k; p += sizeof(struct inotify_event) + ((struct inotify_event *)p)->len)
			count++, over += ((struct inotify_event *)p)->mask == IN_Q_OVERFLOW && ((struct inotify_event *)p)->wd == -1;
	printf("%d events, %d overflows\n", count, over);
	close(open("d/one", O_WRONLY));
	told("afterwards");
}

static void unmounted(void)
{
	mkdir("mnt", 0755);
	R(mount("none", "mnt", "tmpfs", 0, NULL));
	put("mnt/f", "x");
	int wd = inotify_add_watch(n, "mnt/f", IN_OPEN);
	R(umount("mnt"));
	told("unmount");
	R(inotify_rm_watch(n, wd));
}

int main(void)
{
	n = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	R(n >= 0);
	R(fcntl(n, F_GETFD));
	mkdir("d", 0755);
	R(inotify_add_watch(n, "d", IN_ALL_EVENTS));
	told("nothing");
	contents();
	names();
	ends();
	flags();
	waiting();
	full();
	unmounted();
	close(n);
}
