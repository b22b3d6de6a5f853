package drivers

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"cairn/kernel/clock"
	"cairn/kernel/wait"
)

func TestStartRunsStagesInOrder(t *testing.T) {
	saved := starters.list
	defer func() { starters.list = saved }()
	starters.list = nil
	var got []string
	add := func(s Stage, name string, err error) {
		Register(s, name, func() error { got = append(got, name); return err })
	}
	add(Channels, "console", nil)
	add(Buses, "pci", errors.New("broken"))
	add(Tables, "acpi", nil)
	add(Buses, "mmio", nil)
	add(Devices, "rtc", nil)
	Start()
	if want := []string{"acpi", "mmio", "pci", "rtc", "console"}; !slices.Equal(got, want) {
		t.Errorf("started %v, want %v", got, want)
	}
}

func TestPowerOffTriesInOrder(t *testing.T) {
	saved := powerOff
	defer func() { powerOff = saved }()
	powerOff.n = 0
	var got []string
	for _, w := range []struct {
		order int
		name  string
	}{{PowerOffReset, "reset"}, {PowerOffFirst, "acpi"}, {PowerOffReset, "second reset"}, {5, "middle"}} {
		RegisterPowerOff(w.order, w.name, func() { got = append(got, w.name) })
	}
	PowerOff()
	if want := []string{"acpi", "middle", "reset", "second reset"}; !slices.Equal(got, want) {
		t.Errorf("tried %v, want %v", got, want)
	}
	for range 2 * maxPowerOff {
		RegisterPowerOff(0, "more", func() {})
	}
	if n := testing.AllocsPerRun(10, func() { got = got[:0]; PowerOff() }); n != 0 {
		t.Errorf("PowerOff allocates %v times", n)
	}
}

func TestRing(t *testing.T) {
	r := NewRing(64)
	rnd := rand.New(rand.NewPCG(1, 2))
	var want []byte
	next := byte(0)
	for range 10_000 {
		switch rnd.IntN(4) {
		case 0:
			if r.Put(next) != (len(want) < 64) {
				t.Fatal("Put succeeds in a full ring, or fails in one with room")
			}
			if len(want) < 64 {
				want = append(want, next)
				next++
			}
		case 1:
			n := min(len(r.FreeSpan()), rnd.IntN(20))
			for i := range n {
				r.FreeSpan()[i] = next
				want = append(want, next)
				next++
			}
			r.Produce(n)
		case 2:
			c, ok := r.Get()
			if ok != (len(want) > 0) || ok && c != want[0] {
				t.Fatalf("Get = %d, %v with %d bytes in the ring", c, ok, len(want))
			}
			if ok {
				want = want[1:]
			}
		case 3:
			p := make([]byte, rnd.IntN(70))
			n, _ := r.Read(p)
			if n != min(len(p), len(want)) || !bytes.Equal(p[:n], want[:n]) {
				t.Fatalf("Read of %d gives %d", len(p), n)
			}
			want = want[n:]
		}
		if r.Len() != len(want) || r.Room() != 64-len(want) || len(r.Data()) > len(want) {
			t.Fatalf("Len %d, Room %d with %d bytes", r.Len(), r.Room(), len(want))
		}
	}
	if r.Reset(); r.Len() != 0 {
		t.Error("Reset leaves bytes")
	}
}

func TestAwait(t *testing.T) {
	var q wait.Queue
	if Await(&q, clock.Now()+clock.Second/50, func() bool { return false }) {
		t.Error("Await reports what did not happen")
	}
	n := 0
	if !Await(&q, clock.Now()+10*clock.Second, func() bool { n++; return n == 3 }) {
		t.Error("Await does not look again without being woken")
	}
	ready := make(chan bool, 1)
	done := make(chan bool)
	go func() {
		done <- Await(&q, clock.Never, func() bool {
			select {
			case <-ready:
				return true
			default:
				return false
			}
		})
	}()
	for q.Empty() {
		continue
	}
	ready <- true
	q.Wake(wait.In)
	if !<-done || !q.Empty() {
		t.Error("Await does not end well")
	}
}

// bank is registers in an array.
type bank struct {
	Ports
	words [8]uint32
}

func (b *bank) Read32(off uint32) uint32     { return b.words[off/4] }
func (b *bank) Write32(off uint32, v uint32) { b.words[off/4] = v }

func TestRegisterHelpers(t *testing.T) {
	b := &bank{}
	r := At(b, 8)
	Write64(r, 4, 0x1122334455667788)
	if b.words[3] != 0x55667788 || b.words[4] != 0x11223344 || Read64(r, 4) != 0x1122334455667788 {
		t.Errorf("words %#x, Read64 %#x", b.words, Read64(r, 4))
	}
}

func TestReadPhysical(t *testing.T) {
	defer func(g Ground) { Machine = g }(Machine)
	Machine = Ground{}
	if _, err := ReadPhysical(0x1000, 4); err != ErrNoGround {
		t.Errorf("without a ground floor: %v", err)
	}
	b := &bank{words: [8]uint32{0x03020100, 0x07060504, 0x0b0a0908}}
	Machine.MapDevice = func(pa, size uint64) Registers { return At(b, uint32(pa-0x1000)) }
	got, err := ReadPhysical(0x1003, 6)
	if err != nil || !bytes.Equal(got, []byte{3, 4, 5, 6, 7, 8}) {
		t.Errorf("ReadPhysical = %v, %v", got, err)
	}
}
