package console

import (
	"encoding/binary"
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/drivers/virtio"
	"cairn/kernel/kfmt"
	"cairn/kernel/klog"
	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

// The events of control messages (VIRTIO 1.2, section 5.3.6.2).
const (
	eventDeviceReady  = 0
	eventDeviceAdd    = 1
	eventDeviceRemove = 2
	eventPortReady    = 3
	eventConsolePort  = 4
	eventResize       = 5
	eventPortOpen     = 6
	eventPortName     = 7
)

// The queues of the control messages.
const (
	controlReceiveQueue  = 2
	controlTransmitQueue = 3
)

const (
	messageSize = 8
	// controlBuffer is room for a message and a port's name. A device drops messages that
	// find no buffer.
	controlBuffer = 128
	controlRing   = mem.PageSize / controlBuffer

	// answerTime is how long a device may take to answer.
	answerTime = clock.Second
)

// control is the two queues of a device with many ports on which it tells about them.
type control struct {
	dev *Device

	rmu sync.Mutex // held while messages are taken from rx
	rx  *virtio.Queue
	in  mem.Frame

	mu  sync.Mutex
	tx  *virtio.Queue
	out mem.Frame
	// slots says which of the places for messages in out are free.
	slots []uint32
}

func newControl(d *Device) (*control, error) {
	c := &control{dev: d}
	var err error
	if c.rx, err = d.dev.Queue(controlReceiveQueue, controlRing); err != nil {
		return nil, err
	}
	if c.tx, err = d.dev.Queue(controlTransmitQueue, queueSize); err != nil {
		return nil, err
	}
	var ok bool
	if c.in, ok = mem.AllocZero(mem.Kernel); !ok {
		return nil, unix.ENOMEM
	}
	if c.out, ok = mem.AllocZero(mem.Kernel); !ok {
		return nil, unix.ENOMEM
	}
	for i := range c.tx.Size() {
		c.slots = append(c.slots, uint32(i))
	}
	for i := range c.rx.Size() {
		if err := c.post(uint32(i)); err != nil {
			return nil, err
		}
	}
	c.rx.EnableInterrupts()
	return c, nil
}

// post gives the device buffer i.
func (c *control) post(i uint32) error {
	return c.rx.Add(i, virtio.Segment{Addr: uint64(c.in) + uint64(i)*controlBuffer, Len: controlBuffer, DeviceWrites: true})
}

// discover says that the driver is ready, and handles what the device says in return: its
// ports and their names. A device puts its answers into the queue
// before it hands back the message that it answers, so when all messages are back and no answer
// waits, all is said.
func (c *control) discover() error {
	if err := c.send(noPort, eventDeviceReady, 1); err != nil {
		return err
	}
	for deadline := clock.Now() + answerTime; ; {
		quiet := c.idle()
		if !c.receive() && quiet {
			return nil
		}
		if clock.Now() > deadline {
			return kfmt.Errorf("console does not answer: %w", unix.ETIMEDOUT)
		}
	}
}

// noPort is the id of messages that are about no port.
const noPort = ^uint32(0)

// idle takes back the messages that the device has read, and says whether that is all of them.
func (c *control) idle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reclaim()
	return !c.tx.Outstanding()
}

func (c *control) reclaim() {
	for {
		slot, _, ok := c.tx.Next()
		if !ok {
			return
		}
		c.slots = append(c.slots, slot)
	}
}

// send sends a message. It waits, but not for long, if too many were not read yet.
func (c *control) send(id uint32, event, value uint16) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	deadline := clock.Now() + answerTime
	for c.reclaim(); len(c.slots) == 0; c.reclaim() {
		if c.tx.Broken() || clock.Now() > deadline {
			return kfmt.Errorf("console control message %d: %w", event, unix.EIO)
		}
	}
	slot := c.slots[len(c.slots)-1]
	at := slot * messageSize
	m := c.out.Bytes()[at:][:messageSize]
	binary.LittleEndian.PutUint32(m, id)
	binary.LittleEndian.PutUint16(m[4:], event)
	binary.LittleEndian.PutUint16(m[6:], value)
	if err := c.tx.Add(slot, virtio.Segment{Addr: uint64(c.out) + uint64(at), Len: messageSize}); err != nil {
		return err
	}
	c.slots = c.slots[:len(c.slots)-1]
	c.tx.Kick()
	return nil
}

// receive handles the messages that have come, and reports whether there were any.
func (c *control) receive() bool {
	c.rmu.Lock()
	defer c.rmu.Unlock()
	any := false
	for {
		i, n, ok := c.rx.Next()
		if !ok {
			break
		}
		any = true
		var m [controlBuffer]byte
		copy(m[:n], c.in.Bytes()[i*controlBuffer:])
		if err := c.post(i); err != nil {
			break
		}
		c.handle(m[:n])
	}
	c.rx.Kick()
	return any
}

// handle acts on one message from the device.
func (c *control) handle(m []byte) {
	if len(m) < messageSize {
		klog.Warnf("%s: control message of %d bytes", c.dev.dev.Name(), len(m))
		return
	}
	id := binary.LittleEndian.Uint32(m)
	event, value := binary.LittleEndian.Uint16(m[4:]), binary.LittleEndian.Uint16(m[6:])
	p := c.dev.port(id)
	if p == nil {
		klog.Warnf("%s: port %d is beyond what the driver can use (%d ports)", c.dev.dev.Name(), id, len(c.dev.ports))
		return
	}
	switch rest := m[messageSize:]; event {
	case eventDeviceAdd:
		if err := c.send(id, eventPortReady, 1); err != nil {
			klog.Warnf("%s: port %d: %v", c.dev.dev.Name(), id, err)
		}
	case eventDeviceRemove:
		p.setHostOpen(false)
	case eventPortOpen:
		p.setHostOpen(value != 0)
	case eventConsolePort:
		drivers.AddChannel(consoleName, p)
	case eventPortName:
		drivers.AddChannel(portName(rest), p)
	case eventResize:
		// Columns come first (section 5.3.6.2).
		if len(rest) >= 4 {
			p.resize(binary.LittleEndian.Uint16(rest[2:]), binary.LittleEndian.Uint16(rest))
		}
	}
}

// portName returns the name in a message, which may or may not end in a NUL.
func portName(b []byte) string {
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}
