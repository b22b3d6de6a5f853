package pipe

import "testing"

// A large pipe takes no memory before it holds something.
func TestResizeTakesNothing(t *testing.T) {
	p := newPipe(nil)
	n := testing.AllocsPerRun(1, func() {
		p.ring.resize(1 << 18)
		p.ring.resize(defaultPages)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
