package vm

import (
	"strings"
	"sync"
	"testing"

	"cairn/kernel/arch"

	"golang.org/x/sys/unix"
)

func TestCopyErrors(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 2)
	mustMap(t, as, MapOpts{Addr: base + 2*page, Length: page, Prot: ProtRead, Flags: anonFix})
	tests := []struct {
		name       string
		a          Addr
		n          int
		in, out    int // bytes copied
		inOK, okay bool
	}{
		{"nothing", base, 0, 0, 0, true, true},
		{"nothing, nowhere", 0, 0, 0, 0, true, true},
		{"nothing, in the kernel", 0xffff_8000_0000_0000, 0, 0, 0, true, true},
		{"all of it", base, 2 * page, 2 * page, 2 * page, true, true},
		{"into read-only memory", base + 2*page - 5, 10, 10, 5, true, false},
		{"into a hole", base + 3*page - 5, 10, 5, 0, false, false},
		{"null", 0, 10, 0, 0, false, false},
		{"in the kernel", 0xffff_8000_0000_0000, 10, 0, 0, false, false},
		{"across the end", Addr(UserEnd) - 5, 10, 0, 0, false, false},
		{"wraps", ^Addr(0) - 5, 10, 0, 0, false, false},
	}
	for _, tt := range tests {
		p := make([]byte, tt.n)
		n, err := as.CopyIn(p, tt.a)
		if n != tt.in || (err == nil) != tt.inOK || err != nil && err != unix.EFAULT {
			t.Errorf("CopyIn %s = %d, %v", tt.name, n, err)
		}
		if n, err = as.CopyOut(tt.a, p); n != tt.out || (err == nil) != tt.okay || err != nil && err != unix.EFAULT {
			t.Errorf("CopyOut %s = %d, %v", tt.name, n, err)
		}
		if n, err = as.Clear(tt.a, uint64(tt.n)); n != tt.out || (err == nil) != tt.okay || err != nil && err != unix.EFAULT {
			t.Errorf("Clear %s = %d, %v", tt.name, n, err)
		}
	}
	mustWrite(t, as, base, fill('x', 2*page))
	if n, err := as.Clear(base+page-1, 2); n != 2 || err != nil {
		t.Errorf("Clear = %d, %v", n, err)
	}
	wantAt(t, as, base+page-2, "x\x00\x00x")
}

func TestCopyInString(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 2)
	long := strings.Repeat("long", 500)
	end := base + 2*page
	tests := []struct {
		name, memory string
		at           Addr
		limit        int
		want         string
		err          error
	}{
		{"short", "hello\x00rest", base, 100, "hello", nil},
		{"empty", "\x00", base, 100, "", nil},
		{"long", long + "\x00", base + 7, 4096, long, nil},
		{"across pages", long + "\x00", base + page - 100, 4096, long, nil},
		{"at the limit", "hello\x00", base, 6, "hello", nil},
		{"beyond the limit", "hello\x00", base, 5, "", unix.ENAMETOOLONG},
		{"ends with the memory", "end\x00", end - 4, 4096, "end", nil},
		{"no end", "end!", end - 4, 4096, "", unix.EFAULT},
		{"nowhere", "", 0, 4096, "", unix.EFAULT},
		{"in the kernel", "", 0xffff_8000_0000_0000, 4096, "", unix.EFAULT},
	}
	for _, tt := range tests {
		if tt.memory != "" {
			mustWrite(t, as, tt.at, tt.memory)
		}
		if got, err := as.CopyInString(tt.at, tt.limit); got != tt.want || err != tt.err {
			t.Errorf("%s: %.20q, %v, want %.20q, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
}

func TestLoadStore(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 1)
	type pair struct{ A, B uint32 }
	if err := Store(as, base+4, pair{1, 0x55aa}); err != nil {
		t.Fatal(err)
	}
	if v, err := Load[pair](as, base+4); err != nil || v != (pair{1, 0x55aa}) {
		t.Errorf("Load = %v, %v", v, err)
	}
	if _, err := Load[uint64](as, base+page-4); err != unix.EFAULT {
		t.Errorf("Load across the end: %v", err)
	}
	wantErr(t, "Store across the end", Store(as, base+page-4, uint64(1)), unix.EFAULT)
}

func TestAtomics(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 1)
	mustMap(t, as, MapOpts{Addr: base + page, Length: page, Prot: ProtRead, Flags: anonFix})
	if v, err := as.LoadUint32(base); v != 0 || err != nil {
		t.Errorf("LoadUint32 of fresh memory = %d, %v", v, err)
	}
	steps := []struct {
		a              Addr
		old, new, want uint32
		err            error
	}{
		{base + 4, 0, 7, 0, nil},
		{base + 4, 0, 8, 7, nil},
		{base + 4, 7, 8, 7, nil},
		{base + 5, 7, 8, 0, unix.EINVAL},
		{base + page, 0, 1, 0, unix.EFAULT},
		{base + 2*page, 0, 1, 0, unix.EFAULT},
		{Addr(UserEnd), 0, 1, 0, unix.EFAULT},
	}
	for _, s := range steps {
		if v, err := as.CompareAndSwapUint32(s.a, s.old, s.new); v != s.want || err != s.err {
			t.Errorf("CompareAndSwapUint32(%#x, %d, %d) = %d, %v, want %d, %v", uint64(s.a), s.old, s.new, v, err, s.want, s.err)
		}
	}
	if v, err := as.LoadUint32(base + page); v != 0 || err != nil {
		t.Errorf("LoadUint32 of read-only memory = %d, %v", v, err)
	}
	for a, want := range map[Addr]error{base + 2: unix.EINVAL, base + 2*page: unix.EFAULT} {
		_, err := as.LoadUint32(a)
		wantErr(t, "LoadUint32", err, want)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				for v, _ := as.LoadUint32(base); ; {
					cur, err := as.CompareAndSwapUint32(base, v, v+1)
					if cur == v || err != nil {
						break
					}
					v = cur
				}
			}
		})
	}
	wg.Wait()
	if v, _ := as.LoadUint32(base); v != 2000 {
		t.Errorf("2000 increments made %d", v)
	}
}

func TestFutexKey(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 1)
	mustMap(t, as, MapOpts{Addr: base + page, Length: 2 * page, Prot: rw, Flags: shmFix})
	twin, err := as.Remap(base+2*page, 0, page, unix.MREMAP_MAYMOVE, 0)
	if err != nil {
		t.Fatal(err)
	}
	child := fork(t, as)
	key := func(s *AddressSpace, a Addr, private bool) Key {
		t.Helper()
		k, err := s.FutexKey(a, private)
		if err != nil {
			t.Errorf("FutexKey(%#x, %v): %v", uint64(a), private, err)
		}
		return k
	}
	same := []struct {
		name string
		a, b Key
		want bool
	}{
		{"same address", key(as, base, true), key(as, base, true), true},
		{"private memory, asked either way", key(as, base, true), key(as, base, false), true},
		{"private memory after fork", key(as, base, false), key(child, base, false), false},
		{"private key of shared memory after fork", key(as, base+page, true), key(child, base+page, true), false},
		{"shared memory after fork", key(as, base+page+4, false), key(child, base+page+4, false), true},
		{"shared memory mapped twice", key(as, base+2*page+8, false), key(child, twin+8, false), true},
		{"another word", key(as, base+page+4, false), key(as, base+page+8, false), false},
	}
	for _, tt := range same {
		if (tt.a == tt.b) != tt.want || tt.want && tt.a.Hash() != tt.b.Hash() {
			t.Errorf("%s: keys equal is %v, hashes %#x, %#x", tt.name, tt.a == tt.b, tt.a.Hash(), tt.b.Hash())
		}
	}
	wantErr(t, "mprotect", as.Protect(base, page, unix.PROT_READ), nil)
	for a, want := range map[Addr]error{
		base: unix.EFAULT, base + 1: unix.EINVAL, base + page: nil, base + 16*page: unix.EFAULT, Addr(UserEnd): unix.EFAULT,
	} {
		_, err := as.FutexKey(a, false)
		wantErr(t, "FutexKey", err, want)
	}
	if _, err := as.FutexKey(base, true); err != nil {
		t.Errorf("private FutexKey of memory that cannot be written: %v", err)
	}
}

func TestCopiesAllocateNothing(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 4)
	mustWrite(t, as, base, fill(0, 4*page))
	p := make([]byte, 2*page)
	var b Buffer
	iov := []IOVec{{base, 10}, {base + 100, 5000}}
	if err := Store(as, base, [4]uint64{uint64(base) + page, 10, uint64(base) + 2*page, 100}); err != nil {
		t.Fatal(err)
	}
	tests := map[string]func(){
		"CopyIn":   func() { _, _ = as.CopyIn(p, base+5) },
		"CopyOut":  func() { _, _ = as.CopyOut(base+page+5, p) },
		"Load":     func() { _, _ = Load[uint64](as, base) },
		"Store":    func() { _ = Store(as, base+page, uint64(1)) },
		"cas":      func() { _, _ = as.CompareAndSwapUint32(base+page, 0, 1) },
		"FutexKey": func() { _, _ = as.FutexKey(base, true) },
		"Buffer": func() {
			_ = b.SetUser(as, base+page, page)
			_, _ = b.Write(p)
			_ = b.SetIovecs(as, iov)
			_, _ = b.Read(p)
			_ = b.SetUserIovecs(as, base, 2)
			_, _ = b.WriteZeros(100)
		},
		"fault": func() {
			_ = as.Fault(base, Write)
			_ = as.Advise(base+3*page, page, unix.MADV_DONTNEED)
			_ = as.Fault(base+3*page, Write)
		},
	}
	for name, f := range tests {
		if n := testing.AllocsPerRun(50, f); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

// TestHardwareBits checks that the hosted walk honours what the page tables say, as a processor does.
func TestHardwareBits(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 1)
	mustWrite(t, as, base, "x")
	p := as.entry(uint64(base))
	whole := load(p)
	store(p, whole&^(arch.PTEAccessed|arch.PTEDirty))
	wantAt(t, as, base, "x")
	if e := load(p); e&arch.PTEAccessed == 0 || e&arch.PTEDirty != 0 {
		t.Errorf("after a read the entry is %#x: want accessed, not dirty", e)
	}
	mustWrite(t, as, base, "y")
	if e := load(p); e&arch.PTEDirty == 0 {
		t.Errorf("after a write the entry is %#x: want dirty", e)
	}
	for _, missing := range []arch.PTE{arch.PTEPresent, arch.PTEUser} {
		store(p, whole&^missing)
		if _, ok := arch.LoadUser32(as.Root(), uint64(base)); ok {
			t.Errorf("an entry without %#x can be read", missing)
		}
	}
	store(p, whole.ReadOnly())
	if _, ok := arch.CompareAndSwapUser32(as.Root(), uint64(base), 0, 1); ok {
		t.Error("a read-only entry can be written")
	}
	store(p, whole)
}
