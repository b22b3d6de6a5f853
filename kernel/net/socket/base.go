package socket

import (
	"sync"
	"sync/atomic"

	"cairn/kernel/clock"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/task"

	"golang.org/x/sys/unix"
)

// The sizes of socket buffers in bytes, as Linux counts them: with its overhead, so that
// setsockopt(2) doubles what it is given.
const (
	DefaultBuffer = 212992 // /proc/sys/net/core/{r,w}mem_{default,max}
	maxBuffer     = 212992
	minSend       = 4608
	minReceive    = 2304
)

// somaxconn is /proc/sys/net/core/somaxconn, the longest backlog.
var somaxconn atomic.Int32

func init() { somaxconn.Store(4096) }

// A Base is what every socket has. Embed it, and call Init.
type Base struct {
	// Domain, Type and Protocol are what the socket was made with.
	Domain, Type, Protocol int

	inode atomic.Pointer[vfs.Inode]

	sndbuf, rcvbuf atomic.Int32
	flags          atomic.Uint32 // a bit for each boolean option
	err            atomic.Int32  // SO_ERROR: what the next call reports
	timeouts       [2]atomic.Int64
	peer           atomic.Pointer[PeerCred]

	mu      sync.Mutex
	numbers [len(numberOptions)]int32
	linger  [2]int32 // on, seconds
}

// Init says what the socket was made with, and gives it the usual options.
func (b *Base) Init(domain, typ, protocol int) {
	b.Domain, b.Type, b.Protocol = domain, typ, protocol
	b.sndbuf.Store(DefaultBuffer)
	b.rcvbuf.Store(DefaultBuffer)
	b.timeouts[0].Store(forever)
	b.timeouts[1].Store(forever)
	b.numbers[lowatIndex] = 1
}

// Inode returns the inode of the socket's description: nil before it has one.
func (b *Base) Inode() *vfs.Inode { return b.inode.Load() }

// SendBuffer returns SO_SNDBUF in bytes.
func (b *Base) SendBuffer() int { return int(b.sndbuf.Load()) }

// LowWater returns SO_RCVLOWAT: how many bytes a receive from a stream waits for.
func (b *Base) LowWater() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return int(b.numbers[lowatIndex])
}

// forever is a timeout that never comes.
const forever = -1

// Deadline returns until when a call that begins now waits (SO_RCVTIMEO, SO_SNDTIMEO).
func (b *Base) Deadline(write bool) clock.Time {
	switch d := b.timeout(write).Load(); d {
	case forever:
		return clock.Never
	case 0:
		return NoWait
	default:
		return after(d/clock.Second, d%clock.Second)
	}
}

func (b *Base) timeout(write bool) *atomic.Int64 {
	if write {
		return &b.timeouts[1]
	}
	return &b.timeouts[0]
}

// SetError sets the error that the next call reports (SO_ERROR).
func (b *Base) SetError(e unix.Errno) { b.err.Store(int32(e)) }

// HasError says whether there is such an error.
func (b *Base) HasError() bool { return b.err.Load() != 0 }

// TakeError returns the error, and forgets it.
func (b *Base) TakeError() error {
	if b.err.Load() == 0 {
		return nil
	}
	if e := unix.Errno(b.err.Swap(0)); e != 0 {
		return e
	}
	return nil
}

// A PeerCred is who is at the other end (SO_PEERCRED, SO_PEERGROUPS).
type PeerCred struct {
	PID      int32
	UID, GID uint32
	Groups   []uint32
}

// CredOf returns the credentials of t as its peers see them.
func CredOf(t *task.Task) *PeerCred {
	c := vfs.CredOf(t)
	return &PeerCred{PID: t.Proc.PID, UID: c.UID, GID: c.GID, Groups: c.Groups}
}

// SetPeer sets who is at the other end.
func (b *Base) SetPeer(c *PeerCred) { b.peer.Store(c) }

// Peer returns who is at the other end: nil if nobody is known.
func (b *Base) Peer() *PeerCred { return b.peer.Load() }

// A Flag is an option that is on or off.
type Flag uint32

// PassCred is SO_PASSCRED: messages come with credentials.
const PassCred Flag = 1 << passCredIndex

// Has says whether an option is on.
func (b *Base) Has(f Flag) bool { return b.flags.Load()&uint32(f) != 0 }

// Inherit takes over what an accepted connection has from the socket that listened.
func (b *Base) Inherit(from *Base) { b.flags.Or(from.flags.Load() & uint32(PassCred)) }
