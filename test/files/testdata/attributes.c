// Attributes, extended attributes, times, directories that change.
#include "common.h"
#include <linux/stat.h>
static char B[1<<20];

static int cmpd(const void*a, const void*b) {
	return strcmp(*(char**)a, *(char**)b);
}

static void xs(const char*p, unsigned mask, int fl) {
	struct statx x;
	memset(&x, 0, sizeof x);
	errno = 0;
	int r = statx(AT_FDCWD, p, fl, mask, &x);
	printf("statx %s %x %x %s mask %x attr %lx mode %o nlink %d size %ld blk %d dev %d\n", p, mask, fl, result(r), x.stx_mask&0xfff, (long)x.stx_attributes&0x2000, x.stx_mode, x.stx_nlink, S_ISDIR(x.stx_mode)?0:(long)x.stx_size, x.stx_blksize, x.stx_rdev_major);
}

int main() {
	put("a", "hello");
	xs("a", STATX_BASIC_STATS, 0);
	xs("a", STATX_ALL, AT_STATX_FORCE_SYNC);
	xs("a", STATX_ALL, AT_STATX_DONT_SYNC);
	xs("a", STATX_ALL, 0x6000);
	xs("a", 0x80000000, 0);
	xs("a", STATX_SIZE, 0x20);
	xs("none", 0, 0);
	xs("", 0, 0);
	R(syscall(SYS_statx, AT_FDCWD, "a", 0, 0, 8));
	R(syscall(SYS_newfstatat, AT_FDCWD, "a", B, 0x8000));
	R(syscall(SYS_newfstatat, AT_FDCWD, "", B, 0));
	R(syscall(SYS_newfstatat, 99, "", B, AT_EMPTY_PATH));
	// xattr
	R(setxattr("a", "user.x", "val", 3, 0));
	R(setxattr("a", "user.x", "val", 3, XATTR_CREATE));
	R(setxattr("a", "user.y", "val", 3, XATTR_REPLACE));
	R(setxattr("a", "user.e", "", 0, 0));
	R(setxattr("a", "user.", "v", 1, 0));
	R(setxattr("a", "bogus.x", "v", 1, 0));
	R(setxattr("a", "noprefix", "v", 1, 0));
	R(setxattr("a", "", "v", 1, 0));
	R(setxattr("a", "trusted.t", "v", 1, 0));
	R(setxattr("a", "user.x", "v", 1, 3));
	R(setxattr("a", "user.x", "v", 1, 4));
	R(setxattr("a", "user.big", B, 70000, 0));
	memset(B, 'n', 300);
	memcpy(B, "user.", 5);
	B[256] = 0;
	R(setxattr("a", B, "v", 1, 0));
	B[255] = 0;
	R(setxattr("a", B, "v", 1, 0));
	R(removexattr("a", B));
	R(getxattr("a", "user.x", B, 100));
	R(getxattr("a", "user.x", B, 0));
	R(getxattr("a", "user.x", B, 2));
	R(getxattr("a", "user.none", B, 2));
	R(getxattr("a", "bogus.x", B, 2));
	R(getxattr("a", "user.e", B, 2));
	memset(B, 0, 100);
	long n = listxattr("a", B, 1000);
	{
		char*v[20];
		int k = 0;
		for (char*p = B; p<B+n; p += strlen(p)+1) if (strncmp(p, "security", 8))v[k++] = p;
		qsort(v, k, sizeof*v, cmpd);
		for (int i = 0; i<k; i++) printf(" %s", v[i]);
		puts("");
	}
	R(listxattr("a", B, 3));
	R(removexattr("a", "user.none"));
	R(removexattr("a", "user.x"));
	symlink("a", "l");
	R(lsetxattr("l", "user.x", "v", 1, 0));
	R(lsetxattr("l", "trusted.x", "v", 1, 0));
	R(lgetxattr("l", "trusted.x", B, 9));
	R(getxattr("l", "user.e", B, 9));
	mkdir("d", 0755);
	R(setxattr("d", "user.d", "v", 1, 0));
	mkfifo("ff", 0644);
	R(setxattr("ff", "user.d", "v", 1, 0));
	R(setxattr("ff", "trusted.d", "v", 1, 0));
	R(setxattr("a", "security.x", "v", 1, 0));
	R(getxattr("a", "security.capability", B, 9));
	R(getxattr("none", "user.x", B, 1));
	R(fgetxattr(99, "user.x", B, 1));
	R(setxattr("/proc/self/stat", "user.x", "v", 1, 0));
	R(getxattr("/proc/self/stat", "user.x", B, 1));
	R(listxattr("/proc/self/stat", B, 1));
	R(getxattr("/dev/null", "user.x", B, 1));
	int p[2];
	pipe(p);
	R(fsetxattr(p[0], "user.x", "v", 1, 0));
	R(fgetxattr(p[0], "user.x", B, 1));
	R(flistxattr(p[0], B, 10));
	CHILD(setuid(1000); R(getxattr("a", "trusted.t", B, 9)); R(setxattr("a", "trusted.t", "v", 1, 0)); R(setxattr("a", "user.t", "v", 1, 0)); R(getxattr("a", "user.e", B, 1)); printf("list %ld\n", (long)listxattr("a", B, 1000)));
	// utimensat
	struct timespec t[2] = {{1000, 5}, {2000, 7}};
	struct stat s;
	R(utimensat(AT_FDCWD, "a", t, 0));
	stat("a", &s);
	printf("%ld.%ld %ld.%ld\n", s.st_atim.tv_sec, s.st_atim.tv_nsec, s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
	t[0].tv_nsec = UTIME_OMIT;
	t[1].tv_sec = -5;
	R(utimensat(AT_FDCWD, "a", t, 0));
	stat("a", &s);
	printf("%ld.%ld %ld.%ld\n", s.st_atim.tv_sec, s.st_atim.tv_nsec, s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
	t[1].tv_nsec = 1000000000;
	R(utimensat(AT_FDCWD, "a", t, 0));
	t[1].tv_nsec = UTIME_OMIT;
	R(utimensat(AT_FDCWD, "none", t, 0));
	R(utimensat(99, "none", t, 0));
	t[1].tv_nsec = 1;
	R(utimensat(AT_FDCWD, "l", t, AT_SYMLINK_NOFOLLOW));
	R(utimensat(AT_FDCWD, "a", t, 0x10));
	R(utimensat(AT_FDCWD, 0, t, 0));
	R(utimensat(open("a", 0), 0, t, 0));
	R(utimensat(open("a", O_PATH), "", t, AT_EMPTY_PATH));
	{
		struct timeval tv[2] = {{1, 1000000}, {1, 0}};
		R(syscall(SYS_utimes, "a", tv));
		tv[0].tv_usec = 999999;
		R(syscall(SYS_utimes, "a", tv));
		R(syscall(SYS_utimes, "a", 0));
		long ut[2] = {5, 6};
		R(syscall(SYS_utime, "a", ut));
		stat("a", &s);
		printf("%ld %ld\n", s.st_atim.tv_sec, s.st_mtim.tv_sec);
		t[0].tv_sec = 1L<<32;
		t[0].tv_nsec = 0;
		t[1].tv_nsec = 0;
		R(utimensat(AT_FDCWD, "a", t, 0));
		stat("a", &s);
		printf("%ld\n", s.st_atim.tv_sec);
	}
	// times updates
	{
		struct timespec z[2] = {{100, 0}, {100, 0}};
		struct stat o;
#define TM(w,e) utimensat(AT_FDCWD,w,z,0);stat(w,&o);ms(25);e;stat(w,&s);printf("%s: a%d m%d c%d\n",#e,s.st_atim.tv_sec!=100,s.st_mtim.tv_sec!=100,s.st_ctim.tv_nsec!=o.st_ctim.tv_nsec);
		int f = open("a", O_RDWR);
		TM("a", read(f, B, 1))TM("a", write(f, "x", 1))TM("a", write(f, "x", 0))TM("a", chmod("a", 0600))TM("a", ftruncate(f, 2))TM("a", ftruncate(f, 2))TM("a", truncate("a", 2))TM("a", link("a", "a2"))TM("a", rename("a2", "a3"))TM("a", unlink("a3"))TM("a", chown("a", 0, 0))TM("a", setxattr("a", "user.q", "1", 1, 0))TM("a", fallocate(f, 0, 0, 100))TM("a", open("a", O_TRUNC|O_WRONLY))TM("a", open("a", O_TRUNC|O_WRONLY))TM("d", put("d/x", ""))TM("d", put("d/x", "1"))TM("d", unlink("d/x"))TM("d", {DIR*q = opendir("d"); readdir(q); })TM("d", symlink("x", "d/s"))TM("d", rename("d/s", "d/t"))TM("d", rename("d/t", "t"))TM("d", mkdir("d/m", 0755))TM("l", readlink("l", B, 10))  char*m;
		write(f, B, 5000);
		m = mmap(0, 4096, 3, MAP_SHARED, f, 0);
		TM("a", m[0]++; msync(m, 4096, MS_SYNC))
	}
	// getdents while modifying
	mkdir("many", 0755);
	chdir("many");
	for (int i = 0; i<500; i++) {
		sprintf(B, "file%d", i);
		close(open(B, O_CREAT, 0644));
	}
	DIR*d = opendir(".");
	int k = 0, del = 0;
	struct dirent*e;
	char seen[500] = {0};
	while ((e = readdir(d))) {
		k++;
		if (e->d_name[0] == 'f') {
			int x = atoi(e->d_name+4);
			if (x<500) {
				if (seen[x]++) printf("dup %d\n", x);
				unlink(e->d_name);
			}
		}
	}
	printf("seen %d\n", k);
	closedir(d);
	d = opendir(".");
	k = 0;
	while ((e = readdir(d))) k++;
	printf("left %d\n", k);
	rewinddir(d);
	close(open("z", O_CREAT, 0644));
	k = 0;
	while ((e = readdir(d))) k++;
	printf("after %d\n", k);
	for (int i = 0; i<50; i++) {
		sprintf(B, "g%d", i);
		close(open(B, O_CREAT, 0644));
	}
	rewinddir(d);
	long pos[60];
	char nm[60][20];
	k = 0;
	while (pos[k] = telldir(d), (e = readdir(d))) strcpy(nm[k++], e->d_name);
	int bad = 0;
	for (int i = k-1; i >= 0; i -= 7) {
		seekdir(d, pos[i]);
		e = readdir(d);
		if (!e || strcmp(e->d_name, nm[i])) bad++;
	}
	printf("k %d bad %d\n", k, bad);
	int df = open(".", O_DIRECTORY);
	R(syscall(SYS_getdents64, df, B, 10));
	R(syscall(SYS_getdents64, df, B, 24));
	R(syscall(SYS_getdents64, df, 8, 1000));
	R(syscall(SYS_getdents64, 99, B, 1000));
	R(syscall(SYS_getdents, df, B, 0));
	R(read(df, B, 10));
	R(write(df, B, 10));
	R(pread(df, B, 10, 0));
	mkdir("gone", 0755);
	int gd = open("gone", O_DIRECTORY);
	rmdir("gone");
	R(syscall(SYS_getdents64, gd, B, 1000));
	R(openat(gd, "x", O_CREAT|O_RDWR, 0644));
	R(openat(gd, ".", 0) >= 0);
	R(openat(gd, "..", 0) >= 0);
	R(fchdir(gd));
	R(syscall(SYS_getcwd, B, 1000));
	R(mkdir("x", 0755));
	R(open(".", 0) >= 0);
	R(access("..", 0));
	chdir("/tmp/w");
	R(syscall(SYS_getcwd, B, 3));
	R(syscall(SYS_getcwd, B, 1000));
	R(syscall(SYS_getcwd, 8, 1000));
	R(chdir("a"));
	R(chdir("none"));
	R(fchdir(99));
	R(fchdir(open("a", 0)));
	R(fchdir(open("d", O_PATH)));
	R(chdir(".."));
	R(chroot("none"));
	R(chroot("a"));
	R(chroot("d"));
	R(chdir("/"));
	R(access("..", 0));
	R(syscall(SYS_getcwd, B, 100));
	printf("%s\n", B);
	return 0;
}
