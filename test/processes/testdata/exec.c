// execve(2) and execveat(2): which programs, the limits of arguments, scripts, and what a program keeps.
#include "common.h"
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>

static char dir[] = "/tmp/x.XXXXXX";

// in returns the path of a file in dir.
static char *in(const char *name)
{
	static char paths[4][200];
	static int next;
	next = (next + 1) % 4;
	snprintf(paths[next], sizeof paths[next], "%s/%s", dir, name);
	return paths[next];
}

static void put(const char *name, const char *text, size_t len, int mode)
{
	int fd = open(in(name), O_CREAT | O_TRUNC | O_WRONLY, 0700);
	CHECK(write(fd, text, len) == len);
	fchmod(fd, mode);
	close(fd);
}

// copy puts a copy of this program into dir.
static void copy(const char *name, int mode)
{
	static char buffer[65536];
	int n, from = open("/proc/self/exe", O_RDONLY), to = open(in(name), O_CREAT | O_TRUNC | O_WRONLY, 0700);
	while ((n = read(from, buffer, sizeof buffer)) > 0)
		if (write(to, buffer, n) != n)
			perror("write");
	fchmod(to, mode);
	close(to);
	close(from);
}

static char *env[] = {"CHILD=1", 0}, *args[] = {"prog", "arg", 0};

static void at(const char *what, int fd, const char *path, char **argv, char **envp, int flags)
{
	fflush(stdout);
	pid_t p = fork();
	if (p == 0) {
		if (flags < 0)
			execve(path, argv, envp);
		else
			syscall(SYS_execveat, fd, path, argv, envp, flags);
		printf("%s: %s\n", what, ename(errno));
		exit(9);
	}
	how(what, p);
}

static void ex(const char *what, const char *path, char **argv, char **envp) { at(what, 0, path, argv, envp, -1); }

static char *big(size_t n)
{
	char *s = malloc(n + 1);
	memset(s, 'a', n);
	s[n] = 0;
	return s;
}

// tail is what follows dir in a path.
static const char *tail(const char *s)
{
	const char *t = strstr(s, "/x.");
	return t ? t + sizeof "/x.XXXXXX" - 1 : s;
}

static int child(int argc, char **argv)
{
	extern char **environ;
	size_t total = 0;
	for (int i = 0; i < argc; i++)
		total += strlen(argv[i]);
	printf("child: argc %d argv0 %.40s argv1 %.40s total %zu env %s\n", argc, argc > 0 ? tail(argv[0]) : "",
		argc > 1 ? tail(argv[1]) : "",
		total, environ[0]);
	return 0;
}

static void *by_thread(void *a)
{
	char *argv[] = {"by a thread", 0}, *envp[] = {"THREAD=1", 0};
	execve("/proc/self/exe", argv, envp);
	return NULL;
}

static void *forever(void *a)
{
	for (;;)
		pause();
	return a;
}

static void files(void)
{
	copy("prog", 0755);
	ex("plain", in("prog"), args, env);
	ex("null argv", in("prog"), NULL, env);
	char *none[] = {0};
	ex("empty argv", in("prog"), none, env);
	ex("missing", in("none"), args, env); ex("empty path", "", args, env); ex("null path", NULL, args, env);
	ex("directory", dir, args, env); ex("notdir", in("prog/x"), args, env);
	ex("bad argv", in("prog"), (char **)8, env); ex("bad envp", in("prog"), args, (char **)8);
	char *bad[] = {"x", (char *)8, 0}; ex("bad string", in("prog"), bad, env);
	copy("noexec", 0644); ex("no x", in("noexec"), args, env);
	put("empty", "", 0, 0755); ex("empty", in("empty"), args, env);
	put("text", "hello world\n", 12, 0755); ex("text", in("text"), args, env);
	put("badelf", "\177ELF\2\1\1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 80, 0755);
		ex("bad elf", in("badelf"), args, env);
	CHECK(symlink("loop", in("loop"))); ex("loop", in("loop"), args, env);
	CHECK(symlink("prog", in("link"))); ex("link", in("link"), args, env);
	mkfifo(in("fifo"), 0755); ex("fifo", in("fifo"), args, env);
	int w = open(in("prog"), O_RDWR); ex("txtbsy", in("prog"), args, env); close(w);
	pid_t run = fork();
	if (run == 0) {
		char *argv[] = {"prog", 0}, *envp[] = {"SLEEP=1", 0};
		execve(in("prog"), argv, envp);
		_exit(1);
	}
	await_state(run, "S");
	CHECK(open(in("prog"), O_RDWR)); CHECK(open(in("prog"), O_WRONLY | O_TRUNC)); CHECK(truncate(in("prog"), 10));
		CHECK(unlink(in("prog")));
	kill(run, 9); waitpid(run, 0, 0); copy("prog", 0755);
}

static void small(void)
{
	struct rlimit rl;
	char *many[40] = {"prog"};
	getrlimit(RLIMIT_STACK, &rl);
	rl.rlim_cur = 1 << 20;
	setrlimit(RLIMIT_STACK, &rl);
	for (int i = 1; i < 3; i++)
		many[i] = big(131000);
	many[3] = 0;
	ex("1M stack, 262000", in("prog"), many, env);
	many[2] = big(100000);
	ex("1M stack, 231000", in("prog"), many, env);
	rl.rlim_cur = 65536;
	setrlimit(RLIMIT_STACK, &rl);
	many[2] = 0;
	many[1] = big(100000);
	ex("64k stack, 100000", in("prog"), many, env);
}

static void sizes(void)
{
	char *one[] = {"prog", big(131071), 0}; ex("string 131071", in("prog"), one, env);
	char *two[] = {"prog", big(131072), 0}; ex("string 131072", in("prog"), two, env);
	char *many[40] = {"prog"};
	for (int i = 1; i < 15; i++)
		many[i] = big(131000);
	ex("1.8M", in("prog"), many, env);
	for (int i = 1; i < 17; i++)
		many[i] = big(131000);
	ex("2.09M", in("prog"), many, env);
	IN(small());
}

#define SCRIPT(n, ...) put(n, sh, snprintf(sh, sizeof sh, __VA_ARGS__), 0755)

static void scripts(void)
{
	char sh[300];
	SCRIPT("s1", "#!%s\n", in("prog")); ex("script", in("s1"), args, env);
	SCRIPT("s2", "#! %s  one  two \n", in("prog")); ex("script args", in("s2"), args, env);
	SCRIPT("s3", "#!%s", in("s1")); ex("script of script", in("s3"), args, env);
	SCRIPT("s4", "#!%s", in("s3")); SCRIPT("s5", "#!%s", in("s4")); SCRIPT("s6", "#!%s", in("s5"));
		SCRIPT("s7", "#!%s", in("s6"));
	ex("4 deep", in("s5"), args, env); ex("5 deep", in("s6"), args, env); ex("6 deep", in("s7"), args, env);
	SCRIPT("s8", "#!\n"); ex("#! alone", in("s8"), args, env);
	SCRIPT("s9", "#!%s\n", in("nothing")); ex("#! missing", in("s9"), args, env);
	SCRIPT("sa", "#!%s\n", in("noexec")); ex("#! no x", in("sa"), args, env);
	SCRIPT("sb", "#!%s\n", in("text")); ex("#! text", in("sb"), args, env);
	ex("script null argv", in("s1"), NULL, env);
}

static void relative(void)
{
	int d = open(dir, O_RDONLY | O_DIRECTORY), f = open(in("prog"), O_RDONLY), o = open(in("prog"), O_PATH),
		c = open(in("prog"), O_RDONLY | O_CLOEXEC), s = open(in("s1"), O_RDONLY), sc = open(in("s1"),
		O_RDONLY | O_CLOEXEC);
	at("at dir", d, "prog", args, env, 0); at("at empty", f, "", args, env, AT_EMPTY_PATH);
		at("at O_PATH", o, "", args, env, AT_EMPTY_PATH); at("at cloexec", c, "", args, env, AT_EMPTY_PATH);
	at("at no flag", f, "", args, env, 0); at("at bad flag", d, "prog", args, env, 1);
		at("at badf", 99, "prog", args, env, 0); at("at file", f, "prog", args, env, 0);
	at("at nofollow", d, "link", args, env, AT_SYMLINK_NOFOLLOW);
		at("at nofollow prog", d, "prog", args, env, AT_SYMLINK_NOFOLLOW);
	at("at script", s, "", args, env, AT_EMPTY_PATH); at("at script cloexec", sc, "", args, env, AT_EMPTY_PATH);
		at("at cwd", AT_FDCWD, in("prog"), args, env, 0); at("at cwd empty", AT_FDCWD, "", args, env, AT_EMPTY_PATH);
		at("at dir empty", d, "", args, env, AT_EMPTY_PATH); at("at dir script", d, "s1", args, env, 0);
	char fdp[40]; sprintf(fdp, "/dev/fd/%d", s); ex("/dev/fd script", fdp, args, env);
		sprintf(fdp, "/proc/self/fd/%d", f); ex("/proc/self/fd", fdp, args, env);
	at("null path", AT_FDCWD, NULL, args, env, AT_EMPTY_PATH);
}

static void permissions(void)
{
	IN(chmod(dir, 0700); setuid(1000); ex("dir no search", in("prog"), args, env));
	chmod(dir, 0755); copy("rootonly", 0700); copy("xonly", 0711);
	IN(setuid(1000); ex("root only", in("rootonly"), args, env); ex("x only", in("xonly"), args, env));
}

// attributes sets what a program keeps or loses, and executes it.
static void attributes(void)
{
	char kept[40];
	stack_t stack = {.ss_sp = malloc(10000), .ss_size = 10000};
	signal(SIGUSR1, SIG_IGN);
	install(SIGUSR2, (void *)forever, 0);
	block(SIG_BLOCK, SIGTERM);
	raise(SIGTERM);
	alarm(100);
	snprintf(kept, sizeof kept, "KEEP=%d %d", open("/dev/null", O_CLOEXEC), open("/dev/null", 0));
	prctl(PR_SET_NAME, "renamed");
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_TIMERSLACK, 777);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_KEEPCAPS, 1);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	umask(031);
	setpriority(PRIO_PROCESS, 0, 3);
	sigaltstack(&stack, NULL);
	sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
	syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 2);
	char *argv[] = {"prog", 0}, *envp[] = {kept, 0};
	execve(in("prog"), argv, envp);
}

// kept is the program that attributes executes.
static int kept(void)
{
	int closed, open, v;
	struct sigaction sa;
	sigset_t s;
	char name[17] = "";
	stack_t stack;
	sscanf(getenv("KEEP"), "%d %d", &closed, &open);
	sigaction(SIGUSR1, NULL, &sa);
	CHECK(sa.sa_handler == SIG_IGN);
	sigaction(SIGUSR2, NULL, &sa);
	CHECK(sa.sa_handler == SIG_DFL);
	sigprocmask(SIG_BLOCK, NULL, &s);
	CHECK(sigismember(&s, SIGTERM));
	sigpending(&s);
	CHECK(sigismember(&s, SIGTERM)), CHECK(alarm(0) > 50), CHECK(fcntl(closed, F_GETFD)), CHECK(fcntl(open, F_GETFD));
	CHECK(prctl(PR_GET_NAME, name)), printf("%s\n", name);
	CHECK(prctl(PR_GET_PDEATHSIG, &v)), CHECK(v), CHECK(prctl(PR_GET_TIMERSLACK)), CHECK(prctl(PR_GET_DUMPABLE)),
		CHECK(prctl(PR_GET_KEEPCAPS));
	CHECK(prctl(PR_GET_CHILD_SUBREAPER, &v)), CHECK(v), CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)),
		CHECK(umask(0)), CHECK(getpriority(PRIO_PROCESS, 0));
	CHECK(sigaltstack(NULL, &stack)), CHECK(stack.ss_flags), CHECK(stack.ss_size), CHECK(sched_getscheduler(0)),
		CHECK(syscall(SYS_ioprio_get, 1, 0));
	return 0;
}

static void threads(void)
{
	pthread_t t;
	pthread_create(&t, NULL, forever, NULL);
	pthread_create(&t, NULL, by_thread, NULL);
	pthread_join(t, NULL);
}

static void all(void)
{
	CHECK(mkdtemp(dir) == dir);
	files();
	sizes();
	scripts();
	relative();
	permissions();
	IN(threads());
	IN(attributes());
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	if (getenv("CHILD"))
		return child(argc, argv);
	if (getenv("KEEP"))
		return kept();
	if (getenv("SLEEP"))
		forever(NULL);
	if (getenv("THREAD")) {
		printf("%s: is the first thread %d\n", argv[0], getpid() == syscall(SYS_gettid));
		return 0;
	}
	return as_child(all);
}
