// Checks that all vector registers keep what is in them: a pattern goes into each,
// something enters the kernel, and the pattern must still be there. With the
// argument avx2 the processor must have AVX2.
#include <immintrin.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { REGISTERS = 32, WIDTH = 64 };

static unsigned char in[REGISTERS * WIDTH] __attribute__((aligned(64)));
static unsigned char out[REGISTERS * WIDTH] __attribute__((aligned(64)));

enum event { GETPID, YIELD, WRITE, TOUCH, SPIN, EVENTS };

#define LOW "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"
#define ALL LOW ",16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"
#define LOAD(op, width, reg, list) ".irp n," list "\n" op " " width "*\\n(%[in]), %%" reg "\\n\n.endr\n"
#define STORE(op, width, reg, list) ".irp n," list "\n" op " %%" reg "\\n, " width "*\\n(%[out])\n.endr\n"

// MIDDLE enters the kernel: by a system call, by touching a page, by spinning until
// the timer has gone off.
#define MIDDLE                                                             \
	"test %[page], %[page]\n jz 1f\n movb $1, (%[page])\n jmp 3f\n"    \
	"1: test %[spins], %[spins]\n jz 2f\n"                             \
	"4: dec %[spins]\n jnz 4b\n jmp 3f\n"                              \
	"2: syscall\n3:\n"

#define DEFINE(name, op, width, reg, list)                                                               \
	static void name(long number, long a, long b, long c, char *page, long spins)                    \
	{                                                                                                 \
		asm volatile(LOAD(op, width, reg, list) MIDDLE STORE(op, width, reg, list)               \
			     : [spins] "+r"(spins), "+a"(number)                                          \
			     : [in] "r"(in), [out] "r"(out), [page] "r"(page), "D"(a), "S"(b), "d"(c)     \
			     : "rcx", "r11", "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",      \
			       "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",         \
			       "xmm13", "xmm14", "xmm15");                                                \
	}

DEFINE(with_xmm, "movdqu", "16", "xmm", LOW)
DEFINE(with_ymm, "vmovdqu", "32", "ymm", LOW)
DEFINE(with_zmm, "vmovdqu64", "64", "zmm", ALL)

typedef void (*kept)(long, long, long, long, char *, long);

// check uses registers of a width and says how many lost their contents.
static int check(const char *name, kept run, int registers, int width)
{
	const int rounds = 200, pages = rounds;
	char *memory = mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int csr = 0x3f80; // round down, no exceptions
	int lost = 0;

	_mm_setcsr(csr);
	for (int i = 0; i < rounds; i++)
		for (enum event e = 0; e < EVENTS; e++) {
			for (int b = 0; b < registers * width; b++)
				in[b] = (unsigned char)(b * 31 + i * 7 + e + 1);
			memset(out, 0, sizeof out);
			run(e == YIELD ? SYS_sched_yield : e == WRITE ? SYS_write : SYS_getpid, 2, (long)in, 0,
			    e == TOUCH ? memory + i * 4096 : NULL, e == SPIN ? (i % 20 ? 1000 : 3000000) : 0);
			lost += memcmp(in, out, registers * width) != 0 || _mm_getcsr() != csr;
		}
	printf("%s %s\n", name, lost ? "lost" : "kept");
	if (lost)
		printf("%d times of %d\n", lost, rounds * EVENTS);
	munmap(memory, pages * 4096);
	return lost;
}

int main(int argc, char **argv)
{
	int lost = check("xmm", with_xmm, 16, 16);

	if (__builtin_cpu_supports("avx2"))
		lost += check("ymm", with_ymm, 16, 32);
	else if (argc > 1 && !strcmp(argv[1], "avx2"))
		lost++;
	if (__builtin_cpu_supports("avx512f"))
		lost += check("zmm", with_zmm, 32, 64);
	return lost != 0;
}
