// The files and descriptors that calls are given: made when a call first needs them.

// Descriptors: one for each kind of open file, at these numbers.
enum fixture {
	FILE_RDWR = 100, FILE_RDONLY, FILE_WRONLY, DIRECTORY, PATH_FILE, PATH_DIRECTORY, PIPE_READ, PIPE_WRITE,
	PIPE2_READ, PIPE2_WRITE, EPOLL, EVENT, TIMER, SIGNALS, WATCHES, PIDFD, MEMFD, STREAM, PAIR, PEER, LISTENER, CLIENT,
	DATAGRAM, SEQPACKET, NULL_DEVICE, ZERO_DEVICE, TERMINAL_MASTER, TERMINAL, CLOSED, FIXTURES
};

static const char *const fixtureNames[] = {
	"file", "rdonly", "wronly", "dir", "opath", "opathdir", "piper", "pipew", "pipe2r", "pipe2w", "epoll", "eventfd",
	"timerfd", "signalfd", "inotify", "pidfd", "memfd", "stream", "pair", "peer", "listener", "client", "dgram", "seqpacket",
	"null", "zero", "ptmx", "pts", "closed",
};

static u8 made[FIXTURES]; // in this process

#define WORK "/dev/shm/badargs"

// at puts a fresh descriptor where its fixture is.
static void at(enum fixture f, long fd)
{
	must(fixtureNames[f - FILE_RDWR], fd);
	must("dup2", SYS(dup2, fd, f));
	SYS(close, fd);
	made[f] = 1;
}

static void pair(enum fixture a, enum fixture b, int fds[2])
{
	at(a, fds[0]);
	at(b, fds[1]);
}

static void address(struct sockaddr_un *a, const char *path)
{
	memset(a, 0, sizeof *a);
	a->sun_family = AF_UNIX;
	memcpy(a->sun_path, path, strlen(path));
}

static void makeListener(void)
{
	struct sockaddr_un a;
	address(&a, "sock");
	SYS(unlink, P("sock"));
	at(LISTENER, SYS(socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK));
	must("bind", SYS(bind, LISTENER, P(&a), 7));
	must("listen", SYS(listen, LISTENER, 5));
	at(CLIENT, SYS(socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK));
	must("connect", SYS(connect, CLIENT, P(&a), 7));
}

static void makeTerminal(void)
{
	int unlocked = 0, number = 0;
	at(TERMINAL_MASTER, SYS(open, P("/dev/ptmx"), O_RDWR | O_NOCTTY | O_NONBLOCK));
	must("TIOCSPTLCK", SYS(ioctl, TERMINAL_MASTER, TIOCSPTLCK, P(&unlocked)));
	must("TIOCGPTN", SYS(ioctl, TERMINAL_MASTER, TIOCGPTN, P(&number)));
	char path[40] = "/dev/pts/";
	format(path + 9, number);
	at(TERMINAL, SYS(open, P(path), O_RDWR | O_NOCTTY | O_NONBLOCK));
}

static void makeSocket(enum fixture f)
{
	int fds[2];
	switch (f) {
	case STREAM: at(f, SYS(socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK)); break;
	case DATAGRAM: at(f, SYS(socket, AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK)); break;
	case SEQPACKET: at(f, SYS(socket, AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK)); break;
	case LISTENER: case CLIENT: makeListener(); break;
	default:
		must("socketpair", SYS(socketpair, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, P(fds)));
		pair(PAIR, PEER, fds);
		SYS(write, PEER, P("0123456789"), 10);
	}
}

static void makePipes(enum fixture r, enum fixture w)
{
	int fds[2];
	must("pipe2", SYS(pipe2, P(fds), O_NONBLOCK));
	pair(r, w, fds);
	if (r == PIPE_READ)
		SYS(write, PIPE_WRITE, P("0123456789"), 10);
}

// need makes a fixture in this process.
static void need(enum fixture f)
{
	u64 set = 1 << (SIGUSR2 - 1);
	if (made[f] || f == CLOSED)
		return;
	switch (f) {
	case FILE_RDWR: at(f, SYS(open, P("file"), O_RDWR)); break;
	case FILE_RDONLY: at(f, SYS(open, P("file"), O_RDONLY)); break;
	case FILE_WRONLY: at(f, SYS(open, P("other"), O_WRONLY)); break;
	case DIRECTORY: at(f, SYS(open, P("."), O_RDONLY | O_DIRECTORY)); break;
	case PATH_FILE: at(f, SYS(open, P("file"), O_PATH)); break;
	case PATH_DIRECTORY: at(f, SYS(open, P("."), O_PATH)); break;
	case PIPE_READ: case PIPE_WRITE: makePipes(PIPE_READ, PIPE_WRITE); break;
	case PIPE2_READ: case PIPE2_WRITE: makePipes(PIPE2_READ, PIPE2_WRITE); break;
	case EPOLL: at(f, SYS(epoll_create1, 0)); break;
	case EVENT: at(f, SYS(eventfd2, 0, EFD_NONBLOCK)); break;
	case TIMER: at(f, SYS(timerfd_create, CLOCK_MONOTONIC, TFD_NONBLOCK)); break;
	case SIGNALS: at(f, SYS(signalfd4, -1, P(&set), 8, SFD_NONBLOCK)); break;
	case WATCHES: at(f, SYS(inotify_init1, IN_NONBLOCK)); break;
	case PIDFD: at(f, SYS(pidfd_open, SYS(getpid), 0)); break;
	case MEMFD: at(f, SYS(memfd_create, P("m"), MFD_ALLOW_SEALING)); break;
	case NULL_DEVICE: at(f, SYS(open, P("/dev/null"), O_RDWR)); break;
	case ZERO_DEVICE: at(f, SYS(open, P("/dev/zero"), O_RDWR)); break;
	case TERMINAL_MASTER: case TERMINAL: makeTerminal(); break;
	default: makeSocket(f);
	}
}

// executable is an ELF file that ends with status 77.
static const u8 executable[] = {
	0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 62, 0, 1, 0, 0, 0,
	0x78, 0, 0x40, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0x40, 0, 0x38, 0, 1, 0, 0, 0, 0, 0, 0, 0,
	1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0,
	0x84, 0, 0, 0, 0, 0, 0, 0, 0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0,
	0xb8, 60, 0, 0, 0, 0xbf, 77, 0, 0, 0, 0x0f, 0x05,
};

static void writeFile(const char *path, int mode, const void *content, size_t n)
{
	long fd = must(path, SYS(open, P(path), O_CREAT | O_TRUNC | O_WRONLY, mode));
	must("write", SYS(write, fd, P(content), n));
	SYS(close, fd);
}

// tree makes the working directory's files anew.
static void tree(void)
{
	static const char *const names[] = {"file", "other", "new", "link", "sock", "bound", "exec", "dir/new"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		SYS(unlink, P(names[i]));
	SYS(rmdir, P("new"));
	SYS(rmdir, P("dir"));
	must("mkdir", SYS(mkdir, P("dir"), 0755));
	writeFile("file", 0644, "0123456789abcdef0123456789ABCDEF", 32);
	writeFile("other", 0644, "another", 7);
	writeFile("exec", 0755, executable, sizeof executable);
	must("symlink", SYS(symlink, P("file"), P("link")));
	SYS(setxattr, P("file"), P("trusted.a"), P("value"), 5, 0);
}
