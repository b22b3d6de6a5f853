package socket

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"
)

// control returns a control message whose header says that it is of n bytes.
func control(n uint64, data string) []byte {
	p := binary.NativeEndian.AppendUint64(nil, n)
	p = binary.NativeEndian.AppendUint32(p, unix.SOL_SOCKET)
	p = binary.NativeEndian.AppendUint32(p, unix.SCM_RIGHTS)
	return append(p, data...)
}

func TestNextControl(t *testing.T) {
	two := append(control(19, "abc\x00\x00\x00\x00\x00"), control(16, "")...)
	c, rest, ok, err := NextControl(two)
	if !ok || err != nil || string(c.Data) != "abc" || c.Level != unix.SOL_SOCKET || c.Type != unix.SCM_RIGHTS || len(rest) != 16 {
		t.Errorf("%+v, %d left, %v, %v", c, len(rest), ok, err)
	}
	if c, rest, ok, err = NextControl(rest); !ok || err != nil || len(c.Data) != 0 || len(rest) != 0 {
		t.Errorf("%+v, %d left, %v, %v", c, len(rest), ok, err)
	}
	if _, _, ok, err = NextControl(rest); ok || err != nil {
		t.Errorf("at the end: %v, %v", ok, err)
	}
	for _, p := range [][]byte{control(15, ""), control(17, ""), control(1<<63, "")} {
		if _, _, _, err := NextControl(p); err != unix.EINVAL {
			t.Errorf("%v: %v", p, err)
		}
	}
}

func FuzzNextControl(f *testing.F) {
	f.Add(control(16, ""))
	f.Add(control(20, "abcd"))
	f.Add(control(99, ""))
	f.Fuzz(func(t *testing.T, p []byte) {
		for {
			c, rest, ok, err := NextControl(p)
			if err != nil || !ok {
				return
			}
			if len(rest)+len(c.Data)+cmsgHeader > len(p) {
				t.Fatalf("%d bytes of data and %d that are left of %d", len(c.Data), len(rest), len(p))
			}
			p = rest
		}
	})
}
