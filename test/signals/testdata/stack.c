// Alternate stacks, the red zone, and programs that jump out of handlers.
#include "common.h"

static char area[64 << 10] __attribute__((aligned(16))), other[64 << 10];
static volatile int deep;

static int inside(void *p) { return (char *)p >= area && (char *)p < area + sizeof area; }

static void show(const char *what)
{
	stack_t s;
	int r = sigaltstack(NULL, &s);
	printf("%s: %d flags %x size %zu %s\n", what, r, s.ss_flags, s.ss_size, s.ss_sp == area ? "mine" : s.ss_sp ? "other" : "none");
}

static void handler(int sig, siginfo_t *i, void *u)
{
	ucontext_t *c = u;
	stack_t n = {.ss_sp = other, .ss_size = sizeof other};
	printf("handler: on the stack %d; context: flags %x size %zu %d\n", inside(&n), c->uc_stack.ss_flags, c->uc_stack.ss_size,
		c->uc_stack.ss_sp == area);
	show("  inside");
	CHECK(sigaltstack(&n, NULL));
	if (deep++ < 1)
		raise(SIGUSR2);
	show("  again inside");
}

static void grow(int sig, siginfo_t *i, void *u)
{
	if (deep++ < 1000)
		raise(sig);
	printf("1000 deep\n");
	exit(0);
}

static void overflow(int sig)
{
	raise(sig); // the kernel refuses to write beneath the stack
}

static sigjmp_buf back;

static void jump(int sig, siginfo_t *i, void *u) { siglongjmp(back, sig); }

static void child(const char *what, void (*f)(void))
{
	fflush(stdout);
	pid_t p = fork();
	if (p == 0) {
		f();
		exit(0);
	}
	how(what, p);
}

static void tower(void)
{
	stack_t s = {.ss_sp = area + 16384, .ss_size = 20480};
	sigaltstack(&s, NULL);
	install(SIGUSR1, grow, SA_ONSTACK | SA_NODEFER);
	overflow(SIGUSR1);
}

static void lost(void)
{
	install(SIGSEGV, jump, 0);
	__asm__ volatile("xor %esp, %esp; push %rax"); // no stack for the handler
}

static volatile int for_ever = 1;

static long recurse(long n)
{
	volatile char c[1000];
	c[n % 1000] = n;
	return for_ever ? recurse(n + 1) + c[n % 999] : n;
}

static volatile int red_ok;

static void quiet(int sig) { char use[300]; memset(use, 1, sizeof use); __asm__ volatile("" : : "r"(use) : "memory"); red_ok = 1; }

// red keeps values in the red zone while signals come.
static void red(void)
{
	struct itimerval v = {{0, 3000}, {0, 3000}};
	signal(SIGALRM, quiet);
	setitimer(ITIMER_REAL, &v, NULL);
	long bad;
	__asm__ volatile(
		"mov $0x1234567, %%rax\n mov %%rax, -8(%%rsp)\n mov %%rax, -64(%%rsp)\n mov %%rax, -128(%%rsp)\n"
		"mov $60000000, %%rcx\n 1: dec %%rcx\n jnz 1b\n"
		"xor %0, %0\n cmp %%rax, -8(%%rsp)\n je 2f\n inc %0\n 2: cmp %%rax, -64(%%rsp)\n je 3f\n inc %0\n"
		"3: cmp %%rax, -128(%%rsp)\n je 4f\n inc %0\n 4:\n" : "=r"(bad) : : "rax", "rcx", "memory", "cc");
	memset(&v, 0, sizeof v);
	setitimer(ITIMER_REAL, &v, NULL);
	printf("red zone: %ld words lost, signals came %d\n", bad, red_ok);
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	stack_t s = {.ss_sp = area, .ss_size = sizeof area}, o;
	show("first");
	s.ss_size = 2047;
	CHECK(sigaltstack(&s, NULL));
	s.ss_size = sizeof area;
	s.ss_flags = 4;
	CHECK(sigaltstack(&s, NULL));
	s.ss_flags = SS_ONSTACK;
	CHECK(sigaltstack(&s, &o));
	show("set");
	CHECK(sigaltstack((void *)8, NULL));
	CHECK(sigaltstack(NULL, (void *)8));
	install(SIGUSR1, handler, SA_ONSTACK);
	install(SIGUSR2, handler, SA_ONSTACK);
	raise(SIGUSR1);
	show("after");
	install(SIGUSR1, handler, 0);
	deep = 5;
	raise(SIGUSR1);
	s.ss_flags = 1 << 31; // SS_AUTODISARM
	CHECK(sigaltstack(&s, NULL));
	show("auto-disarm");
	install(SIGUSR1, handler, SA_ONSTACK);
	raise(SIGUSR1);
	show("after it");
	s.ss_flags = SS_DISABLE;
	CHECK(sigaltstack(&s, &o));
	show("disabled");
	child("tower", tower);
	child("no stack", lost);
	install(SIGSEGV, jump, SA_ONSTACK);
	s.ss_flags = 0;
	sigaltstack(&s, NULL);
	for (int n = 0; n < 3; n++)
		if (sigsetjmp(back, 1) == 0)
			printf("%ld\n", recurse(n));
		else
			printf("stack overflow survived\n");
	show("jumped out");
	sigset_t m;
	sigprocmask(SIG_SETMASK, NULL, &m);
	printf("SEGV blocked: %d\n", sigismember(&m, SIGSEGV));
	if (sigsetjmp(back, 0) == 0)
		raise(SIGSEGV);
	sigprocmask(SIG_SETMASK, NULL, &m);
	printf("SEGV blocked: %d\n", sigismember(&m, SIGSEGV));
	red();
	return 0;
}
