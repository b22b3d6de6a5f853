package strace

// Where the fields of a struct stat are (stat(2); arch/x86 asm/stat.h).
const (
	sizeofStat = 144
	statMode   = 24
	statRdev   = 40
	statSize   = 48
)

// sigFrameMask is where the signal mask is above the stack pointer with which a program
// calls rt_sigreturn(2): in a struct ucontext.
const sigFrameMask = 296

// Where the fields of a struct epoll_event are: packed on this architecture.
const (
	sizeofEpollEvent = 12
	epollEventData   = 4
)

// Which arguments of clone(2) these are; the order differs between architectures.
const (
	cloneChildTID = 3
	cloneTLS      = 4
)
