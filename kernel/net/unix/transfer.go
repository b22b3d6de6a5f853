package unix

import (
	"cairn/kernel/clock"
	"cairn/kernel/net/socket"
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

// Send sends what is in b. MSG_OOB is EOPNOTSUPP.
func (s *sock) Send(t *task.Task, b *vm.Buffer, m *socket.Message, flags int, deadline clock.Time) (int, error) {
	if flags&unix.MSG_OOB != 0 {
		if s.connectionBased() && s.state.Load() != connected {
			return 0, unix.ENOTCONN
		}
		return 0, unix.EOPNOTSUPP
	}
	if m == nil && s.Type == unix.SOCK_STREAM {
		return s.sendStream(t, b, segment{}, deadline)
	}
	seg, err := s.prepare(t, m)
	if err != nil {
		return 0, err
	}
	n := 0
	if s.Type == unix.SOCK_STREAM {
		n, err = s.sendStreamTo(t, b, m, &seg, deadline)
	} else {
		n, err = s.sendPacket(t, b, m, &seg, deadline)
	}
	seg.files.drop() // what was sent is no longer in seg
	return n, err
}

// prepare returns the part of a segment that its control messages say.
func (s *sock) prepare(t *task.Task, m *socket.Message) (segment, error) {
	if m == nil || len(m.Control) == 0 {
		return segment{}, nil
	}
	return parseControl(t, m.Control)
}

// sendStreamTo is sendStream with an address, which a stream does not take.
func (s *sock) sendStreamTo(t *task.Task, b *vm.Buffer, m *socket.Message, seg *segment, deadline clock.Time) (int, error) {
	if len(m.Name) > 0 {
		if s.state.Load() == connected {
			return 0, unix.EISCONN
		}
		return 0, unix.EOPNOTSUPP
	}
	files := seg.files
	n, err := s.sendStream(t, b, *seg, deadline)
	if n > 0 && files != nil {
		seg.files = nil // the first segment has them
	}
	return n, err
}

// maxSegment is how many bytes of a stream are in one segment at most, as on Linux.
const maxSegment = maxLinear + 32768

// sendStream sends all of b, in as many segments as it takes. The first has the files of seg, all have
// its credentials.
func (s *sock) sendStream(t *task.Task, b *vm.Buffer, seg segment, deadline clock.Time) (int, error) {
	other := s.peer.Load()
	if other == nil {
		return 0, unix.ENOTCONN
	}
	done, err := s.pushStream(t, b, other, &seg)
	if deadline == socket.NoWait || !sys.IsAgain(err) {
		return several(done, err)
	}
	err = socket.Await(t, &s.waiters, wait.Out, deadline, func() error {
		if err := s.TakeError(); err != nil {
			return err // of who waits already; a new call finds EPIPE
		}
		n, err := s.pushStream(t, b, other, &seg)
		done += n
		return err
	})
	return several(done, err)
}

// several returns how much was done, or the error if nothing was.
func several(n int, err error) (int, error) {
	if n > 0 {
		return n, nil
	}
	return 0, err
}

// pushStream sends as much of b as SO_SNDBUF has room for: EAGAIN if that is not all.
func (s *sock) pushStream(t *task.Task, b *vm.Buffer, other *sock, seg *segment) (int, error) {
	if s.is(noSend) {
		return 0, unix.EPIPE
	}
	size, done := s.SendBuffer(), 0
	for b.Len() > 0 {
		if s.queued.Load() >= int64(size) {
			return done, unix.EAGAIN
		}
		n := min(b.Len(), size/2-64, maxSegment)
		seg.from, seg.cost = s, costOf(n)
		s.addCred(t, other, seg)
		other.mu.Lock()
		if other.dead || other.is(noReceive) {
			other.mu.Unlock()
			return done, unix.EPIPE
		}
		err := other.queue.push(b, n, seg)
		if err == nil {
			s.sent(seg.cost)
		}
		other.mu.Unlock()
		if err != nil {
			return done, err
		}
		other.waiters.Wake(wait.In)
		t.CheckMemory()
		seg.files = nil
		done += n
	}
	return done, nil
}

// Recv receives into b. MSG_OOB is EOPNOTSUPP.
func (s *sock) Recv(t *task.Task, b *vm.Buffer, m *socket.Message, flags int, deadline clock.Time) (int, error) {
	if flags&unix.MSG_OOB != 0 {
		return 0, unix.EOPNOTSUPP
	}
	var x taken
	n, err := 0, error(nil)
	if s.Type == unix.SOCK_STREAM {
		n, err = s.recvStream(t, b, &x, flags, deadline)
	} else {
		n, err = s.recvPacket(t, b, m, &x, flags, deadline)
	}
	if x.files == nil && m == nil {
		return n, err
	}
	return n, s.deliver(t, m, &x, err)
}

// taken is what was known of the segments that a receive took.
type taken struct {
	have  bool // there was a segment
	stop  bool // the next one must wait for the next call
	from  *sock
	cred  cred
	files *rights
}

// recvStream receives until b is full, as far as there is something; the first byte is
// waited for, with MSG_WAITALL all are.
func (s *sock) recvStream(t *task.Task, b *vm.Buffer, x *taken, flags int, deadline clock.Time) (int, error) {
	if s.state.Load() != connected {
		return 0, unix.EINVAL
	}
	peek := flags&unix.MSG_PEEK != 0
	done, err := s.takeStream(t, b, x, peek)
	if deadline == socket.NoWait {
		return several(done, err)
	}
	target := 1
	if flags&unix.MSG_WAITALL != 0 {
		target = done + b.Len()
	} else {
		target = max(1, min(s.LowWater(), done+b.Len()))
	}
	if again := sys.IsAgain(err) || err == nil && done < target && !x.stop && !peek; !again {
		return several(done, err)
	}
	err = socket.Await(t, &s.waiters, wait.In|wait.RdHup, deadline, func() error {
		n, err := s.takeStream(t, b, x, peek)
		done += n
		if err == nil && done < target && !x.stop && !peek {
			return unix.EAGAIN
		}
		return err
	})
	return several(done, err)
}

// takeStream fills b with what is there: EAGAIN if that is nothing, no error at the end.
func (s *sock) takeStream(t *task.Task, b *vm.Buffer, x *taken, peek bool) (n int, err error) {
	s.mu.Lock()
	if s.queue.count == 0 {
		t.Unready = s.waiters.Mark()
		s.mu.Unlock()
		return 0, s.nothing(x)
	}
	if first := s.queue.at(0); !x.have && !peek && first.files == nil && (s.queue.count == 1 || b.Len() <= first.n) {
		return s.takeFirst(b, x, first)
	}
	wants := s.wantsCred()
	cost := 0
	for i := 0; i < s.queue.count; {
		seg := s.queue.at(i)
		if x.have && wants && seg.cred != x.cred {
			x.stop = true
			break
		}
		if !x.have {
			x.have, x.cred, x.from = true, seg.cred, seg.from
		}
		k := min(seg.n, b.Len())
		off := 0
		if peek {
			off = n
		}
		if err = s.queue.copyOut(b, off, k); err != nil {
			break
		}
		n += k
		x.files, x.stop = seg.files, seg.files != nil
		whole := k == seg.n
		if peek {
			x.files = x.files.dup()
			i++
		} else {
			seg.files = nil
			if c := seg.cost; s.queue.discard(k) {
				cost += c
			}
		}
		if x.stop || !whole || b.Len() == 0 {
			break
		}
	}
	s.mu.Unlock()
	if cost > 0 {
		x.from.received(cost)
	}
	if n > 0 {
		err = nil
	}
	return n, err
}

// takeFirst is takeStream where the first segment, without files, is all that b can have. s is locked, and
// unlocked then.
func (s *sock) takeFirst(b *vm.Buffer, x *taken, first *segment) (int, error) {
	n, cost, from := min(first.n, b.Len()), first.cost, first.from
	x.have, x.cred, x.from = true, first.cred, from
	if err := s.queue.copyOut(b, 0, n); err != nil {
		s.mu.Unlock()
		return 0, err
	}
	done := s.queue.discard(n)
	s.mu.Unlock()
	if done {
		from.received(cost)
	}
	return n, nil
}

// nothing says what a receive returns when nothing waits: the pending error, the end, EAGAIN.
func (s *sock) nothing(x *taken) error {
	if err := s.TakeError(); err != nil {
		return err
	}
	if s.is(noReceive) {
		x.stop = true
		return nil
	}
	return unix.EAGAIN
}

// deliver hands on what came with the data, and returns err or an error of its own.
func (s *sock) deliver(t *task.Task, m *socket.Message, x *taken, err error) error {
	if m == nil || err != nil || !x.have {
		x.files.drop()
		return err
	}
	if m.WantName {
		if a := x.from.addr.Load(); a != nil {
			var room [unix.SizeofSockaddrUnix + 1]byte
			m.SetName(a.append(room[:0]))
		}
	}
	return s.putControl(t, m, x)
}
