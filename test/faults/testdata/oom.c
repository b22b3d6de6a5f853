// What happens when memory is out. The first process looks on; its children use memory.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static long available(void)
{
	char line[200];
	long kb = 0;
	FILE *f = fopen("/proc/meminfo", "r");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "MemAvailable: %ld", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return kb * 1024;
}

static long number(const char *file, const char *name)
{
	char line[200];
	long n = -1;
	FILE *f = fopen(file, "r");
	while (f && fgets(line, sizeof line, f)) {
		if (name[0] == 0)
			n = atol(line);
		else if (strncmp(line, name, strlen(name)) == 0)
			n = atol(line + strlen(name));
	}
	if (f)
		fclose(f);
	return n;
}

static void adjust(int adj)
{
	char s[20];
	int fd = open("/proc/self/oom_score_adj", O_WRONLY), n = snprintf(s, sizeof s, "%d", adj);
	if (fd < 0 || write(fd, s, n) != n)
		perror("oom_score_adj");
	close(fd);
}

// use makes a child that uses n bytes of memory, by hand or through read(2), and then sleeps or ends.
static pid_t use(long n, int adj, int call, int stay)
{
	int ready[2];
	char c;
	if (pipe(ready))
		exit(1);
	pid_t p = fork();
	if (p == 0) {
		close(ready[0]);
		adjust(adj);
		char *m = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (call) {
			int fd = open("/dev/zero", O_RDONLY);
			for (long done = 0; done < n;) {
				long r = read(fd, m + done, n - done);
				if (r <= 0)
					_exit(3);
				done += r;
			}
		} else {
			for (long i = 0; i < n; i += 4096)
				m[i] = 1;
		}
		close(ready[1]);
		if (stay)
			pause();
		_exit(0);
	}
	close(ready[1]);
	if (stay && read(ready[0], &c, 1) < 0) // its end
		exit(1);
	close(ready[0]);
	return p;
}

static void end(const char *who, pid_t p)
{
	int s;
	waitpid(p, &s, 0);
	printf("%s: exit %d signal %d\n", who, WIFEXITED(s) ? WEXITSTATUS(s) : -1, WIFSIGNALED(s) ? WTERMSIG(s) : 0);
}

static void round_of(const char *name, long large, int adj, long small, int small_adj, int call)
{
	printf("%s\n", name);
	pid_t a = use(large, adj, 0, 1), b = use(small, small_adj, call, 0);
	end("small", b);
	kill(a, SIGTERM);
	end("large", a);
}

int main(void)
{
	long all = available();
	setvbuf(stdout, NULL, _IONBF, 0);
	round_of("the largest goes", all * 6 / 10, 0, all / 2, 0, 0);
	round_of("in a system call", all * 6 / 10, 0, all / 2, 0, 1);
	round_of("not who must not", all * 6 / 10, -1000, all / 2, 0, 0);
	round_of("who is to go first", all * 6 / 10, 0, all / 2, 1000, 0);
	printf("kills %ld\n", number("/proc/vmstat", "oom_kill"));
	adjust(-1000);
	printf("score %ld\n", number("/proc/self/oom_score", ""));
	adjust(500);
	printf("score %ld\n", number("/proc/self/oom_score", "") / 10 * 10);
	printf("as much as before: %d\n", available() > all - (8 << 20));
	return 0;
}
