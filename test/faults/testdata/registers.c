// Checks that a system call keeps all general registers but rax, rcx and r11, and
// the flags; also calls with bad numbers, and those that block or fault.
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct registers {
	unsigned long rbx, rbp, rdi, rsi, rdx, r8, r9, r10, r12, r13, r14, r15, flags;
};

static struct registers before, after;

// call does a system call with a value of its own in each register.
static long call(long number, long a, long b, long c, long d)
{
	long result;

	before = (struct registers){0x1111, 0x2222, a, b, c, 0x3333, 0x4444, d, 0x5555, 0x6666, 0x7777, 0x8888, 0};
	asm volatile("push %%rbp\n push %%rbx\n"
		     "mov before+0(%%rip), %%rbx\n mov before+8(%%rip), %%rbp\n"
		     "mov before+16(%%rip), %%rdi\n mov before+24(%%rip), %%rsi\n mov before+32(%%rip), %%rdx\n"
		     "mov before+40(%%rip), %%r8\n mov before+48(%%rip), %%r9\n mov before+56(%%rip), %%r10\n"
		     "mov before+64(%%rip), %%r12\n mov before+72(%%rip), %%r13\n mov before+80(%%rip), %%r14\n"
		     "mov before+88(%%rip), %%r15\n"
		     "std\n pushf\n popq before+96(%%rip)\n"
		     "syscall\n"
		     "pushf\n popq after+96(%%rip)\n cld\n"
		     "mov %%rbx, after+0(%%rip)\n mov %%rbp, after+8(%%rip)\n"
		     "mov %%rdi, after+16(%%rip)\n mov %%rsi, after+24(%%rip)\n mov %%rdx, after+32(%%rip)\n"
		     "mov %%r8, after+40(%%rip)\n mov %%r9, after+48(%%rip)\n mov %%r10, after+56(%%rip)\n"
		     "mov %%r12, after+64(%%rip)\n mov %%r13, after+72(%%rip)\n mov %%r14, after+80(%%rip)\n"
		     "mov %%r15, after+88(%%rip)\n"
		     "pop %%rbx\n pop %%rbp\n"
		     : "=a"(result)
		     : "0"(number)
		     : "rcx", "rdi", "rsi", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc");
	return result;
}

static void try(const char *name, long number, long a, long b, long c, long d)
{
	long result = call(number, a, b, c, d);

	printf("%s: %ld, registers %s\n", name, result, memcmp(&before, &after, sizeof before) ? "changed" : "kept");
}

int main(void)
{
	struct { long s, ns; } nap = {0, 1000000};

	try("getuid", SYS_getuid, 1, 2, 3, 4);
	try("write nothing", SYS_write, 1, 0, 0, 0);
	try("write from nowhere", SYS_write, 1, 16, 5, 0);
	try("sched_yield", SYS_sched_yield, -1, -2, -3, -4);
	try("nanosleep", SYS_nanosleep, (long)&nap, 0, 7, 8);
	try("no such call", 100000, 1, 2, 3, 4);
	try("negative call", -1, 1, 2, 3, 4);
	try("call number with high bits", 0x100000000 + SYS_getuid, 1, 2, 3, 4);
	return 0;
}
