#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

int main(int argc, char **argv)
{
	struct utsname u;
	if (uname(&u) != 0) {
		perror("uname");
		return 1;
	}
	printf("Hello, %s, from %s %s!\n", argc > 1 ? argv[1] : "nobody", u.sysname, u.machine);
	printf("GREETING is %s.\n", getenv("GREETING"));
	return 0;
}
