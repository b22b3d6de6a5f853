//go:build !cairn

package irq

import (
	"errors"
	"testing"
)

type fakeController struct{ routes map[int]uint8 }

func (c *fakeController) Route(line int, vector uint8) error {
	if line > 23 {
		return errors.New("no such line")
	}
	c.routes[line] = vector
	return nil
}

func TestLinesAndMessages(t *testing.T) {
	if err := Handle(5, "early", nil); err == nil {
		t.Error("Handle works without a controller")
	}
	c := &fakeController{map[int]uint8{}}
	SetController(c)
	var a, b, m int
	for _, f := range []func(){func() { a++ }, func() { b++ }} {
		if err := Handle(5, "shared", f); err != nil {
			t.Fatal(err)
		}
	}
	if err := Handle(99, "none", nil); err == nil {
		t.Error("Handle accepts a line that the controller does not have")
	}
	_, data, ok := AllocMSI("msi", func() { m++ })
	if !ok || data == uint32(c.routes[5]) {
		t.Fatalf("AllocMSI: ok %v, vector %#x, the line's is %#x", ok, data, c.routes[5])
	}
	idleVectors = []uint64{uint64(data)}
	Interrupt(uint64(c.routes[5]))
	if a != 1 || b != 1 || m != 1 || acknowledged != 2 {
		t.Errorf("calls: %d %d %d, acknowledged %d, want 1 1 1, 2", a, b, m, acknowledged)
	}
	for range 256 {
		_, _, ok = AllocMSI("more", func() {})
	}
	if ok {
		t.Error("AllocMSI never runs out of vectors")
	}
}
