package sys

// PollFDs is the address of struct pollfd elements. The next argument says
// how many there are.
type PollFDs Addr

// FDSet is the address of an fd_set that select(2) reads and writes. The
// first argument of the call says how many descriptors it covers.
type FDSet Addr

// InOutTimeval is the address of the timeout of select(2), a struct timeval
// that the call reads and in which it leaves the time that was left.
type InOutTimeval Addr

// InOutTimespec is the address of the timeout of ppoll(2) and pselect6(2), a
// struct timespec that the call reads and in which it leaves the time that
// was left.
type InOutTimespec Addr

// Msec is a timeout in milliseconds. -1 waits for ever.
type Msec int32

// EpollOp is the EPOLL_CTL_ operation of epoll_ctl(2).
type EpollOp int32

// EpollFlags are the EPOLL_ flags of epoll_create1(2).
type EpollFlags int32

// EpollEvent is the address of a struct epoll_event that the call reads.
type EpollEvent Addr

// OutEpollEvents is the address of struct epoll_event elements that the call
// writes. The result of the call is how many they are.
type OutEpollEvents Addr

// EventfdFlags are the EFD_ flags of eventfd2(2).
type EventfdFlags int32
