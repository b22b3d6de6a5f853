package unix

import (
	"testing"

	"golang.org/x/sys/unix"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte{1, 0, '/', 'a', 0, 'b'})
	f.Add([]byte{1, 0, 0, 'a', 0})
	f.Add([]byte{1, 0})
	f.Add([]byte{2, 0, 'x'})
	f.Fuzz(func(t *testing.T, addr []byte) {
		name, err := parse(addr)
		if err != nil {
			if err != unix.EINVAL || name != "" {
				t.Errorf("%q, %v", name, err)
			}
			return
		}
		if isPath(name) != (addr[pathAt] != 0) || len(name) > unix.SizeofSockaddrUnix-pathAt+1 {
			t.Errorf("the name of %q is %q", addr, name)
		}
		back, err := parse((&address{name: name}).append(nil)[:min(len(name)+pathAt, unix.SizeofSockaddrUnix)])
		if err != nil || back != name {
			t.Errorf("%q comes back as %q, %v", name, back, err)
		}
	})
}
