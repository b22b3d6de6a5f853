// Programs that ask for too much: each says how it was refused, and the machine lives on.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define USER 4242

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void limit(int what, rlim_t n)
{
	struct rlimit r = {n, n};
	if (setrlimit(what, &r))
		perror("setrlimit");
}

static const char *name(int e)
{
	return e == 0 ? "0" : strerrorname_np(e);
}

// bomb makes children that make children, until all are refused and some time has passed.
static void bomb(int seconds)
{
	double end = now() + seconds;
	while (now() < end) {
		if (fork() < 0 && errno != EAGAIN && errno != ENOMEM)
			_exit(2);
	}
	_exit(0);
}

// forks lets a user without privileges, or with them and no limit, set off a fork bomb in a session of its own.
static void forks(int most, int seconds)
{
	int status;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t p = fork();
	if (p == 0) {
		setsid();
		if (most) {
			limit(RLIMIT_NPROC, most);
			if (setgroups(0, NULL) || setgid(USER) || setuid(USER))
				_exit(3);
			int n = 0;
			pid_t c;
			while ((c = fork()) > 0)
				n++;
			if (c == 0) {
				pause();
				_exit(0);
			}
			printf("%d children, then %s\n", n, name(errno));
			pthread_t t;
			printf("a thread: %s\n", name(pthread_create(&t, NULL, (void *(*)(void *))pause, NULL)));
			printf("vfork: %s\n", vfork() < 0 ? name(errno) : "made");
			signal(SIGTERM, SIG_IGN);
			kill(0, SIGTERM);
			while (wait(NULL) > 0)
				;
			if ((c = fork()) == 0)
				_exit(0);
			printf("after they ended: %s\n", c < 0 ? name(errno) : "made");
			wait(NULL);
			fflush(stdout);
		}
		bomb(seconds);
	}
	waitpid(p, &status, 0);
	printf("the first ended: %d\n", WEXITSTATUS(status));
	// What is left of the session becomes this process's children, and is killed.
	while (kill(-p, SIGKILL) == 0)
		if (wait(NULL) < 0)
			break;
	while (wait(NULL) > 0)
		;
	printf("survived\n");
	printf("a command: %d\n", system("exit 7") >> 8);
}

static int maker(int how)
{
	int fds[2] = {-1, -1};
	sigset_t s;
	sigemptyset(&s);
	switch (how) {
	case 0: return open("/dev/null", O_RDONLY);
	case 1: return dup(0);
	case 2: return pipe(fds);
	case 3: return socket(AF_UNIX, SOCK_STREAM, 0);
	case 4: return socketpair(AF_UNIX, SOCK_DGRAM, 0, fds);
	case 5: return epoll_create1(0);
	case 6: return eventfd(0, 0);
	case 7: return timerfd_create(CLOCK_MONOTONIC, 0);
	case 8: return signalfd(-1, &s, 0);
	case 9: return memfd_create("m", 0);
	case 10: return syscall(SYS_pidfd_open, getpid(), 0);
	case 11: return fcntl(0, F_DUPFD_CLOEXEC, 3);
	case 12: return dup2(0, 63);
	case 13: return dup2(0, 64);
	case 14: return open("/tmp/new", O_CREAT | O_RDWR, 0600);
	case 15: return open("/dev/ptmx", O_RDWR | O_NOCTTY);
	case 16: return fcntl(0, F_DUPFD, 64);
	case 17: return fcntl(0, F_DUPFD, 63);
	}
	return -2;
}

static int count(void)
{
	int n = 0;
	for (int fd = 0; fd < 64; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void passed(void)
{
	int s[2], fd = 0;
	char c = 'x', space[CMSG_SPACE(4)];
	struct iovec v = {&c, 1};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);
	struct sockaddr_un a = {AF_UNIX, "/tmp/bad.sock"};
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
	unlink(a.sun_path);
	bind(listener, (void *)&a, sizeof a);
	listen(listener, 1);
	connect(client, (void *)&a, sizeof a);
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(4);
	memcpy(CMSG_DATA(h), &fd, 4);
	printf("sendmsg: %zd\n", sendmsg(s[0], &m, 0));
	while (dup(0) >= 0)
		;
	m.msg_controllen = sizeof space;
	ssize_t n = recvmsg(s[1], &m, 0);
	printf("recvmsg: %zd, flags %x, control %zu\n", n, m.msg_flags, m.msg_controllen);
	n = accept(listener, NULL, NULL);
	printf("accept: %zd %s\n", n, name(errno));
	for (int i = 3; i < 64; i++)
		if (i != listener)
			close(i);
	n = accept(listener, NULL, NULL);
	printf("accept then: %d\n", n >= 0);
	close(n);
	close(listener);
}

static void descriptors(void)
{
	limit(RLIMIT_NOFILE, 64);
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	for (int how = 0; how < 18; how++) {
		int made = 0;
		errno = 0;
		while (made < 200 && maker(how) >= 0)
			made++;
		int why = made < 200 ? errno : 0;
		printf("%d: %d made, %s, %d open", how, made, name(why), count());
		while (dup(0) >= 0)
			;
		errno = 0;
		int r = maker(how);
		why = r < 0 ? errno : 0;
		printf("; when full %s, %d open\n", name(why), count());
		for (int fd = 3; fd < 64; fd++)
			close(fd);
	}
	passed();
	printf("a command without: %d\n", system("exit 7") >> 8);
	while (dup(0) >= 0)
		;
	pid_t p = fork();
	if (p == 0) {
		execl("/proc/self/exe", "bad", NULL);
		_exit(9);
	}
	int status;
	waitpid(p, &status, 0);
	printf("exec when full: %x\n", status);
}

static volatile sig_atomic_t queued, plain, wrong, nested;
static volatile int depth;

static void on_queued(int sig, siginfo_t *i, void *c)
{
	if (i->si_value.sival_int != queued)
		wrong++;
	queued++;
}

static void on_plain(int sig, siginfo_t *i, void *c)
{
	plain++;
	if (++depth > nested)
		nested = depth;
	depth--;
}

static void *sender(void *arg)
{
	for (int i = 0; i < 3000; i++)
		kill(getpid(), i % 2 ? SIGUSR1 : SIGUSR2);
	return NULL;
}

// storm has signals from many sides: queued ones come in order and all of them, up to the limit.
static void storm(void)
{
	struct sigaction a = {.sa_sigaction = on_queued, .sa_flags = SA_SIGINFO | SA_RESTART};
	sigset_t rt;
	sigaction(SIGRTMIN, &a, NULL);
	a.sa_sigaction = on_plain;
	sigaction(SIGUSR1, &a, NULL);
	sigaction(SIGUSR2, &a, NULL);
	sigemptyset(&rt);
	sigaddset(&rt, SIGRTMIN);
	limit(RLIMIT_SIGPENDING, 1000);
	sigprocmask(SIG_BLOCK, &rt, NULL);
	if (setgid(USER) || setuid(USER))
		perror("setuid");
	int n = 0;
	while (sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = n}) == 0)
		n++;
	printf("%d queued, then %s\n", n, name(errno));
	printf("kill then: %d %d\n", kill(getpid(), SIGRTMIN), kill(getpid(), SIGUSR1));
	sigprocmask(SIG_UNBLOCK, &rt, NULL);
	printf("%d came, %d in the wrong order\n", queued, wrong);
	pthread_t t[4];
	plain = 0;
	pid_t p = fork();
	if (p == 0) {
		while (kill(getppid(), SIGUSR1) == 0)
			;
		_exit(0);
	}
	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, sender, NULL);
	int fds[2];
	char c = 'x';
	long bytes = 0;
	if (pipe(fds))
		perror("pipe");
	for (int i = 0; i < 2000; i++) // system calls in the storm
		if (write(fds[1], &c, 1) == 1 && read(fds[0], &c, 1) == 1)
			bytes++;
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	printf("%ld bytes, signals: %d\n", bytes, plain > 0);
	kill(p, SIGKILL);
	while (waitpid(p, NULL, 0) < 0 && errno == EINTR)
		;
	signal(SIGUSR1, SIG_IGN);
	for (int i = 0; i < 1000; i++)
		kill(getpid(), SIGUSR1);
	puts("ignored");
}

// memory maps and touches until it is refused or killed, in children.
static void memory(void)
{
	int status;
	pid_t p = fork();
	if (p == 0) {
		limit(RLIMIT_AS, 32 << 20);
		long n = 0;
		while (mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
			n++;
		printf("mmap: %s, %d\n", name(errno), n > 8 && n < 32);
		fflush(stdout);
		_exit(0);
	}
	waitpid(p, &status, 0);
	if ((p = fork()) == 0) {
		limit(RLIMIT_FSIZE, 10000);
		signal(SIGXFSZ, SIG_IGN);
		int fd = open("/tmp/large", O_CREAT | O_RDWR | O_TRUNC, 0600);
		static char b[20000];
		ssize_t n = write(fd, b, sizeof b), m = write(fd, b, 1);
		printf("write: %zd, then %zd %s\n", n, m, name(errno));
		fflush(stdout);
		signal(SIGXFSZ, SIG_DFL);
		if (write(fd, b, 1))
			_exit(1);
	}
	waitpid(p, &status, 0);
	printf("killed by %d\n", WTERMSIG(status) == SIGXFSZ ? SIGXFSZ : -1);
	if ((p = fork()) == 0) {
		limit(RLIMIT_STACK, 256 << 10);
		execl("/bin/sh", "sh", "-c", "f() { f; }; echo started; exit 4", NULL);
	}
	waitpid(p, &status, 0);
	printf("small stack: %d\n", WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (strcmp(what, "limited") == 0)
		forks(30, 1);
	else if (strcmp(what, "unlimited") == 0)
		forks(0, 2);
	else if (strcmp(what, "descriptors") == 0)
		descriptors();
	else if (strcmp(what, "storm") == 0)
		storm();
	else if (strcmp(what, "memory") == 0)
		memory();
	else
		return 99;
	return 0;
}
