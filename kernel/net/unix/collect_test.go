package unix

import (
	"testing"

	"cairn/kernel/fs/vfs"
	"cairn/kernel/net/socket"
	"cairn/kernel/posix/posixtest"
	"cairn/kernel/task/tasktest"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// filePair returns a pair of sockets and their descriptions.
func filePair(t *testing.T, tk *tasktest.Task) (a, b *vfs.File) {
	t.Helper()
	x, y, err := family{}.Pair(tk.Task, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	return socket.NewFile(tk.Task, x, 0), socket.NewFile(tk.Task, y, 0)
}

// carry sends files over a socket.
func carry(t *testing.T, tk *tasktest.Task, over *vfs.File, files ...*vfs.File) {
	t.Helper()
	r := &rights{}
	for _, f := range files {
		f.Get()
		r.files = append(r.files, f)
	}
	if err := r.launch(tk.Task); err != nil {
		t.Fatal(err)
	}
	if _, err := sockOf(over).sendStream(tk.Task, vm.NewBuffer([]byte("x")), segment{files: r}, socket.NoWait); err != nil {
		t.Fatal(err)
	}
}

// trigger closes a socket that has nothing to do with the others.
func trigger(t *testing.T, tk *tasktest.Task) {
	a, b := filePair(t, tk)
	a.Put()
	b.Put()
}

func TestCyclesAreCollected(t *testing.T) {
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, tk *tasktest.Task) (kept []*vfs.File)
	}{
		{"itself", func(t *testing.T, tk *tasktest.Task) []*vfs.File {
			a, b := filePair(t, tk)
			carry(t, tk, a, b)
			a.Put()
			b.Put()
			return nil
		}},
		{"both ends", func(t *testing.T, tk *tasktest.Task) []*vfs.File {
			a, b := filePair(t, tk)
			carry(t, tk, a, a, b)
			carry(t, tk, b, a, b, b)
			a.Put()
			b.Put()
			return nil
		}},
		{"two pairs", func(t *testing.T, tk *tasktest.Task) []*vfs.File {
			a, b := filePair(t, tk)
			c, d := filePair(t, tk)
			carry(t, tk, a, c, d)
			carry(t, tk, c, a, b)
			for _, f := range []*vfs.File{a, b, c, d} {
				f.Put()
			}
			return nil
		}},
		{"within reach", func(t *testing.T, tk *tasktest.Task) []*vfs.File {
			a, b := filePair(t, tk)
			c, d := filePair(t, tk)
			carry(t, tk, a, c, d) // b receives them
			carry(t, tk, c, a)    // d would receive this one
			for _, f := range []*vfs.File{a, c, d} {
				f.Put()
			}
			return []*vfs.File{b}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tk := posixtest.NewTask(t)
			kept := tt.run(t, tk)
			trigger(t, tk)
			if len(kept) > 0 && len(flight.socks) == 0 {
				t.Error("sockets within reach are gone")
			}
			for _, f := range kept {
				f.Put()
			}
			trigger(t, tk)
			if n := len(flight.socks); n != 0 || len(flight.users) != 0 {
				t.Errorf("%d sockets, files of %d users are in flight for ever", n, len(flight.users))
			}
			if n := len(all.socks); n != 0 {
				t.Errorf("%d sockets are left", n)
				clear(all.socks)
			}
		})
	}
}

func TestTransfersDoNotAllocate(t *testing.T) {
	tk := posixtest.NewTask(t)
	a, b := filePair(t, tk)
	defer a.Put()
	defer b.Put()
	p := make([]byte, 100)
	buf := vm.NewBuffer(p)
	n := testing.AllocsPerRun(1000, func() {
		buf.SetBytes(p)
		if _, err := a.Write(tk.Task, buf); err != nil {
			t.Fatal(err)
		}
		buf.SetBytes(p)
		if _, err := b.Read(tk.Task, buf); err != nil {
			t.Fatal(err)
		}
	})
	if n != 0 {
		t.Errorf("a write and a read allocate %v times", n)
	}
}

func TestQueueGoesRound(t *testing.T) {
	var q queue
	for i := range 5000 {
		p := []byte{byte(i), byte(i >> 8), 3}
		for range 2 {
			if err := q.push(vm.NewBuffer(p), len(p), new(segment)); err != nil {
				t.Fatal(err)
			}
		}
		if i%3 != 0 {
			continue
		}
		got := make([]byte, 3)
		if err := q.copyOut(vm.NewBuffer(got), 0, 3); err != nil || got[2] != 3 {
			t.Fatalf("%v, %v", got, err)
		}
		q.discard(3)
	}
	for q.count > 1 {
		q.discard(q.next())
	}
	got := make([]byte, 3)
	if err := q.copyOut(vm.NewBuffer(got), 0, 3); err != nil || got[0] != byte(4999&255) || got[1] != 4999>>8 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestCostIsLinuxs(t *testing.T) {
	for _, tt := range []struct{ n, want int }{{1, 768}, {192, 768}, {193, 1280}, {3776, 4352}, {16064, 16640}, {48832, 49408}} {
		if got := costOf(tt.n); got != tt.want {
			t.Errorf("%d bytes cost %d, want %d", tt.n, got, tt.want)
		}
	}
}
