package tty

import (
	"sync"

	"cairn/kernel/drivers"
	"cairn/kernel/fs/vfs"
	"cairn/kernel/kfmt"
	"cairn/kernel/posix/fdtab"
	"cairn/kernel/task"
	"cairn/kernel/vm"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

const (
	// ptsMajor is the major number of the slaves of pseudoterminals (Linux's UNIX98_PTY_SLAVE_MAJOR).
	ptsMajor = 136
	// maxPtys is how many pseudoterminals there are at most (pty(7), /proc/sys/kernel/pty/max).
	maxPtys = 4096
	// masterBuffer is how much a master can write while the slave's input is full.
	masterBuffer = 8192
)

// A master is the other side of a pseudoterminal: it is the line of the slave's Terminal, whose lock
// guards it, and an open file.
type master struct {
	vfs.NoFile
	slave *Terminal
	index int
	in    drivers.Ring // what was written and found no room in the slave's input
	queue wait.Queue

	taking bool // input is being taken in
	sent   int  // how much output there was before

	locked    bool // TIOCSPTLCK: the slave cannot be opened
	closed    bool // the master is gone
	everOpen  bool // the slave was opened once
	slaveGone bool // and nobody has it open any more
	packet    bool // TIOCPKT
	status    uint8
}

// ptys is all pseudoterminals by number.
var ptys struct {
	sync.Mutex
	list []*master
}

// newPty makes a pseudoterminal with the lowest free number: ENOSPC if there are too many.
func newPty() (*master, error) {
	ptys.Lock()
	defer ptys.Unlock()
	i := 0
	for i < len(ptys.list) && ptys.list[i] != nil {
		i++
	}
	if i == maxPtys {
		return nil, unix.ENOSPC
	}
	m := &master{index: i, locked: true, in: drivers.NewRing(masterBuffer)}
	m.slave = newTerminal(kfmt.Sprintf("/dev/pts/%d", i), unix.Mkdev(ptsMajor, uint32(i)), m)
	m.slave.termios.Cflag &^= unix.HUPCL
	if i == len(ptys.list) {
		ptys.list = append(ptys.list, nil)
	}
	ptys.list[i] = m
	return m, nil
}

// findPty returns pseudoterminal number i, nil if there is none.
func findPty(i int) *master {
	ptys.Lock()
	defer ptys.Unlock()
	if i < 0 || i >= len(ptys.list) {
		return nil
	}
	return ptys.list[i]
}

// ptyIndices returns the numbers in use.
func ptyIndices() []int {
	ptys.Lock()
	defer ptys.Unlock()
	var list []int
	for i, m := range ptys.list {
		if m != nil {
			list = append(list, i)
		}
	}
	return list
}

// openMaster is the Opener of /dev/ptmx.
func openMaster(tk *task.Task, f *vfs.File) error {
	m, err := newPty()
	if err != nil {
		return err
	}
	f.Ops = m
	f.SetStream()
	ptsAdded(tk, m.index)
	return nil
}

// openSlave opens the slave: EIO while it is locked.
func (m *master) openSlave(tk *task.Task, f *vfs.File, noCTTY bool) error {
	m.slave.lock()
	locked := m.locked
	m.slave.unlock()
	if locked {
		return unix.EIO
	}
	return m.slave.Open(tk, f, noCTTY)
}

// Release is the end of the master: the slave is hung up.
func (m *master) Release(*vfs.File) {
	t := m.slave
	t.lock()
	m.closed = true
	t.hangup()
	t.unlock()
	ptys.Lock()
	ptys.list[m.index] = nil
	ptys.Unlock()
	ptsRemoved(m.index)
}

// slaveOpened and slaveClosed say that the slave has its first, or no more, open files.
func (m *master) slaveOpened() { m.everOpen, m.slaveGone = true, false }

func (m *master) slaveClosed(t *Terminal) {
	m.slaveGone = true
	t.later.master |= wait.In | wait.Hup
}

// Read reads what the slave wrote: EIO once nobody has the slave open any more.
func (m *master) Read(_ *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	t := m.slave
	t.lock()
	defer t.unlock()
	if b.Len() == 0 {
		return 0, nil
	}
	total := 0
	if m.packet {
		c := m.status
		if c == 0 && t.out.ring.Len() == 0 {
			return 0, m.nothing()
		}
		m.status = 0
		n, err := b.Write([]byte{c})
		if c != 0 || err != nil {
			return n, err
		}
		total = 1
	}
	if t.out.ring.Len() == 0 {
		return 0, m.nothing()
	}
	for b.Len() > 0 && t.out.ring.Len() > 0 {
		n, err := b.Write(t.out.ring.Data())
		t.out.ring.Consume(n)
		total += n
		if err != nil {
			return result(total, err)
		}
	}
	t.flushEcho()
	t.wakeWriters()
	return total, nil
}

// nothing is what a read of nothing returns.
func (m *master) nothing() error {
	if m.slaveGone {
		return unix.EIO
	}
	return unix.EAGAIN
}

// Write makes input of what is in b, as if it were typed at the slave.
func (m *master) Write(_ *task.Task, _ *vfs.File, b *vm.Buffer, _ int64) (int, error) {
	t := m.slave
	t.lock()
	defer t.unlock()
	if err := b.Check(writeChunk); err != nil {
		return 0, err
	}
	total := 0
	for b.Len() > 0 {
		span := m.in.FreeSpan()
		if len(span) == 0 {
			break
		}
		n, err := b.Read(span)
		m.in.Produce(n)
		total += n
		m.unthrottle(t)
		if err != nil {
			return result(total, err)
		}
	}
	if total == 0 && b.Len() > 0 {
		return 0, unix.EAGAIN
	}
	return total, nil
}

// Ready says what poll(2) would say.
func (m *master) Ready(*vfs.File) wait.Events {
	t := m.slave
	t.lock()
	defer t.unlock()
	var ev wait.Events
	if t.out.ring.Len() > 0 {
		ev |= wait.In
	}
	if m.packet && m.status != 0 {
		ev |= wait.In | wait.Pri
	}
	if m.in.Room() > 0 {
		ev |= wait.Out
	}
	if m.slaveGone {
		ev |= wait.Hup
	}
	return ev
}

// Queue is woken when Ready changes.
func (m *master) Queue(*vfs.File) *wait.Queue { return &m.queue }

// The methods of a line.

func (m *master) drain(t *Terminal) {
	if t.out.ring.Len() > 0 {
		t.later.master |= wait.In
	}
}

func (m *master) unthrottle(t *Terminal) {
	for m.in.Len() > 0 {
		m.taking, m.sent = true, t.out.ring.Len()
		n := t.receive(m.in.Data())
		m.taking = false
		if n == 0 {
			break
		}
		m.in.Consume(n)
		t.later.master |= wait.Out
	}
	t.in.full = m.in.Len() > 0
}

func (m *master) flow(t *Terminal, on bool) {
	if on {
		m.tell(t, unix.TIOCPKT_START, unix.TIOCPKT_STOP)
	} else {
		m.tell(t, unix.TIOCPKT_STOP, unix.TIOCPKT_START)
	}
}

// discard throws away the echo of what is being taken in: what was written or echoed before is
// with the master already.
func (m *master) discard(t *Terminal) {
	if m.taking {
		t.out.ring.Cut(m.sent)
	}
}

func (m *master) flushed(t *Terminal, what uint8) { m.tell(t, what, 0) }

func (m *master) drained(*Terminal) bool { return true }

func (m *master) gone() bool { return m.closed }

// tell adds to the status of packet mode, and takes off what is no longer so.
func (m *master) tell(t *Terminal, on, off uint8) {
	if m.packet {
		m.status = m.status&^off | on
		t.later.master |= wait.In | wait.Pri
	}
}

// settle sets what is fixed in the settings of a pseudoterminal.
func (m *master) settle(n *Termios) {
	n.Cflag = n.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8 | unix.CREAD
}

// settingsChanged tells the master in packet mode what changed that it may want to do itself.
func (m *master) settingsChanged(t *Terminal, old Termios) {
	n := &t.termios
	usual := func(v *Termios) bool {
		return v.Iflag&unix.IXON != 0 && v.Cc[unix.VSTOP] == ctrl('S') && v.Cc[unix.VSTART] == ctrl('Q')
	}
	if was, is := usual(&old), usual(n); was != is {
		if is {
			m.tell(t, unix.TIOCPKT_DOSTOP, unix.TIOCPKT_NOSTOP)
		} else {
			m.tell(t, unix.TIOCPKT_NOSTOP, unix.TIOCPKT_DOSTOP)
		}
	}
	if (old.Lflag|n.Lflag)&unix.EXTPROC != 0 {
		m.tell(t, unix.TIOCPKT_IOCTL, 0)
	}
}

// Ioctl does the commands of a master (ioctl_tty(2), "Pseudoterminal ioctls"), and those
// about the terminal, which work on the slave.
func (m *master) Ioctl(tk *task.Task, _ *vfs.File, cmd uint32, arg vm.Addr) (uintptr, error) {
	if cmd == unix.TIOCGPTPEER {
		return m.peer(tk, int(arg))
	}
	t := m.slave
	t.lock()
	defer t.unlock()
	switch cmd {
	case unix.TIOCGPTN:
		return 0, vm.Store(tk.AS, arg, uint32(m.index))
	case unix.TIOCGPTLCK:
		return 0, vm.Store(tk.AS, arg, flag(m.locked))
	case unix.TIOCGPKT:
		return 0, vm.Store(tk.AS, arg, flag(m.packet))
	case unix.TIOCSPTLCK, unix.TIOCPKT:
		v, err := vm.Load[int32](tk.AS, arg)
		if err != nil {
			return 0, err
		}
		if cmd == unix.TIOCSPTLCK {
			m.locked = v != 0
		} else if m.packet != (v != 0) {
			m.packet, m.status = v != 0, 0
		}
		return 0, nil
	case unix.TIOCSIG:
		if sig := unix.Signal(arg); sig == unix.SIGINT || sig == unix.SIGQUIT || sig == unix.SIGTSTP {
			t.signal(t.foreground, sig)
			return 0, nil
		}
		return 0, unix.EINVAL
	case unix.TIOCINQ:
		return 0, vm.Store(tk.AS, arg, int32(t.out.ring.Len()))
	case unix.TIOCSCTTY, unix.TIOCNOTTY, unix.TIOCEXCL, unix.TIOCNXCL, unix.TIOCGEXCL:
		return 0, unix.ENOTTY
	}
	return 0, t.ioctl(tk, cmd, arg)
}

// peer is TIOCGPTPEER: a descriptor of the slave, whatever is mounted where.
func (m *master) peer(tk *task.Task, flags int) (uintptr, error) {
	const known = unix.O_ACCMODE | unix.O_NONBLOCK | unix.O_CLOEXEC | unix.O_NOCTTY
	if flags&^known != 0 {
		return 0, unix.EINVAL
	}
	f, err := openPts(tk, m, flags)
	if err != nil {
		return 0, err
	}
	fd, err := fdtab.Install(tk, f, flags&unix.O_CLOEXEC != 0)
	return uintptr(fd), err
}
