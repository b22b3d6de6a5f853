// Makes more orphans that end than there are process ids, as a first process that never waits for them.
#include "common.h"

int main(void)
{
	int made = 0;
	for (int i = 0; i < 1000; i++) {
		pid_t p = fork();
		if (p < 0) {
			printf("%d: %s\n", i, ename(errno));
			return 1;
		}
		if (p == 0)
			_exit(fork() < 0);
		int status;
		if (waitpid(p, &status, 0) == p && status == 0)
			made++;
	}
	printf("%d orphans\n", made);
	return 0;
}
