//go:build !cairn

package irq

// On a developer's machine there are no interrupts but those that tests make.
const (
	firstVector = 0x30
	endVector   = 0xe0
)

var (
	acknowledged int
	idleVectors  []uint64
)

func msi(vector uint8) (addr uint64, data uint32) { return 0xfee0_0000, uint32(vector) }

func acknowledge() { acknowledged++ }

func groundFloor(uint64) {}

func takePending() (vector uint64, alarm bool) {
	if len(idleVectors) == 0 {
		return 0, false
	}
	vector, idleVectors = idleVectors[0], idleVectors[1:]
	return vector, false
}
