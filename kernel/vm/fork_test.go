package vm

import (
	"testing"

	"cairn/kernel/mem"

	"golang.org/x/sys/unix"
)

func TestForkCopiesOnWrite(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 4)
	mustWrite(t, as, base, fill('p', 3*page))
	before := mem.Free()
	child := fork(t, as)
	if used := before - mem.Free(); used > 4*page { // its page tables
		t.Errorf("fork took %d bytes", used)
	}
	wantAt(t, child, base, fill('p', 3*page)+"\x00")
	mustWrite(t, child, base, "child")
	mustWrite(t, as, base+page, "parent")
	wantAt(t, as, base, "ppppp")
	wantAt(t, child, base, "child")
	wantAt(t, child, base+page, "pppppp")
	wantAt(t, as, base+page, "parent")
	// The last user of a frame keeps it.
	before = mem.Free()
	mustWrite(t, as, base, "p")
	mustWrite(t, child, base+page, "c")
	if mem.Free() != before {
		t.Errorf("writing to pages of one's own took %d bytes", before-mem.Free())
	}
	grandchild := fork(t, child)
	wantAt(t, grandchild, base, "child")
	mustWrite(t, grandchild, base+2*page, "g")
	mustWrite(t, child, base+2*page, "c")
	mustWrite(t, as, base+2*page, "a")
	for s, want := range map[*AddressSpace]string{as: "app", child: "cpp", grandchild: "gpp"} {
		wantAt(t, s, base+2*page, want)
		checkRegions(t, s)
	}
}

func TestForkSharesShared(t *testing.T) {
	as := newSpace(t)
	mustMap(t, as, MapOpts{Addr: base, Length: 2 * page, Prot: rw, Flags: shmFix})
	mustWrite(t, as, base, "before")
	child := fork(t, as)
	mustWrite(t, child, base+page, "from the child")
	wantAt(t, as, base+page, "from the child")
	wantAt(t, child, base, "before")
	if err := as.Unmap(base, 2*page); err != nil {
		t.Fatal(err)
	}
	wantAt(t, child, base+page, "from the child")
	checkRegions(t, child)
}

func TestForkPrivateFile(t *testing.T) {
	as := newSpace(t)
	file := newFile(t, fill('f', 3*page))
	mustMap(t, as, MapOpts{Addr: base, Length: 3 * page, Prot: rw, Flags: unix.MAP_PRIVATE | unix.MAP_FIXED, Object: file})
	mustWrite(t, as, base, "mine")
	wantAt(t, as, base+page, "f")
	child := fork(t, as)
	wantAt(t, child, base, "mine")
	mustWrite(t, child, base+page, "C")
	wantAt(t, as, base+page, "f")
	checkFile(t, file, 0, "ffff")
	checkFile(t, file, page, "f")
	if got := len(file.Mappers()); got != 2 {
		t.Errorf("%d mappers, want parent and child", got)
	}
	checkRegions(t, child)
}

func TestForkAdvice(t *testing.T) {
	as := newSpace(t)
	mapAnon(t, as, base, 3)
	mustWrite(t, as, base, fill('p', 3*page))
	for i, advice := range []int32{unix.MADV_DONTFORK, unix.MADV_WIPEONFORK} {
		if err := as.Advise(base+Addr(i)*page, page, madvice(advice)); err != nil {
			t.Fatal(err)
		}
	}
	child := fork(t, as)
	wantFault(t, child, base, Read, unix.SIGSEGV, SegvMapErr)
	wantAt(t, child, base+page, "\x00\x00")
	wantAt(t, child, base+2*page, "pp")
	wantAt(t, as, base, fill('p', 3*page))
	for i, advice := range []int32{unix.MADV_DOFORK, unix.MADV_KEEPONFORK} {
		if err := as.Advise(base+Addr(i)*page, page, madvice(advice)); err != nil {
			t.Fatal(err)
		}
	}
	if got := as.Stats().Mappings; got != 1 {
		t.Errorf("%d mappings after the advice was taken back, want 1", got)
	}
	wantAt(t, fork(t, as), base, fill('p', 3*page))
	checkRegions(t, child)
}

func TestForkInherits(t *testing.T) {
	as := newSpace(t)
	l := as.Layout()
	l.MmapBase = base + 1<<30
	as.SetLayout(l)
	as.SetBrk(base, 0)
	as.Brk(base + 100)
	as.SetLimits(Limits{1 << 30, 1 << 30, 1 << 20, 1 << 20})
	if err := as.LockAll(unix.MCL_CURRENT | unix.MCL_FUTURE); err != nil {
		t.Fatal(err)
	}
	child := fork(t, as)
	if child.Layout() != l || child.Limits() != as.Limits() || child.Brk(0) != base+100 {
		t.Errorf("child has layout %+v, limits %+v, brk %#x", child.Layout(), child.Limits(), child.Brk(0))
	}
	mustMap(t, child, MapOpts{Length: page, Prot: rw, Flags: anon})
	if got := child.Stats(); got.Locked != 0 {
		t.Errorf("the child has %d bytes locked: locks are not inherited", got.Locked)
	}
}
