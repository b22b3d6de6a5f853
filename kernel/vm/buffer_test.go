package vm

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestBufferKernel(t *testing.T) {
	p := []byte("0123456789")
	b := NewBuffer(p)
	got := make([]byte, 4)
	if n, err := b.Read(got); n != 4 || err != nil || string(got) != "0123" || b.Len() != 6 {
		t.Errorf("Read = %d, %v, %q, %d left", n, err, got, b.Len())
	}
	if n, err := b.Write([]byte("ab")); n != 2 || err != nil {
		t.Errorf("Write = %d, %v", n, err)
	}
	if n, err := b.WriteZeros(1); n != 1 || err != nil {
		t.Errorf("WriteZeros = %d, %v", n, err)
	}
	b.Skip(1)
	b.Limit(5)
	if n, err := b.Write([]byte("too long")); n != 2 || err != nil || b.Len() != 0 {
		t.Errorf("Write at the end = %d, %v, %d left", n, err, b.Len())
	}
	if string(p) != "0123ab\x007to" {
		t.Errorf("memory is %q", p)
	}
	if n, err := b.Read(got); n != 0 || err != nil {
		t.Errorf("Read at the end = %d, %v", n, err)
	}
	if _, user := b.User(); user {
		t.Error("kernel bytes are said to be user memory")
	}
}

func TestBufferUser(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 2)
	var b Buffer
	if b.Len() != 0 {
		t.Error("the zero Buffer is not empty")
	}
	iov := []IOVec{{base + page - 2, 3}, {0, 0}, {base, 2}, {base + 2*page - 1, 5}}
	if err := b.SetIovecs(as, iov); err != nil || b.Len() != 10 {
		t.Fatalf("SetIovecs: %v, %d bytes", err, b.Len())
	}
	if n, err := b.Write([]byte("abcdefgh")); n != 6 || err != unix.EFAULT || b.Len() != 4 {
		t.Errorf("Write = %d, %v, %d left, want 6, EFAULT, 4", n, err, b.Len())
	}
	wantAt(t, as, base+page-2, "abc\x00")
	wantAt(t, as, base, "de\x00")
	wantAt(t, as, base+2*page-1, "f")
	if err := b.SetIovecs(as, []IOVec{{base + page - 2, 3}, {base, 2}}); err != nil {
		t.Fatal(err)
	}
	b.Skip(1)
	got := make([]byte, 10)
	if n, err := b.Read(got); n != 4 || err != nil || string(got[:4]) != "bcde" {
		t.Errorf("Read = %d, %v, %q", n, err, got[:n])
	}
	if owner, user := b.User(); !user || owner != as {
		t.Error("user memory is said to be the kernel's")
	}
	if err := b.SetUser(as, base+2*page-3, 10); err != nil {
		t.Fatal(err)
	}
	if n, err := b.WriteZeros(10); n != 3 || err != unix.EFAULT {
		t.Errorf("WriteZeros = %d, %v", n, err)
	}
}

func TestBufferErrors(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 8)
	var b Buffer
	for _, tt := range []struct {
		name string
		a    Addr
		n    uint64
		want error
		len  int
	}{
		{"nothing", base, 0, nil, 0},
		{"at most this much", base, 1 << 40, nil, MaxTransfer},
		{"no size", base, 1 << 63, unix.EFAULT, 0},
		{"in the kernel", 0xffff_8000_0000_0000, 1, unix.EFAULT, 0},
		{"across the end", Addr(UserEnd) - 1, 2, unix.EFAULT, 0},
	} {
		if err := b.SetUser(as, tt.a, tt.n); err != tt.want || err == nil && b.Len() != tt.len {
			t.Errorf("SetUser of %s: %v, %d bytes", tt.name, err, b.Len())
		}
	}
	for _, tt := range []struct {
		name string
		iov  []IOVec
		want error
		len  int
	}{
		{"nothing", nil, nil, 0},
		{"no size", []IOVec{{base, 1 << 63}}, unix.EINVAL, 0},
		{"in the kernel", []IOVec{{base, 5}, {Addr(UserEnd), 1}}, unix.EFAULT, 0},
		{"too many", make([]IOVec, 1025), unix.EINVAL, 0},
		{"as many as may be", make([]IOVec, 1024), nil, 0},
		{"at most this much", []IOVec{{base, 1 << 30}, {base, 1 << 31}, {base, 5}}, nil, MaxTransfer},
	} {
		if err := b.SetIovecs(as, tt.iov); err != tt.want || err == nil && b.Len() != tt.len {
			t.Errorf("SetIovecs of %s: %v, %d bytes", tt.name, err, b.Len())
		}
	}
	for i := range Addr(20) {
		if err := Store(as, base+i*16, [2]uint64{uint64(base) + page + uint64(i), 1}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name  string
		a     Addr
		count uint64
		want  error
	}{
		{"none", 0, 0, nil},
		{"some", base, 3, nil},
		{"many", base, 20, nil},
		{"too many", base, 1025, unix.EINVAL},
		{"beyond 32 bits", base, 1 << 63, nil},
		{"nowhere", 0, 1, unix.EFAULT},
	} {
		if err := b.SetUserIovecs(as, tt.a, tt.count); err != tt.want || err == nil && b.Len() != int(uint32(tt.count)) {
			t.Errorf("SetUserIovecs of %s: %v, %d bytes", tt.name, err, b.Len())
		}
	}
}
