package pci

import (
	"testing"

	"cairn/kernel/drivers"
	"cairn/kernel/drivers/pci"
	"cairn/kernel/drivers/virtio"
	"cairn/kernel/drivers/virtio/virtiotest"
	"cairn/kernel/mem"
)

// start puts a model on the bus and returns the device found there, and what
// connects interrupts: the functions by line, and by message data.
func start(t *testing.T, model *virtiotest.PCI) (d *pci.Device, lines map[int]func(), messages map[uint32]func()) {
	t.Helper()
	mem.InitHosted(1 << 20)
	saved := drivers.Machine
	t.Cleanup(func() { drivers.Machine = saved })
	lines, messages = map[int]func(){}, map[uint32]func(){}
	drivers.Machine = drivers.Ground{
		MapDevice: model.Map,
		HandleIRQ: func(line int, _ string, f func()) error { lines[line] = f; return nil },
		AllocMSI: func(_ string, f func()) (uint64, uint32, bool) {
			data := uint32(0x50 + len(messages))
			messages[data] = f
			return 0xfee0_0000, data, true
		},
	}
	list := pci.Enumerate(model)
	if len(list) != 1 {
		t.Fatalf("%d devices on the bus", len(list))
	}
	return list[0], lines, messages
}

func TestTransport(t *testing.T) {
	for _, noMSIX := range []bool{false, true} {
		model := virtiotest.NewPCI(virtiotest.New(virtio.IDEntropy, false, virtio.FeatureRingEventIdx, 64, 64))
		model.NoMSIX = noMSIX
		bus, lines, messages := start(t, model)
		tr, err := New(bus)
		if err != nil {
			t.Fatal(err)
		}
		if tr.DeviceID() != virtio.IDEntropy || tr.Name() != "virtio-pci@00:00.0" {
			t.Errorf("device %d at %s", tr.DeviceID(), tr.Name())
		}
		d := &virtio.Device{Transport: tr}
		if err := d.Negotiate(0); err != nil {
			t.Fatal(err)
		}
		q, err := d.Queue(1, 16)
		if err != nil {
			t.Fatal(err)
		}
		used := 0
		if err := d.HandleInterrupts(func() { used++ }, func() {}); err != nil {
			t.Fatal(err)
		}
		d.Ready()
		for i := range uint32(100) {
			q.Add(i, virtio.Segment{Addr: 4096, Len: 4})
			q.Kick()
			c, ok := model.Pop(1)
			if !ok {
				t.Fatal("the device sees no request")
			}
			model.Push(1, c.Head, 0)
			if token, _, ok := q.Next(); !ok || token != i {
				t.Fatalf("Next = %d, %v", token, ok)
			}
		}
		if model.Notifications() != 100 {
			t.Errorf("%d notifications of queue 1, want 100", model.Notifications())
		}
		if noMSIX {
			model.Interrupt(1)
			lines[11]()
		} else {
			config, queues, addr, data := model.Vectors()
			if config != 0 || queues != 1 || addr != 0xfee0_0000 {
				t.Errorf("vectors %d and %d, message to %#x", config, queues, addr)
			}
			messages[data]()
		}
		if used != 1 {
			t.Errorf("MSI-X %v: %d calls for an interrupt", !noMSIX, used)
		}
	}
}

func TestMissingStructures(t *testing.T) {
	for typ := uint8(1); typ <= 4; typ++ {
		model := virtiotest.NewPCI(virtiotest.New(virtio.IDEntropy, false, 0, 8))
		model.Without = 1 << typ
		bus, _, _ := start(t, model)
		tr, err := New(bus)
		if typ != typeDevice {
			if err == nil {
				t.Errorf("a device without structure %d is taken", typ)
			}
			continue
		}
		if err != nil || tr.Config().Read32(0) != 0 {
			t.Errorf("a device without configuration: %v", err)
		}
	}
}
