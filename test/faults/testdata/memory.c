// Takes memory until there is no more, in the way that its argument says.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static char page[4096];

static char *map(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	size_t done = 0;

	write(1, "begin\n", 6);
	errno = 0;
	memset(page, 'x', sizeof page);
	if (!strcmp(how, "reserve")) { // address space only: needs no memory
		while (done < 1000 && map(1 << 30) != MAP_FAILED)
			done++;
	} else if (!strcmp(how, "touch")) { // every page
		for (char *p; (p = map(1 << 20)) != MAP_FAILED; done++)
			for (size_t i = 0; i < 1 << 20; i += 4096)
				p[i] = 1;
	} else if (!strcmp(how, "brk")) {
		for (char *p; (p = sbrk(1 << 16)) != (void *)-1; done++)
			memset(p, 1, 1 << 16);
	} else if (!strcmp(how, "file")) { // a file that is kept in memory
		int fd = open("/tmp/fill", O_CREAT | O_WRONLY, 0600);

		while (write(fd, page, sizeof page) == sizeof page)
			done++;
		if (errno != ENOSPC)
			return 3;
		int status; // a full file system leaves room for others
		if (fork() == 0) {
			char *p = map(1 << 20);
			if (p == MAP_FAILED)
				return 4;
			memset(p, 1, 1 << 20);
			_exit(5);
		}
		wait(&status);
		if (WEXITSTATUS(status) != 5)
			return 6;
		errno = ENOSPC;
	} else if (!strcmp(how, "tables")) { // a page table for each page
		for (char *p; (p = map(1 << 30)) != MAP_FAILED; done++)
			for (size_t i = 0; i < 1 << 30; i += 2 << 20)
				p[i] = 1;
	} else if (!strcmp(how, "huge")) { // more than the address space has
		while (done < 100 && map(1ul << 46) != MAP_FAILED)
			done++;
		if (map(1ul << 62) != MAP_FAILED || map(-4096ul) != MAP_FAILED)
			return 1;
	} else {
		return 2;
	}
	printf("end: %s\n", strerror(errno));
	return 0;
}
