package vm

import (
	"testing"

	"cairn/kernel/mem"
	"cairn/kernel/syscall/sys"

	"golang.org/x/sys/unix"
)

const (
	mayMove   sys.MremapFlags = unix.MREMAP_MAYMOVE
	fixedMove                 = mayMove | unix.MREMAP_FIXED
	dontUnmap                 = mayMove | unix.MREMAP_DONTUNMAP
	elsewhere                 = base + 1<<32
	unaligned                 = 1
)

func madvice(v int32) sys.Madvice { return sys.Madvice(v) }

func TestRemapErrors(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 4)
	mustMap(t, as, MapOpts{Addr: base + 4*page, Length: page, Prot: ProtRead, Flags: anonFix})
	tests := []struct {
		name           string
		old            Addr
		oldLen, newLen uint64
		flags          sys.MremapFlags
		to             Addr
		want           error
	}{
		{"unknown flag", base, page, page, 8, 0, unix.EINVAL},
		{"fixed but may not move", base, page, page, unix.MREMAP_FIXED, elsewhere, unix.EINVAL},
		{"stays but may not move", base, page, page, unix.MREMAP_DONTUNMAP, 0, unix.EINVAL},
		{"stays and grows", base, page, 2 * page, dontUnmap, 0, unix.EINVAL},
		{"not aligned", base + unaligned, page, page, mayMove, 0, unix.EINVAL},
		{"no new length", base, page, 0, mayMove, 0, unix.EINVAL},
		{"new length that wraps", base, page, ^uint64(0), mayMove, 0, unix.EINVAL},
		{"nothing there", base + 16*page, page, 2 * page, mayMove, 0, unix.EFAULT},
		{"two mappings", base, 5 * page, 6 * page, mayMove, 0, unix.EFAULT},
		{"no old length, private", base, 0, page, mayMove, 0, unix.EINVAL},
		{"target not aligned", base, page, page, fixedMove, elsewhere + 1, unix.EINVAL},
		{"target overlaps", base, 4 * page, 4 * page, fixedMove, base + page, unix.EINVAL},
		{"target in the kernel", base, page, page, fixedMove, Addr(UserEnd), unix.EINVAL},
		{"target too low", base, page, page, fixedMove, page, unix.EPERM},
		{"no room to grow", base, 4 * page, 5 * page, 0, 0, unix.ENOMEM},
		{"more than user space", base, 4 * page, UserEnd, mayMove, 0, unix.ENOMEM},
		{"more than the memory", base, 4 * page, mem.Total() * 2, mayMove, 0, unix.ENOMEM},
		{"same size", base, 4 * page, 4 * page, 0, 0, nil},
	}
	for _, tt := range tests {
		_, err := as.Remap(tt.old, tt.oldLen, tt.newLen, tt.flags, tt.to)
		wantErr(t, tt.name, err, tt.want)
		checkRegions(t, as)
	}
}

func mustRemap(t *testing.T, as *AddressSpace, old Addr, oldLen, newLen uint64, flags sys.MremapFlags, to Addr) Addr {
	t.Helper()
	a, err := as.Remap(old, oldLen, newLen, flags, to)
	if err != nil {
		t.Fatalf("Remap(%#x, %#x, %#x, %d, %#x): %v", uint64(old), oldLen, newLen, flags, uint64(to), err)
	}
	checkRegions(t, as)
	return a
}

func TestRemapResizes(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 2)
	mustWrite(t, as, base, fill('x', 2*page))
	if a := mustRemap(t, as, base, 2*page, 4*page, 0, 0); a != base {
		t.Errorf("growing in place moved to %#x", uint64(a))
	}
	wantAt(t, as, base, fill('x', 2*page)+fill(0, 2*page))
	if a := mustRemap(t, as, base, 4*page, page, 0, 0); a != base {
		t.Errorf("shrinking moved to %#x", uint64(a))
	}
	wantFault(t, as, base+page, Read, unix.SIGSEGV, SegvMapErr)
	// In the way: it must move.
	mustMap(t, as, MapOpts{Addr: base + page, Length: page, Prot: ProtRead, Flags: anonFix})
	a := mustRemap(t, as, base, page, 600*page, mayMove, 0)
	if a == base {
		t.Error("a mapping grew over its neighbour")
	}
	wantAt(t, as, a, fill('x', page)+fill(0, 10*page))
	wantFault(t, as, base, Read, unix.SIGSEGV, SegvMapErr)
	mustWrite(t, as, a+599*page, "end")
}

func TestRemapMoves(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 4)
	mustWrite(t, as, base, fill('a', page)+fill('b', page)+fill('c', page))
	mapAnon(t, as, elsewhere, 2)
	mustWrite(t, as, elsewhere, "gone")
	// The middle of a mapping, over another.
	if a := mustRemap(t, as, base+page, page, 2*page, fixedMove, elsewhere); a != elsewhere {
		t.Errorf("moved to %#x, want %#x", uint64(a), uint64(elsewhere))
	}
	wantAt(t, as, elsewhere, fill('b', page)+fill(0, page))
	wantAt(t, as, base, fill('a', page))
	wantFault(t, as, base+page, Read, unix.SIGSEGV, SegvMapErr)
	wantAt(t, as, base+2*page, fill('c', page))
	// Smaller, at a fixed place.
	mustRemap(t, as, base+2*page, 2*page, page, fixedMove, elsewhere+16*page)
	wantAt(t, as, elsewhere+16*page, fill('c', page))
	wantFault(t, as, base+3*page, Read, unix.SIGSEGV, SegvMapErr)
	// Without unmapping: the pages go, the mapping stays.
	a := mustRemap(t, as, base, page, page, dontUnmap, 0)
	wantAt(t, as, a, fill('a', page))
	wantAt(t, as, base, fill(0, page))
}

func TestRemapShared(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, fill('f', 3*page))
	mustMap(t, as, MapOpts{Addr: base, Length: 2 * page, Prot: rw, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: file, Offset: page})
	mustWrite(t, as, base, "hello")
	// An old length of 0 makes a second mapping.
	twin := mustRemap(t, as, base+page, 0, page, mayMove, 0)
	mustWrite(t, as, twin, "twin")
	wantAt(t, as, base+page, "twin")
	wantAt(t, as, base, "hello")
	moved := mustRemap(t, as, base, 2*page, 4*page, fixedMove, elsewhere)
	wantAt(t, as, moved, "hello")
	wantAt(t, as, moved+page, "twin")
	wantFault(t, as, moved+2*page, Read, unix.SIGBUS, BusAdrErr)
	checkFile(t, file, page, "hello")
}

func TestRemapWithoutMemory(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 1024)
	for i := range Addr(4) {
		mustWrite(t, as, base+i*256*page, "page"+string(rune('0'+i)))
	}
	// The pages move across a boundary of page tables: let memory run out in between.
	for left := range uint64(5) {
		before := mem.Free()
		mem.SetReserve(before/page - left)
		_, err := as.Remap(base, 1024*page, 1024*page, fixedMove, elsewhere+100*page)
		mem.SetReserve(0)
		checkRegions(t, as)
		if left == 4 || err == nil { // one table of the middle level below the top, one below, three last ones
			break
		}
		if err != unix.ENOMEM || mem.Free() != before {
			t.Fatalf("Remap with %d frames: %v, %d bytes leaked", left, err, int64(before-mem.Free()))
		}
		for i := range Addr(4) {
			wantAt(t, as, base+i*256*page, "page"+string(rune('0'+i)))
		}
	}
}

func TestRemapLocked(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 2)
	if err := as.Lock(base, 2*page, 0); err != nil {
		t.Fatal(err)
	}
	mustRemap(t, as, base, 2*page, 4*page, 0, 0)
	vec := make([]byte, 4)
	if err := as.Resident(base, vec); err != nil || string(vec) != "\x01\x01\x01\x01" {
		t.Errorf("locked memory that grew: %v, %v", vec, err)
	}
	// The mapping that stays behind is not locked.
	a := mustRemap(t, as, base, 4*page, 4*page, dontUnmap, 0)
	if got := as.Mappings(false); len(got) != 2 || got[0].Locked || !got[1].Locked || got[1].Start != a {
		t.Errorf("mappings after MREMAP_DONTUNMAP: %+v", got)
	}
	as.SetLimits(Limits{AS: ^uint64(0), Data: ^uint64(0), Memlock: 5 * page})
	_, err := as.Remap(a, 4*page, 6*page, mayMove, 0)
	wantErr(t, "growing beyond RLIMIT_MEMLOCK", err, unix.EAGAIN)
	as.SetIPCLock(true)
	mustRemap(t, as, a, 4*page, 6*page, mayMove, 0)
	if got := as.Stats().Locked; got != 6*page {
		t.Errorf("%d bytes locked, want 6 pages", got)
	}
}

func TestRemapLimits(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, fill('f', page))
	mapAnon(t, as, base, 2)
	end := ^uint64(0) &^ pageMask
	mustMap(t, as, MapOpts{Addr: base + 8*page, Length: page, Prot: rw, Flags: unix.MAP_SHARED | unix.MAP_FIXED, Object: file, Offset: end - page})
	_, err := as.Remap(base+8*page, page, 4*page, mayMove, 0)
	wantErr(t, "an offset that wraps", err, unix.EINVAL)
	as.SetLimits(Limits{AS: 4 * page, Data: ^uint64(0)})
	for _, flags := range []sys.MremapFlags{mayMove, fixedMove} {
		_, err = as.Remap(base, 2*page, 4*page, flags, elsewhere)
		wantErr(t, "growing beyond RLIMIT_AS", err, unix.ENOMEM)
	}
	_, err = as.Remap(base, 2*page, 2*page, dontUnmap, 0)
	wantErr(t, "a second mapping beyond RLIMIT_AS", err, unix.ENOMEM)
	_, err = as.Remap(base, 1<<47, page, 0, 0)
	wantErr(t, "shrinking from more than there is", err, unix.EINVAL)
	checkRegions(t, as)
}
