package unix

import (
	"testing"

	"cairn/kernel/net/socket"
	"cairn/kernel/posix/posixtest"
	"cairn/kernel/vm"

	"golang.org/x/sys/unix"
)

// BenchmarkWriteRead is one byte over a stream and back out, without the system calls.
func BenchmarkWriteRead(b *testing.B) {
	tk := posixtest.NewTask(b)
	x, y, err := family{}.Pair(tk.Task, unix.SOCK_STREAM, 0)
	if err != nil {
		b.Fatal(err)
	}
	f, g := socket.NewFile(tk.Task, x, 0), socket.NewFile(tk.Task, y, 0)
	defer f.Put()
	defer g.Put()
	p := make([]byte, 1)
	buf := vm.NewBuffer(p)
	for b.Loop() {
		buf.SetBytes(p)
		if _, err := f.Write(tk.Task, buf); err != nil {
			b.Fatal(err)
		}
		buf.SetBytes(p)
		if _, err := g.Read(tk.Task, buf); err != nil {
			b.Fatal(err)
		}
	}
}
