// AF_UNIX sockets: names, connections, options, shutdown, datagrams, messages.
#include "common.h"
#include <linux/sockios.h>
#include <sys/un.h>
static char B[1<<20];

static socklen_t mk(struct sockaddr_un*a, const char*n) {
	memset(a, 0, sizeof*a);
	a->sun_family = AF_UNIX;
	if (*n == '@') {
		memcpy(a->sun_path+1, n+1, strlen(n+1));
		return 2+strlen(n);
	}
	strcpy(a->sun_path, n);
	return sizeof *a;
}

static int bnd(int fd, const char*n) {
	struct sockaddr_un a;
	socklen_t l = mk(&a, n);
	return bind(fd, (void*)&a, l);
}

static int con(int fd, const char*n) {
	struct sockaddr_un a;
	socklen_t l = mk(&a, n);
	return connect(fd, (void*)&a, l);
}

static void nm(int fd) {
	struct sockaddr_un a;
	socklen_t l = sizeof a;
	memset(&a, '#', sizeof a);
	errno = 0;
	int r = getsockname(fd, (void*)&a, &l);
	printf("sockname %s len %d fam %d path %.20s|%.20s\n", result(r), l, a.sun_family, l>2?a.sun_path:"", l>2 && !a.sun_path[0]?a.sun_path+1:"");
	l = sizeof a;
	errno = 0;
	r = getpeername(fd, (void*)&a, &l);
	printf("peername %s len %d path %.20s|%.20s\n", result(r), l, l>2 && !r?a.sun_path:"", l>2 && !r && !a.sun_path[0]?a.sun_path+1:"");
}

static int op(int fd, int o) {
	int v = -99;
	socklen_t l = 4;
	errno = 0;
	int r = getsockopt(fd, SOL_SOCKET, o, &v, &l);
	if (r<0) {
		printf("opt %d %s\n", o, result(r));
		return 0;
	}
	printf("opt %d = %d len %d\n", o, v, l);
	return v;
}

static long rm(int fd, int n, int fl) {
	struct iovec iv = {B, n};
	struct msghdr m = {0, 0, &iv, 1};
	struct sockaddr_un a;
	m.msg_name = &a;
	m.msg_namelen = sizeof a;
	errno = 0;
	long r = recvmsg(fd, &m, fl);
	printf("recvmsg %d %x = %s flags %x namelen %d %.10s\n", n, fl, result(r), m.msg_flags, m.msg_namelen, m.msg_namelen>2 && r >= 0?a.sun_path+!a.sun_path[0]:"");
	return r;
}

int main() {
	signal(SIGPIPE, SIG_IGN);
	R(socket(AF_UNIX, SOCK_RAW, 0) >= 0);
	R(socket(AF_UNIX, SOCK_RDM, 0));
	R(socket(AF_UNIX, 99, 0));
	R(socket(AF_UNIX, SOCK_STREAM, 1) >= 0);
	R(socket(AF_UNIX, SOCK_STREAM, 2));
	R(socket(AF_UNIX, SOCK_STREAM|1<<12, 0));
	R(socket(99, 1, 0));
	R(socket(-1, 1, 0));
	R(socketpair(AF_UNIX, SOCK_STREAM, 0, (void*)8));
	R(socketpair(AF_UNIX, SOCK_STREAM, 9, (int*)B));
	int s = socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0);
	X(fcntl(s, F_GETFL));
	nm(s);
	R(ready(s));
	struct stat st;
	fstat(s, &st);
	printf("%o %ld %d\n", st.st_mode, (long)st.st_size, (int)st.st_nlink);
	for (int o = 1; o <= 50; o++) if (o != 14 && o != 25 && o != 47 && o != 32 && o != 33 && o != 28 && o != 26 && o != 44 && o != 46 && o != 42 && o != 43 && o != 34 && o != 36 && o != 40 && o != 41 && o != 45 && o != 48 && o != 49 && o != 50 && o != 27 && o != 24 && o != 22 && o != 23 && o != 37 && o != 38)op(s, o);
	R(listen(s, 5));
	R(accept(s, 0, 0));
	R(bnd(s, "sock"));
	nm(s);
	R(bnd(s, "sock2"));
	int s2 = socket(AF_UNIX, SOCK_STREAM, 0);
	R(bnd(s2, "sock"));
	R(bnd(s2, "nodir/x"));
	R(bnd(s2, ""));
	nm(s2);
	lstat("sock", &st);
	printf("%o\n", st.st_mode);
	struct sockaddr_un a;
	socklen_t l = mk(&a, "zz");
	R(bind(socket(AF_UNIX, 1, 0), (void*)&a, 2));
	R(bind(socket(AF_UNIX, 1, 0), (void*)&a, 1));
	R(bind(socket(AF_UNIX, 1, 0), (void*)&a, 0));
	R(bind(socket(AF_UNIX, 1, 0), (void*)&a, 111));
	R(bind(socket(AF_UNIX, 1, 0), (void*)8, 5));
	R(bind(socket(AF_UNIX, 1, 0), (void*)&a, -1));
	a.sun_family = 2;
	R(bind(socket(AF_UNIX, 1, 0), (void*)&a, 5));
	R(bind(0, (void*)&a, 5));
	R(bind(99, (void*)&a, 5));
	memset(&a, 'x', sizeof a);
	a.sun_family = 1;
	R(bind(socket(AF_UNIX, 1, 0), (void*)&a, 110));
	R(access("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0));
	// abstract
	int ab = socket(AF_UNIX, SOCK_STREAM, 0);
	R(bnd(ab, "@abs"));
	nm(ab);
	R(bnd(socket(AF_UNIX, 1, 0), "@abs"));
	R(bnd(socket(AF_UNIX, 2, 0), "@abs"));
	int au = socket(AF_UNIX, SOCK_DGRAM, 0);
	{
		struct sockaddr_un z = {1};
		R(bind(au, (void*)&z, 2));
		socklen_t zl = sizeof z;
		getsockname(au, (void*)&z, &zl);
		printf("autobind %d %d\n", zl, strspn(z.sun_path+1, "0123456789abcdef") >= 5);
		R(bind(au, (void*)&z, 2));
	}
	// connect
	int c = socket(AF_UNIX, SOCK_STREAM, 0);
	R(con(c, "sock"));
	R(con(c, "nope"));
	R(con(c, "@nope"));
	put("reg", "");
	R(con(c, "reg"));
	R(con(c, "."));
	R(con(socket(AF_UNIX, SOCK_DGRAM, 0), "sock"));
	R(con(socket(AF_UNIX, SOCK_SEQPACKET, 0), "sock"));
	R(listen(s, 1));
	R(con(c, "sock"));
	R(con(c, "sock"));
	R(ready(c));
	R(ready(s));
	nm(c);
	R(write(c, "hi", 2));
	int n1 = socket(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, 0);
	R(con(n1, "sock"));
	int n2 = socket(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, 0);
	R(con(n2, "sock"));
	op(n2, SO_ERROR);
	R(accept4(s, 0, 0, 1));
	R(accept4(s, 0, 0, SOCK_NONBLOCK|SOCK_CLOEXEC|4));
	l = sizeof a;
	memset(&a, 0, sizeof a);
	int k = accept4(s, (void*)&a, &l, SOCK_NONBLOCK|SOCK_CLOEXEC);
	printf("len %d fam %d\n", l, a.sun_family);
	X(fcntl(k, F_GETFL));
	R(fcntl(k, F_GETFD));
	nm(k);
	R(con(n2, "sock"));
	R(accept(s, (void*)8, &l));
	int k2 = accept(s, 0, 0);
	R(k2 >= 0);
	X(fcntl(k2, F_GETFL));
	R(accept(s, 0, 0));
	l = -1;
	con(socket(1, 1, 0), "sock");
	R(accept(s, (void*)&a, &l));
	R(accept(c, 0, 0));
	R(accept(0, 0, 0));
	R(listen(c, 1));
	R(listen(k, 1));
	R(listen(au, 1));
	R(listen(s, -1));
	R(listen(ab, 0));
	R(read(k, B, 10));
	R(read(k, B, 10));
	R(sendto(c, "x", 1, 0, (void*)&a, 110));
	R(send(c, "abcdef", 6, MSG_EOR));
	R(recv(k, B, 2, MSG_PEEK));
	R(recv(k, B, 3, 0));
	R(recv(k, B, 100, MSG_TRUNC));
	R(recv(k, B, 100, MSG_DONTWAIT));
	R(send(c, "12345", 5, MSG_NOSIGNAL|MSG_MORE));
	rm(k, 3, 0);
	rm(k, 3, MSG_WAITALL|MSG_DONTWAIT);
	{
		int n;
		R(ioctl(k, SIOCINQ, &n));
		send(c, "1234", 4, 0);
		R(ioctl(k, FIONREAD, &n));
		printf("inq %d\n", n);
		R(ioctl(c, SIOCOUTQ, &n));
		printf("outq>0 %d\n", n>0);
		R(recv(k, B, 99, 0));
		R(ioctl(c, TIOCOUTQ, &n));
		printf("outq %d\n", n);
	}
	op(s, SO_ACCEPTCONN);
	op(c, SO_ACCEPTCONN);
	op(c, SO_TYPE);
	op(c, SO_DOMAIN);
	op(c, SO_PROTOCOL);
	{
		struct ucred u;
		l = sizeof u;
		R(getsockopt(k, SOL_SOCKET, SO_PEERCRED, &u, &l));
		printf("%d %d %d\n", u.pid == getpid(), u.uid, u.gid);
		l = 4;
		R(getsockopt(k, SOL_SOCKET, SO_PEERCRED, &u, &l));
		printf("%d\n", l);
		int z = socket(1, 1, 0);
		l = sizeof u;
		R(getsockopt(z, SOL_SOCKET, SO_PEERCRED, &u, &l));
		printf("%d %d %d\n", u.pid, u.uid, u.gid);
		int gl[4];
		l = sizeof gl;
		R(getsockopt(k, SOL_SOCKET, 59, gl, &l));
		printf("%d\n", l);
	}
	{
		int v = 1;
		R(setsockopt(c, SOL_SOCKET, SO_SNDBUF, &v, 4));
		op(c, SO_SNDBUF);
		v = 100000;
		R(setsockopt(c, SOL_SOCKET, SO_SNDBUF, &v, 4));
		op(c, SO_SNDBUF);
		R(setsockopt(c, SOL_SOCKET, SO_TYPE, &v, 4));
		R(setsockopt(c, SOL_SOCKET, SO_SNDBUF, &v, 3));
		R(setsockopt(c, SOL_SOCKET, SO_SNDBUF, (void*)8, 4));
		R(setsockopt(c, 9999, 1, &v, 4));
		R(setsockopt(c, SOL_SOCKET, 9999, &v, 4));
		R(getsockopt(c, SOL_SOCKET, 9999, &v, &l));
		R(getsockopt(c, 6, 1, &v, &l));
		R(setsockopt(c, 6, 1, &v, 4));
		struct timeval tv = {0, 40000};
		R(setsockopt(k, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
		fcntl(k, F_SETFL, 0);
		long t = now();
		R(recv(k, B, 1, 0));
		printf("%d\n", now()-t >= 35);
		R(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
		fcntl(s, F_SETFL, 0);
		R(accept(s, 0, 0));
		tv.tv_usec = 1000000;
		R(setsockopt(k, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
		tv.tv_usec = 0;
		tv.tv_sec = -1;
		R(setsockopt(k, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
		R(setsockopt(k, SOL_SOCKET, SO_RCVTIMEO, &tv, 8));
		tv.tv_sec = 7;
		setsockopt(k, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
		l = sizeof tv;
		R(getsockopt(k, SOL_SOCKET, SO_SNDTIMEO, &tv, &l));
		printf("%ld %ld %d\n", tv.tv_sec, tv.tv_usec, l);
		v = 1;
		l = 1;
		R(getsockopt(k, SOL_SOCKET, SO_TYPE, &v, &l));
		l = -1;
		R(getsockopt(k, SOL_SOCKET, SO_TYPE, &v, &l));
		struct linger lg = {1, 5};
		R(setsockopt(k, SOL_SOCKET, SO_LINGER, &lg, 8));
		l = 8;
		R(getsockopt(k, SOL_SOCKET, SO_LINGER, &lg, &l));
		printf("%d %d\n", lg.l_onoff, lg.l_linger);
	}
	{
		struct timeval tv = {0, 0};
		setsockopt(k, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
	}
	// shutdown
	R(shutdown(c, 3));
	R(shutdown(s2, 2));
	R(shutdown(c, SHUT_WR));
	R(write(c, "x", 1));
	R(ready(c));
	R(ready(k));
	R(read(k, B, 1));
	R(write(k, "back", 4));
	R(read(c, B, 10));
	R(shutdown(c, SHUT_RD));
	R(write(k, "x", 1));
	R(ready(k));
	R(read(c, B, 1));
	R(ready(c));
	CHILD(signal(SIGPIPE, SIG_DFL); send(k, "x", 1, MSG_NOSIGNAL); printf("alive\n"); fflush(stdout); send(k, "x", 1, 0));
	close(c);
	R(ready(k));
	R(read(k, B, 1));
	// close with unread data -> ECONNRESET
	int sv[2];
	R(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	write(sv[0], "x", 1);
	write(sv[1], "y", 1);
	close(sv[1]);
	R(ready(sv[0]));
	op(sv[0], SO_ERROR);
	R(read(sv[0], B, 1));
	R(read(sv[0], B, 1));
	R(write(sv[0], "x", 1));
	close(sv[0]);
	socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
	write(sv[0], "x", 1);
	close(sv[1]);
	R(read(sv[0], B, 1));
	R(read(sv[0], B, 1));
	close(sv[0]);
	// dgram
	int d1 = socket(1, 2, 0), d2 = socket(1, 2, 0);
	R(bnd(d1, "d1"));
	R(send(d2, "x", 1, 0));
	R(recv(d2, B, 1, MSG_DONTWAIT));
	l = mk(&a, "d1");
	R(sendto(d2, "hello", 5, 0, (void*)&a, l));
	R(sendto(d2, "", 0, 0, (void*)&a, l));
	R(ready(d1));
	rm(d1, 3, MSG_PEEK);
	rm(d1, 3, MSG_PEEK|MSG_TRUNC);
	rm(d1, 3, MSG_TRUNC);
	rm(d1, 3, 0);
	rm(d1, 3, MSG_DONTWAIT);
	R(con(d2, "d1"));
	nm(d2);
	R(bnd(d2, "@dd"));
	R(send(d2, "q", 1, 0));
	rm(d1, 9, 0);
	R(sendto(d1, "back", 4, 0, 0, 0));
	l = mk(&a, "@dd");
	R(sendto(d1, "back", 4, 0, (void*)&a, l));
	rm(d2, 9, 0);
	int d3 = socket(1, 2, 0);
	R(con(d3, "@dd"));
	R(send(d3, "x", 1, 0));
	l = mk(&a, "@dd");
	R(sendto(d3, "x", 1, 0, (void*)&a, l));
	{
		struct sockaddr u = {AF_UNSPEC};
		R(connect(d2, &u, 2));
		R(send(d2, "x", 1, 0));
		R(connect(d2, &u, 1));
	}
	l = mk(&a, "sock");
	R(sendto(d2, "x", 1, 0, (void*)&a, l));
	l = mk(&a, "gone");
	R(sendto(d2, "x", 1, 0, (void*)&a, l));
	{
		int n = 0;
		fcntl(d2, F_SETFL, O_NONBLOCK);
		con(d2, "d1");
		errno = 0;
		while (send(d2, "x", 1, 0) == 1)n++;
		printf("queue %d %s\n", n, strerrorname_np(errno));
		R(ready(d2));
		rm(d1, 1, 0);
		R(ready(d2));
		R(send(d2, B, 300000, 0));
		unlink("d1");
		R(send(d2, "x", 1, 0));
		close(d1);
		R(send(d2, "x", 1, 0));
		R(ready(d2));
		R(send(d2, "x", 1, 0));
	}
	// dgram pair close
	socketpair(1, SOCK_DGRAM, 0, sv);
	close(sv[1]);
	R(send(sv[0], "x", 1, 0));
	R(send(sv[0], "x", 1, 0));
	R(recv(sv[0], B, 1, MSG_DONTWAIT));
	close(sv[0]);
	// seqpacket
	socketpair(1, SOCK_SEQPACKET, 0, sv);
	R(send(sv[0], "hello", 5, 0));
	R(send(sv[0], "world!", 6, MSG_EOR));
	R(write(sv[0], "", 0));
	rm(sv[1], 3, 0);
	rm(sv[1], 100, MSG_TRUNC);
	rm(sv[1], 100, MSG_DONTWAIT);
	R(send(sv[0], B, 250000, MSG_DONTWAIT));
	l = mk(&a, "@dd");
	R(sendto(sv[0], "x", 1, 0, (void*)&a, l));
	shutdown(sv[0], SHUT_WR);
	rm(sv[1], 10, 0);
	close(sv[0]);
	R(send(sv[1], "x", 1, 0));
	rm(sv[1], 10, 0);
	R(ready(sv[1]));
	// mmsg
	socketpair(1, SOCK_DGRAM, 0, sv);
	struct iovec iv[3] = {{"ab", 2}, {"cde", 3}, {"f", 1}};
	struct mmsghdr mm[3] = {{{0, 0, iv, 1}}, {{0, 0, iv+1, 2}}, {{0, 0, iv, 0}}};
	R(sendmmsg(sv[0], mm, 3, 0));
	printf("%d %d %d\n", mm[0].msg_len, mm[1].msg_len, mm[2].msg_len);
	struct iovec ri[4];
	char rb[4][10];
	struct mmsghdr rmm[4] = {0};
	for (int i = 0; i<4; i++) {
		ri[i].iov_base = rb[i];
		ri[i].iov_len = 3;
		rmm[i].msg_hdr.msg_iov = ri+i;
		rmm[i].msg_hdr.msg_iovlen = 1;
	}
	R(recvmmsg(sv[1], rmm, 4, MSG_WAITFORONE, 0));
	printf("%d %d %d %x\n", rmm[0].msg_len, rmm[1].msg_len, rmm[2].msg_len, rmm[1].msg_hdr.msg_flags);
	R(recvmmsg(sv[1], rmm, 4, MSG_DONTWAIT, 0));
	struct timespec ts = {0, 1};
	send(sv[0], "x", 1, 0);
	R(recvmmsg(sv[1], rmm, 1, 0, &ts));
	ts.tv_nsec = -1;
	R(recvmmsg(sv[1], rmm, 1, 0, &ts));
	R(sendmmsg(sv[0], mm, 0, 0));
	R(sendmmsg(sv[0], (void*)8, 1, 0));
	unlink("sock");
	R(con(socket(1, 1, 0), "sock"));
	return 0;
}
