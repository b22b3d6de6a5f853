package socket

import (
	"encoding/binary"
	"sync"

	"cairn/kernel/task"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// A Message is what goes with the data of sendmsg(2) and recvmsg(2).
type Message struct {
	// Name is an address, a struct sockaddr: where a message goes, nil for the
	// connected peer, or where one came from. Recv sets it with SetName.
	Name []byte
	// WantName says that the receiver asks for the address.
	WantName bool
	// Control is the control messages of a message that is sent: a sequence of struct
	// cmsghdr (cmsg(3)).
	Control []byte
	// Flags are the MSG_ flags that the receiver gets.
	Flags int

	t     *task.Task
	space vm.Addr // where the next control message goes; 0: nobody wants any
	room  int     // for control messages
	used  int     // bytes of control messages

	nameRoom [maxAddr]byte
}

var messages = sync.Pool{New: func() any { return new(Message) }}

// newMessage returns an empty message for t.
func newMessage(t *task.Task) *Message {
	m := messages.Get().(*Message)
	m.t = t
	return m
}

// free gives the message back.
func (m *Message) free() {
	m.Name, m.WantName, m.Control, m.Flags = nil, false, nil, 0
	m.t, m.space, m.room, m.used = nil, 0, 0, 0
	messages.Put(m)
}

// SetName sets the address to a copy of addr.
func (m *Message) SetName(addr []byte) {
	m.Name = m.nameRoom[:copy(m.nameRoom[:], addr)]
}

// cmsgHeader is the size of a struct cmsghdr: a size_t and two ints.
const cmsgHeader = 16

// cmsgAlign rounds up to the alignment of control messages (CMSG_ALIGN).
func cmsgAlign(n int) int { return (n + 7) &^ 7 }

// HasControl says whether the receiver takes control messages.
func (m *Message) HasControl() bool { return m.space != 0 }

// ControlRoom returns for how many bytes of data the next control message has room, less than
// 0 if not even for its header.
func (m *Message) ControlRoom() int { return m.room - cmsgHeader }

// DataAddr returns the user address of the next control message's data.
func (m *Message) DataAddr() vm.Addr { return m.space + cmsgHeader }

// PutHeader stores the header of a control message whose n bytes of data are in place, and goes
// on behind it. MSG_CTRUNC is set if there is no room.
func (m *Message) PutHeader(level, typ, n int) error {
	if !m.HasControl() || m.room < cmsgHeader {
		m.Flags |= unix.MSG_CTRUNC
		return nil
	}
	length := cmsgHeader + n
	if length > m.room {
		m.Flags |= unix.MSG_CTRUNC
		length = m.room
	}
	var h [cmsgHeader]byte
	binary.NativeEndian.PutUint64(h[:], uint64(length))
	binary.NativeEndian.PutUint32(h[8:], uint32(level))
	binary.NativeEndian.PutUint32(h[12:], uint32(typ))
	if _, err := m.t.CopyOut(m.space, h[:]); err != nil {
		return err
	}
	step := min(cmsgAlign(cmsgHeader+n), m.room)
	m.space += vm.Addr(step)
	m.room -= step
	m.used += step
	return nil
}

// Put stores a control message, cut short with MSG_CTRUNC if there is no room for all of it.
func (m *Message) Put(level, typ int, data []byte) error {
	if m.HasControl() && m.room >= cmsgHeader {
		if _, err := m.t.CopyOut(m.DataAddr(), data[:min(len(data), m.ControlRoom())]); err != nil {
			return err
		}
	}
	return m.PutHeader(level, typ, len(data))
}

// A ControlMessage is one that was sent.
type ControlMessage struct {
	Level, Type int
	Data        []byte
}

// NextControl takes the first control message from p, and returns the rest. ok is false at the
// end. EINVAL if a length is wrong.
func NextControl(p []byte) (c ControlMessage, rest []byte, ok bool, err error) {
	if len(p) < cmsgHeader {
		return c, nil, false, nil
	}
	n := binary.NativeEndian.Uint64(p)
	if n < cmsgHeader || n > uint64(len(p)) {
		return c, nil, false, unix.EINVAL
	}
	c.Level = int(int32(binary.NativeEndian.Uint32(p[8:])))
	c.Type = int(int32(binary.NativeEndian.Uint32(p[12:])))
	c.Data = p[cmsgHeader:n]
	return c, p[min(cmsgAlign(int(n)), len(p)):], true, nil
}
