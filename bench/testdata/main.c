// Measures what operations of the kernel cost, in nanoseconds of the machine's clock. Where each
// instruction takes a nanosecond (QEMU: -icount shift=0), that is the number of instructions.
//
//	ops [init] [NAME...]
//
// With names, only those operations are measured. "init" makes the program
// prepare the system first, as its init, and restart the machine in the end.
// Results are lines of an equals sign, the name, a tab and the time, or "skip" and the reason.
// They are written after all is measured, so that no output disturbs what is measured.
#include "bench.h"
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>

// The processor's time stamp when the first instruction of this program ran. The stamp counts
// from power-on.
unsigned long long first_stamp;

// The program begins here, not at _start, which may find %rax and %rcx changed; %rdx is the
// function that _start registers with atexit.
asm(".globl bench_start\n"
    "bench_start:\n"
    "	mov %rdx, %rcx\n"
    "	rdtsc\n"
    "	shl $32, %rdx\n"
    "	or %rdx, %rax\n"
    "	mov %rax, first_stamp(%rip)\n"
    "	mov %rcx, %rdx\n"
    "	jmp _start\n");

static const struct operation *const parts[] = {calls, talks, memories, processes};

// What is to be measured: all if there are none.
static char **names;

static struct result {
	const char *name;
	long time;
	int error; // why it was not measured
} results[64];

static long now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;
	return (x > y) - (x < y);
}

// batch returns the time of a batch of an operation.
static long batch(const struct operation *o)
{
	long begin = now();
	for (long i = o->rounds; i > 0; i--)
		o->once();
	return now() - begin;
}

// measure returns the time of one operation: the mean of the median batch.
static long measure(const struct operation *o)
{
	long times[BATCHES];
	for (int i = 0; i < WARM; i++)
		batch(o);
	for (int i = 0; i < BATCHES; i++)
		times[i] = batch(o);
	qsort(times, BATCHES, sizeof times[0], compare);
	return (times[BATCHES / 2] + o->rounds / 2) / o->rounds;
}

static int wanted(const char *name)
{
	if (!*names)
		return 1;
	for (char **n = names; *n; n++)
		if (!strcmp(*n, name))
			return 1;
	return 0;
}

static struct result perform(const struct operation *o)
{
	struct result r = {.name = o->name};
	if (o->begin)
		r.error = o->begin();
	if (r.error)
		return r;
	r.time = measure(o);
	if (o->end)
		o->end();
	return r;
}

static void prepare_system(void)
{
	mkdir("/dev", 0755);
	mkdir("/tmp", 01777);
	must(mount("dev", "/dev", "devtmpfs", 0, NULL), "mount /dev");
}

int main(int argc, char **argv)
{
	int init = argc > 1 && !strcmp(argv[1], "init"), n = 0;
	names = argv + 1 + init;
	if (init)
		prepare_system();
	for (unsigned p = 0; p < sizeof parts / sizeof parts[0]; p++)
		for (const struct operation *o = parts[p]; o->name; o++)
			if (wanted(o->name))
				results[n++] = perform(o);
	printf("=first instruction\t%llu\n", first_stamp);
	for (struct result *r = results; r < results + n; r++)
		if (r->error)
			printf("=%s\tskip\t%s\n", r->name, strerror(r->error));
		else
			printf("=%s\t%ld\n", r->name, r->time);
	printf("=end\t0\n");
	fflush(stdout);
	if (init) {
		tcdrain(STDOUT_FILENO);
		reboot(RB_AUTOBOOT);
	}
	return 0;
}
