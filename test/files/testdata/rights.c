// Descriptors and credentials that pass through sockets.
#include "common.h"
#include <sys/un.h>
#include <linux/sockios.h>
static char B[1<<16];

static long snd(int s, void*d, int n, int type, void*c, int cl, int fl) {
	char cb[4096];
	struct iovec iv = {d, n};
	struct msghdr m = {0, 0, &iv, 1};
	memset(cb, 0, sizeof cb);
	if (c) {
		m.msg_control = cb;
		m.msg_controllen = CMSG_SPACE(cl);
		struct cmsghdr*h = CMSG_FIRSTHDR(&m);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = type;
		h->cmsg_len = CMSG_LEN(cl);
		memcpy(CMSG_DATA(h), c, cl);
	}
	errno = 0;
	long r = sendmsg(s, &m, fl);
	printf("send t%d cl%d = %s\n", type, cl, result(r));
	return r;
}
static int last[300], nlast;

static long rcv(int s, int n, int cl, int fl) {
	char cb[4096];
	struct iovec iv = {B, n};
	struct msghdr m = {0, 0, &iv, 1, cl?cb:0, cl};
	errno = 0;
	long r = recvmsg(s, &m, fl|MSG_DONTWAIT);
	printf("recv %d c%d f%x = %s flags %x clen %ld", n, cl, fl, result(r), m.msg_flags, (long)m.msg_controllen);
	nlast = 0;
	if (r >= 0) for (struct cmsghdr*h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h)) {
		printf(" [l%d t%d len%ld", h->cmsg_level, h->cmsg_type, (long)h->cmsg_len);
		if (h->cmsg_type == SCM_RIGHTS) {
			int k = (h->cmsg_len-CMSG_LEN(0))/4;
			int*q = (int*)CMSG_DATA(h);
			for (int i = 0; i<k; i++) {
				last[nlast++] = q[i];
				printf(" %d/%d", fcntl(q[i], F_GETFD), fcntl(q[i], F_GETFL)&3);
			}
		}
		if (h->cmsg_type == SCM_CREDENTIALS) {
			struct ucred*u = (void*)CMSG_DATA(h);
			printf(" %s %d %d", u->pid == getpid()?"self":u->pid == 0?"0":u->pid == getppid()?"parent":"other", u->uid, u->gid);
		}
		printf("]");
	}
	puts("");
	return r;
}

static int nfd(void) {
	int n = 0;
	for (int i = 0; i<200; i++) if (fcntl(i, F_GETFD) >= 0)n++;
	return n;
}

static void cl(void) {
	for (int i = 0; i<nlast; i++) close(last[i]);
	nlast = 0;
}

int main() {
	int s[2], p[2];
	socketpair(1, SOCK_STREAM, 0, s);
	pipe(p);
	int base = nfd();
	snd(s[0], "a", 1, SCM_RIGHTS, p, 4, 0);
	rcv(s[1], 10, 100, 0);
	cl();
	snd(s[0], "a", 1, SCM_RIGHTS, p, 8, 0);
	rcv(s[1], 10, 100, MSG_CMSG_CLOEXEC);
	cl();
	snd(s[0], "a", 1, SCM_RIGHTS, p, 8, 0);
	rcv(s[1], 10, CMSG_SPACE(4), 0);
	cl();
	printf("%d\n", nfd()-base);
	snd(s[0], "a", 1, SCM_RIGHTS, p, 8, 0);
	rcv(s[1], 10, CMSG_LEN(4), 0);
	cl();
	snd(s[0], "a", 1, SCM_RIGHTS, p, 8, 0);
	rcv(s[1], 10, 10, 0);
	cl();
	snd(s[0], "a", 1, SCM_RIGHTS, p, 8, 0);
	rcv(s[1], 10, 0, 0);
	cl();
	snd(s[0], "a", 1, SCM_RIGHTS, p, 8, 0);
	R(read(s[1], B, 10));
	printf("%d\n", nfd()-base);
	int bad[2] = {p[0], 999};
	snd(s[0], "a", 1, SCM_RIGHTS, bad, 8, 0);
	snd(s[0], "", 0, SCM_RIGHTS, p, 4, 0);
	R(recv(s[1], B, 1, MSG_DONTWAIT));
	snd(s[0], "a", 1, SCM_RIGHTS, p, 0, 0);
	rcv(s[1], 10, 100, MSG_DONTWAIT);
	snd(s[0], "a", 1, SCM_RIGHTS, p, 3, 0);
	rcv(s[1], 10, 100, MSG_DONTWAIT);
	snd(s[0], "a", 1, 99, p, 4, 0);
	{
		int many[254];
		for (int i = 0; i<254; i++) many[i] = p[0];
		snd(s[0], "m", 1, SCM_RIGHTS, many, 253*4, 0);
		long r = rcv(s[1], 10, 4000, 0)*0;
		cl();
		snd(s[0], "m", 1, SCM_RIGHTS, many, 254*4, 0);
	}
	// boundaries: messages with fds aren't merged
	write(s[0], "xx", 2);
	snd(s[0], "yy", 2, SCM_RIGHTS, p, 4, 0);
	write(s[0], "zz", 2);
	rcv(s[1], 10, 100, 0);
	cl();
	rcv(s[1], 10, 100, 0);
	cl();
	rcv(s[1], 10, 100, MSG_DONTWAIT);
	snd(s[0], "abcd", 4, SCM_RIGHTS, p, 4, 0);
	rcv(s[1], 2, 100, 0);
	cl();
	rcv(s[1], 2, 100, 0);
	cl();
	snd(s[0], "abcd", 4, SCM_RIGHTS, p, 4, 0);
	rcv(s[1], 2, 100, MSG_PEEK);
	cl();
	rcv(s[1], 2, 100, 0);
	cl();
	rcv(s[1], 2, 100, 0);
	int op = open("/", O_PATH);
	snd(s[0], "a", 1, SCM_RIGHTS, &op, 4, 0);
	rcv(s[1], 1, 100, 0);
	cl();
	snd(s[0], "a", 1, SCM_RIGHTS, &s[0], 4, 0);
	rcv(s[1], 1, 100, 0);
	cl();
	int ep = epoll_create(1);
	snd(s[0], "a", 1, SCM_RIGHTS, &ep, 4, 0);
	rcv(s[1], 1, 100, 0);
	cl();
	// rlimit at receive
	snd(s[0], "a", 1, SCM_RIGHTS, p, 8, 0);
	struct rlimit l = {nfd()+1, 20000}, o;
	getrlimit(RLIMIT_NOFILE, &o);
	{
		int f;
		while (0);
		l.rlim_cur = dup(0);
		close(l.rlim_cur);
		l.rlim_cur += 1;
	}
	setrlimit(RLIMIT_NOFILE, &l);
	rcv(s[1], 1, 100, 0);
	cl();
	setrlimit(RLIMIT_NOFILE, &o);
	// creds
	int on = 1;
	R(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, 4));
	write(s[0], "c", 1);
	rcv(s[1], 10, 200, 0);
	snd(s[0], "c", 1, SCM_RIGHTS, p, 4, 0);
	rcv(s[1], 10, 200, 0);
	cl();
	struct ucred u = {getpid(), 0, 0};
	snd(s[0], "c", 1, SCM_CREDENTIALS, &u, sizeof u, 0);
	rcv(s[1], 10, 200, 0);
	u.uid = 77;
	snd(s[0], "c", 1, SCM_CREDENTIALS, &u, sizeof u, 0);
	rcv(s[1], 10, 200, MSG_DONTWAIT);
	u.uid = 0;
	u.pid = 99999;
	snd(s[0], "c", 1, SCM_CREDENTIALS, &u, sizeof u, 0);
	snd(s[0], "c", 1, SCM_CREDENTIALS, &u, 8, 0);
	CHILD(write(s[0], "k", 1));
	rcv(s[1], 10, 200, 0);
	write(s[0], "1", 1);
	CHILD(setuid(1000); write(s[0], "2", 1); struct ucred v = {getpid(), 0, 0}; snd(s[0], "3", 1, SCM_CREDENTIALS, &v, sizeof v, 0); v.uid = 1000; v.pid = getppid(); snd(s[0], "3", 1, SCM_CREDENTIALS, &v, sizeof v, 0));
	rcv(s[1], 10, 200, 0);
	rcv(s[1], 10, 200, 0);
	rcv(s[1], 10, 200, MSG_DONTWAIT);
	CHILD(struct ucred v; socklen_t z = sizeof v; getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &v, &z); printf("%d\n", v.pid == getppid()));
	int d[2];
	socketpair(1, SOCK_DGRAM, 0, d);
	setsockopt(d[1], SOL_SOCKET, SO_PASSCRED, &on, 4);
	write(d[0], "c", 1);
	rcv(d[1], 10, 200, 0);
	{
		int v = 0;
		setsockopt(d[1], SOL_SOCKET, SO_PASSCRED, &v, 4);
	}
	write(d[0], "c", 1);
	rcv(d[1], 10, 200, 0);
	int z = socket(1, SOCK_DGRAM, 0);
	setsockopt(z, SOL_SOCKET, SO_PASSCRED, &on, 4);
	struct sockaddr_un a = {1, "zz"};
	R(bind(d[1], (void*)&a, sizeof a));
	R(sendto(z, "q", 1, 0, (void*)&a, sizeof a));
	{
		struct sockaddr_un g;
		socklen_t gl = sizeof g;
		getsockname(z, (void*)&g, &gl);
		printf("autobound %d\n", gl);
	}
	// dgram rights
	snd(d[0], "x", 1, SCM_RIGHTS, p, 8, 0);
	rcv(d[1], 10, 100, 0);
	cl();
	rcv(d[1], 10, 100, 0);
	snd(d[0], "", 0, SCM_RIGHTS, p, 8, 0);
	rcv(d[1], 10, 100, 0);
	cl();
	// pipe end kept alive only by flight
	int q[2];
	pipe(q);
	snd(s[0], "w", 1, SCM_RIGHTS, &q[1], 4, 0);
	close(q[1]);
	R(ready(q[0]));
	{
		char cb[10];
		R(recv(s[1], B, 1, MSG_DONTWAIT));
	}
	R(ready(q[0]));
	close(q[0]);
	// cycle: two sockets in each other's queue; pipe inside must close
	int c[2], k[2];
	pipe(k);
	socketpair(1, SOCK_STREAM, 0, c);
	int fds[2] = {c[1], k[1]};
	snd(c[0], "w", 1, SCM_RIGHTS, fds, 8, 0);
	fds[0] = c[0];
	snd(c[1], "w", 1, SCM_RIGHTS, fds, 4, 0);
	close(c[0]);
	close(c[1]);
	close(k[1]);
	int t = socket(1, 1, 0);
	close(t);
	for (int i = 0; i<20 && !(ready(k[0])&POLLHUP); i++) {
		int g[2];
		socketpair(1, 1, 0, g);
		write(g[0], "x", 1);
		close(g[0]);
		close(g[1]);
		ms(10);
	}
	R(ready(k[0]));
	// flight limit
	struct rlimit f = {50, 50};
	fflush(stdout);
	CHILD(setuid(1000); setrlimit(RLIMIT_NOFILE, &f); int n = 0; int w[2]; socketpair(1, SOCK_DGRAM, 0, w); fcntl(w[0], F_SETFL, O_NONBLOCK); char cb[100]; struct iovec iv = {"x", 1}; struct msghdr m = {0, 0, &iv, 1, cb, CMSG_SPACE(40)}; struct cmsghdr*h = CMSG_FIRSTHDR(&m); h->cmsg_level = SOL_SOCKET; h->cmsg_type = SCM_RIGHTS; h->cmsg_len = CMSG_LEN(40); for (int i = 0; i<10; i++)((int*)CMSG_DATA(h))[i] = p[0]; errno = 0; while (sendmsg(w[0], &m, 0) == 1)n++; printf("flights %d %s\n", n, strerrorname_np(errno)));
	// multiple cmsgs
	{
		char cb[300];
		struct iovec iv = {"x", 1};
		struct msghdr m = {0, 0, &iv, 1, cb, 0};
		memset(cb, 0, 300);
		struct cmsghdr*h = (void*)cb;
		h->cmsg_level = 1;
		h->cmsg_type = 1;
		h->cmsg_len = CMSG_LEN(4);
		*(int*)CMSG_DATA(h) = p[0];
		h = (void*)(cb+CMSG_SPACE(4));
		h->cmsg_level = 1;
		h->cmsg_type = 1;
		h->cmsg_len = CMSG_LEN(4);
		*(int*)CMSG_DATA(h) = p[1];
		m.msg_controllen = 2*CMSG_SPACE(4);
		R(sendmsg(s[0], &m, 0));
		rcv(s[1], 9, 200, 0);
		cl();
		h->cmsg_len = 5;
		R(sendmsg(s[0], &m, 0));
		h->cmsg_len = 1000;
		R(sendmsg(s[0], &m, 0));
		h->cmsg_len = CMSG_LEN(4);
		h->cmsg_level = 0;
		R(sendmsg(s[0], &m, 0));
		rcv(s[1], 9, 200, 0);
		cl();
		m.msg_controllen = 5;
		R(sendmsg(s[0], &m, 0));
		rcv(s[1], 9, 200, 0);
		m.msg_controllen = 1<<20;
		R(sendmsg(s[0], &m, 0));
		m.msg_control = (void*)8;
		m.msg_controllen = 24;
		R(sendmsg(s[0], &m, 0));
		m.msg_iovlen = 2000;
		R(sendmsg(s[0], &m, 0));
		R(sendmsg(s[0], (void*)8, 0));
		m.msg_iovlen = 1;
		m.msg_control = 0;
		m.msg_namelen = -1;
		m.msg_name = B;
		R(sendmsg(s[0], &m, 0));
		m.msg_namelen = 1000;
		R(sendmsg(s[0], &m, 0));
		m.msg_namelen = 0;
		iv.iov_base = (void*)8;
		R(sendmsg(s[0], &m, 0));
	}
	printf("%d\n", nfd()-base);
	return 0;
}
