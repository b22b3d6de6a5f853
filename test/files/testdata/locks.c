// Locks of fcntl and flock: ranges, inheritance, deadlocks, /proc/locks, fdinfo.
#include "common.h"
static int pid0;

static const char *ln(short t) {
	return t == F_RDLCK?"RD":t == F_WRLCK?"WR":t == F_UNLCK?"UN":"??";
}

static void lk(int fd, int cmd, int type, int wh, long s, long l) {
	struct flock k = {.l_type = type, .l_whence = wh, .l_start = s, .l_len = l};
	errno = 0;
	int r = fcntl(fd, cmd, &k);
	printf("lk cmd %d %s w%d %ld+%ld = %s", cmd, ln(type), wh, s, l, result(r));
	if (cmd == F_GETLK || cmd == F_OFD_GETLK) printf(" -> %s w%d %ld+%ld pid %s", ln(k.l_type), k.l_whence, (long)k.l_start, (long)k.l_len, k.l_pid == -1?"-1":k.l_pid == 0?"0":k.l_pid == getppid()?"parent":k.l_pid == getpid()?"self":"other");
	puts("");
}

static int cmpl(const void*a, const void*b) {
	return strcmp(*(char**)a, *(char**)b);
}

static void locks(void) {
	char*all[100];
	int n = 0;
	FILE*f = fopen("/proc/locks", "r");
	char b[200];
	struct stat st;
	stat("f", &st);
	char ino[40];
	sprintf(ino, ":%lu ", (long)st.st_ino);
	while (f && fgets(b, 200, f)) {
		char*q = strstr(b, ino);
		if (!q) continue;
		char t[20], a[20], m[20];
		int pid;
		sscanf(b, "%*s %s %s %s %d", t, a, m, &pid);
		if (!strcmp(t, "->"))continue;
		char o[300];
		snprintf(o, sizeof o, "  locks: %s %s %s %s %s", t, a, m, pid == pid0?"me":pid == -1?"-1":"other", q+strlen(ino));
		all[n++] = strdup(o);
	}
	qsort(all, n, sizeof*all, cmpl);
	for (int i = 0; i<n; i++) printf("%s", all[i]);
	if (f) fclose(f);
	else puts("no /proc/locks");
}

static void fi(int fd) {
	char p[64], line[300];
	sprintf(p, "/proc/self/fdinfo/%d", fd);
	FILE*f = fopen(p, "r");
	while (f && fgets(line, 300, f)) if (!strncmp(line, "lock", 4)) {
		char t[20], a[20], m[20], r[99];
		int pid;
		long s, e;
		char en[30], st[30];
		sscanf(line, "lock: %*s %s %s %s %d %*s %s %s", t, a, m, &pid, st, en);
		printf("  %s %s %s %s %s %s\n", t, a, m, pid == pid0?"me":pid == -1?"-1":"other", st, en);
	}
	if (f) fclose(f);
}

int main() {
	pid0 = getpid();
	int f = open("f", O_RDWR|O_CREAT, 0644);
	write(f, "0123456789012345678901234567890123456789", 40);
	lk(f, F_SETLK, F_WRLCK, 0, 0, 10);
	lk(f, F_SETLK, F_RDLCK, 0, 10, 10);
	lk(f, F_GETLK, F_WRLCK, 0, 0, 0);
	CHILD(lk(f, F_GETLK, F_WRLCK, 0, 0, 0); lk(f, F_GETLK, F_RDLCK, 0, 0, 0); lk(f, F_GETLK, F_RDLCK, 0, 10, 0); lk(f, F_GETLK, F_WRLCK, 0, 15, 0); lk(f, F_GETLK, F_WRLCK, 0, 20, 0); lk(f, F_SETLK, F_WRLCK, 0, 0, 1); lk(f, F_SETLK, F_RDLCK, 0, 10, 1); lk(f, F_SETLK, F_WRLCK, 0, 10, 1));
	lk(f, F_SETLK, F_UNLCK, 0, 3, 3);
	locks();
	fi(f);
	lk(f, F_SETLK, F_WRLCK, 0, 3, 3);
	locks();
	lk(f, F_SETLK, F_RDLCK, 0, 2, 2);
	locks();
	fi(f);
	lk(f, F_SETLK, F_WRLCK, 0, 5, 0);
	locks();
	lk(f, F_SETLK, F_UNLCK, 0, 0, 0);
	locks();
	lk(f, F_SETLK, F_WRLCK, 2, -5, 5);
	locks();
	lk(f, F_SETLK, F_WRLCK, 1, -50, 5);
	lk(f, F_SETLK, F_WRLCK, 1, 0, -10);
	locks();
	lk(f, F_SETLK, F_WRLCK, 0, -1, 0);
	lk(f, F_SETLK, F_WRLCK, 0, 5, -6);
	lk(f, F_SETLK, F_WRLCK, 0, 5, -5);
	lk(f, F_SETLK, 9, 0, 0, 0);
	lk(f, F_SETLK, F_WRLCK, 7, 0, 0);
	lk(f, F_SETLK, F_WRLCK, 0, 0x7fffffffffffffff, 2);
	lk(f, F_SETLK, F_WRLCK, 0, 0x7fffffffffffffff, 1);
	lk(f, F_GETLK, F_UNLCK, 0, 0, 0);
	lk(f, F_SETLK, F_UNLCK, 0, 0, 0);
	int ro = open("f", O_RDONLY), wo = open("f", O_WRONLY);
	lk(ro, F_SETLK, F_WRLCK, 0, 0, 1);
	lk(wo, F_SETLK, F_RDLCK, 0, 0, 1);
	lk(ro, F_SETLK, F_RDLCK, 0, 0, 1);
	lk(99, F_SETLK, F_RDLCK, 0, 0, 1);
	lk(ro, F_GETLK, F_WRLCK, 0, 0, 1);
	R(fcntl(f, F_SETLK, 8));
	R(fcntl(f, F_GETLK, 8));
	lk(f, F_SETLK, F_WRLCK, 0, 0, 10);
	close(ro);
	locks();
	/* close releases all */  lk(f, F_SETLK, F_WRLCK, 0, 0, 10);
	int d = dup(f);
	close(d);
	locks();
	// OFD
	int o1 = open("f", O_RDWR), o2 = open("f", O_RDWR);
	lk(o1, F_OFD_SETLK, F_WRLCK, 0, 0, 5);
	lk(o2, F_OFD_SETLK, F_WRLCK, 0, 0, 5);
	lk(o2, F_OFD_GETLK, F_WRLCK, 0, 0, 5);
	lk(o2, F_GETLK, F_WRLCK, 0, 0, 5);
	{
		struct flock k = {.l_type = F_WRLCK, .l_pid = 5};
		R(fcntl(o1, F_OFD_SETLK, &k));
		R(fcntl(o1, F_OFD_GETLK, &k));
		k.l_pid = 0;
	}
	locks();
	fi(o1);
	CHILD(lk(o1, F_OFD_SETLK, F_WRLCK, 0, 0, 7); lk(o2, F_OFD_SETLK, F_WRLCK, 0, 0, 7));
	locks();
	lk(o1, F_SETLK, F_WRLCK, 0, 0, 5);
	close(o1);
	locks();
	lk(f, F_SETLK, F_WRLCK, 0, 0, 10);
	CHILD(lk(o2, F_OFD_GETLK, F_WRLCK, 0, 0, 0); lk(f, F_OFD_SETLK, F_WRLCK, 0, 0, 0));
	close(o2);
	// deadlock
	int pa[2], pb[2];
	pipe(pa);
	pipe(pb);
	char c;
	lk(f, F_SETLK, F_UNLCK, 0, 0, 0);
	lk(f, F_SETLK, F_WRLCK, 0, 0, 1);
	fflush(stdout);
	pid_t p = fork();
	if (!p) {
		lk(f, F_SETLK, F_WRLCK, 0, 1, 1);
		fflush(stdout);
		write(pa[1], "x", 1);
		struct flock k = {.l_type = F_WRLCK, .l_start = 0, .l_len = 1};
		int r = fcntl(f, F_SETLKW, &k);
		printf("child got %s\n", result(r));
		fflush(stdout);
		_exit(3);
	}
	read(pa[0], &c, 1);
	ms(100);
	locks();
	lk(f, F_SETLKW, F_WRLCK, 0, 1, 1);
	lk(f, F_SETLK, F_UNLCK, 0, 0, 1);
	how("dl", p);
	// EINTR
	lk(f, F_SETLK, F_WRLCK, 0, 0, 1);
	fflush(stdout);
	p = fork();
	if (!p) {
		struct sigaction sa = {.sa_handler = nothing};
		sigaction(SIGALRM, &sa, 0);
		ualarm(50000, 0);
		lk(f, F_SETLKW, F_WRLCK, 0, 0, 1);
		ualarm(50000, 0);
		lk(f, F_OFD_SETLKW, F_WRLCK, 0, 0, 1);
		ualarm(50000, 0);
		int g = open("f", O_RDWR);
		R(flock(g, LOCK_EX));
		R(flock(g, LOCK_UN));
		fflush(stdout);
		_exit(0);
	}
	how("eintr", p);
	// flock
	int a = open("g", O_RDWR|O_CREAT, 0644), b = open("g", O_RDONLY);
	R(flock(a, LOCK_EX));
	R(flock(b, LOCK_SH|LOCK_NB));
	R(flock(b, LOCK_EX|LOCK_NB));
	R(flock(a, LOCK_SH));
	R(flock(b, LOCK_SH|LOCK_NB));
	R(flock(a, LOCK_EX|LOCK_NB));
	R(flock(b, LOCK_SH|LOCK_NB));
	R(flock(a, LOCK_SH|LOCK_NB));
	R(flock(a, 0));
	R(flock(a, LOCK_SH|LOCK_EX));
	R(flock(a, 99));
	R(flock(99, LOCK_SH));
	R(flock(a, LOCK_UN));
	R(flock(a, LOCK_UN));
	R(flock(b, LOCK_UN));
	R(flock(a, LOCK_EX));
	CHILD(R(flock(a, LOCK_EX|LOCK_NB)); R(flock(b, LOCK_EX|LOCK_NB)); R(flock(a, LOCK_UN)); R(flock(b, LOCK_EX|LOCK_NB)));
	R(flock(a, LOCK_EX|LOCK_NB));
	CHILD(int z = open("g", O_RDWR); R(flock(z, LOCK_SH|LOCK_NB)));
	fi(a);
	fi(b);
	R(flock(pa[0], LOCK_EX));
	R(flock(0, LOCK_SH|LOCK_NB));
	lk(pa[0], F_SETLK, F_RDLCK, 0, 0, 1);
	int dd = open(".", 0);
	lk(dd, F_SETLK, F_RDLCK, 0, 0, 1);
	lk(dd, F_SETLK, F_WRLCK, 0, 0, 1);
	R(flock(dd, LOCK_EX));
	R(lockf(a, F_TEST, 1));
	R(lockf(a, F_LOCK, 0));
	CHILD(R(lockf(a, F_TEST, 1)); R(lockf(a, F_TLOCK, 1)); R(lockf(b, F_TLOCK, 1)));
	// many ranges
	for (int i = 0; i<50; i++) {
		struct flock k = {.l_type = i%3?F_WRLCK:F_RDLCK, .l_start = i*2, .l_len = 1+i%2};
		fcntl(f, F_SETLK, &k);
	}
	locks();
	lk(f, F_SETLK, F_RDLCK, 0, 5, 60);
	locks();
	lk(f, F_SETLK, F_UNLCK, 0, 30, 5);
	locks();
	// exec keeps, fork doesn't
	CHILD(lk(f, F_GETLK, F_WRLCK, 0, 31, 1); lk(f, F_GETLK, F_WRLCK, 0, 30, 0));
	return 0;
}
