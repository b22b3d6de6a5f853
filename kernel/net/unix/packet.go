package unix

import (
	"cairn/kernel/clock"
	"cairn/kernel/net/socket"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// packetOverhead is how many bytes of SO_SNDBUF a packet cannot have, as on Linux.
const packetOverhead = 32

// sendPacket sends b as one datagram or packet. seg loses the files that are sent.
func (s *sock) sendPacket(t *task.Task, b *vm.Buffer, m *socket.Message, seg *segment, deadline clock.Time) (int, error) {
	name, err := s.destination(m)
	if err != nil {
		return 0, err
	}
	if err := s.autobindSender(); err != nil {
		return 0, err
	}
	n := b.Len()
	if n > s.SendBuffer()-packetOverhead {
		return 0, unix.EMSGSIZE
	}
	if err := s.awaitBuffer(t, deadline); err != nil {
		return 0, err
	}
	seg.from, seg.cost = s, costOf(n)
	for {
		other := s.peer.Load()
		if name != "" {
			if other, err = find(t, name, s.Type); err != nil {
				if fault := b.Check(n); fault != nil {
					err = fault // Linux reads the data first
				}
				return 0, err
			}
		}
		if other == nil {
			return 0, unix.ENOTCONN
		}
		if err = s.put(t, other, b, seg); err == nil {
			return n, nil
		}
		if err != unix.EAGAIN {
			return 0, err
		}
		if deadline == socket.NoWait {
			return 0, unix.EAGAIN
		}
		if err := other.awaitRoom(t, deadline); err != nil {
			return 0, err
		}
	}
}

// destination returns the name that a message goes to, "" for the peer: EINVAL, and ENOTCONN if a
// socket that needs a connection has none.
func (s *sock) destination(m *socket.Message) (string, error) {
	if s.connectionBased() {
		if err := s.TakeError(); err != nil {
			return "", err
		}
		if s.state.Load() != connected {
			return "", unix.ENOTCONN
		}
		return "", nil
	}
	if m != nil && len(m.Name) > 0 {
		return parse(m.Name)
	}
	return "", nil
}

// awaitBuffer waits until SO_SNDBUF has room: EPIPE after shutdown(2).
func (s *sock) awaitBuffer(t *task.Task, deadline clock.Time) error {
	return socket.Await(t, &s.waiters, wait.Out, deadline, func() error {
		if err := s.TakeError(); err != nil {
			return err
		}
		switch {
		case s.is(noSend):
			return unix.EPIPE
		case s.queued.Load() >= int64(s.SendBuffer()):
			return unix.EAGAIN
		}
		return nil
	})
}

// put puts a packet into the queue of other: EAGAIN if that is full, EPERM if it is connected to another,
// ECONNREFUSED if it is gone, EPIPE if it does not receive any more.
func (s *sock) put(t *task.Task, other *sock, b *vm.Buffer, seg *segment) error {
	if !s.maySend(other) {
		return unix.EPERM
	}
	s.addCred(t, other, seg)
	other.mu.Lock()
	if other.dead {
		other.mu.Unlock()
		return s.peerGone(other)
	}
	if other.is(noReceive) {
		other.mu.Unlock()
		return unix.EPIPE
	}
	if other != s && other.peer.Load() != s && other.full() {
		other.mu.Unlock()
		return unix.EAGAIN
	}
	err := other.queue.push(b, b.Len(), seg)
	if err == nil {
		s.sent(seg.cost)
	}
	other.mu.Unlock()
	if err != nil {
		return err
	}
	seg.files = nil
	other.waiters.Wake(wait.In)
	t.CheckMemory()
	return nil
}

// peerGone is what happens to a sender whose receiver has ended.
func (s *sock) peerGone(other *sock) error {
	if s.connectionBased() {
		return unix.EPIPE
	}
	s.op.Lock()
	defer s.op.Unlock()
	if s.peer.Load() == other {
		s.setPeer(nil)
	}
	return unix.ECONNREFUSED
}

// recvPacket receives one datagram or packet; what has no room in b is lost. It returns the
// length of what is in b, with MSG_TRUNC the real length.
func (s *sock) recvPacket(t *task.Task, b *vm.Buffer, m *socket.Message, x *taken, flags int, deadline clock.Time) (n int, err error) {
	if s.connectionBased() && s.state.Load() != connected {
		return 0, unix.ENOTCONN
	}
	room := b.Len()
	err = socket.Await(t, &s.waiters, wait.In|wait.RdHup, deadline, func() (err error) {
		n, err = s.takePacket(b, x, flags&unix.MSG_PEEK != 0)
		if err == unix.EAGAIN && s.is(noReceive) && (s.connectionBased() || deadline != socket.NoWait) {
			return nil
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	if n > room && m != nil {
		m.Flags |= unix.MSG_TRUNC
	}
	if flags&unix.MSG_TRUNC == 0 {
		n = min(n, room)
	}
	return n, nil
}

// takePacket takes the first packet, and returns its length: EAGAIN if there is none.
func (s *sock) takePacket(b *vm.Buffer, x *taken, peek bool) (int, error) {
	if err := s.TakeError(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	if s.queue.count == 0 {
		s.mu.Unlock()
		return 0, unix.EAGAIN
	}
	wasFull := s.full()
	seg := s.queue.at(0)
	n, cost := seg.n, seg.cost
	x.have, x.cred, x.from, x.files = true, seg.cred, seg.from, seg.files
	err := s.queue.copyOut(b, 0, min(n, b.Len()))
	if peek {
		x.files = x.files.dup()
		s.mu.Unlock()
		return n, err
	}
	s.queue.discard(n)
	roomy := wasFull && !s.full()
	s.mu.Unlock()
	x.from.received(cost)
	if roomy {
		s.wakeSenders()
	}
	return n, err
}
