package virtio_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"cairn/kernel/drivers"
	"cairn/kernel/drivers/virtio"
	"cairn/kernel/drivers/virtio/mmio"
	"cairn/kernel/drivers/virtio/virtiotest"
	"cairn/kernel/mem"
)

const memory = 4 << 20

// newDevice connects a driver to a model with one queue.
func newDevice(t testing.TB, model *virtiotest.Device, size int) (*virtio.Device, *virtio.Queue) {
	t.Helper()
	t.Cleanup(model.Quiesce)
	tr, err := mmio.New(model, "test", model.Attach)
	if err != nil {
		t.Fatal(err)
	}
	d := &virtio.Device{Transport: tr}
	if err := d.Negotiate(0); err != nil {
		t.Fatal(err)
	}
	q, err := d.Queue(0, size)
	if err != nil {
		t.Fatal(err)
	}
	d.Ready()
	return d, q
}

// variants are the kinds of device that every queue test runs on.
var variants = []struct {
	legacy   bool
	features uint64
}{{false, 0}, {false, virtio.FeatureRingEventIdx}, {true, 0}, {true, virtio.FeatureRingEventIdx}}

func eachVariant(t *testing.T, f func(t *testing.T, model *virtiotest.Device)) {
	for _, v := range variants {
		t.Run(fmt.Sprintf("legacy=%v,features=%#x", v.legacy, v.features), func(t *testing.T) {
			mem.InitHosted(memory)
			f(t, virtiotest.New(virtio.IDEntropy, v.legacy, v.features, 64))
		})
	}
}

func TestRequestsGoThereAndBack(t *testing.T) {
	eachVariant(t, func(t *testing.T, model *virtiotest.Device) {
		_, q := newDevice(t, model, 16)
		f, _ := mem.AllocZero(mem.Kernel)
		copy(f.Bytes()[:], "question")
		rnd := rand.New(rand.NewPCG(1, 2))
		var waiting []virtiotest.Chain
		added, back := map[uint32]bool{}, 0
		for token := uint32(0); back < 500; {
			if rnd.IntN(2) == 0 && q.Free() >= 2 {
				err := q.Add(token, virtio.Segment{Addr: uint64(f), Len: 8},
					virtio.Segment{Addr: uint64(f) + 64, Len: 4, DeviceWrites: true})
				if err != nil {
					t.Fatal(err)
				}
				added[token] = true
				token++
				q.Kick()
			}
			for c, ok := model.Pop(0); ok; c, ok = model.Pop(0) {
				if len(c.Out) != 1 || string(c.Out[0]) != "question" || len(c.In) != 1 || len(c.In[0]) != 4 {
					t.Fatalf("device sees %q, %d", c.Out, len(c.In))
				}
				waiting = append(waiting, c)
			}
			if len(waiting) > 0 && rnd.IntN(2) == 0 {
				i := rnd.IntN(len(waiting)) // out of order
				model.Push(0, waiting[i].Head, 3)
				waiting = append(waiting[:i], waiting[i+1:]...)
			}
			for tok, n, ok := q.Next(); ok; tok, n, ok = q.Next() {
				if !added[tok] || n != 3 {
					t.Fatalf("token %d came back with %d bytes; added: %v", tok, n, added[tok])
				}
				delete(added, tok)
				back++
			}
		}
		if q.Broken() || q.Free()+2*len(added) != q.Size() {
			t.Errorf("broken %v, %d free, %d outstanding", q.Broken(), q.Free(), len(added))
		}
	})
}

func TestQueueFull(t *testing.T) {
	eachVariant(t, func(t *testing.T, model *virtiotest.Device) {
		_, q := newDevice(t, model, 4)
		s := virtio.Segment{Addr: 4096, Len: 1}
		for i := range uint32(4) {
			if err := q.Add(i, s); err != nil {
				t.Fatal(err)
			}
		}
		if err := q.Add(9, s); err != virtio.ErrFull {
			t.Errorf("Add to a full queue: %v", err)
		}
		q.Kick()
		c, _ := model.Pop(0)
		model.Push(0, c.Head, 0)
		if err := q.Add(9, s, s); err != virtio.ErrFull {
			t.Errorf("Add of two segments with none free: %v", err)
		}
		if tok, _, ok := q.Next(); !ok || tok != 0 {
			t.Errorf("Next = %d, %v", tok, ok)
		}
		if err := q.Add(9, s); err != nil {
			t.Errorf("Add after Next: %v", err)
		}
	})
}

func TestNotificationsAreSuppressed(t *testing.T) {
	mem.InitHosted(memory)
	model := virtiotest.New(virtio.IDEntropy, false, virtio.FeatureRingEventIdx, 64)
	_, q := newDevice(t, model, 64)
	for i := range uint32(10) {
		q.Add(i, virtio.Segment{Addr: 4096, Len: 1})
		q.Kick()
	}
	// The model asks to be told of requests after those it took. It took none after the first.
	if n := model.Notifications(); n != 1 {
		t.Errorf("%d notifications for 10 requests that the device did not look at, want 1", n)
	}
	for _, ok := model.Pop(0); ok; _, ok = model.Pop(0) {
	}
	q.Add(10, virtio.Segment{Addr: 4096, Len: 1})
	q.Kick()
	q.Kick()
	if n := model.Notifications(); n != 2 {
		t.Errorf("%d notifications after the device caught up, want 2", n)
	}
}

func TestInterruptsAreSuppressed(t *testing.T) {
	eachVariant(t, func(t *testing.T, model *virtiotest.Device) {
		d, q := newDevice(t, model, 16)
		used := make(chan bool, 16)
		d.HandleInterrupts(func() { used <- true }, func() {})
		roundTrip := func() {
			q.Add(1, virtio.Segment{Addr: 4096, Len: 1})
			c, _ := model.Pop(0)
			model.Push(0, c.Head, 0)
		}
		roundTrip()
		if !q.EnableInterrupts() {
			t.Error("EnableInterrupts does not say that a request is back already")
		}
		q.Next()
		roundTrip()
		<-used
		q.Next()
		q.DisableInterrupts()
		roundTrip()
		q.Next()
		if len(used) != 0 {
			t.Error("interrupt although they were disabled")
		}
		if q.EnableInterrupts() {
			t.Error("EnableInterrupts says that a request is back; none is outstanding")
		}
	})
}

func TestNegotiation(t *testing.T) {
	mem.InitHosted(memory)
	model := virtiotest.New(virtio.IDEntropy, false, 1<<3|1<<5, 8)
	tr, _ := mmio.New(model, "test", model.Attach)
	d := &virtio.Device{Transport: tr}
	if err := d.Negotiate(1<<5 | 1<<6); err != nil || !d.Has(1<<5|virtio.FeatureVersion1) || d.Has(1<<3) || d.Has(1<<6) {
		t.Errorf("Negotiate: %v, features %v %v %v", err, d.Has(1<<5), d.Has(1<<3), d.Has(1<<6))
	}
	if _, err := d.Queue(1, 8); err == nil {
		t.Error("a queue that the device does not have was set up")
	}
	model.RefuseFeatures = true
	if err := d.Negotiate(0); err != virtio.ErrFeatures {
		t.Errorf("Negotiate with a device that refuses: %v", err)
	}
}

func TestConfigIsReadWhole(t *testing.T) {
	mem.InitHosted(memory)
	model := virtiotest.New(virtio.IDEntropy, false, 0, 8)
	model.Config = bytes.Repeat([]byte{1}, 8)
	d, _ := newDevice(t, model, 8)
	var lo, hi uint32
	tries := 0
	d.ReadConfig(func(c drivers.Registers) {
		lo = c.Read32(0)
		if tries++; tries == 1 {
			model.ChangeConfig(bytes.Repeat([]byte{2}, 8))
		}
		hi = c.Read32(4)
	})
	if lo != hi || tries != 2 {
		t.Errorf("read %#x and %#x in %d tries", lo, hi, tries)
	}
}

// TestHostileDevice lets the device write anything into the used ring: the queue
// breaks, and nothing else does.
func TestHostileDevice(t *testing.T) {
	for name, attack := range map[string]func(m *virtiotest.Device, c virtiotest.Chain){
		"id beyond the ring":   func(m *virtiotest.Device, c virtiotest.Chain) { m.PushRaw(0, 1<<31, 0) },
		"id of no request":     func(m *virtiotest.Device, c virtiotest.Chain) { m.PushRaw(0, uint32(c.Head)+3, 0) },
		"middle of a chain":    func(m *virtiotest.Device, c virtiotest.Chain) { m.PushRaw(0, uint32(c.Head)+1, 0) },
		"the same twice":       func(m *virtiotest.Device, c virtiotest.Chain) { m.Push(0, c.Head, 0); m.Push(0, c.Head, 0) },
		"index runs far ahead": func(m *virtiotest.Device, c virtiotest.Chain) { m.Push(0, c.Head, 0); m.SetUsedIndex(0, 40000) },
	} {
		t.Run(name, func(t *testing.T) {
			mem.InitHosted(memory)
			model := virtiotest.New(virtio.IDEntropy, false, 0, 8)
			_, q := newDevice(t, model, 8)
			q.Add(7, virtio.Segment{Addr: 4096, Len: 1}, virtio.Segment{Addr: 8192, Len: 1, DeviceWrites: true})
			c, _ := model.Pop(0)
			attack(model, c)
			n := 0
			for ; n < 10; n++ {
				if _, _, ok := q.Next(); !ok {
					break
				}
			}
			if !q.Broken() || n > 1 {
				t.Errorf("broken %v after %d requests came back of 1", q.Broken(), n)
			}
			if err := q.Add(1, virtio.Segment{Addr: 4096, Len: 1}); err != virtio.ErrBroken {
				t.Errorf("Add to a broken queue: %v", err)
			}
			if q.Outstanding() || q.Pending() || q.EnableInterrupts() {
				t.Error("a broken queue has something outstanding or pending")
			}
		})
	}
}

func TestLengthIsClamped(t *testing.T) {
	mem.InitHosted(memory)
	model := virtiotest.New(virtio.IDEntropy, false, 0, 8)
	_, q := newDevice(t, model, 8)
	q.Add(7, virtio.Segment{Addr: 4096, Len: 10, DeviceWrites: true})
	c, _ := model.Pop(0)
	model.PushRaw(0, uint32(c.Head), 1<<30)
	if tok, n, ok := q.Next(); !ok || tok != 7 || n != 10 {
		t.Errorf("Next = %d, %d, %v; the request has room for 10 bytes", tok, n, ok)
	}
}

// FuzzUsedRing feeds the queue a used ring of any contents.
func FuzzUsedRing(f *testing.F) {
	f.Add(uint32(0), uint32(0), uint16(1))
	f.Add(uint32(1), uint32(9), uint16(3))
	f.Add(^uint32(0), ^uint32(0), uint16(65535))
	f.Fuzz(func(t *testing.T, id, n uint32, idx uint16) {
		mem.InitHosted(1 << 20)
		model := virtiotest.New(virtio.IDEntropy, false, virtio.FeatureRingEventIdx, 8)
		_, q := newDevice(t, model, 8)
		for i := range uint32(8) {
			q.Add(i, virtio.Segment{Addr: 4096, Len: 16, DeviceWrites: true})
		}
		model.PushRaw(0, id, n)
		model.SetUsedIndex(0, idx)
		for i := 0; ; i++ {
			tok, n, ok := q.Next()
			if !ok {
				break
			}
			if tok >= 8 || n > 16 || i >= 8 {
				t.Fatalf("request %d: token %d, %d bytes", i, tok, n)
			}
		}
	})
}
