package virtiotest

import (
	"encoding/binary"
	"sync"
)

// The events of control messages (VIRTIO 1.2, section 5.3.6.2).
const (
	eventDeviceReady = 0
	eventDeviceAdd   = 1
	eventPortReady   = 3
	eventConsolePort = 4
	eventPortOpen    = 6
	eventPortName    = 7
)

const (
	featureSize      = 1 << 0
	featureMultiport = 1 << 1
)

// A Console is a virtio console. Unless held up, it takes what the driver writes at once, as QEMU
// does under emulation.
type Console struct {
	*Device
	// Names of the ports, from number 1 on. None: a plain console with one port, number 0.
	Names []string

	mu   sync.Mutex
	out  map[int][]byte
	in   map[int][]byte
	held map[int]bool
}

// NewConsole returns a console with the named ports.
func NewConsole(legacy bool, features uint64, names ...string) *Console {
	const maxPorts = 8
	sizes := []int{128, 128}
	features |= featureSize
	if len(names) > 0 {
		features |= featureMultiport
		for range 2 * maxPorts {
			sizes = append(sizes, 128)
		}
		sizes[2], sizes[3] = 32, 32
	}
	c := &Console{Device: New(3, legacy, features, sizes...), Names: names,
		out: map[int][]byte{}, in: map[int][]byte{}, held: map[int]bool{}}
	c.Config = make([]byte, 12)
	binary.LittleEndian.PutUint16(c.Config, 80)
	binary.LittleEndian.PutUint16(c.Config[2:], 25)
	binary.LittleEndian.PutUint32(c.Config[4:], maxPorts)
	c.Notified = c.notified
	return c
}

// queues returns the numbers of a port's queues, as the driver sees them.
func queues(port int) (rx, tx int) {
	if port == 0 {
		return 0, 1
	}
	return 2 + 2*port, 3 + 2*port
}

func (c *Console) notified(q int) {
	switch {
	case len(c.Names) > 0 && q == 2:
	case len(c.Names) > 0 && q == 3:
		c.control()
	case q%2 == 1:
		c.drain(max(0, (q-3)/2))
	default:
		c.deliver(max(0, (q-2)/2))
	}
}

// control answers control messages.
func (c *Console) control() {
	for {
		r, ok := c.Pop(3)
		if !ok {
			return
		}
		m := r.Out[0]
		id, event := binary.LittleEndian.Uint32(m), binary.LittleEndian.Uint16(m[4:])
		switch event {
		case eventDeviceReady:
			for i := range c.Names {
				c.message(i+1, eventDeviceAdd, 1, "")
			}
		case eventPortReady:
			if id-1 >= uint32(len(c.Names)) {
				break
			}
			c.message(int(id), eventPortName, 1, c.Names[id-1])
			c.message(int(id), eventPortOpen, 1, "")
		}
		c.Push(3, r.Head, 0)
	}
}

// message sends a control message.
func (c *Console) message(port int, event, value uint16, rest string) {
	r, ok := c.Pop(2)
	if !ok {
		return // lost, as in QEMU
	}
	m := r.In[0]
	binary.LittleEndian.PutUint32(m, uint32(port))
	binary.LittleEndian.PutUint16(m[4:], event)
	binary.LittleEndian.PutUint16(m[6:], value)
	n := 8 + copy(m[8:], rest)
	c.Push(2, r.Head, n)
}

// HostOpen opens or closes the host's end of a port.
func (c *Console) HostOpen(port int, open bool) {
	v := uint16(0)
	if open {
		v = 1
	}
	c.message(port, eventPortOpen, v, "")
}

// Hold stops taking what the driver writes to a port, as a host does that does not read, or
// goes on.
func (c *Console) Hold(port int, held bool) {
	c.mu.Lock()
	c.held[port] = held
	c.mu.Unlock()
	if !held {
		c.drain(port)
	}
}

// drain takes what the driver wrote.
func (c *Console) drain(port int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, tx := queues(port)
	for !c.held[port] {
		r, ok := c.Pop(tx)
		if !ok {
			return
		}
		for _, b := range r.Out {
			c.out[port] = append(c.out[port], b...)
		}
		c.Push(tx, r.Head, 0)
	}
}

// Output returns what the driver wrote to a port so far.
func (c *Console) Output(port int) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]byte(nil), c.out[port]...)
}

// Send gives the driver bytes to read.
func (c *Console) Send(port int, b []byte) {
	c.mu.Lock()
	c.in[port] = append(c.in[port], b...)
	c.mu.Unlock()
	c.deliver(port)
}

// deliver fills the driver's buffers with what was sent.
func (c *Console) deliver(port int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rx, _ := queues(port)
	for len(c.in[port]) > 0 {
		r, ok := c.Pop(rx)
		if !ok {
			return
		}
		n := copy(r.In[0], c.in[port])
		c.in[port] = c.in[port][n:]
		c.Push(rx, r.Head, n)
	}
}
