// Checks that tasks which take turns keep vector state of their own: what system calls leave alone and
// only a change of tasks moves. Each has its pattern in the upper halves of the registers, if there are any, in the x87
// stack and control word, in MXCSR and in the GS base.
#include <asm/prctl.h>
#include <cpuid.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TASKS = 3, TURNS = 300 };

// call makes a system call, and changes no vector register.
static inline long call(long nr, long a, long b, long c)
{
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(nr), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}

static int avx;

struct state {
	unsigned char ymm[32];
	long double st;
	unsigned mxcsr;
	unsigned short fcw;
	unsigned long gs;
};

static void set(const struct state *s)
{
	if (avx)
		__asm__ volatile("vmovdqu %0, %%ymm7" : : "m"(s->ymm));
	__asm__ volatile("fninit\n fldcw %0\n fldt %1\n ldmxcsr %2" : : "m"(s->fcw), "m"(s->st), "m"(s->mxcsr));
	call(SYS_arch_prctl, ARCH_SET_GS, s->gs, 0);
}

static void get(struct state *s)
{
	if (avx)
		__asm__ volatile("vmovdqu %%ymm7, %0" : "=m"(s->ymm));
	__asm__ volatile("fnstcw %0\n fstpt %1\n stmxcsr %2" : "=m"(s->fcw), "=m"(s->st), "=m"(s->mxcsr));
	call(SYS_arch_prctl, ARCH_GET_GS, (long)&s->gs, 0);
}

// take sets the state, takes turns, and looks at it again.
static int take(int me, int in, int out)
{
	static struct state before, after;
	memset(before.ymm, 0x11 * (me + 1), sizeof before.ymm);
	before.st = 1.5L + me;
	before.mxcsr = 0x1f80 | me << 13; // rounding
	before.fcw = 0x37f & ~(me << 8);  // precision
	before.gs = 0x1000 * (me + 1);
	memcpy(after.ymm, before.ymm, sizeof after.ymm);
	char c;
	set(&before);
	for (int i = 0; i < TURNS; i++) {
		if (call(SYS_read, in, (long)&c, 1) != 1 || call(SYS_write, out, (long)&c, 1) != 1)
			return 1;
	}
	get(&after);
	if (memcmp(before.ymm, after.ymm, sizeof before.ymm) || before.st != after.st || before.mxcsr != after.mxcsr ||
	    before.fcw != after.fcw || before.gs != after.gs) {
		printf("task %d: %02x..%02x %Lg %x %x %lx\n", me, after.ymm[0], after.ymm[31], after.st, after.mxcsr, after.fcw, after.gs);
		return 1;
	}
	return 0;
}

int main(void)
{
	unsigned a, b, c, d;
	__cpuid(1, a, b, c, d);
	avx = c >> 28 & 1 && c >> 27 & 1; // and the system's consent
	int p[TASKS][2], failed = 0;
	for (int i = 0; i < TASKS; i++)
		if (pipe(p[i]))
			return 1;
	for (int i = 0; i < TASKS; i++)
		if (fork() == 0)
			return take(i, p[i][0], p[(i + 1) % TASKS][1]);
	if (write(p[0][1], "", 1) != 1)
		return 1;
	for (int i = 0; i < TASKS; i++) {
		int status;
		wait(&status);
		failed |= status;
	}
	printf("%s\n", failed ? "states were mixed up" : "each kept its own");
	return failed != 0;
}
