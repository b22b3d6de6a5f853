package unix

import (
	"cairn/kernel/clock"
	"cairn/kernel/net/socket"
	"cairn/kernel/task"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// Listen makes the socket accept connections: EINVAL without a name or if it is connected.
func (s *sock) Listen(t *task.Task, backlog int) error {
	if !s.connectionBased() {
		return unix.EOPNOTSUPP
	}
	s.op.Lock()
	defer s.op.Unlock()
	if s.addr.Load() == nil || s.state.Load() == connected {
		return unix.EINVAL
	}
	s.mu.Lock()
	s.backlog = backlog
	s.mu.Unlock()
	s.SetPeer(socket.CredOf(t))
	s.state.Store(listening)
	s.room.Wake(wait.Out)
	return nil
}

// Connect connects the socket.
func (s *sock) Connect(t *task.Task, addr []byte, deadline clock.Time) error {
	if !s.connectionBased() {
		return s.connectDatagram(t, addr)
	}
	name, err := parse(addr)
	if err != nil {
		return err
	}
	if err := s.autobindSender(); err != nil {
		return err
	}
	for {
		other, err := find(t, name, s.Type)
		if err != nil {
			return err
		}
		if err = s.connectTo(t, other); err != unix.EAGAIN || deadline == socket.NoWait {
			return err
		}
		if err := other.awaitRoom(t, deadline); err != nil {
			return err
		}
	}
}

// awaitRoom waits until the queue of s has room, or nobody will ever take anything from it.
func (s *sock) awaitRoom(t *task.Task, deadline clock.Time) error {
	return socket.Await(t, &s.room, wait.Out, deadline, func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.full() && !s.dead && !s.is(noReceive) {
			return unix.EAGAIN
		}
		return nil
	})
}

// connectTo adds a connection to those that other has to accept: EAGAIN if they are more than its
// backlog.
func (s *sock) connectTo(t *task.Task, other *sock) error {
	conn := newSock(s.Type)
	s.op.Lock()
	err := s.queueAt(other, conn, socket.CredOf(t))
	s.op.Unlock()
	if err != nil {
		all.remove(conn)
		return err
	}
	other.waiters.Wake(wait.In)
	return nil
}

// queueAt makes conn the other end of s. op is held.
func (s *sock) queueAt(other, conn *sock, cred *socket.PeerCred) error {
	other.mu.Lock()
	defer other.mu.Unlock()
	if other.dead || !other.Listening() || other.is(noReceive) {
		return unix.ECONNREFUSED
	}
	if other.full() {
		return unix.EAGAIN
	}
	switch s.state.Load() {
	case connected:
		return unix.EISCONN
	case listening:
		return unix.EINVAL
	}
	conn.addr.Store(other.addr.Load())
	conn.SetPeer(cred)
	conn.join(s)
	s.SetPeer(other.Peer())
	s.join(conn)
	other.pending = append(other.pending, conn)
	return nil
}

// Accept returns the next connection: EINVAL if the socket does not listen.
func (s *sock) Accept(t *task.Task, deadline clock.Time) (socket.Ops, error) {
	if !s.connectionBased() {
		return nil, unix.EOPNOTSUPP
	}
	if !s.Listening() {
		return nil, unix.EINVAL
	}
	var conn *sock
	err := socket.Await(t, &s.waiters, wait.In, deadline, func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch {
		case len(s.pending) > 0:
			conn = s.pending[0]
			s.pending[0] = nil
			s.pending = s.pending[1:]
			return nil
		case s.is(noReceive) && deadline != socket.NoWait:
			return unix.EINVAL
		}
		return unix.EAGAIN
	})
	if err != nil {
		return nil, err
	}
	s.room.Wake(wait.Out)
	conn.Inherit(&s.Base)
	return conn, nil
}

// connectDatagram sets where datagrams go, and from where alone they come. An address of
// AF_UNSPEC ends that.
func (s *sock) connectDatagram(t *task.Task, addr []byte) error {
	if len(addr) < pathAt {
		return unix.EINVAL
	}
	if familyOf(addr) == unix.AF_UNSPEC {
		s.op.Lock()
		defer s.op.Unlock()
		s.setPeer(nil)
		return nil
	}
	name, err := parse(addr)
	if err != nil {
		return err
	}
	if err := s.autobindSender(); err != nil {
		return err
	}
	other, err := find(t, name, s.Type)
	if err != nil {
		return err
	}
	s.op.Lock()
	defer s.op.Unlock()
	if !s.maySend(other) {
		return unix.EPERM
	}
	s.setPeer(other)
	return nil
}

// maySend says whether other takes datagrams from s.
func (s *sock) maySend(other *sock) bool {
	p := other.peer.Load()
	return p == nil || p == s
}

// setPeer changes the peer of a datagram socket; nil is none. What came from the old one and waits is
// lost, and the old one, if it was connected back, gets ECONNRESET. op is held.
func (s *sock) setPeer(peer *sock) {
	old := s.peer.Swap(peer)
	if peer == nil {
		s.state.Store(unconnected)
	} else {
		s.state.Store(connected)
		peer.addSender(s)
	}
	if old == nil || old == peer {
		return
	}
	old.removeSender(s)
	s.purge()
	old.mu.Lock()
	alive := !old.dead
	old.mu.Unlock()
	if alive && old.peer.Load() == s {
		old.SetError(unix.ECONNRESET)
		old.waiters.Wake(wait.Err)
	}
}

func (s *sock) addSender(from *sock) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.senders == nil {
		s.senders = map[*sock]struct{}{}
	}
	s.senders[from] = struct{}{}
}

func (s *sock) removeSender(from *sock) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.senders, from)
}

// purge throws away what waits to be received.
func (s *sock) purge() {
	s.mu.Lock()
	lost := s.queue.take()
	s.mu.Unlock()
	drop(lost)
	s.wakeSenders()
}

// drop gives up segments that nobody receives.
func drop(lost []segment) {
	for i := range lost {
		lost[i].from.received(lost[i].cost)
		lost[i].files.drop()
	}
}

// wakeSenders tells those who wait for room in the queue.
func (s *sock) wakeSenders() {
	s.room.Wake(wait.Out)
	s.mu.Lock()
	var senders []*sock
	for from := range s.senders {
		senders = append(senders, from)
	}
	s.mu.Unlock()
	for _, from := range senders { // an epoll that is woken may ask whether s is ready
		from.waiters.Wake(wait.Out)
	}
}

// Shutdown ends sending or receiving or both. The peer of a connection learns of it.
func (s *sock) Shutdown(_ *task.Task, how int) error {
	bits := uint32(how + 1) // SHUT_RD is 0
	s.shutdown.Or(bits)
	if peer := s.peer.Load(); peer != nil && s.connectionBased() {
		peer.shutdown.Or(bits>>1&noReceive | bits<<1&noSend)
		peer.waiters.Wake(everything)
	}
	s.waiters.Wake(everything)
	s.room.Wake(everything)
	return nil
}

// Release ends the socket: its peer sees the end, and ECONNRESET if something that it sent was not
// received.
func (s *sock) Release() {
	s.end(false)
	collect()
}

// end is Release. refused says that nobody accepted the connection.
func (s *sock) end(refused bool) {
	s.unbind()
	all.remove(s)
	s.mu.Lock()
	s.dead = true
	s.shutdown.Store(noBoth)
	lost, pending := s.queue.take(), s.pending
	s.pending = nil
	s.mu.Unlock()
	if peer := s.peer.Load(); peer != nil {
		s.leave(peer, refused || len(lost) > 0)
	}
	s.wakeSenders()
	for _, conn := range pending {
		conn.end(true)
	}
	drop(lost)
}

// leave tells the peer that the socket ends.
func (s *sock) leave(peer *sock, lost bool) {
	if !s.connectionBased() {
		peer.removeSender(s)
		return
	}
	if lost {
		peer.SetError(unix.ECONNRESET)
	}
	peer.shutdown.Store(noBoth)
	peer.waiters.Wake(everything)
}
