// Raw system calls and the little of a C library that badargs needs: with none, nothing
// but the calls under test depends on what a bad argument did to the process.
#include <stddef.h>
#include <stdint.h>

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint8_t u8;

static long call6(long nr, const u64 *a)
{
	register u64 r10 asm("r10") = a[3], r8 asm("r8") = a[4], r9 asm("r9") = a[5];
	long ret;
	asm volatile("syscall"
		: "=a"(ret)
		: "a"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
		: "rcx", "r11", "memory");
	return ret;
}

// callChild is call6 for a call that returns in a child as well: the child touches no
// memory, and ends.
static long callChild(long nr, const u64 *a)
{
	register u64 r10 asm("r10") = a[3], r8 asm("r8") = a[4], r9 asm("r9") = a[5];
	long ret;
	asm volatile("syscall\n\t"
		"test %%rax, %%rax\n\t"
		"jnz 1f\n\t"
		"mov $60, %%eax\n\t"
		"xor %%edi, %%edi\n\t"
		"syscall\n"
		"1:"
		: "=a"(ret)
		: "a"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
		: "rcx", "r11", "memory");
	return ret;
}

#define SYS(name, ...) call6(__NR_##name, (u64[6]){__VA_ARGS__})
#define P(p) ((u64)(uintptr_t)(p))

void *memcpy(void *to, const void *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile u8 *)to)[i] = ((const u8 *)from)[i];
	return to;
}

void *memset(void *to, int c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile u8 *)to)[i] = c;
	return to;
}

size_t strlen(const char *s)
{
	size_t n = 0;
	while (((const volatile char *)s)[n])
		n++;
	return n;
}

static int same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static struct {
	char text[1 << 16];
	size_t n;
} out;

static void flush(void)
{
	for (size_t at = 0; at < out.n;) {
		long n = SYS(write, 1, P(out.text + at), out.n - at);
		if (n <= 0)
			SYS(exit_group, 3);
		at += n;
	}
	out.n = 0;
}

static void put(const char *s)
{
	size_t n = strlen(s);
	if (out.n + n > sizeof out.text)
		flush();
	memcpy(out.text + out.n, s, n);
	out.n += n;
}

// format writes a number into to, which has room for 24 characters, and returns it.
static char *format(char *to, long v)
{
	char digits[24];
	int n = 0, at = 0;
	u64 u = v < 0 ? -(u64)v : (u64)v;
	do
		digits[n++] = '0' + u % 10;
	while (u /= 10);
	if (v < 0)
		to[at++] = '-';
	while (n > 0)
		to[at++] = digits[--n];
	to[at] = 0;
	return to;
}

static void putNumber(long v)
{
	char b[24];
	put(format(b, v));
}

static int quiet; // must says nothing

// must ends the program unless a call of its own worked.
static long must(const char *what, long result)
{
	if (result >= 0 || result < -4095)
		return result;
	if (quiet)
		SYS(exit_group, 1);
	put("badargs: ");
	put(what);
	put(": error ");
	putNumber(-result);
	put("\n");
	flush();
	SYS(exit_group, 2);
	return 0;
}
