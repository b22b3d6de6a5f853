// Sessions, their controlling terminals, jobs in the background, hang-ups.
#include "common.h"
#include <termios.h>
#include <sys/ioctl.h>
static char B[1<<16];
static int m, s;
static char pn[64];

static void op(void) {
	m = open("/dev/ptmx", O_RDWR|O_NOCTTY|O_NONBLOCK);
	int z = 0, n;
	ioctl(m, TIOCSPTLCK, &z);
	ioctl(m, TIOCGPTN, &n);
	sprintf(pn, "/dev/pts/%d", n);
}
static volatile int hup, cont, winch, intr, quit_, tstp, ttou, ttin;

static void hd(int g) {
	if (g == SIGHUP) hup++;
	if (g == SIGCONT) cont++;
	if (g == SIGWINCH) winch++;
	if (g == SIGINT) intr++;
	if (g == SIGQUIT) quit_++;
	if (g == SIGTSTP) tstp++;
	if (g == SIGTTOU) ttou++;
	if (g == SIGTTIN) ttin++;
}

// cnt waits for n signals and says what came.
static void cnt(int n) {
	for (int i = 0; i < 3000 && hup+cont+winch+intr+quit_+tstp+ttou+ttin < n; i++) ms(1);
	ms(10);
	printf("hup%d cont%d winch%d int%d quit%d tstp%d ttou%d ttin%d\n", hup, cont, winch, intr, quit_, tstp, ttou, ttin);
	hup = cont = winch = intr = quit_ = tstp = ttou = ttin = 0;
}

static void st(pid_t p) {
	int x;
	pid_t r = waitpid(p, &x, WUNTRACED|WCONTINUED);
	if (r != p) {
		printf("wait %s\n", result(-1));
		return;
	}
	if (WIFSTOPPED(x)) printf("stopped %d\n", WSTOPSIG(x));
	else if (WIFCONTINUED(x)) printf("continued\n");
	else if (WIFSIGNALED(x)) printf("killed %d\n", WTERMSIG(x));
	else printf("exit %d\n", WEXITSTATUS(x));
}

static void all(int fl) {
	struct sigaction sa = {.sa_handler = hd, .sa_flags = fl};
	int g[] = {SIGHUP, SIGCONT, SIGWINCH, SIGINT, SIGQUIT, SIGTSTP, SIGTTOU, SIGTTIN};
	for (int i = 0; i<8; i++) sigaction(g[i], &sa, 0);
}

static int sess(void) {
	// in new session
	int z, n;
	setsid();
	R(open("/dev/tty", O_RDWR));
	s = open(pn, O_RDWR|O_NOCTTY);
	R(open("/dev/tty", O_RDWR));
	R(ioctl(s, TIOCGPGRP, &n));
	R(ioctl(s, TIOCSCTTY, 0));
	R(ioctl(s, TIOCSCTTY, 0));
	R(ioctl(s, TIOCSCTTY, 1));
	int t = open("/dev/tty", O_RDWR);
	R(t >= 0);
	R(tcgetpgrp(s) == getpid());
	R(tcgetpgrp(t) == getpid());
	R(tcgetsid(m) == getpid());
	R(tcgetpgrp(m) == getpid());
	struct stat st1;
	fstat(t, &st1);
	printf("%lx\n", st1.st_rdev);
	R(ttyname(t) && !strcmp(ttyname(t), "/dev/tty"));
	all(0);
	struct winsize w = {5, 6};
	ioctl(m, TIOCSWINSZ, &w);
	cnt(1);
	ioctl(m, TIOCSWINSZ, &w);
	ms(30);
	cnt(0);
	write(m, "\3", 1);
	cnt(1);
	write(m, "\34", 1);
	cnt(1);
	write(m, "\32", 1);
	cnt(1);
	// raw tiocsig
	n = SIGINT;
	R(ioctl(m, TIOCSIG, SIGINT));
	cnt(1);
	R(ioctl(m, TIOCSIG, SIGTERM+100));
	R(ioctl(s, TIOCSIG, SIGINT));
	R(ioctl(m, TIOCSIG, SIGHUP));
	ms(30);
	cnt(0);
	// background child
	fflush(stdout);
	pid_t c = fork();
	if (!c) {
		setpgid(0, 0);
		signal(SIGTTIN, SIG_DFL);
		signal(SIGTTOU, SIG_DFL);
		signal(SIGTSTP, SIG_DFL);
		signal(SIGCONT, SIG_DFL);
		char b;
		read(t, &b, 1);
		printf("child read %c\n", b);
		fflush(stdout);
		struct termios tt;
		tcgetattr(t, &tt);
		tcsetattr(t, TCSANOW, &tt);
		printf("child set\n");
		fflush(stdout);
		tcsetpgrp(t, getpgrp());
		printf("child fg\n");
		fflush(stdout);
		_exit(7);
	}
	setpgid(c, c);
	st(c);
	R(tcsetpgrp(t, c));
	kill(-c, SIGCONT);
	st(c);
	write(m, "k\n", 2);
	ms(90);
	R(tcgetpgrp(t) == c);
	signal(SIGTTOU, SIG_IGN);
	R(tcsetpgrp(t, getpgrp()));
	signal(SIGTTOU, hd);
	st(c);
	fflush(stdout);
	c = fork();
	if (!c) {
		setpgid(0, 0);
		signal(SIGTTIN, SIG_DFL);
		signal(SIGTTOU, SIG_DFL);
		struct termios tt;
		R(write(t, "bgw", 3));
		fflush(stdout);
		tcgetattr(t, &tt);
		tcsetattr(t, TCSANOW, &tt);
		printf("set done\n");
		fflush(stdout);
		tt.c_lflag|=TOSTOP;
		tcsetattr(t, TCSANOW, &tt);
		write(t, "x", 1);
		printf("w done\n");
		fflush(stdout);
		tcsetpgrp(t, getpgrp());
		printf("fg done\n");
		fflush(stdout);
		_exit(3);
	}
	setpgid(c, c);
	st(c);
	kill(c, SIGCONT);
	st(c);
	st(c);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(t, c);
	kill(c, SIGCONT);
	st(c);
	ms(90);
	tcsetpgrp(t, getpgrp());
	signal(SIGTTOU, hd);
	kill(c, SIGCONT);
	ms(30);
	int x;
	if (waitpid(c, &x, WUNTRACED|WNOHANG) == c) printf("%x\n", x);
	kill(c, SIGKILL);
	waitpid(c, &x, 0);
	printf("%x\n", x);
	// ignored / blocked / orphaned
	c = fork();
	if (!c) {
		setpgid(0, 0);
		signal(SIGTTIN, SIG_IGN);
		char b;
		R(read(t, &b, 1));
		sigset_t q;
		sigemptyset(&q);
		sigaddset(&q, SIGTTIN);
		signal(SIGTTIN, SIG_DFL);
		sigprocmask(SIG_BLOCK, &q, 0);
		R(read(t, &b, 1));
		sigprocmask(SIG_UNBLOCK, &q, 0);
		signal(SIGTTOU, SIG_IGN);
		R(write(t, "y", 1));
		struct sigaction sa = {.sa_handler = hd};
		sigaction(SIGTTIN, &sa, 0);
		R(read(t, &b, 1));
		printf("ttin>0 %d\n", ttin>0);
		fflush(stdout);
		_exit(0);
	}
	st(c);
	c = fork();
	if (!c) {
		pid_t d = fork();
		if (!d) {
			setpgid(0, 0);
			ms(60);
			signal(SIGTTIN, SIG_DFL);
			signal(SIGTTOU, SIG_DFL);
			char b;
			R(read(t, &b, 1));
			R(write(t, "o", 1));
			struct termios tt;
			R(tcgetattr(t, &tt));
			R(tcsetattr(t, TCSANOW, &tt));
			R(tcsetpgrp(t, getpgrp()));
			fflush(stdout);
			_exit(0);
		}
		_exit(0);
	}
	st(c);
	ms(180);
	signal(SIGTTOU, SIG_IGN);
	R(tcsetpgrp(t, 99999));
	R(tcsetpgrp(t, 1));
	R(tcsetpgrp(t, -1));
	R(tcsetpgrp(99, getpgrp()));
	R(tcsetpgrp(0, getpgrp()));
	while ((z = read(m, B, sizeof B))>0) {
		for (int i = 0; i<z; i++) if (B[i]<32)printf("\\%o", B[i]);
		else putchar(B[i]);
	}
	puts("");
	// EINTR on tty read
	tcflush(t, TCIFLUSH);
	struct termios tt;
	tcgetattr(t, &tt);
	tt.c_lflag&=~TOSTOP;
	tcsetattr(t, TCSANOW, &tt);
	{
		struct itimerval iv = {{0, 0}, {0, 20000}};
		struct sigaction sa = {.sa_handler = nothing};
		sigaction(SIGALRM, &sa, 0);
		setitimer(0, &iv, 0);
		R(read(t, B, 1));
} return t;
}

int main() {
	op();
	fflush(stdout);
	pid_t c = fork();
	if (!c) {
		int t = sess();
		fflush(stdout);
		// another process in session with hup handler; leader exits -> SIGHUP to fg
		cnt(0);
		R(ioctl(t, TIOCNOTTY));
		fcntl(t, F_SETFL, O_NONBLOCK);
		cnt(2);
		R(open("/dev/tty", O_RDWR));
		R(read(t, B, 1));
		R(tcgetpgrp(s));
		R(ioctl(s, TIOCNOTTY));
		R(ioctl(s, TIOCSCTTY, 0));
		fflush(stdout);
		pid_t k = fork();
		if (!k) {
			all(0);
			fflush(stdout);
			ms(240);
			cnt(1);
			R(open("/dev/tty", O_RDWR));
			R(tcgetsid(s));
			fflush(stdout);
			_exit(0);
		}
		ms(60);
		_exit(4);
	}
	st(c);
	ms(360);
	close(m);
	// master close: SIGHUP to session leader
	op();
	fflush(stdout);
	c = fork();
	if (!c) {
		setsid();
		close(m);
	}
	if (!c) {
		s = open(pn, O_RDWR);
		all(0);
		printf("ctty by open %d\n", tcgetpgrp(s) == getpid());
		pid_t k = fork();
		if (!k) {
			setpgid(0, 0);
			cnt(0);
			ms(300);
			printf("bg ");
			cnt(0);
			fflush(stdout);
			_exit(0);
		}
		fflush(stdout);
		ms(180);
		cnt(2);
		R(read(s, B, 1));
		R(write(s, "x", 1));
		R(open("/dev/tty", O_RDWR));
		fflush(stdout);
		wait(0);
		_exit(0);
	}
	ms(60);
	close(m);
	st(c);
	// vhangup, login_tty style
	op();
	fflush(stdout);
	c = fork();
	if (!c) {
		setsid();
		s = open(pn, O_RDWR);
		all(0);
		int u = open(pn, O_RDWR);
		R(vhangup());
		cnt(2);
		R(read(s, B, 1));
		R(write(u, "x", 1));
		R(ready(u));
		s = open(pn, O_RDWR);
		R(s >= 0);
		R(write(s, "new", 3));
		fflush(stdout);
		_exit(0);
	}
	st(c);
	R(read(m, B, 99));
	close(m);
	// steal
	op();
	fflush(stdout);
	c = fork();
	if (!c) {
		setsid();
		s = open(pn, O_RDWR);
		ms(180);
		R(open("/dev/tty", O_RDWR));
		fflush(stdout);
		_exit(0);
	}
	ms(60);
	pid_t d = fork();
	if (!d) {
		setsid();
		s = open(pn, O_RDWR|O_NOCTTY);
		R(ioctl(s, TIOCSCTTY, 0));
		R(ioctl(s, TIOCSCTTY, 1));
		fflush(stdout);
		_exit(0);
	}
	st(d);
	st(c);
	return 0;
}
