/*
 * Prints whether programs are told of FSGSBASE, and where the processor's global descriptor table is, which only a
 * kernel needs to know.
 */
#include <stdint.h>
#include <stdio.h>
#include <sys/auxv.h>

int main(void)
{
	struct __attribute__((packed)) {
		uint16_t limit;
		uint64_t base;
	} table;

	printf("fsgsbase %d\n", getauxval(AT_HWCAP2) & 2 ? 1 : 0);
	fflush(stdout);
	__asm__ volatile("sgdt %0" : "=m"(table));
	puts((int64_t)table.base < 0 ? "kernel" : "elsewhere");
	return 0;
}
