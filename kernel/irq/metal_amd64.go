//go:build cairn

package irq

import (
	"cairn/kernel/arch"
	"cairn/kernel/bare"
)

const (
	firstVector = arch.VectorDevices
	endVector   = arch.VectorDevicesEnd
)

// msi returns the message that makes the boot processor take a vector (Intel SDM
// volume 3, section 11.11).
func msi(vector uint8) (addr uint64, data uint32) {
	return 0xfee0_0000 | uint64(arch.LAPICID())<<12, uint32(vector)
}

func acknowledge() { arch.EndOfInterrupt() }

func groundFloor(vector uint64) { bare.Interrupt(vector) }

func takePending() (vector uint64, alarm bool) { return bare.TakePending() }

// Start runs the goroutine that serves interrupts which come while the processor
// is idle. It waits the way a goroutine waits for a network connection: the
// ground floor's one poll descriptor becomes ready.
func Start() {
	pollServerInit()
	ctx, errno := pollOpen(bare.EventFD)
	if errno != 0 {
		panic("irq: the runtime's poller refuses the interrupt descriptor")
	}
	go func() {
		for {
			pollReset(ctx, 'r')
			pending()
			pollWait(ctx, 'r')
		}
	}()
}
