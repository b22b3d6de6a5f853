// Mapping and touching memory.
#include "bench.h"
#include <sys/mman.h>

enum { PAGE = 4096, MIB = 1 << 20, FAULTS = 1000 };

static char *map(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(p == MAP_FAILED ? -1 : 0, "mmap");
	return p;
}

static void map_touch(void)
{
	char *p = map(MIB);
	for (size_t i = 0; i < MIB; i += PAGE)
		*(volatile char *)(p + i) = 1;
	must(munmap(p, MIB), "munmap");
}

// Pages that nobody has touched, from here on.
static char *region, *page;
static const size_t size = (size_t)(WARM + BATCHES) * FAULTS * PAGE;

static int begin_fault(void)
{
	page = region = map(size);
	madvise(region, size, MADV_NOHUGEPAGE); // so that each page has its own fault
	return 0;
}

static void fault(void)
{
	*(volatile char *)page = 1;
	page += PAGE;
}

static void end_fault(void) { munmap(region, size); }

const struct operation memories[] = {
	{"mmap+touch+munmap 1 MiB", 20, NULL, map_touch, NULL},
	{"page fault", FAULTS, begin_fault, fault, end_fault},
	{NULL},
};
