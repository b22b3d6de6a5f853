// Siginfos of faults, the order of queued signals, signals that cancel others, errors of the calls that
// queue and wait, alternate stacks.
#include "common.h"
#include <sys/mman.h>

static sigjmp_buf jb;
static volatile siginfo_t got; static volatile long gerr, gtrap, gcr2; static void *gpc;
static void fault(int s, siginfo_t *i, void *u) { ucontext_t *c = u; got = *i; gerr = c->uc_mcontext.gregs[REG_ERR];
	gtrap = c->uc_mcontext.gregs[REG_TRAPNO]; gcr2 = c->uc_mcontext.gregs[REG_CR2];
	gpc = (void *)c->uc_mcontext.gregs[REG_RIP]; siglongjmp(jb, 1); }

static void show(const char *name, long base)
{
	printf("%s: sig %d code %d addr+%lx err %lx trap %ld cr2+%lx\n", name, got.si_signo, got.si_code,
		(long)got.si_addr - base, gerr,
		gtrap, gtrap == 14 ? gcr2 - base : 0);
}

// F shows the fault that the instructions cause, with addresses counted from base.
#define F(name, base, ...) do { \
	if (!sigsetjmp(jb, 1)) { \
		__VA_ARGS__; \
		printf("%s: nothing\n", name); \
	} else \
		show(name, (long)(base)); \
} while (0)


static volatile int zero;
static volatile int *low = (int *)8;

static void faults(void)
{
	int sg[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
	for (int i = 0; i < 6; i++) install(sg[i], fault, 0);
	char *m = mmap(0, 12288, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); mprotect(m + 4096, 4096, PROT_READ);
		munmap(m + 8192, 4096);
	F("write ro", m, m[4100] = 1); F("read unmapped", m, zero = m[8200]); F("write unmapped", m, m[8200] = 1);
		mprotect(m, 4096, 0); F("read none", m, zero = m[5]);
	zero = m[4100]; F("exec data", m, ((void (*)(void))(m + 4096))());
		F("exec unmapped", m, ((void (*)(void))(m + 8192))());
	F("null", 0, *low = 1); F("kernel addr", 0, *(volatile int *)0xffffffff81000000 = 1);
		F("noncanonical", 0, *(volatile int *)0x8000000000000000 = 1);
	char n[] = "/tmp/f.XXXXXX"; int f = mkstemp(n); unlink(n); ftruncate(f, 100);
		char *q = mmap(0, 8192, 3, MAP_SHARED, f, 0);
	F("within page", q, q[200] = 1; printf("ok ")); F("bus read", q, zero = q[4096]); F("bus write", q, q[5000] = 1);
		ftruncate(f, 0); F("bus after truncate", q, zero = q[5]);
	F("div", gpc, asm volatile("mov $1, %%eax; cltd; idivl %0" : : "r"(zero) : "eax", "edx"));
		F("ud2", gpc, asm volatile("ud2")); F("int3", gpc, asm volatile("int3")); F("hlt", gpc, asm volatile("hlt"));
		F("int 4", gpc, asm volatile("int $4"));
		F("tf", gpc, asm volatile("pushf; orl $0x100,(%rsp); popf; nop; nop"));
		F("in", gpc, asm volatile("inb $0x80, %%al" : : : "al")); F("cli", gpc, asm volatile("cli"));
	unsigned short cw = 0x37f & ~4; asm volatile("fldcw %0" : : "m"(cw));
		F("x87 div", gpc, long double a = 1, b = zero; volatile long double r; r = a / b; (void)r;
		asm volatile("fwait")); asm volatile("fninit");
}

static void order(void)
{
	sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0);
	union sigval v; siginfo_t i;
	for (int k = 0; k < 3; k++) { v.sival_int = k; sigqueue(getpid(), SIGRTMIN + 3, v);
		sigqueue(getpid(), SIGRTMIN + 1, v); sigqueue(getpid(), SIGUSR1, v); }
	kill(getpid(), SIGTERM); raise(SIGRTMIN + 1); kill(getpid(), SIGSEGV); kill(getpid(), SIGRTMIN + 1);
		raise(SIGHUP);
	struct timespec z = {0, 0};
	while (sigtimedwait(&all, &i, &z) > 0) printf("sig %d code %d value %d\n",
		i.si_signo - (i.si_signo >= SIGRTMIN ? SIGRTMIN - 100 : 0), i.si_code,
		i.si_code == SI_QUEUE ? i.si_value.sival_int : -1);
	printf("%s\n", ename(errno));
}

static void cancelled(void)
{
	sigset_t all, s; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0);
	// stop signals cancel SIGCONT and the other way round
	kill(getpid(), SIGCONT); kill(getpid(), SIGTSTP); sigpending(&s);
		printf("cont %d tstp %d\n", sigismember(&s, SIGCONT), sigismember(&s, SIGTSTP)); kill(getpid(), SIGTTOU);
		kill(getpid(), SIGCONT); sigpending(&s);
		printf("cont %d tstp %d ttou %d\n", sigismember(&s, SIGCONT), sigismember(&s, SIGTSTP), sigismember(&s,
		SIGTTOU));
	signal(SIGCONT, SIG_IGN); sigpending(&s); printf("cont %d\n", sigismember(&s, SIGCONT));
	// an ignored and blocked signal waits, setting it to ignore drops it
	signal(SIGUSR2, SIG_IGN); raise(SIGUSR2); sigpending(&s);
		printf("ignored blocked pending %d\n", sigismember(&s, SIGUSR2)); signal(SIGUSR2, SIG_DFL); sigpending(&s);
		printf("after DFL %d\n", sigismember(&s, SIGUSR2)); signal(SIGUSR2, SIG_IGN); sigpending(&s);
		printf("after IGN %d\n", sigismember(&s, SIGUSR2));
	signal(SIGCHLD, SIG_DFL); raise(SIGCHLD); raise(SIGWINCH); raise(SIGURG); sigpending(&s);
		printf("chld %d winch %d urg %d\n", sigismember(&s, SIGCHLD), sigismember(&s, SIGWINCH), sigismember(&s,
		SIGURG)); signal(SIGCHLD, SIG_DFL); sigpending(&s); printf("chld %d\n", sigismember(&s, SIGCHLD));
}

static void errors(void)
{
	sigset_t all, s; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0);
	struct timespec bad = {0, 1000000000}, neg = {-1, 0}; CHECK(sigtimedwait(&all, 0, &bad));
		CHECK(sigtimedwait(&all, 0, &neg)); CHECK(syscall(SYS_rt_sigtimedwait, &all, 0, 0, 4));
		CHECK(syscall(SYS_rt_sigtimedwait, 8, 0, 0, 8)); CHECK(syscall(SYS_rt_sigtimedwait, &all, 0, 8, 8));
	sigprocmask(SIG_SETMASK, 0, &s); printf("kill %d stop %d in mask\n", sigismember(&s, SIGKILL), sigismember(&s,
		SIGSTOP));
	siginfo_t q = {0}; q.si_code = SI_USER; CHECK(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &q));
		q.si_code = SI_TKILL; CHECK(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &q)); q.si_code = SI_QUEUE;
		CHECK(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &q)); q.si_code = SI_KERNEL;
		CHECK(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &q));
		CHECK(syscall(SYS_rt_sigqueueinfo, getpid(), 65, &q)); CHECK(syscall(SYS_rt_sigqueueinfo, 999999, 1, &q));
		CHECK(syscall(SYS_rt_sigqueueinfo, -1, 1, &q)); CHECK(syscall(SYS_rt_sigqueueinfo, getpid(), 1, 8));
		CHECK(syscall(SYS_rt_tgsigqueueinfo, getpid(), 0, 1, &q));
		CHECK(syscall(SYS_rt_tgsigqueueinfo, -1, getpid(), 1, &q));
		CHECK(syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), 0, &q));
		CHECK(syscall(SYS_rt_tgsigqueueinfo, getppid(), getppid(), 0, &q));
		CHECK(syscall(SYS_rt_tgsigqueueinfo, getppid(), getpid(), 0, &q));
}

static char alt[16384] __attribute__((aligned(16)));

static void onalt(int s, siginfo_t *i, void *u)
{
	stack_t o, n = {alt, 0, 8192}; char c; ucontext_t *uc = u;
	sigaltstack(0, &o); printf("  on alt %d flags %x uc flags %x size %zu\n", &c > alt && &c < alt + sizeof alt,
		o.ss_flags, uc->uc_stack.ss_flags, uc->uc_stack.ss_size); CHECK(sigaltstack(&n, 0)); n.ss_flags = SS_DISABLE;
		CHECK(sigaltstack(&n, 0));
}

static void altstacks(void)
{
	stack_t n = {alt, 0, 2047}, o; CHECK(sigaltstack(&n, 0)); n.ss_size = 2048; CHECK(sigaltstack(&n, 0));
		n.ss_flags = 4; CHECK(sigaltstack(&n, 0)); n.ss_flags = SS_ONSTACK; n.ss_size = 16384;
		CHECK(sigaltstack(&n, 0)); sigaltstack(0, &o); printf("%x\n", o.ss_flags);
	install(SIGUSR1, onalt, SA_ONSTACK); raise(SIGUSR1); install(SIGUSR1, onalt, 0); raise(SIGUSR1);
	n.ss_flags = 1U << 31; CHECK(sigaltstack(&n, 0)); sigaltstack(0, &o); printf("%x\n", o.ss_flags);
		install(SIGUSR1, onalt, SA_ONSTACK); raise(SIGUSR1); sigaltstack(0, &o);
		printf("%x %zu\n", o.ss_flags, o.ss_size);
	n.ss_flags = SS_DISABLE; CHECK(sigaltstack(&n, 0)); sigaltstack(0, &o);
		printf("%x %zu %d\n", o.ss_flags, o.ss_size, o.ss_sp == 0); CHECK(sigaltstack((void *)8, 0));
		CHECK(sigaltstack(0, (void *)8)); n.ss_flags = SS_DISABLE | SS_ONSTACK; CHECK(sigaltstack(&n, 0));
	raise(SIGUSR1);
}

static void everything(void)
{
	IN(faults());
	IN(order());
	IN(cancelled());
	IN(errors());
	IN(altstacks());
}

int main(void) { return as_child(everything); }
