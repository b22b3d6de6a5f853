// Crashes in the way that its argument says.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile int zero;
static volatile int depth;

static int recurse(int n)
{
	volatile char frame[4096];

	memset((char *)frame, n, sizeof frame);
	if (++depth > 1 << 30)
		return 0;
	return recurse(n + 1) + frame[n & 4095];
}

__attribute__((noipa)) static void jump(uintptr_t to)
{
	asm volatile("call *%0" : : "r"(to) : "memory");
}

__attribute__((noipa)) static void crash(const char *how)
{
	if (!strcmp(how, "null read"))
		zero = *(volatile int *)(uintptr_t)zero;
	else if (!strcmp(how, "null write"))
		*(volatile int *)(uintptr_t)zero = 1;
	else if (!strcmp(how, "null call"))
		jump(0);
	else if (!strcmp(how, "wild jump"))
		jump(0x123456789000);
	else if (!strcmp(how, "jump to data"))
		jump((uintptr_t)&depth);
	else if (!strcmp(how, "jump to the kernel"))
		jump(0xffffffff81000000);
	else if (!strcmp(how, "jump beyond"))
		jump(0x8000000000000000);
	else if (!strcmp(how, "read the kernel"))
		zero = *(volatile int *)0xffffffff81000000;
	else if (!strcmp(how, "read beyond"))
		zero = *(volatile int *)0x8000000000000000;
	else if (!strcmp(how, "stack overflow"))
		zero = recurse(1);
	else if (!strcmp(how, "stack pointer lost"))
		asm volatile("xor %%esp, %%esp; push %%rax" : : : "memory");
	else if (!strcmp(how, "divide by zero"))
		asm volatile("mov $1, %%eax; cltd; idivl %0" : : "r"(zero) : "eax", "edx");
	else if (!strcmp(how, "divide overflow"))
		asm volatile("mov $0x80000000, %%eax; cltd; idivl %0" : : "r"(zero - 1) : "eax", "edx");
	else if (!strcmp(how, "illegal"))
		asm volatile("ud2");
	else if (!strcmp(how, "privileged"))
		asm volatile("cli");
	else if (!strcmp(how, "halt"))
		asm volatile("hlt");
	else if (!strcmp(how, "port"))
		asm volatile("outb %al, $0x64");
	else if (!strcmp(how, "control register"))
		asm volatile("mov %%cr3, %%rax" : : : "rax");
	else if (!strcmp(how, "breakpoint"))
		asm volatile("int3");
	else if (!strcmp(how, "interrupt"))
		asm volatile("int $0x20");
	else if (!strcmp(how, "trap flag"))
		asm volatile("pushfq; orl $0x100, (%rsp); popfq; nop; nop");
	else if (!strcmp(how, "write text"))
		*(volatile char *)&crash = 0;
	else if (!strcmp(how, "write constant"))
		*(volatile char *)how = 0;
	else if (!strcmp(how, "abort"))
		abort();
	else
		printf("not a way to crash: %s\n", how);
}

int main(int argc, char **argv)
{
	static const char constant[] = "write constant";

	printf("before\n");
	fflush(stdout);
	crash(argc > 1 && !strcmp(argv[1], constant) ? constant : argv[1]);
	printf("after\n");
	return 0;
}
