// clone(2), clone3(2), vfork(2) and unshare(2): flags, and what must not go together.
#include "common.h"
#include <linux/sched.h>
#include <sched.h>
#include <sys/mman.h>

struct ca {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup,
		more[4];
};

static volatile int last, code, status, count;

static void note(int sig, siginfo_t *i, void *u)
{
	last = sig;
	code = i->si_code;
	status = i->si_status;
	count++;
}

static void result(const char *what, long r)
{
	int s;
	printf("%s: %s\n", what, r > 0 ? "made" : ename(errno));
	if (r > 0) {
		errno = 0;
		long w = waitpid(r, &s, 0);
		printf("  wait %d %s;", w == r, w < 0 ? ename(errno) : "");
		w = waitpid(r, &s, __WALL);
		printf(" __WALL %d %s status %x\n", w == r, w < 0 ? ename(errno) : "", s);
	}
}

static void three(const char *what, struct ca a, size_t size)
{
	errno = 0;
	long r = syscall(SYS_clone3, &a, size);
	if (r == 0)
		_exit(7);
	result(what, r);
}

static void one(const char *what, unsigned long flags)
{
	errno = 0;
	long r = syscall(SYS_clone, flags, 0, 0, 0, 0);
	if (r == 0)
		_exit(3);
	result(what, r);
}

#define C3(size, ...) three(#__VA_ARGS__ " of " #size, (struct ca){.exit_signal = SIGCHLD, __VA_ARGS__}, size)
#define THREAD (CLONE_THREAD | CLONE_SIGHAND | CLONE_VM)

#pragma GCC diagnostic ignored "-Woverride-init"

static void clone3s(void)
{
	static int fd = -1, tid, *tids = &tid;
	C3(64, .flags = 0), C3(88, .flags = 0), C3(80, .flags = 0), C3(104, .flags = 0);
	C3(104, .more = {0, 1}), C3(63, .flags = 0), C3(0, .flags = 0), C3(5000, .flags = 0);
	C3(64, .exit_signal = 0), C3(64, .exit_signal = 64), C3(64, .exit_signal = 65), C3(64, .exit_signal = 256);
	C3(64, .flags = SIGCHLD), C3(64, .flags = CLONE_DETACHED), C3(64, .flags = 1ULL << 60), C3(64,
		.flags = CLONE_THREAD);
	C3(64, .flags = CLONE_SIGHAND), C3(64, .flags = THREAD), C3(64, .flags = CLONE_PARENT);
	C3(64, .flags = CLONE_CLEAR_SIGHAND), C3(64, .flags = CLONE_CLEAR_SIGHAND | CLONE_SIGHAND | CLONE_VM);
	C3(64, .stack = 4096), C3(64, .stack_size = 4096), C3(64, .stack = ~0UL - 8192, .stack_size = 4096);
	C3(64, .flags = CLONE_SETTLS, .tls = ~0UL - 8192), C3(64, .flags = CLONE_PIDFD);
	C3(64, .flags = CLONE_PIDFD, .pidfd = (uint64_t)&fd);
	printf("pidfd %d cloexec %d\n", fd, fcntl(fd, F_GETFD));
	close(fd);
	C3(64, .flags = CLONE_PIDFD | CLONE_PARENT_SETTID, .pidfd = (uint64_t)&fd, .parent_tid = (uint64_t)&fd);
	C3(64, .flags = CLONE_PARENT_SETTID, .parent_tid = (uint64_t)&tid);
	printf("parent_tid %d\n", tid > 0);
	C3(88, .flags = CLONE_INTO_CGROUP, .cgroup = 999), C3(64, .flags = CLONE_INTO_CGROUP, .cgroup = 999);
	C3(80, .set_tid = (uint64_t)tids), C3(80, .set_tid_size = 1), C3(80, .set_tid = (uint64_t)tids,
		.set_tid_size = 33);
	for (int i = 0, want[] = {-1, 0, 1, 30000, 0x7fffffff}; i < 5; i++) {
		tid = want[i];
		printf("%d: ", tid);
		C3(80, .set_tid = (uint64_t)tids, .set_tid_size = 1);
	}
	CHECK(syscall(SYS_clone3, 8, 64));
}

#define C1(flags) one(#flags, flags)

static void clones(void)
{
	C1(0), C1(SIGCHLD), C1(100), C1(255), C1(SIGUSR1);
	printf("signal %d code %d status %d\n", last, code, status);
	C1(CLONE_DETACHED | SIGCHLD), C1(CLONE_THREAD | SIGCHLD), C1(CLONE_SIGHAND | SIGCHLD);
	C1(CLONE_THREAD | CLONE_SIGHAND | SIGCHLD), C1(CLONE_FS | CLONE_NEWNS | SIGCHLD),
		C1(CLONE_FS | CLONE_NEWUSER | SIGCHLD);
	C1(CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD), C1(CLONE_PIDFD | CLONE_DETACHED | SIGCHLD),
		C1(CLONE_PIDFD | SIGCHLD);
	C1(CLONE_IO | CLONE_SYSVSEM | CLONE_UNTRACED | CLONE_PTRACE | SIGCHLD), C1(CLONE_FILES | CLONE_FS | SIGCHLD);
	C1(CLONE_VFORK | SIGCHLD), C1(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID | SIGCHLD);
	pid_t p = syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (p == 0)
		_exit(1);
	await_state(p, "Z");
	CHECK(waitpid(-1, NULL, WNOHANG));
	CHECK(waitpid(-1, NULL, WNOHANG | __WCLONE) == p);
	CHECK(waitpid(-1, NULL, WNOHANG | __WCLONE));
}

static void siblings(void)
{
	int s;
	fflush(stdout);
	if (fork() == 0) {
		pid_t p = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
		if (p == 0) {
			sleep_ms(50);
			_exit(9);
		}
		CHECK(waitpid(p, NULL, 0));
		_exit(1);
	}
	while (wait(&s) > 0)
		printf("waited for %x\n", s);
}

static void vforks(void)
{
	static volatile int shared;
	pid_t me = getpid(), p = (count = 0, vfork());
	if (p == 0) {
		kill(me, SIGUSR2);
		sleep_ms(20);
		shared = count + 100;
		_exit(5);
	}
	printf("vfork: shared %d, signals handled after it %d\n", shared, count);
	how("  child", p);
	IN(if (vfork() == 0) {
		kill(getppid(), SIGKILL);
		sleep_ms(20);
		_exit(0);
	});
	int *m = mmap(NULL, 4096, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	p = syscall(SYS_clone, CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD, 0, 0, m, 0);
	if (p == 0)
		_exit(*m != getpid());
	how("CLONE_CHILD_SETTID", p);
	printf("CLONE_CHILD_CLEARTID of a process alone: still set %d\n", *m == p);
	CHECK(syscall(SYS_set_tid_address, 0) == getpid());
	CHECK(unshare(0)), CHECK(unshare(CLONE_FILES | CLONE_FS)), CHECK(unshare(1)), CHECK(unshare(CLONE_THREAD));
	CHECK(unshare(CLONE_SIGHAND)), CHECK(unshare(CLONE_VM)), CHECK(unshare(CLONE_SETTLS)), CHECK(setns(-1, 0)),
		CHECK(setns(0, 0));
}

static void all(void)
{
	install(SIGUSR1, note, SA_RESTART);
	install(SIGUSR2, note, SA_RESTART);
	install(64, note, SA_RESTART);
	clone3s();
	clones();
	siblings();
	vforks();
}

int main(void) { return as_child(all); }
