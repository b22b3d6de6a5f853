package random_test

import (
	"bytes"
	"testing"

	pt "cairn/kernel/posix/process/processtest"
	_ "cairn/kernel/posix/random"

	"golang.org/x/sys/unix"
)

func TestGetrandom(t *testing.T) {
	pt.Run(t, func(p *pt.Program) {
		a := p.Map(8192, false)
		for _, c := range []struct {
			addr, n, flags uint64
			want           int64
			err            error
		}{
			{uint64(a), 600, 0, 600, nil},
			{uint64(a), 0, unix.GRND_NONBLOCK | unix.GRND_RANDOM, 0, nil},
			{uint64(a), 8, unix.GRND_INSECURE, 8, nil},
			{uint64(a), 8, unix.GRND_INSECURE | unix.GRND_RANDOM, -1, unix.EINVAL},
			{uint64(a), 8, 8, -1, unix.EINVAL},
			{8, 8, 0, -1, unix.EFAULT},
		} {
			if got, err := p.Call(unix.SYS_GETRANDOM, c.addr, c.n, c.flags); got != c.want || err != c.err && !(err == nil && c.err == nil) {
				t.Errorf("getrandom(%#x, %d, %#x) = %d, %v; want %d, %v", c.addr, c.n, c.flags, got, err, c.want, c.err)
			}
		}
		b := make([]byte, 600)
		p.Task.CopyIn(b, a)
		if bytes.Count(b, []byte{0}) > 50 {
			t.Error("there are many zeros")
		}
	})
}
