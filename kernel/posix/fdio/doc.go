// Package fdio provides the system calls that move bytes through file
// descriptors and control them: read(2), write(2) and their vector and positional forms,
// lseek(2), fcntl(2), flock(2), ioctl(2), sendfile(2), splice(2) and their kin.
//
// Files never block: their operations return EAGAIN. This package is the one
// place that waits for files, honours O_NONBLOCK, puts partial results together
// and turns EPIPE into SIGPIPE. Other libraries with calls that wait for a file
// (recvmsg(2), accept(2)) use Wait.
package fdio

//go:generate go run cairn/tools/sysgen
