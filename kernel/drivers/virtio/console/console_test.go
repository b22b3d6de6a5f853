package console

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/drivers/virtio"
	"cairn/kernel/drivers/virtio/mmio"
	"cairn/kernel/drivers/virtio/virtiotest"
	"cairn/kernel/mem"
	"cairn/kernel/wait"

	"golang.org/x/sys/unix"
)

const patience = 10 * clock.Second

// start returns a driven console. The names of its ports are its own.
func start(t *testing.T, model *virtiotest.Console) *Device {
	t.Helper()
	mem.InitHosted(4 << 20)
	t.Cleanup(model.Quiesce)
	tr, err := mmio.New(model, "test", model.Attach)
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(&virtio.Device{Transport: tr})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func open(t *testing.T, d *Device, port int) *Port {
	t.Helper()
	p := d.ports[port]
	if err := p.Open(); err != nil {
		t.Fatal(err)
	}
	return p
}

// sink takes everything it is given.
type sink struct {
	bytes.Buffer
	room int
}

func (s *sink) Len() int { return s.room - s.Buffer.Len() }
func (s *sink) Write(p []byte) (int, error) {
	return s.Buffer.Write(p[:min(len(p), s.Len())])
}

func variants(t *testing.T, f func(t *testing.T, legacy bool, features uint64)) {
	for _, legacy := range []bool{false, true} {
		for _, features := range []uint64{0, virtio.FeatureRingEventIdx} {
			t.Run(fmt.Sprintf("legacy=%v,features=%#x", legacy, features), func(t *testing.T) { f(t, legacy, features) })
		}
	}
}

func TestPortsHaveNames(t *testing.T) {
	model := virtiotest.NewConsole(true, 0, "test.a", "test.b")
	d := start(t, model)
	for i, name := range model.Names {
		if drivers.FindChannel(name) != drivers.Channel(d.ports[i+1]) {
			t.Errorf("channel %q is not port %d", name, i+1)
		}
	}
	if drivers.FindChannel("test.c") != nil {
		t.Error("a channel that no port has")
	}
}

func TestOutput(t *testing.T) {
	variants(t, func(t *testing.T, legacy bool, features uint64) {
		model := virtiotest.NewConsole(legacy, features, "out")
		p := open(t, start(t, model), 1)
		var want []byte
		rnd := rand.New(rand.NewPCG(3, 4))
		for len(want) < 1<<20 {
			b := bytes.Repeat([]byte{byte(rnd.Uint32())}, 1+rnd.IntN(9000))
			want = append(want, b...)
			src := bytes.NewReader(b)
			for src.Len() > 0 {
				if _, err := p.Write(src); err == unix.EAGAIN {
					drivers.Await(p.Queue(), clock.Never, func() bool { return p.Ready()&wait.Out != 0 })
				} else if err != nil {
					t.Fatal(err)
				}
			}
		}
		if !p.Flush(clock.Now() + patience) {
			t.Fatal("Flush gives up")
		}
		if !bytes.Equal(model.Output(1), want) {
			t.Errorf("host got %d bytes, not the %d written", len(model.Output(1)), len(want))
		}
	})
}

// TestSmallWritesGather holds the host up: writes gather in pages, the writer is told
// when there is no room, and everything arrives once the host goes on.
func TestSmallWritesGather(t *testing.T) {
	variants(t, func(t *testing.T, legacy bool, features uint64) {
		model := virtiotest.NewConsole(legacy, features, "out")
		p := open(t, start(t, model), 1)
		model.Hold(1, true)
		var want []byte
		for i := 0; ; i++ {
			b := fmt.Appendf(nil, "line %d\n", i)
			n, err := p.Write(bytes.NewReader(b))
			want = append(want, b[:n]...)
			if err == unix.EAGAIN {
				break
			}
			if err != nil || i > 1<<20 {
				t.Fatal(i, err)
			}
		}
		if len(want) < (outPages-2)*mem.PageSize {
			t.Errorf("only %d bytes fit", len(want))
		}
		if p.Ready()&wait.Out != 0 {
			t.Error("ready for output without room")
		}
		if n := model.Notifications(); n > 40 {
			t.Errorf("%d notifications for %d bytes in small writes", n, len(want))
		}
		if p.Flush(clock.Now() + clock.Second/20) {
			t.Error("Flush succeeds although the host does not read")
		}
		model.Hold(1, false)
		if !drivers.Await(p.Queue(), clock.Now()+patience, func() bool { return p.Ready()&wait.Out != 0 }) {
			t.Error("no room after the host went on")
		}
		if !p.Flush(clock.Now()+patience) || !bytes.Equal(model.Output(1), want) {
			t.Errorf("host got %d bytes of %d", len(model.Output(1)), len(want))
		}
	})
}

// TestOpenPageGoesOut checks that bytes left in a page that is not full go out by the interrupt
// alone.
func TestOpenPageGoesOut(t *testing.T) {
	variants(t, func(t *testing.T, legacy bool, features uint64) {
		model := virtiotest.NewConsole(legacy, features, "out")
		p := open(t, start(t, model), 1)
		model.Hold(1, true)
		p.Write(bytes.NewReader([]byte("first ")))
		p.Write(bytes.NewReader([]byte("second")))
		model.Hold(1, false)
		eventually(t, func() bool { return string(model.Output(1)) == "first second" })
	})
}

func eventually(t *testing.T, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not happen")
		}
	}
}

func TestInput(t *testing.T) {
	variants(t, func(t *testing.T, legacy bool, features uint64) {
		model := virtiotest.NewConsole(legacy, features, "in")
		p := open(t, start(t, model), 1)
		want := make([]byte, 300_000)
		rnd := rand.NewChaCha8([32]byte{5})
		rnd.Read(want)
		p.EndAfter(uint64(len(want)))
		go func() {
			for rest := want; len(rest) > 0; {
				n := min(len(rest), 1+int(rnd.Uint64()%20000))
				model.Send(1, rest[:n])
				rest = rest[n:]
			}
		}()
		var got []byte
		for {
			s := sink{room: 1000}
			n, err := p.Read(&s)
			got = append(got, s.Bytes()...)
			if err == unix.EAGAIN {
				drivers.Await(p.Queue(), clock.Never, func() bool { return p.Ready()&wait.In != 0 })
			} else if err != nil || n == 0 {
				break
			}
		}
		if !bytes.Equal(got, want) {
			t.Errorf("read %d bytes, not the %d sent", len(got), len(want))
		}
		if ev := p.Ready(); ev&(wait.In|wait.Hup) != wait.In|wait.Hup {
			t.Errorf("Ready = %#x at the end", ev)
		}
	})
}

func TestBuffered(t *testing.T) {
	model := virtiotest.NewConsole(false, 0, "in")
	p := open(t, start(t, model), 1)
	if _, err := p.Read(&sink{room: 9}); err != unix.EAGAIN {
		t.Errorf("Read of nothing: %v", err)
	}
	model.Send(1, []byte("hello"))
	if n := p.Buffered(); n != 5 {
		t.Errorf("Buffered = %d, want 5", n)
	}
	p.Read(&sink{room: 2})
	if n := p.Buffered(); n != 3 {
		t.Errorf("Buffered = %d after 2 of 5 bytes, want 3", n)
	}
	model.HostOpen(1, false)
	s := sink{room: 9}
	eventually(t, func() bool { return p.Ready()&wait.Err != 0 })
	if n, err := p.Read(&s); n != 3 || err != nil || s.String() != "llo" {
		t.Errorf("Read after the host left = %d, %v, %q", n, err, s.String())
	}
	if n, err := p.Read(&s); n != 0 || err != nil {
		t.Errorf("Read at the end = %d, %v", n, err)
	}
}

func TestHostLeaves(t *testing.T) {
	model := virtiotest.NewConsole(false, 0, "out")
	p := open(t, start(t, model), 1)
	model.Hold(1, true)
	p.Write(bytes.NewReader([]byte("x")))
	model.HostOpen(1, false)
	eventually(t, func() bool { return p.Ready()&wait.Err != 0 })
	if _, err := p.Write(bytes.NewReader([]byte("y"))); err != unix.EPIPE {
		t.Errorf("Write to nobody: %v, want EPIPE", err)
	}
	if !p.Flush(clock.Never) {
		t.Error("Flush waits for nobody")
	}
}

func TestPlainConsole(t *testing.T) {
	model := virtiotest.NewConsole(true, 0)
	p := open(t, start(t, model), 0)
	rows, cols := p.Size(nil)
	if rows != 25 || cols != 80 {
		t.Errorf("Size = %d, %d, want 25, 80", rows, cols)
	}
	p.Write(bytes.NewReader([]byte("out")))
	model.Send(0, []byte("in"))
	eventually(t, func() bool { return p.Buffered() == 2 && string(model.Output(0)) == "out" })
	resized := make(chan [2]uint16, 1)
	p.Size(func(rows, cols uint16) { resized <- [2]uint16{rows, cols} })
	model.ChangeConfig([]byte{132, 0, 50, 0})
	if got := <-resized; got != [2]uint16{50, 132} {
		t.Errorf("resized to %v", got)
	}
}

func TestBothDirectionsAtOnce(t *testing.T) {
	model := virtiotest.NewConsole(false, virtio.FeatureRingEventIdx, "a", "b")
	d := start(t, model)
	a, b := open(t, d, 1), open(t, d, 2)
	var wg sync.WaitGroup
	const total = 200_000
	for i, p := range []*Port{a, b} {
		wg.Go(func() {
			src := io.Reader(bytes.NewReader(make([]byte, total)))
			for src.(*bytes.Reader).Len() > 0 {
				if _, err := p.Write(src.(*bytes.Reader)); err == unix.EAGAIN {
					drivers.Await(p.Queue(), clock.Never, func() bool { return p.Ready()&wait.Out != 0 })
				}
			}
			p.Flush(clock.Never)
		})
		wg.Go(func() { model.Send(i+1, make([]byte, total)) })
		wg.Go(func() {
			for n := 0; n < total; {
				k, err := p.Read(&sink{room: 5000})
				n += k
				if err == unix.EAGAIN {
					drivers.Await(p.Queue(), clock.Never, func() bool { return p.Ready()&wait.In != 0 })
				}
			}
		})
	}
	wg.Wait()
	for port := 1; port <= 2; port++ {
		if n := len(model.Output(port)); n != total {
			t.Errorf("port %d: host got %d bytes, want %d", port, n, total)
		}
	}
}

func TestMalformedControlMessages(t *testing.T) {
	model := virtiotest.NewConsole(false, 0, "x")
	d := start(t, model)
	for _, m := range [][]byte{nil, {1}, make([]byte, 7), {255, 255, 255, 255, 1, 0, 0, 0}, {1, 0, 0, 0, 99, 0, 0, 0},
		{1, 0, 0, 0, 5, 0, 0, 0, 1}, {1, 0, 0, 0, 7, 0, 0, 0}} {
		d.control.handle(m)
	}
	if d.ports[1].gone {
		t.Error("a malformed message closed the port")
	}
}

func FuzzControlMessage(f *testing.F) {
	f.Add([]byte{1, 0, 0, 0, 7, 0, 1, 0, 'n', 'a', 'm', 'e', 0})
	f.Add([]byte{1, 0, 0, 0, 5, 0, 1, 0, 80, 0, 25, 0})
	f.Add([]byte{0, 0, 0, 0, 1, 0, 1, 0})
	mem.InitHosted(4 << 20)
	model := virtiotest.NewConsole(false, 0, "x")
	tr, err := mmio.New(model, "test", model.Attach)
	if err != nil {
		f.Fatal(err)
	}
	d, err := New(&virtio.Device{Transport: tr})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, m []byte) { d.control.handle(m[:min(len(m), controlBuffer)]) })
}
