// What the files of the benchmark share.
#ifndef BENCH_H
#define BENCH_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// An operation to measure. begin prepares it and returns 0, or an errno if the
// kernel lacks what the operation needs; once performs it; end cleans up. Without
// need of them, begin and end are null.
struct operation {
	const char *name;
	long rounds; // how often it is performed in a batch
	int (*begin)(void);
	void (*once)(void);
	void (*end)(void);
};

// How often an operation is performed in batches: one to warm up, the others are measured.
enum { WARM = 1, BATCHES = 5 };

// The parts of the table, each ended by an operation without a name.
extern const struct operation calls[], talks[], memories[], processes[];

// must ends the program if a call that has to work failed.
static inline long must(long result, const char *what)
{
	if (result < 0) {
		printf("=error\t%s: %s\n", what, strerror(errno));
		exit(1);
	}
	return result;
}

#endif
