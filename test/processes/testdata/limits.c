// Resource limits as they are enforced, priorities, scheduling, and what is counted.
#include "common.h"
#include <linux/sched.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/times.h>

static void lim(int resource, long soft, long hard)
{
	struct rlimit l = {soft, hard};
	CHECK(setrlimit(resource, &l));
}

static void spin(void)
{
	for (volatile long i = 0;; i++)
		;
}

static volatile int over;

static void note(int sig, siginfo_t *i, void *u) { over = sig; }

// cpu uses more CPU time than the soft limit, which grows by that.
static void cpu(void)
{
	struct rlimit l;
	lim(RLIMIT_CPU, 1, 5);
	install(SIGXCPU, note, 0);
	while (!over)
		;
	getrlimit(RLIMIT_CPU, &l);
	CHECK(over == SIGXCPU), CHECK(l.rlim_cur), CHECK(l.rlim_max);
	lim(RLIMIT_CPU, 1, 1);
	spin();
}

static void *nothing(void *a) { return a; }

static void limits(void)
{
	void *m = mmap(0, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct rlimit l = {5, 4}; CHECK(setrlimit(RLIMIT_CPU, &l)); CHECK(setrlimit(99, &l)); CHECK(setrlimit(-1, &l));
		CHECK(getrlimit(99, &l)); CHECK(syscall(SYS_getrlimit, 0, 8)); CHECK(syscall(SYS_setrlimit, 0, 8));
		CHECK(prlimit(999999, 0, 0, &l)); CHECK(prlimit(-1, 0, 0, &l)); CHECK(prlimit(0, 0, 0, 0));
		l.rlim_cur = l.rlim_max = 1 << 30; CHECK(setrlimit(RLIMIT_NOFILE, &l));
	IN(lim(RLIMIT_NOFILE, 100, 200); setuid(1000); l.rlim_cur = 100; l.rlim_max = 201;
		CHECK(setrlimit(RLIMIT_NOFILE, &l)); l.rlim_max = 150; CHECK(setrlimit(RLIMIT_NOFILE, &l)); l.rlim_cur = 151;
		CHECK(setrlimit(RLIMIT_NOFILE, &l)); CHECK(prlimit(getppid(), RLIMIT_CPU, 0, &l)));
	IN(lim(RLIMIT_NOFILE, 3, 3); CHECK(open("/", 0)); CHECK(dup(0)); CHECK(dup2(0, 3)); CHECK(fcntl(0, F_DUPFD, 3));
		CHECK(fcntl(0, F_DUPFD, 2)); int pp[2]; CHECK(pipe(pp)); CHECK(syscall(SYS_pidfd_open, getpid(), 0)));
	IN(lim(RLIMIT_NPROC, 1, 1); setuid(54321); pid_t p = fork(); if (!p) _exit(0);
		printf("nproc %d %s\n", p > 0, p < 0 ? ename(errno) : ""); pthread_t t;
		printf("thread %s\n", ename(pthread_create(&t, 0, nothing, 0))));
	IN(lim(RLIMIT_NPROC, 0, 0); CHECK(setuid(54321)); char *av[] = {"x", 0}; execve("/proc/self/exe", av, av);
		printf("exec %s\n", ename(errno)));
	IN(lim(RLIMIT_AS, 64 << 20, 64 << 20); CHECK(mmap(0, 128 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		0) == MAP_FAILED); printf("%s\n", ename(errno)); CHECK(brk(sbrk(0) + (128 << 20))));
	IN(lim(RLIMIT_DATA, 4 << 20, 4 << 20); CHECK(mmap(0, 8 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		0) == MAP_FAILED); printf("%s\n", ename(errno));
		CHECK(mmap(0, 8 << 20, 1, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
		CHECK(brk(sbrk(0) + (8 << 20))));
	IN(char n[] = "/tmp/f.XXXXXX"; int f = mkstemp(n); unlink(n); lim(RLIMIT_FSIZE, 100, 100);
		signal(SIGXFSZ, SIG_IGN); char b[200] = {0}; CHECK(write(f, b, 200)); CHECK(write(f, b, 1));
		CHECK(ftruncate(f, 101)); CHECK(ftruncate(f, 100)); CHECK(pwrite(f, b, 10, 95));
		CHECK(posix_fallocate(f, 0, 200)); signal(SIGXFSZ, SIG_DFL); CHECK(write(f, b, 1)));
	IN(lim(RLIMIT_MEMLOCK, 8192, 8192); CHECK(setuid(1000)); CHECK(mlock(m, 8192));
		char *m2 = mmap(0, 65536, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); CHECK(mlock(m2, 65536));
		CHECK(mlockall(MCL_CURRENT)); lim(RLIMIT_MEMLOCK, 0, 0); CHECK(mlock(m2, 4096));
		CHECK(mmap(0, 65536, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0) == MAP_FAILED);
		printf("%s\n", ename(errno)));
	IN(lim(RLIMIT_SIGPENDING, 3, 3); setuid(4321); block(SIG_BLOCK, SIGRTMIN); union sigval sv = {0};
		for (int i = 0; i < 5; i++) CHECK(sigqueue(getpid(), SIGRTMIN, sv)); CHECK(kill(getpid(), SIGRTMIN));
		CHECK(kill(getpid(), SIGUSR2 + 0 * 1) * 0); timer_t tt; CHECK(timer_create(0, 0, &tt)));
	IN(cpu());
	IN(lim(RLIMIT_STACK, 65536, 65536); volatile char *p = __builtin_alloca(200000); p[0] = 1;
		for (int i = 0; i < 200000; i += 4096) p[199999 - i] = 1);
}

static void scheduling(void)
{
	errno = 0; CHECK(getpriority(0, 0)); CHECK(getpriority(9, 0)); CHECK(getpriority(0, 999999));
		CHECK(getpriority(PRIO_USER, 99999)); CHECK(getpriority(PRIO_PGRP, 0)); CHECK(setpriority(9, 0, 0));
		CHECK(setpriority(0, 0, 100)); CHECK(getpriority(0, 0)); CHECK(setpriority(0, 0, -100));
		CHECK(syscall(SYS_getpriority, 0, 0)); CHECK(setpriority(0, 0, 0));
	IN(setuid(1000); CHECK(setpriority(0, 0, 5)); CHECK(setpriority(0, 0, 4)); CHECK(setpriority(0, getppid(), 4));
		CHECK(setpriority(PRIO_USER, 0, 7)); CHECK(nice(1)); CHECK(nice(-1)));
	struct sched_param sp = {1}; CHECK(sched_setscheduler(0, SCHED_OTHER, &sp));
		CHECK(sched_setscheduler(0, 99, &sp)); CHECK(sched_setscheduler(0, -1, &sp));
		CHECK(sched_setscheduler(-1, 0, &sp)); CHECK(sched_setscheduler(999999, 0, &sp));
		CHECK(syscall(SYS_sched_setscheduler, 0, 0, 0)); CHECK(syscall(SYS_sched_setscheduler, 0, 0, 8));
		sp.sched_priority = 100; CHECK(sched_setscheduler(0, SCHED_FIFO, &sp)); sp.sched_priority = 0;
		CHECK(sched_setscheduler(0, SCHED_RR, &sp)); CHECK(sched_setscheduler(0, SCHED_BATCH, &sp));
		CHECK(sched_getscheduler(0)); CHECK(sched_setscheduler(0, SCHED_IDLE | SCHED_RESET_ON_FORK, &sp));
		CHECK(sched_getscheduler(0)); IN(CHECK(sched_getscheduler(0)));
		CHECK(sched_setscheduler(0, SCHED_OTHER, &sp)); CHECK(sched_getscheduler(-1));
		CHECK(sched_getscheduler(999999)); CHECK(sched_getparam(0, 0)); CHECK(sched_getparam(0, &sp));
	for (int i = 0; i < 7; i++)
		 printf("%d: %d %d\n", i, sched_get_priority_min(i), sched_get_priority_max(i));
	struct timespec ts; CHECK(sched_rr_get_interval(-1, &ts)); CHECK(sched_rr_get_interval(999999, &ts));
		CHECK(sched_rr_get_interval(0, &ts));
	cpu_set_t cs; CPU_ZERO(&cs); CHECK(sched_setaffinity(0, sizeof cs, &cs)); CPU_SET(0, &cs);
		CHECK(sched_setaffinity(0, sizeof cs, &cs)); CHECK(syscall(SYS_sched_getaffinity, 0, 0, &cs));
		CHECK(syscall(SYS_sched_getaffinity, 0, 7, &cs)); CHECK(syscall(SYS_sched_getaffinity, 0, 8, &cs));
		CHECK(sched_getaffinity(999999, sizeof cs, &cs)); CHECK(sched_setaffinity(999999, sizeof cs, &cs));
		IN(setuid(1); CHECK(sched_setaffinity(getppid(), sizeof cs, &cs)));
	unsigned cpu, node; CHECK(syscall(SYS_getcpu, &cpu, &node, 0)); CHECK(syscall(SYS_getcpu, 0, 0, 0));
		CHECK(syscall(SYS_getcpu, 8, 0, 0));
	struct rusage ru; CHECK(getrusage(RUSAGE_SELF, &ru)); CHECK(getrusage(RUSAGE_THREAD, &ru));
		CHECK(getrusage(5, &ru)); CHECK(getrusage(-2, &ru)); CHECK(getrusage(0, (void *)8)); CHECK(times(0) > 0);
		CHECK(times((void *)8));
	CHECK(personality(0xffffffff)); CHECK(personality(ADDR_NO_RANDOMIZE)); CHECK(personality(0xffffffff));
		IN(CHECK(personality(0xffffffff))); CHECK(personality(0));
	unsigned long a; CHECK(syscall(SYS_arch_prctl, 0x1003, &a)); CHECK(syscall(SYS_arch_prctl, 0x1004, &a));
		CHECK(syscall(SYS_arch_prctl, 0x1003, 8)); CHECK(syscall(SYS_arch_prctl, 0x1001, ~0UL));
		CHECK(syscall(SYS_arch_prctl, 0x1001, 0x1234)); CHECK(syscall(SYS_arch_prctl, 0x1004, &a)); CHECK(a);
		CHECK(syscall(SYS_arch_prctl, 0x1001, 0)); CHECK(syscall(SYS_arch_prctl, 1, 0));
		CHECK(syscall(SYS_arch_prctl, 0x1011, 0)); 
	CHECK(syscall(SYS_ioprio_get, 1, 0)); CHECK(syscall(SYS_ioprio_get, 0, 0));
		CHECK(syscall(SYS_ioprio_get, 1, 999999)); CHECK(syscall(SYS_ioprio_set, 1, 0, 5 << 13));
		CHECK(syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 8)); CHECK(syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 7));
		CHECK(syscall(SYS_ioprio_get, 1, 0)); CHECK(syscall(SYS_ioprio_set, 1, 0, 0));
		CHECK(syscall(SYS_ioprio_set, 1, 0, 1));
	CHECK(syscall(SYS_membarrier, 0, 1)); CHECK(syscall(SYS_membarrier, 8, 0)); CHECK(syscall(SYS_membarrier, 16, 0));
		CHECK(syscall(SYS_membarrier, 8, 0)); CHECK(syscall(SYS_membarrier, 3, 0));
		CHECK(syscall(SYS_membarrier, 1, 0)); CHECK(syscall(SYS_membarrier, -1, 0));
		CHECK(syscall(SYS_membarrier, 2, 0)); CHECK(syscall(SYS_membarrier, 32, 0));
		CHECK(syscall(SYS_membarrier, 128, 1, 0)); CHECK(syscall(SYS_membarrier, 256, 0));
		CHECK(syscall(SYS_membarrier, 128, 1, 0)); CHECK(syscall(SYS_membarrier, 128, 1, 99));
		CHECK(syscall(SYS_membarrier, 128, 2, 0));
}

// attr sets the attributes of scheduling, and shows what they are then.
static void attr(const char *what, uint32_t policy, uint64_t flags, int32_t nice, uint32_t priority)
{
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} a = {48, policy, flags, nice, priority};
	errno = 0;
	long r = syscall(SYS_sched_setattr, 0, &a, 0);
	printf("%s: %s; ", what, ename(r ? errno : 0));
	CHECK(syscall(SYS_sched_getattr, 0, &a, 48, 0));
	printf("  policy %d flags %lx nice %d priority %d, nice value %d\n", a.policy, a.flags, a.nice, a.priority, getpriority(PRIO_PROCESS, 0));
}

#define ATTR(...) attr(#__VA_ARGS__, __VA_ARGS__)

static void attributes(void)
{
	ATTR(SCHED_OTHER, 0, 5, 0), ATTR(SCHED_BATCH, 0, 100, 0), ATTR(SCHED_OTHER, 0, -100, 0), ATTR(SCHED_FIFO, 0, 0, 0);
	ATTR(SCHED_FIFO, 0, 3, 5), ATTR(SCHED_RR, 0, 0, 100), ATTR(99, 0, 0, 0), ATTR(SCHED_OTHER, 0, 0, 5), ATTR(SCHED_OTHER, 1, 4, 0);
	ATTR(SCHED_BATCH, 8, 2, 0), ATTR(SCHED_OTHER, 16, 7, 0), ATTR(SCHED_IDLE, 0, 3, 0), ATTR(SCHED_OTHER, 1ULL << 40, 0, 0);
}

static void all(void)
{
	limits();
	scheduling();
	attributes();
}

int main(void) { return as_child(all); }
