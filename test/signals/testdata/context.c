// What handlers find in their context, what they change in it, and frames that make no sense.
#include "common.h"
#include <immintrin.h>

static volatile sig_atomic_t calls;

__attribute__((target("avx2"))) static void clobber(int sig, siginfo_t *i, void *u)
{
	__m256i x;
	unsigned zero = 0, mxcsr = _mm_getcsr();
	__asm__ volatile("vmovdqu %%ymm7, %0" : "=m"(x));
	for (int k = 0; k < 8; k++)
		zero |= ((unsigned *)&x)[k];
	unsigned short cw;
	__asm__ volatile("fnstcw %0" : "=m"(cw));
	if (calls++ == 0)
		printf("  in the handler: ymm7 %x mxcsr %x fcw %x\n", zero, mxcsr, cw);
	__asm__ volatile("vpcmpeqd %%ymm0,%%ymm0,%%ymm0; vmovdqa %%ymm0,%%ymm7; vmovdqa %%ymm0,%%ymm15; fldz; fld1; fldpi"
		: : : "xmm0", "xmm7", "xmm15");
	_mm_setcsr(0x7f80);
}

__attribute__((target("avx2"))) static void vectors(void)
{
	unsigned char in[32], out7[32], out15[32];
	double f = 0;
	unsigned old = _mm_getcsr();
	for (int i = 0; i < 32; i++)
		in[i] = i * 7 + 1;
	_mm_setcsr(0x9fc0);
	__asm__ volatile("fninit; fld1; fldpi; faddp; vmovdqu (%3),%%ymm7; vmovdqu (%3),%%ymm15\n"
		"mov $39,%%eax; syscall; mov %%eax,%%edi; mov $10,%%esi; mov $62,%%eax; syscall\n" // kill(getpid(), SIGUSR1)
		"vmovdqu %%ymm7,%0; vmovdqu %%ymm15,%1; fstpl %2"
		: "=m"(out7), "=m"(out15), "=m"(f) : "r"(in) : "rax", "rdi", "rsi", "rcx", "r11", "xmm7", "xmm15", "memory");
	printf("ymm7 %d ymm15 %d x87 %.10f mxcsr %x\n", memcmp(in, out7, 32), memcmp(in, out15, 32), f, _mm_getcsr());
	_mm_setcsr(old);
}

static void look(int sig, siginfo_t *i, void *u)
{
	ucontext_t *c = u;
	greg_t *g = c->uc_mcontext.gregs;
	unsigned char *fp = (unsigned char *)c->uc_mcontext.fpregs;
	unsigned *sw = (unsigned *)(fp + 464);
	unsigned end;
	memcpy(&end, fp + sw[4], 4);
	printf("uc_flags %lx link %p csgsfs %lx magic %x %x aligned %d extended %d rbx %llx r15 %llx\n", c->uc_flags, (void *)c->uc_link,
		(long)g[REG_CSGSFS], sw[0], end, (int)((uintptr_t)fp % 64), sw[1] == sw[4] + 4, g[REG_RBX], g[REG_R15]);
	printf("stack aligned %d\n", (int)((uintptr_t)__builtin_frame_address(0) % 16));
	g[REG_RBX] = 0x77;
	g[REG_EFL] |= 1; // carry
}

static void registers(void)
{
	long rbx = 0, carry = 0;
	__asm__ volatile("mov $0x1111,%%ebx; mov $0x2222,%%r15d; clc; mov $39,%%eax; syscall; mov %%eax,%%edi; mov $12,%%esi; mov $62,%%eax; syscall\n"
		"setc %%al; movzbl %%al,%%eax; mov %%rax,%1; mov %%rbx,%0"
		: "=m"(rbx), "=m"(carry) : : "rax", "rbx", "rdi", "rsi", "rcx", "r11", "r15", "memory", "cc");
	printf("rbx %lx carry %ld\n", rbx, carry);
}

static volatile uintptr_t expected;
static sigjmp_buf back;

static void fault(int sig, siginfo_t *i, void *u)
{
	ucontext_t *c = u;
	greg_t *g = c->uc_mcontext.gregs;
	uintptr_t a = (uintptr_t)i->si_addr;
	// A signal that no trap caused leaves the number of the last one, on Linux.
	long long trap = sig == SIGSEGV && i->si_code == SI_KERNEL && g[REG_TRAPNO] != 13 ? 0 : g[REG_TRAPNO];
	printf("  signal %d code %d addr %s trapno %lld err %llx cr2 %d\n", sig, i->si_code,
		a == expected ? "as expected" : a == (uintptr_t)g[REG_RIP] ? "rip" : a ? "else" : "0", trap, trap == 14 ? g[REG_ERR] : 0,
		trap != 14 || (uintptr_t)g[REG_CR2] == a);
	siglongjmp(back, 1);
}

#define FAULT(what, address, code) do { printf("%s:\n", what); expected = (uintptr_t)(address); \
	if (!sigsetjmp(back, 1)) { code; printf("  nothing happened\n"); } } while (0)

static void faults(void)
{
	static const char constant[8192] __attribute__((aligned(4096))) = {1};
	char name[] = "/tmp/signals.XXXXXX";
	int fd = mkstemp(name);
	void *mmap(void *, size_t, int, int, int, off_t);
	char *file = mmap(NULL, 8192, 3, 1, fd, 0);
	char *none = mmap(NULL, 4096, 0, 0x22, -1, 0);
	unlink(name);
	for (int s = 1; s < 32; s++)
		if (s == SIGSEGV || s == SIGBUS || s == SIGFPE || s == SIGILL || s == SIGTRAP)
			install(s, fault, 0);
	FAULT("read nothing", 16, *(volatile char *)16);
	FAULT("write constant", constant, *(volatile char *)constant = 2);
	FAULT("read protected", none, *(volatile char *)none);
	FAULT("run data", none, ((void (*)(void))none)());
	FAULT("beyond the file", file, *(volatile char *)file);
	FAULT("kernel address", 0xffffffff81000000, *(volatile char *)0xffffffff81000000);
	FAULT("non-canonical address", 0, *(volatile char *)0x1234567890123456);
	FAULT("divide", 1, __asm__ volatile("xor %%ecx,%%ecx; div %%ecx" : : : "rax", "rcx", "rdx"));
	FAULT("illegal", 1, __asm__ volatile("ud2"));
	FAULT("breakpoint", 1, __asm__ volatile("int3"));
	FAULT("privileged", 1, __asm__ volatile("hlt"));
	FAULT("bad interrupt", 1, __asm__ volatile("int $0x70"));
	FAULT("single step", 1, __asm__ volatile("pushf; orl $0x100,(%%rsp); popf; nop" : : : "memory", "cc"));
	FAULT("x87 divide", 1, __asm__ volatile("fninit; movw $0x37b,-2(%%rsp); fldcw -2(%%rsp); fldz; fld1; fdivp; fwait" : : : "memory"));
	__asm__ volatile("fninit");
}

static int how_bad;

static void corrupt(int sig, siginfo_t *i, void *u)
{
	ucontext_t *c = u;
	greg_t *g = c->uc_mcontext.gregs;
	unsigned char *fp = (unsigned char *)c->uc_mcontext.fpregs;
	switch (how_bad) {
	case 0: g[REG_RIP] = 0x1000; break;
	case 1: g[REG_RIP] = 0x8000000000001000; break;
	case 2: g[REG_CSGSFS] = 0; break;
	case 3: g[REG_CSGSFS] = (g[REG_CSGSFS] & ~0xffffLL) | 0x10; break;
	case 4: g[REG_CSGSFS] &= 0xffffffffffff; break; // no SS
	case 5: g[REG_RSP] = 0; break;
	case 6: c->uc_mcontext.fpregs = (void *)0x1000; break;
	case 7: c->uc_mcontext.fpregs = (void *)((char *)fp + 1); break;
	case 8: memset(fp + 24, 0xff, 4); break;   // MXCSR
	case 9: memset(fp + 512, 0xff, 8); break;  // XSTATE_BV
	case 10: memset(fp + 520, 0xff, 8); break; // XCOMP_BV
	case 11: memset(fp + 528, 0xff, 8); break;
	case 12: __asm__ volatile("xor %esp,%esp; mov $15,%eax; syscall"); break;
	case 13: __asm__ volatile("mov $0xffffffff81000000,%rsp; mov $15,%eax; syscall"); break;
	// These are all right:
	case 14: c->uc_mcontext.fpregs = NULL; break;
	case 15: memset(fp + 464, 0, 48); break;
	case 16: g[REG_EFL] = -1 & ~0x100; break;
	case 17: sigfillset(&c->uc_sigmask); break;
	case 18: memset(&c->uc_stack, 0xff, sizeof c->uc_stack); break;
	case 19: c->uc_flags = 0; g[REG_CSGSFS] &= 0xffffffffffff; break;
	}
}

static void bad(int segv)
{
	for (how_bad = 0; how_bad < 20; how_bad++) {
		char what[40];
		fflush(stdout);
		pid_t p = fork();
		if (p == 0) {
			install(SIGUSR1, corrupt, 0);
			if (segv)
				install(SIGSEGV, fault, SA_ONSTACK);
			static char area[32768];
			stack_t s = {.ss_sp = area, .ss_size = sizeof area};
			sigaltstack(&s, NULL);
			expected = 0x1000;
			if (sigsetjmp(back, 1) == 0)
				raise(SIGUSR1);
			__asm__ volatile("cld");
			exit(7);
		}
		snprintf(what, sizeof what, "bad frame %d", how_bad);
		how(what, p);
	}
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	install(SIGUSR1, clobber, 0);
	vectors();
	vectors();
	install(SIGUSR2, look, 0);
	registers();
	faults();
	bad(0);
	bad(1);
	return 0;
}
