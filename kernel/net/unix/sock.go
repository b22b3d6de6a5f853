package unix

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/net/socket"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// The states of a socket.
const (
	unconnected = iota
	listening
	connected
)

// What shutdown(2) ended, as bits.
const (
	noReceive = 1 << iota
	noSend
	noBoth = noReceive | noSend
)

// everything wakes all who wait for a socket.
const everything = wait.In | wait.Out | wait.Pri | wait.RdHup | wait.Err | wait.Hup

// maxQueue is how many datagrams wait for a receiver that is not connected to the sender, and one
// more (/proc/sys/net/unix/max_dgram_qlen).
const maxQueue = 10

// A sock is a socket.
type sock struct {
	socket.Base

	// waiters are those who wait for the socket; senders of datagrams and connect(2) wait in room
	// for its queue to have room.
	waiters, room wait.Queue

	peer     atomic.Pointer[sock]
	addr     atomic.Pointer[address]
	state    atomic.Int32
	shutdown atomic.Uint32
	queued   atomic.Int64 // SO_SNDBUF in use: the cost of what was sent and not received yet

	op sync.Mutex // held while binding, connecting, listening

	mu      sync.Mutex
	dead    bool
	queue   queue
	pending []*sock // connections that are not accepted yet
	backlog int
	senders map[*sock]struct{} // datagram sockets that are connected to this one

	inFlight int // guarded by flight.mu
}

type family struct{}

func init() { socket.Register(unix.AF_UNIX, family{}) }

// Create makes a socket. SOCK_RAW is SOCK_DGRAM, as on Linux.
func (family) Create(_ *task.Task, typ, protocol int) (socket.Ops, error) {
	if protocol != 0 && protocol != unix.PF_UNIX {
		return nil, unix.EPROTONOSUPPORT
	}
	switch typ {
	case unix.SOCK_RAW:
		typ = unix.SOCK_DGRAM
	case unix.SOCK_STREAM, unix.SOCK_DGRAM, unix.SOCK_SEQPACKET:
	default:
		return nil, unix.ESOCKTNOSUPPORT
	}
	return newSock(typ), nil
}

func newSock(typ int) *sock {
	s := &sock{backlog: maxQueue}
	s.Init(unix.AF_UNIX, typ, 0)
	all.add(s)
	return s
}

// Pair makes two sockets that are connected to each other.
func (f family) Pair(t *task.Task, typ, protocol int) (socket.Ops, socket.Ops, error) {
	first, err := f.Create(t, typ, protocol)
	if err != nil {
		return nil, nil, err
	}
	a := first.(*sock)
	b := newSock(a.Type)
	a.join(b)
	b.join(a)
	cred := socket.CredOf(t)
	a.SetPeer(cred)
	b.SetPeer(cred)
	return a, b, nil
}

// join makes s connected to peer.
func (s *sock) join(peer *sock) {
	s.peer.Store(peer)
	s.state.Store(connected)
	if s.Type == unix.SOCK_DGRAM {
		peer.addSender(s)
	}
}

// Common returns what the socket has in common with all others.
func (s *sock) Common() *socket.Base { return &s.Base }

// is says whether shutdown(2), or the peer's end, ended what the bits say.
func (s *sock) is(bits uint32) bool { return s.shutdown.Load()&bits != 0 }

// connectionBased says whether the socket is of a type that has connections.
func (s *sock) connectionBased() bool { return s.Type != unix.SOCK_DGRAM }

// Listening says whether the socket accepts connections.
func (s *sock) Listening() bool { return s.state.Load() == listening }

// Signals says that EPIPE comes with SIGPIPE on streams alone.
func (s *sock) Signals() bool { return s.Type == unix.SOCK_STREAM }

// Queue returns who waits for the socket.
func (s *sock) Queue() *wait.Queue { return &s.waiters }

// Ready says what unix(7) and poll(2) document.
func (s *sock) Ready() wait.Events {
	s.mu.Lock()
	queued := s.queue.count > 0 || len(s.pending) > 0
	s.mu.Unlock()
	down, state := s.shutdown.Load(), s.state.Load()
	var ev wait.Events
	if s.HasError() {
		ev |= wait.Err
	}
	if down&noReceive != 0 {
		ev |= wait.RdHup | wait.In
	}
	if down == noBoth || s.connectionBased() && state == unconnected {
		ev |= wait.Hup
	}
	if queued {
		ev |= wait.In
	}
	if state != listening && s.writable() && !s.peerFull() {
		ev |= wait.Out
	}
	return ev
}

// writable says whether a quarter of SO_SNDBUF at most is in use: then poll(2) finds the
// socket writable.
func (s *sock) writable() bool { return fits(s.queued.Load(), s.SendBuffer()) }

func fits(queued int64, buffer int) bool { return queued*4 <= int64(buffer) }

// peerFull says whether the peer of a datagram socket has no room, and is not connected back.
func (s *sock) peerFull() bool {
	p := s.peer.Load()
	if p == nil || s.connectionBased() || p == s || p.peer.Load() == s {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.full()
}

// full says whether the queue has more than the backlog. s is locked.
func (s *sock) full() bool { return s.queue.count+len(s.pending) > s.backlog }

// sent counts what was sent and has a cost.
func (s *sock) sent(cost int) { s.queued.Add(int64(cost)) }

// received gives the cost back, and wakes the sender once it is writable again.
func (s *sock) received(cost int) {
	now := s.queued.Add(-int64(cost))
	size := s.SendBuffer()
	if !fits(now+int64(cost), size) && fits(now, size) {
		s.waiters.Wake(wait.Out)
	}
}

// SetOption fails: all options are those that every socket has.
func (s *sock) SetOption(_ *task.Task, level, _ int, _ []byte) error { return noOption(level) }

// Option fails.
func (s *sock) Option(_ *task.Task, _ []byte, level, _ int) ([]byte, error) {
	return nil, noOption(level)
}

// noOption returns what Linux says of an option that does not exist.
func noOption(level int) error {
	if level == unix.SOL_SOCKET {
		return unix.ENOPROTOOPT
	}
	return unix.EOPNOTSUPP
}

// Ioctl implements SIOCINQ, which is FIONREAD, and SIOCOUTQ.
func (s *sock) Ioctl(t *task.Task, cmd uint32, arg vm.Addr) (uintptr, error) {
	n := 0
	switch cmd {
	case unix.SIOCINQ:
		if s.Listening() {
			return 0, unix.EINVAL
		}
		s.mu.Lock()
		n = s.queue.bytes
		if s.connectionBased() {
			s.mu.Unlock()
			break
		}
		n = s.queue.next()
		s.mu.Unlock()
	case unix.SIOCOUTQ:
		n = int(s.queued.Load())
	default:
		return 0, unix.ENOTTY
	}
	return 0, vm.Store(t.AS, arg, int32(n))
}

// Held returns how many bytes wait that the socket has sent (fdtab.Holder).
func (s *sock) Held() int { return int(s.queued.Load()) }
