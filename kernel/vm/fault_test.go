package vm

import (
	"strings"
	"sync"
	"testing"

	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

func TestFaultSignals(t *testing.T) {
	as := newSpace(t)
	prots := map[Addr]Prot{base: 0, base + page: ProtRead, base + 2*page: ProtWrite, base + 3*page: ProtExec, base + 4*page: rw}
	for a, prot := range prots {
		mustMap(t, as, MapOpts{Addr: a, Length: page, Prot: prot, Flags: anonFix})
	}
	file := newFile(t, fill('f', page+1))
	for i, flags := range []MapFlags{unix.MAP_PRIVATE, unix.MAP_SHARED} {
		mustMap(t, as, MapOpts{Addr: base + Addr(16+i*16)*page, Length: 4 * page, Prot: rw, Flags: flags | unix.MAP_FIXED, Object: file})
	}
	const ok, acc, none, bus = 0, 1, 2, 3
	tests := []struct {
		name             string
		a                Addr
		read, write, run int
	}{
		{"PROT_NONE", base, acc, acc, acc},
		{"PROT_READ", base + page + 7, ok, acc, acc},
		{"PROT_WRITE", base + 2*page, ok, ok, acc},
		{"PROT_EXEC", base + 3*page, ok, acc, ok},
		{"PROT_READ|PROT_WRITE", base + 4*page, ok, ok, acc},
		{"nothing", base + 5*page, none, none, none},
		{"in the kernel", 0xffff_8000_0000_0000, none, none, none},
		{"private file, last page", base + 17*page + 5, ok, ok, acc},
		{"private file, beyond", base + 18*page + 5, bus, bus, acc},
		{"shared file, last page", base + 33*page + 5, ok, ok, acc},
		{"shared file, beyond", base + 34*page + 5, bus, bus, acc},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for access, want := range []int{tt.read, tt.write, tt.run} {
				switch want {
				case ok:
					wantErr(t, Access(access).String(), as.Fault(tt.a, Access(access)), nil)
				case acc:
					wantFault(t, as, tt.a, Access(access), unix.SIGSEGV, SegvAccErr)
				case none:
					wantFault(t, as, tt.a, Access(access), unix.SIGSEGV, SegvMapErr)
				case bus:
					wantFault(t, as, tt.a, Access(access), unix.SIGBUS, BusAdrErr)
				}
			}
		})
	}
	checkRegions(t, as)
}

func TestFaultErrorText(t *testing.T) {
	tests := map[string]FaultError{
		"nothing is mapped":     {unix.SIGSEGV, SegvMapErr, 0x1234, Read},
		"protection forbids":    {unix.SIGSEGV, SegvAccErr, 0x1234, Write},
		"end of the mapped":     {unix.SIGBUS, BusAdrErr, 0x1234, Exec},
		"exec at 0x1234: beyon": {unix.SIGBUS, BusAdrErr, 0x1234, Exec},
	}
	for want, e := range tests {
		if got := e.Error(); !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
}

func TestPrivateFile(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, fill('a', page)+fill('b', page))
	mustMap(t, as, MapOpts{Addr: base, Length: 2 * page, Prot: rw, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file})
	before := mem.Free()
	wantAt(t, as, base, fill('a', page)+fill('b', page))
	if used := before - mem.Free(); used > 3*page { // page tables only
		t.Errorf("reading a private mapping took %d bytes", used)
	}
	mustWrite(t, as, base+page-1, "XY")
	wantAt(t, as, base+page-2, "aXYb")
	checkFile(t, file, page-1, "ab")
	// What the file gets later shows where nothing was written.
	other := spaceOn(t)
	mustMap(t, other, MapOpts{Addr: base, Length: 2 * page, Prot: rw, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file})
	wantAt(t, other, base, "a")
	writeFile(t, file, 0, "new")
	wantAt(t, other, base, "new")
	wantAt(t, as, base, "aaa")
	checkRegions(t, as)
}

func TestSharedFile(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, fill('a', 3*page))
	mustMap(t, as, MapOpts{Addr: base, Length: 2 * page, Prot: rw, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: file, Offset: page})
	wantAt(t, as, base, "a")
	mustWrite(t, as, base, "hello")
	checkFile(t, file, page, "helloa")
	other := spaceOn(t)
	mustMap(t, other, MapOpts{Addr: base, Length: page, Prot: ProtRead, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: file, Offset: page})
	wantAt(t, other, base, "hello")
	mustWrite(t, as, base, "j")
	wantAt(t, other, base, "jello")
	if got := as.Stats(); got.Shmem != 2*page || got.Anon != 0 { // a fault maps the neighbour too
		t.Errorf("Stats = %+v, want two pages of shared memory", got)
	}
	checkRegions(t, as)
}

func checkFile(t testing.TB, file *Shmem, off uint64, want string) {
	t.Helper()
	p := make([]byte, len(want))
	if n, err := file.ReadAt(NewBuffer(p), off); n != len(p) || err != nil || string(p) != want {
		t.Errorf("file at %d: %q (%d, %v), want %q", off, p, n, err, want)
	}
}

func writeFile(t testing.TB, file *Shmem, off uint64, s string) {
	t.Helper()
	if n, err := file.WriteAt(NewBuffer([]byte(s)), off); n != len(s) || err != nil {
		t.Fatalf("WriteAt(%d bytes at %d) = %d, %v", len(s), off, n, err)
	}
}

func TestFaultAround(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, fill('a', 40*page))
	if err := file.PunchHole(18*page, page); err != nil {
		t.Fatal(err)
	}
	// Offset 2 and an address not a multiple of the window.
	at := Addr(0x20_0000 + 3*page)
	mustMap(t, as, MapOpts{Addr: at, Length: 30 * page, Prot: ProtRead, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file, Offset: 2 * page})
	if err := as.Fault(at+14*page, Read); err != nil { // the page after the window's start
		t.Fatal(err)
	}
	if got := as.Stats().File + as.Stats().Shmem; got != 15*page {
		t.Errorf("one fault mapped %d pages, want 15: a window of 16 with a hole", got/page)
	}
	wantAt(t, as, at+15*page, "a")
	wantAt(t, as, at+16*page, "\x00")
	checkRegions(t, as)
}

func TestStackGrows(t *testing.T) {
	as := newSpace(t)
	as.SetLimits(Limits{unix.RLIM_INFINITY, unix.RLIM_INFINITY, 64 * page, unix.RLIM_INFINITY})
	top := base + 2000*page
	mustMap(t, as, MapOpts{Addr: top - page, Length: page, Prot: rw, Flags: anonFix | unix.MAP_GROWSDOWN, Name: "[stack]"})
	mustWrite(t, as, top-4*page, "deep")
	wantAt(t, as, top-3*page, "\x00")
	if got := as.Mappings(false); len(got) != 1 || got[0].Start != top-4*page || got[0].Identity.Path != "[stack]" {
		t.Errorf("after growth: %+v", got)
	}
	mustWrite(t, as, top-64*page, "x")
	wantFault(t, as, top-64*page-1, Write, unix.SIGSEGV, SegvMapErr) // RLIMIT_STACK
	if got := as.Stats().Stack; got != 64*page {
		t.Errorf("VmStk is %d pages, want 64", got/page)
	}
	checkRegions(t, as)
}

func TestStackGuard(t *testing.T) {
	top := base + 2000*page
	tests := []struct {
		name  string
		below MapOpts // its end is set to what is tried
		dist  Addr    // from its end to the page touched
		grows bool
	}{
		{"far enough", MapOpts{Prot: rw, Flags: anonFix}, StackGuard, true},
		{"too near", MapOpts{Prot: rw, Flags: anonFix}, StackGuard - page, false},
		{"near one without access", MapOpts{Prot: 0, Flags: anonFix}, 0, true},
		{"near another stack", MapOpts{Prot: rw, Flags: anonFix | unix.MAP_GROWSDOWN}, page, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			as := newSpace(t)
			mustMap(t, as, MapOpts{Addr: top - page, Length: page, Prot: rw, Flags: anonFix | unix.MAP_GROWSDOWN})
			touch := top - 100*page
			tt.below.Addr, tt.below.Length = touch-tt.dist-page, page
			mustMap(t, as, tt.below)
			err := as.Fault(touch, Write)
			if (err == nil) != tt.grows {
				t.Errorf("fault %d pages above the mapping below: %v", tt.dist/page, err)
			}
			checkRegions(t, as)
		})
	}
}

func TestFaultOutOfMemory(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, "f")
	mustMap(t, as, MapOpts{Addr: base, Length: 1 << 30, Prot: rw, Flags: anonFix | unix.MAP_NORESERVE})
	mustMap(t, as, MapOpts{Addr: base + 2<<30, Length: page, Prot: rw, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file})
	shm := mustMap(t, as, MapOpts{Length: page, Prot: rw, Flags: unix.MAP_SHARED | unix.MAP_ANONYMOUS})
	mustWrite(t, as, base, "cow")
	wantAt(t, as, base+2<<30, "f")
	child := fork(t, as)
	mem.SetReserve(mem.Total()) // nothing is left for users
	for _, a := range []Addr{base, base + page, base + 512<<20, base + 2<<30, shm} {
		wantErr(t, "write", as.Fault(a, Write), unix.ENOMEM)
	}
	wantErr(t, "read", as.Fault(base+page, Read), unix.ENOMEM)
	if n, err := as.CopyOut(base+page-1, []byte("xy")); n != 0 || err != unix.EFAULT {
		t.Errorf("CopyOut = %d, %v, want EFAULT", n, err)
	}
	_, err := as.Fork()
	wantErr(t, "Fork", err, unix.ENOMEM)
	mem.SetReserve(0)
	wantAt(t, as, base, "cow")
	mustWrite(t, as, base, "own")
	wantAt(t, child, base, "cow")
	checkRegions(t, as)
	checkRegions(t, child)
}

func TestForkRunsOutAnywhere(t *testing.T) {
	as := newSpace(t)
	for i := range Addr(6) {
		mapAnon(t, as, base+i<<32, 2)
		mustWrite(t, as, base+i<<32, "x")
	}
	for left := uint64(0); ; left++ {
		before := mem.Free()
		mem.SetReserve(before/page - left)
		child, err := as.Fork()
		mem.SetReserve(0)
		if err == nil {
			if left < 13 { // the top table, six of each lower level but the shared ones
				t.Errorf("Fork succeeds with %d frames", left)
			}
			child.Put()
			break
		}
		if err != unix.ENOMEM || mem.Free() != before {
			t.Fatalf("Fork with %d frames: %v, %d bytes leaked", left, err, before-mem.Free())
		}
	}
	wantAt(t, as, base+5<<32, "x")
	checkRegions(t, as)
}

func TestConcurrentFaults(t *testing.T) {
	as := newSpace(t)
	const pages, workers = 200, 4
	mapAnon(t, as, base, pages)
	var wg sync.WaitGroup
	for w := range Addr(workers) {
		wg.Go(func() {
			for i := range Addr(pages) {
				if _, err := as.CopyOut(base+i*page+w, []byte{byte('a' + w)}); err != nil {
					t.Errorf("worker %d, page %d: %v", w, i, err)
				}
			}
		})
	}
	wg.Wait()
	for i := range Addr(pages) {
		wantAt(t, as, base+i*page, "abcd")
	}
	if got := as.Stats().Resident; got != pages*page {
		t.Errorf("%d bytes resident, want %d", got, pages*page)
	}
}

func TestFaultsAmidForksAndDiscards(t *testing.T) {
	as := newSpace(t)
	const pages = 64
	mapAnon(t, as, base, pages)
	var wg sync.WaitGroup
	for w := range Addr(2) {
		wg.Go(func() {
			for i := range Addr(3000) {
				a := base + i%pages*page + w*8
				if err := Store(as, a, i); err != nil {
					t.Error(err)
				}
				// Our own word is what we wrote, or zero if it was discarded since.
				if v, err := Load[Addr](as, a); err != nil || v != 0 && v != i {
					t.Errorf("wrote %d, read %d, %v", i, v, err)
				}
			}
		})
	}
	wg.Go(func() {
		for i := range Addr(200) {
			child, err := as.Fork()
			if err != nil {
				t.Error(err)
				return
			}
			for j := range Addr(pages) {
				if err := Store(child, base+j*page, ^Addr(0)); err != nil {
					t.Error(err)
				}
			}
			if err := as.Advise(base+i%pages*page, uint64(min(3, pages-i%pages))*page, unix.MADV_DONTNEED); err != nil {
				t.Error(err)
			}
			child.Put()
		}
	})
	wg.Wait()
	checkRegions(t, as)
}
