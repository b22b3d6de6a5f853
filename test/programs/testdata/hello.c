// Says hello in the ways that need different parts of libc: buffered output,
// floating point, constructors, thread-local storage, sorting.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static __thread int local = 40;
static int constructed;

__attribute__((constructor)) static void construct(void) { constructed = 2; }

static void goodbye(void) { puts("goodbye"); }

static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

int main(int argc, char **argv)
{
	const char *words[] = {"world", "hello", "again"};

	atexit(goodbye);
	qsort(words, 3, sizeof words[0], compare);
	printf("%s, %s! %d %.3f\n", words[1], words[2], local + constructed, 22 / 7.0);
	char *p = malloc(3 << 20);
	memset(p, 'x', 3 << 20);
	printf("%c%c\n", p[0], p[(3 << 20) - 1]);
	free(p);
	return argc - 1;
}
