// badargs makes every system call with bad arguments, and prints what became of each. calls.h, which is generated from
// the kernel's declarations, says which calls and arguments there are; recipes.h how to make a call that gets far.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <linux/stat.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <asm/termbits.h>
#include <time.h>

#include "calls.h"
#include "sys.h"
#include "fixtures.h"
#include "objects.h"
#include "recipes.h"
#include "cases.h"

// What became of a case.
enum how { NOTHING, RETURNED, KILLED, EXITED, BLOCKED, STOPPED };

// results are in memory that the children share: they survive what a call does to its process.
static struct {
	volatile int at; // the case that is tried
	struct {
		volatile enum how how;
		volatile long value;
	} of[MOST];
} *results = (void *)0x1000000000;

static int listed(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (same(list[i], name))
			return 1;
	return 0;
}

#define LISTED(list, name) listed(list, sizeof(list) / sizeof *(list), name)

// slots maps the pages of all slots.
static void slots(void)
{
	long empty = must("memfd_create", SYS(memfd_create, P("beyond"), 0));
	for (int s = 0; s < SLOTS; s++) {
		const u64 any = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
		must("mmap", SYS(mmap, page(s, SLOT_BEGIN), (SLOT_END - SLOT_BEGIN) * PAGE, PROT_READ | PROT_WRITE, any, -1));
		must("mmap", SYS(mmap, page(s, SLOT_NONE), PAGE, PROT_NONE, any, -1));
		must("mmap", SYS(mmap, page(s, SLOT_READONLY), PAGE, PROT_READ, any, -1));
		must("mmap", SYS(mmap, page(s, SLOT_BEYOND), PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, empty));
	}
	SYS(close, empty);
}

// put a page's contents, even if it is read-only.
static void store(u64 where, const u8 *b, size_t n, int readonly)
{
	if (readonly)
		must("mprotect", SYS(mprotect, where, PAGE, PROT_READ | PROT_WRITE));
	memcpy((void *)where, b, n);
	if (readonly)
		must("mprotect", SYS(mprotect, where, PAGE, PROT_READ));
}

// object puts an object of a kind into a slot, at a place, with what it points to, and returns its address. The slots
// of that begin at first.
static u64 object(enum kind k, const char *text, u64 number, int slot, int first, enum place place, u64 offset)
{
	u8 b[1024];
	memset(b, 0, sizeof b);
	int n = fill(k, b, text, number, first);
	for (int i = 0, j = 0; i < POINTERS; i++)
		if (pointers[i].in == k) {
			object(pointers[i].to, pointers[i].to == K_Sockaddr ? "sock" : "text", 0, first + j, DEEPER + 4 * j, ODD, 0);
			j++;
		}
	u64 at = page(slot, SLOT_BEGIN) + offset, end = page(slot, SLOT_END);
	switch (place) {
	case CUT_LAST: at = end - (n > 1 ? n - 1 : 0); break;
	case CUT_FIRST: at = end - 1; break;
	case UNMAPPED: return end;
	case NONE: return page(slot, SLOT_NONE);
	case BEYOND: return page(slot, SLOT_BEYOND);
	case READONLY: at = page(slot, SLOT_READONLY); end = at + PAGE; break;
	default: break;
	}
	store(at, b, at + n > end ? end - at : n, place == READONLY);
	return at;
}

// spoil makes one word of an object what the case says.
static void spoil(const struct one *c, u64 at)
{
	if (c->place == WORD)
		*(u32 *)(at + c->offset) = c->value;
	else if (c->place == LONG)
		*(u64 *)(at + c->offset) = c->value;
}

// bad replaces the address in an argument's object.
static void bad(const struct one *c, u64 object_)
{
	int slot = NESTED, content = c->place == WORD || c->place == LONG;
	for (const struct pointer *p = pointers; p < c->nested; p++)
		slot += p->in == c->nested->in;
	u64 v = c->value;
	if (c->place != NUMBER)
		v = object(c->nested->to, c->nested->to == K_Sockaddr ? "sock" : "text", 0, slot, DEEPER + 4 * (slot - NESTED),
			content ? ODD : c->place, content ? 0 : c->value);
	*(u64 *)(object_ + c->nested->offset) = v;
	spoil(c, v);
}

// argument returns what a case passes as an argument.
static u64 argument(const struct one *c, int i)
{
	const struct special *s = recipe(c->call, c->variant, c->call->arg[i].name);
	enum kind o = objectOf(c->call, c->variant, i);
	int this = i == c->arg && !c->nested;
	if (this && c->place == NUMBER)
		return resolve(c->value);
	if (this && o == K_None)
		o = K_Addr;
	if (c->on && i == firstFD(c->call))
		return resolve(c->on);
	if (o == K_None)
		return resolve(goodNumber(c->call, c->variant, i));
	u64 number = s && !isObject(s->value) ? resolve(s->value) : 0;
	int odd = c->place == WORD || c->place == LONG || !this;
	u64 at = object(o, s && s->text ? s->text : "file", number, i, NESTED, odd ? ODD : c->place, odd ? 0 : c->value);
	if (i == c->arg && c->nested)
		bad(c, at);
	else if (this)
		spoil(c, at);
	return at;
}

// try makes the call of a case.
static long try(const struct one *c)
{
	u64 a[6] = {0};
	for (int i = 0; i < c->call->n; i++)
		a[i] = argument(c, i);
	switch (c->call->number) {
	case __NR_clone: case __NR_clone3: case __NR_fork: case __NR_vfork: return callChild(c->call->number, a);
	}
	return call6(c->call->number, a);
}

// drop gives up capabilities, so that a call that is not refused does no harm.
static void drop(u64 set)
{
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct d[2];
	must("capget", SYS(capget, P(&h), P(d)));
	for (int i = 0; i < 2; i++)
		d[i].permitted = d[i].effective &= ~(u32)(set >> 32 * i);
	must("capset", SYS(capset, P(&h), P(d)));
}

// scene makes what some calls need: a child that has ended, a pending signal.
static void scene(const struct call *c, int arg)
{
	u64 set = 1 << (SIGUSR1 - 1);
	if (same(c->name, "wait4") || same(c->name, "waitid")) {
		long pid = must("fork", SYS(fork));
		if (pid == 0)
			SYS(exit_group, 0);
		must("waitid", SYS(waitid, P_PID, pid, 0, WEXITED | WNOWAIT));
	}
	if (same(c->name, "mount") || (same(c->name, "syslog") && arg == 0)) // whose argument 0 says what to do
		drop(1UL << CAP_SYS_ADMIN | 1UL << CAP_SYSLOG);
	if (same(c->name, "fallocate")) { // a call that is not refused must not take much
		struct rlimit size = {1 << 20, 1 << 20};
		struct sigaction ignore = {.sa_handler = SIG_IGN};
		SYS(rt_sigaction, SIGXFSZ, P(&ignore), 0, 8);
		SYS(setrlimit, RLIMIT_FSIZE, P(&size));
	}
	if (same(c->name, "clone") || same(c->name, "setitimer") || same(c->name, "timer_settime")) { // whose bad arguments bring signals
		u64 all = -1;
		SYS(rt_sigprocmask, SIG_SETMASK, P(&all), 0, 8);
	}
	if (same(c->name, "rt_sigtimedwait")) {
		SYS(rt_sigprocmask, SIG_BLOCK, P(&set), 0, 8);
		SYS(tkill, SYS(gettid), SIGUSR1);
	}
}

// child tries the cases from k on, until one may have changed something.
static void child(int k)
{
	int fresh = LISTED(consuming, cases[k].call->name);
	SYS(setsid);
	scene(cases[k].call, cases[k].arg);
	do {
		results->at = k;
		results->of[k].value = try(&cases[k]);
		results->of[k].how = RETURNED;
	} while (++k < count && !fresh && results->of[k - 1].value < 0 && results->of[k - 1].value >= -4095);
	SYS(exit_group, 0);
}

// asleep reports whether a process does nothing but wait.
static int asleep(long pid)
{
	char path[40] = "/proc/", b[64];
	format(path + 6, pid);
	memcpy(path + strlen(path), "/stat", 6);
	long fd = must("open", SYS(open, P(path), O_RDONLY));
	long n = SYS(read, fd, P(b), sizeof b);
	SYS(close, fd);
	for (int i = 0; i + 2 < n; i++)
		if (b[i] == ')')
			return b[i + 2] == 'S';
	return 0;
}

// await waits until the child has ended, and notes what kept it from it: it may be asleep for ever.
static void await(long pid)
{
	u64 set = 1 << (SIGCHLD - 1);
	struct timespec tick = {0, 20 * 1000 * 1000};
	int status = 0, idle = 0, at = -1;
	for (;;) {
		long got = SYS(wait4, -1, P(&status), WNOHANG | WUNTRACED | __WALL);
		if (got == pid)
			break;
		if (got > 0 || SYS(rt_sigtimedwait, P(&set), 0, P(&tick), 8) > 0)
			continue;
		idle = at == results->at && asleep(pid) ? idle + 1 : 0;
		at = results->at;
		if (idle == 3) {
			results->of[at].how = BLOCKED;
			SYS(kill, pid, SIGKILL);
		}
	}
	at = results->at;
	if (WIFSTOPPED(status)) {
		results->of[at].how = STOPPED;
		results->of[at].value = WSTOPSIG(status);
		SYS(kill, pid, SIGKILL);
		SYS(wait4, pid, 0, __WALL);
	} else if (results->of[at].how == NOTHING) {
		results->of[at].how = WIFSIGNALED(status) ? KILLED : EXITED;
		results->of[at].value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
	}
}

// report prints what became of a case.
static void report(const struct one *c, enum how how, long value)
{
	static const char *const words[] = {"nothing", "", "killed ", "exited ", "blocks", "stopped "};
	put(c->call->name);
	put(" ");
	put(*c->variant ? c->variant : c->on ? "on-" : "-");
	if (c->on)
		put(fixtureNames[c->on - FILE_RDWR]);
	put(" ");
	put(c->call->arg[c->arg].name);
	if (c->nested) {
		put(".");
		put(c->nested->name);
	}
	put(" ");
	put(c->name);
	put(" ");
	put(words[how]);
	if (how == RETURNED && value < 0 && value >= -4095) {
		put("error ");
		putNumber(-value);
	} else if (how == RETURNED && (c->call->result == K_Addr || LISTED(volatiles, c->call->name)))
		put("ok");
	else if (how != BLOCKED)
		putNumber(value);
	put("\n");
}

// run tries all cases of a call.
static void run(const struct call *c)
{
	callCases(c);
	memset(results, 0, sizeof *results - sizeof results->of + count * sizeof *results->of);
	for (int k = 0; k < count;) {
		tree();
		long pid = must("fork", SYS(fork));
		if (pid == 0)
			child(k);
		await(pid);
		while (k < count && results->of[k].how != NOTHING)
			k++;
	}
	for (int k = 0; k < count; k++)
		report(&cases[k], results->of[k].how, results->of[k].value);
}

#include "random.h"

// number returns the number that a text is.
static u64 number(const char *s)
{
	u64 v = 0;
	while (*s)
		v = v * 10 + *s++ - '0';
	return v;
}

// prepare makes the process what it is everywhere.
static void prepare(void)
{
	struct rlimit files = {1024, 1024};
	u64 child = 1 << (SIGCHLD - 1);
	u64 none[2] = {0};
	must("mmap", SYS(mmap, P(results), sizeof *results, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1));
	slots();
	SYS(mkdir, P(WORK), 0755);
	must("chdir", SYS(chdir, P(WORK)));
	drop(1UL << CAP_SYS_TIME | 1UL << CAP_SYS_BOOT | 1UL << CAP_SYS_RAWIO | 1UL << CAP_SYS_RESOURCE);
	must("setgroups", SYS(setgroups, 1, P(none)));
	must("setrlimit", SYS(setrlimit, RLIMIT_NOFILE, P(&files)));
	must("setrlimit", SYS(setrlimit, RLIMIT_CORE, P(none)));
	must("rt_sigprocmask", SYS(rt_sigprocmask, SIG_SETMASK, P(&child), 0, 8));
}

// The first word of the stack is the number of arguments; these follow: "random", a seed and a number;
// or "thorough", then names of calls, none for all.
asm(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall start");

__attribute__((noreturn, used)) void start(const long *stack)
{
	const char *const *argv = (void *)(stack + 2);
	size_t n = stack[0] > 0 ? stack[0] - 1 : 0;
	long pid = must("fork", SYS(fork)); // so that the process under test's parent is the first nowhere
	if (pid > 0) {
		int status = 0;
		while (SYS(wait4, -1, P(&status), 0) != pid)
			;
		SYS(exit_group, WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	prepare();
	if (n == 3 && same(argv[0], "random")) {
		runRandom(number(argv[1]), number(argv[2]));
		flush();
		SYS(exit_group, 0);
	}
	if (n > 0 && same(argv[0], "thorough")) {
		thorough = 1;
		argv++, n--;
	}
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (n == 0 || listed(argv, n, calls[i].name))
			run(&calls[i]);
	flush();
	SYS(exit_group, 0);
	__builtin_unreachable();
}
