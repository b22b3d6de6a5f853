package socket

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// A Family makes the sockets of an address family.
type Family interface {
	// Create makes a socket: ESOCKTNOSUPPORT if the family has no such type,
	// EPROTONOSUPPORT if it has no such protocol, EPERM, EACCES.
	Create(t *task.Task, typ, protocol int) (Ops, error)

	// Pair makes two connected sockets: EOPNOTSUPP if the family cannot.
	Pair(t *task.Task, typ, protocol int) (a, b Ops, err error)
}

// The bounds of Linux's tables (include/linux/socket.h, include/linux/net.h).
const (
	maxFamily = 46 // AF_MAX
	maxType   = 11 // SOCK_MAX
)

var families struct {
	sync.RWMutex
	of [maxFamily]Family
}

// Register makes the sockets of an AF_ domain. Libraries call it when they are
// initialised. Domains that nobody registers are EAFNOSUPPORT.
func Register(domain int, f Family) {
	families.Lock()
	defer families.Unlock()
	families.of[domain] = f
}

// family returns the family of a domain, and checks the type: EAFNOSUPPORT, EINVAL.
func family(domain, typ int) (Family, error) {
	if domain < 0 || domain >= maxFamily {
		return nil, unix.EAFNOSUPPORT
	}
	if typ < 0 || typ >= maxType {
		return nil, unix.EINVAL
	}
	families.RLock()
	defer families.RUnlock()
	if f := families.of[domain]; f != nil {
		return f, nil
	}
	return nil, unix.EAFNOSUPPORT
}

// NoWait is the deadline of an operation that must not wait.
const NoWait clock.Time = 0

// Ops is the behaviour of a socket. Operations that may have to wait are given the
// deadline: [NoWait], or clock.Never. They wait with [Await], and return EAGAIN if the
// deadline came.
type Ops interface {
	// Common returns what the socket has in common with all others.
	Common() *Base

	// Bind gives the socket an address, a struct sockaddr (bind(2)).
	Bind(t *task.Task, addr []byte) error

	// Connect connects the socket, or sets where datagrams go (connect(2)).
	Connect(t *task.Task, addr []byte, deadline clock.Time) error

	// Listen makes the socket accept connections (listen(2)).
	Listen(t *task.Task, backlog int) error

	// Accept returns the next connection (accept(2)).
	Accept(t *task.Task, deadline clock.Time) (Ops, error)

	// Listening says whether the socket accepts connections.
	Listening() bool

	// Name appends the socket's own address to p, or its peer's: ENOTCONN.
	Name(p []byte, peer bool) ([]byte, error)

	// Send sends what is in b (sendmsg(2)), and returns how many bytes it took. m is nil if
	// there is neither an address nor control messages. It sends no SIGPIPE: see Signals.
	Send(t *task.Task, b *vm.Buffer, m *Message, flags int, deadline clock.Time) (int, error)

	// Recv receives into b (recvmsg(2)), and returns the number of bytes, as the call does. m
	// is nil if nobody asks for address, flags and control messages.
	Recv(t *task.Task, b *vm.Buffer, m *Message, flags int, deadline clock.Time) (int, error)

	// Signals says whether EPIPE comes with SIGPIPE.
	Signals() bool

	// Shutdown ends sending or receiving or both; how is SHUT_RD, SHUT_WR or SHUT_RDWR.
	Shutdown(t *task.Task, how int) error

	// SetOption sets an option that the socket does not share with all others:
	// ENOPROTOOPT.
	SetOption(t *task.Task, level, name int, v []byte) error

	// Option appends the value of such an option to p: ENOPROTOOPT.
	Option(t *task.Task, p []byte, level, name int) ([]byte, error)

	// Ready returns what poll(2) says now, and Queue who waits for that to change.
	Ready() wait.Events
	Queue() *wait.Queue

	// Ioctl does ioctl(2): ENOTTY.
	Ioctl(t *task.Task, cmd uint32, arg vm.Addr) (uintptr, error)

	// Release ends the socket: no description is left.
	Release()
}
