package mmio

import (
	"errors"
	"testing"

	"cairn/kernel/drivers/virtio/virtiotest"
)

func TestParsePlace(t *testing.T) {
	for in, want := range map[string]Place{
		"512@0xfeb00e00:12":     {512, 0xfeb00e00, 12},
		"0x200@4273999872:5:0":  {512, 4273999872, 5},
		"4K@0xd0000000:010":     {4096, 0xd0000000, 8},
		"1k@0x1000M:3":          {1024, 0x1000 << 20, 3},
		"4K@0xd0000000:5:99":    {4096, 0xd0000000, 5},
		"512@0x10000000000:255": {512, 1 << 40, 255},
	} {
		if got, err := ParsePlace(in); err != nil || got != want {
			t.Errorf("ParsePlace(%q) = %+v, %v, want %+v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "512", "512@", "@0x1000:1", "512@0x1000", "512@0x1000:", "512@0x1000:x", "512@0x1000:1:2:3",
		"512@0x1000:-1", "512@0x1000:65536", "512@0x1002:1", "64@0x1000:1", "512@0xffffffffffffff00:1", "99999999999G@0:1", "512@0x1000:1:z", "K@0x1000:1"} {
		if got, err := ParsePlace(in); err == nil {
			t.Errorf("ParsePlace(%q) = %+v, want an error", in, got)
		}
	}
}

func FuzzParsePlace(f *testing.F) {
	f.Add("512@0xfeb00e00:12")
	f.Add("4K@0:1:2")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePlace(s)
		if err == nil && (p.Size < regConfig || p.Addr+p.Size < p.Addr || p.IRQ < 0) {
			t.Errorf("ParsePlace(%q) = %+v", s, p)
		}
	})
}

// wrong is a register window in which one register differs.
type wrong struct {
	*virtiotest.Device
	off, v uint32
}

func (w wrong) Read32(off uint32) uint32 {
	if off == w.off {
		return w.v
	}
	return w.Device.Read32(off)
}

func TestNewRefusesOtherThings(t *testing.T) {
	model := virtiotest.New(4, false, 0, 8)
	for _, c := range []struct {
		off, v uint32
		none   bool
	}{{regMagicValue, 0xffffffff, true}, {regDeviceID, 0, true}, {regVersion, 3, false}, {regVersion, 0, false}} {
		_, err := New(wrong{model, c.off, c.v}, "test", model.Attach)
		if err == nil || errors.Is(err, ErrNoDevice) != c.none {
			t.Errorf("register %#x = %#x: %v", c.off, c.v, err)
		}
	}
	if d, err := New(model, "test", model.Attach); err != nil || d.Name() != "test" || d.DeviceID() != 4 {
		t.Errorf("New of a good device: %v", err)
	}
}
