package i8042

import (
	"testing"

	"cairn/kernel/drivers"
)

// controller is a model that takes a command only when its input buffer is empty.
type controller struct {
	drivers.Ports
	busy   int
	resets int
	early  bool
}

func (c *controller) Read8(off uint32) uint8 {
	if off == regStatus && c.busy > 0 {
		c.busy--
		return statusInputFull
	}
	return 0
}

func (c *controller) Write8(off uint32, v uint8) {
	if off == regCommand && v == commandReset {
		c.resets++
		c.early = c.early || c.busy > 0
	}
}

func TestReset(t *testing.T) {
	c := &controller{busy: 100}
	Reset(c)
	if c.resets == 0 || c.early {
		t.Errorf("%d resets, one while the controller was busy: %v", c.resets, c.early)
	}
	Reset(drivers.Ports(portBase)) // returns without a controller
}
