// Names, links, renaming, permissions, openat2.
#include "common.h"
#include <sys/sysmacros.h>
#include <linux/openat2.h>
#include <linux/falloc.h>
#include <sys/prctl.h>
static char B[1<<20];

static void st(const char*p, int fl) {
	struct stat s;
	errno = 0;
	int r = fstatat(AT_FDCWD, p, &s, fl);
	printf("stat %s %s", p, result(r));
	if (!r) printf(" mode %o nlink %d uid %d gid %d size %ld blocks %ld blksize %ld", s.st_mode, (int)s.st_nlink, s.st_uid, s.st_gid, S_ISDIR(s.st_mode)?-1:(long)s.st_size, S_ISDIR(s.st_mode)?-1:(long)s.st_blocks, (long)s.st_blksize);
	puts("");
}

static long o2(int d, const char*p, unsigned long f, unsigned long m, unsigned long r) {
	struct open_how h = {f, m, r};
	return syscall(SYS_openat2, d, p, &h, sizeof h);
}

static int cmpd(const void*a, const void*b) {
	return strcmp(*(char**)a, *(char**)b);
}

static void ls(const char*p) {
	DIR*d = opendir(p);
	char*n[500];
	int k = 0;
	struct dirent*e;
	while (d && (e = readdir(d))) {
		char b[300];
		sprintf(b, "%s:%d", e->d_name, e->d_type);
		n[k++] = strdup(b);
	}
	if (d) closedir(d);
	qsort(n, k, sizeof*n, cmpd);
	for (int i = 0; i<k; i++) printf(" %s", n[i]);
	puts("");
}

int main() {
	// lseek data/hole, fallocate
	int f = open("h", O_RDWR|O_CREAT, 0644);
	pwrite(f, "x", 1, 8192);
	pwrite(f, "y", 1, 20000);
	ftruncate(f, 100000);
	st("h", 0);
	R(lseek(f, 0, SEEK_DATA));
	R(lseek(f, 0, SEEK_HOLE));
	R(lseek(f, 8192, SEEK_HOLE));
	R(lseek(f, 12288, SEEK_DATA));
	R(lseek(f, 20001, SEEK_HOLE));
	R(lseek(f, 50000, SEEK_DATA));
	R(lseek(f, 100000, SEEK_HOLE));
	R(lseek(f, 99999, SEEK_HOLE));
	R(lseek(f, -1, SEEK_DATA));
	R(lseek(f, 0, 1));
	R(fallocate(f, 0, 0, 0));
	R(fallocate(f, 0, -1, 5));
	R(fallocate(f, 0, 0, -1));
	R(fallocate(f, 0, 0, 10000));
	st("h", 0);
	R(fallocate(f, FALLOC_FL_KEEP_SIZE, 200000, 5000));
	st("h", 0);
	R(fallocate(f, FALLOC_FL_PUNCH_HOLE, 0, 1));
	R(fallocate(f, FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, 0, 8193));
	st("h", 0);
	R(pread(f, B, 1, 8192));
	printf("%d\n", B[0]);
	R(fallocate(f, FALLOC_FL_ZERO_RANGE, 0, 4096));
	R(fallocate(f, FALLOC_FL_COLLAPSE_RANGE, 0, 4096));
	R(fallocate(f, FALLOC_FL_INSERT_RANGE, 0, 4096));
	R(fallocate(f, 0x80, 0, 4096));
	R(fallocate(f, 0, 120000, 10));
	st("h", 0);
	R(fallocate(open("h", O_RDONLY), 0, 0, 10));
	R(fallocate(open(".", 0), 0, 0, 10));
	R(fallocate(99, 0, 0, 10));
	R(fallocate(f, 0, 0x7fffffffffffff00, 0x1000));
	R(posix_fallocate(f, 0, 200000));
	st("h", 0);
	R(ftruncate(f, -1));
	R(ftruncate(f, 10));
	st("h", 0);
	R(truncate("h", 5000));
	st("h", 0);
	R(truncate("none", 0));
	R(truncate(".", 0));
	R(truncate("h", -1));
	R(ftruncate(open("h", O_RDONLY), 0));
	R(truncate("h/", 0));
	{
		struct rlimit l = {10000, -1};
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &l);
		R(ftruncate(f, 10001));
		R(pwrite(f, B, 5000, 8000));
		R(pwrite(f, B, 5000, 10000));
		R(fallocate(f, 0, 9000, 5000));
		l.rlim_cur = -1;
		setrlimit(RLIMIT_FSIZE, &l);
	}
	// names
	put("a", "A");
	mkdir("d", 0755);
	R(open("a/", 0));
	R(open("d/", O_CREAT|O_RDWR, 0644));
	R(open("new/", O_CREAT|O_RDWR, 0644));
	R(mkdir("nd/", 0755));
	R(rmdir("nd/"));
	R(mkdir("a", 0755));
	R(mkdir("d/.", 0755));
	R(mkdir("d/..", 0755));
	R(mkdir("/", 0755));
	R(mkdir(".", 0755));
	R(mkdir("none/x", 0755));
	R(mkdir("a/x", 0755));
	R(mkdir("", 0755));
	R(rmdir("."));
	R(rmdir("d/."));
	R(rmdir("d/.."));
	R(rmdir("/"));
	R(rmdir("a"));
	R(rmdir(""));
	R(unlink("d"));
	R(unlink("a/"));
	R(unlink("d/"));
	R(unlink("."));
	R(unlink(".."));
	R(unlink("none"));
	R(unlink("a/b"));
	symlink("a", "l");
	symlink("d", "ld");
	symlink("dang", "dl");
	symlink("loop2", "loop1");
	symlink("loop1", "loop2");
	R(open("loop1", 0));
	R(open("loop1", O_NOFOLLOW));
	R(mkdir("dl", 0755));
	R(mkdir("dl/", 0755));
	R(open("dl", O_CREAT|O_EXCL|O_RDWR, 0644));
	R(rmdir("ld"));
	R(rmdir("ld/"));
	R(unlink("ld/"));
	R(symlink("x", "l"));
	R(symlink("", "e"));
	R(symlink("x", ""));
	R(symlink("x", "new/"));
	R(readlink("a", B, 10));
	R(readlink("l", B, 0));
	R(readlink("l", B, -1));
	R(readlink("l", B, 10));
	R(readlink("ld/", B, 10));
	R(readlink("none", B, 10));
	R(readlink("", B, 10));
	memset(B, 'n', 300);
	B[300] = 0;
	R(open(B, O_CREAT, 0644));
	R(mkdir(B, 0644));
	R(symlink("a", B));
	B[255] = 0;
	R(mkdir(B, 0755));
	R(rmdir(B));
	{
		char*q = malloc(5000);
		memset(q, 't', 4999);
		q[4095] = 0;
		R(symlink(q, "lt"));
		q[4095] = 't';
		q[4096] = 0;
		R(symlink(q, "lt2"));
		for (int i = 0; i<5000; i += 2) q[i] = '.', q[i+1] = '/';
		q[4095] = 0;
		R(access(q, 0));
		q[4096] = 0;
		R(access(q, 0));
	}
	{
		symlink("a", "c0");
		for (int i = 1; i<45; i++) {
			char x[9], y[9];
			sprintf(x, "c%d", i-1);
			sprintf(y, "c%d", i);
			symlink(x, y);
		}
		R(open("c38", 0) >= 0);
		R(open("c39", 0) >= 0);
		R(open("c40", 0) >= 0);
		R(open("c41", 0) >= 0);
	}
	// link
	R(link("a", "b"));
	R(link("a", "b"));
	R(link("d", "x"));
	R(link("none", "x"));
	R(link("l", "ll"));
	st("ll", AT_SYMLINK_NOFOLLOW);
	R(linkat(AT_FDCWD, "l", AT_FDCWD, "lf", AT_SYMLINK_FOLLOW));
	st("lf", AT_SYMLINK_NOFOLLOW);
	R(linkat(AT_FDCWD, "a", AT_FDCWD, "q", 0x10));
	R(link("a", "q/"));
	R(link("a/", "q"));
	int pf = open("a", O_PATH), tf = open(".", O_TMPFILE|O_RDWR, 0600);
	R(linkat(pf, "", AT_FDCWD, "fromfd", AT_EMPTY_PATH));
	R(linkat(tf, "", AT_FDCWD, "fromtmp", AT_EMPTY_PATH));
	{
		char pp[40];
		int t2 = open(".", O_TMPFILE|O_RDWR|O_EXCL, 0600);
		sprintf(pp, "/proc/self/fd/%d", t2);
		R(linkat(AT_FDCWD, pp, AT_FDCWD, "ex", AT_SYMLINK_FOLLOW));
		t2 = open(".", O_TMPFILE|O_WRONLY, 0600);
		struct stat s;
		fstat(t2, &s);
		printf("nlink %d\n", (int)s.st_nlink);
		sprintf(pp, "/proc/self/fd/%d", t2);
		R(linkat(AT_FDCWD, pp, AT_FDCWD, "tmpd", AT_SYMLINK_FOLLOW));
		R(open(".", O_TMPFILE|O_RDONLY, 0600));
		R(open("a", O_TMPFILE|O_RDWR, 0600));
		R(open("none", O_TMPFILE|O_RDWR, 0600));
		int g = open("g", O_CREAT, 0644);
		unlink("g");
		sprintf(pp, "/proc/self/fd/%d", g);
		R(linkat(AT_FDCWD, pp, AT_FDCWD, "undel", AT_SYMLINK_FOLLOW));
		R(open(pp, 0) >= 0);
	}
	// rename
	put("r1", "1");
	put("r2", "2");
	mkdir("rd", 0755);
	mkdir("rd/s", 0755);
	mkdir("re", 0755);
	R(rename("r1", "r2"));
	R(rename("r2", "rd"));
	R(rename("rd", "r2"));
	R(rename("re", "rd"));
	R(rename("rd", "re"));
	R(rename("re", "re/x"));
	R(rename("re", "re/s/x"));
	R(rename("re/s", "re"));
	R(rename("r2", "r2"));
	R(rename("a", "b"));
	st("a", 0);
	R(rename("none", "x"));
	R(rename("r2", "r2/"));
	R(rename("r2", "new/"));
	R(rename("re/", "re2/"));
	R(rename("re2", "re"));
	R(rename(".", "x"));
	R(rename("re/.", "x"));
	R(rename("re", "."));
	R(rename("re", ".."));
	R(rename("r2", ""));
	put("x1", "1");
	put("x2", "22");
	R(renameat2(AT_FDCWD, "x1", AT_FDCWD, "x2", RENAME_NOREPLACE));
	R(renameat2(AT_FDCWD, "x1", AT_FDCWD, "x2", RENAME_EXCHANGE));
	st("x1", 0);
	R(renameat2(AT_FDCWD, "x1", AT_FDCWD, "re", RENAME_EXCHANGE));
	st("re", 0);
	R(renameat2(AT_FDCWD, "x1", AT_FDCWD, "re", RENAME_EXCHANGE));
	R(renameat2(AT_FDCWD, "x1", AT_FDCWD, "zz", RENAME_EXCHANGE));
	R(renameat2(AT_FDCWD, "x1", AT_FDCWD, "re/s/q", RENAME_EXCHANGE|RENAME_NOREPLACE));
	R(renameat2(AT_FDCWD, "re", AT_FDCWD, "re/s", RENAME_EXCHANGE));
	R(renameat2(AT_FDCWD, "re/s", AT_FDCWD, "re", RENAME_EXCHANGE));
	R(renameat2(AT_FDCWD, "x1", AT_FDCWD, "x9", RENAME_NOREPLACE));
	R(renameat2(AT_FDCWD, "x1", AT_FDCWD, "x9", 8));
	R(rename("/proc/version", "x"));
	R(rename("x9", "/dev/xx"));
	ls(".");
	// modes, umask, suid clearing
	umask(027);
	int m = open("m", O_CREAT|O_RDWR, 07777);
	st("m", 0);
	R(mkdir("md", 07777));
	st("md", 0);
	R(mknod("mn", S_IFIFO|07777, 0));
	st("mn", 0);
	R(mknod("mc", S_IFCHR|0666, makedev(1, 3)));
	st("mc", 0);
	R(mknod("mf", 0644, 0));
	st("mf", 0);
	R(mknod("ms", S_IFSOCK|0644, 0));
	R(mknod("mf", S_IFREG, 0));
	R(mknod("mdir", S_IFDIR|0755, 0));
	R(mknod("mx", S_IFLNK, 0));
	R(write(open("mc", O_RDWR), "x", 1));
	R(umask(0777777) == 027);
	R(umask(022) == 0777);
	chmod("m", 06755);
	st("m", 0);
	R(write(m, "x", 1));
	st("m", 0);
	chmod("m", 06755);
	R(chown("m", 5, -1));
	st("m", 0);
	chmod("m", 06745);
	R(chown("m", -1, 5));
	st("m", 0);
	chmod("m", 06755);
	R(chown("m", -1, -1));
	st("m", 0);
	chmod("md", 06755);
	R(chown("md", 1, 1));
	st("md", 0);
	chmod("m", 06755);
	R(truncate("m", 0));
	st("m", 0);
	R(chmod("m", 0xffffffff));
	st("m", 0);
	R(fchmodat(AT_FDCWD, "l", 0, AT_SYMLINK_NOFOLLOW));
	R(lchown("l", 3, 3));
	st("l", AT_SYMLINK_NOFOLLOW);
	R(fchownat(pf, "", 1, 1, AT_EMPTY_PATH));
	R(fchownat(pf, "", 1, 1, 0));
	R(fchownat(AT_FDCWD, "a", 1, 1, 0x8));
	chmod("m", 06755);
	chown("m", 1000, 1000);
	chmod("m", 06755);
	CHILD(setgroups(0, 0); setgid(1000); setuid(1000); R(write(m, "x", 1)); st("m", 0); R(chmod("m", 06755)); st("m", 0); R(chown("m", 1000, -1)); st("m", 0); R(chown("m", -1, 1)); R(chown("m", 1001, -1)); R(chmod("a", 0777)); R(utimensat(AT_FDCWD, "a", 0, 0)); struct timespec ts[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}}; R(utimensat(AT_FDCWD, "m", ts, 0)));
	// setgid dir inheritance, sticky
	mkdir("sg", 0777);
	chmod("sg", 02777);
	chown("sg", -1, 77);
	chmod("sg", 02777);
	mkdir("sg/sub", 0755);
	st("sg/sub", 0);
	put("sg/f", "x");
	st("sg/f", 0);
	mkdir("sticky", 0777);
	chmod("sticky", 01777);
	put("sticky/f", "");
	chown("sticky/f", 1, 1);
	chmod("sticky/f", 0666);
	CHILD(setuid(1000); R(mknod("dev0", S_IFCHR|0666, makedev(1, 3))));
	chmod(".", 0777);
	CHILD(setgid(1000); setuid(1000); R(unlink("sticky/f")); R(rename("sticky/f", "sticky/g")); R(open("sticky/f", O_CREAT|O_RDWR, 0644) >= 0); R(open("sticky/f", O_RDWR) >= 0); R(link("sticky/f", "sticky/hh")); R(symlink("x", "sticky/sl")); R(mknod("dev1", S_IFCHR|0666, makedev(1, 3))); R(mknod("fifo1", S_IFIFO|0666, 0)); R(chown("sticky/sl", 1000, 1000)); R(mkdir("sticky/d", 0700)); R(access("a", W_OK)); R(open("a", O_RDWR)));
	// access
	chmod("x9", 0400);
	R(access("x9", X_OK));
	R(access("x9", W_OK));
	R(access("x9", 8));
	R(faccessat(AT_FDCWD, "l", 0, AT_SYMLINK_NOFOLLOW));
	R(syscall(439, AT_FDCWD, "dl", 0, AT_SYMLINK_NOFOLLOW));
	R(syscall(439, AT_FDCWD, "x9", 0, AT_EACCESS));
	R(syscall(439, pf, "", 0, AT_EMPTY_PATH));
	R(syscall(439, AT_FDCWD, "", 0, AT_EMPTY_PATH));
	R(syscall(439, AT_FDCWD, "a", 0, 0x40));
	CHILD(setresuid(0, 1000, 0); R(access("x9", R_OK)); R(syscall(439, AT_FDCWD, "x9", R_OK, AT_EACCESS)));
	// openat2
	symlink("/tmp/files/a", "abs");
	symlink("../a", "d/up");
	put("d/in", "");
	symlink("in", "d/sin");
	int d = open("d", O_PATH|O_DIRECTORY);
	R(o2(d, "in", O_RDONLY, 0, 0) >= 0);
	R(o2(d, "../a", 0, 0, RESOLVE_BENEATH));
	R(o2(d, "up", 0, 0, RESOLVE_BENEATH));
	R(o2(d, "sin", 0, 0, RESOLVE_NO_SYMLINKS));
	R(o2(d, "sin", 0, 0, RESOLVE_BENEATH) >= 0);
	R(o2(d, "/in", 0, 0, RESOLVE_IN_ROOT) >= 0);
	R(o2(d, "../../in", 0, 0, RESOLVE_IN_ROOT) >= 0);
	R(o2(AT_FDCWD, "/proc/self/exe", 0, 0, RESOLVE_NO_MAGICLINKS));
	R(o2(AT_FDCWD, "/proc/version", 0, 0, RESOLVE_NO_XDEV));
	R(o2(d, "in", 0, 0, RESOLVE_CACHED) >= 0);
	R(o2(d, "in", 0, 0, 0x1000));
	R(o2(d, "in", 0, 0644, 0));
	R(o2(d, "q", O_CREAT, 0644|(1<<20), 0));
	R(o2(d, "q", 0x80000000000, 0, 0));
	R(o2(d, "q", 1<<30, 0, 0));
	R(o2(d, "in", O_PATH|O_RDWR, 0, 0));
	R(o2(d, "in", 0, 0, RESOLVE_BENEATH|RESOLVE_IN_ROOT));
	{
		struct {
			struct open_how h;
			long x;
		}
		h = {{0}};
		R(syscall(SYS_openat2, d, "in", &h, 32) >= 0);
		h.x = 1;
		R(syscall(SYS_openat2, d, "in", &h, 32));
		R(syscall(SYS_openat2, d, "in", &h, 8));
		R(syscall(SYS_openat2, d, "in", 8, 24));
		R(syscall(SYS_openat2, d, "in", &h, 5000));
	}
	R(open("a", O_DIRECTORY|O_CREAT, 0644));
	R(open("new2", O_DIRECTORY|O_CREAT|O_RDWR, 0644));
	R(access("new2", 0));
	R(open("d", O_RDWR));
	R(open("d", O_WRONLY));
	R(open("d", O_CREAT, 0644));
	R(open("a", O_EXCL) >= 0);
	R(open("ld", O_DIRECTORY|O_NOFOLLOW));
	R(open("l", O_PATH|O_NOFOLLOW) >= 0);
	X(fcntl(open("a", O_RDONLY|O_SYNC|O_NOATIME|O_CLOEXEC|O_NOFOLLOW|O_NOCTTY|O_TRUNC*0), F_GETFL));
	R(open("a", O_DIRECT) >= 0);
	R(write(open("a", O_RDWR|O_DIRECT), "x", 1));
	R(open("a", 0x80000000) >= 0);
	X(fcntl(open("a", O_RDWR|O_DSYNC|O_ASYNC), F_GETFL));
	X(fcntl(open("a", 3), F_GETFL));
	R(read(open("a", 3), B, 1));
	return 0;
}
