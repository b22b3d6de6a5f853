package vm

import (
	"testing"

	"golang.org/x/sys/unix"
)

// BenchmarkMapTouchUnmap is mmap, one fault on each page of 1 MiB, munmap.
func BenchmarkMapTouchUnmap(b *testing.B) {
	as := newSpace(b)
	mapAnon(b, as, base, 1)
	mustWrite(b, as, base, "x")
	for b.Loop() {
		a, err := as.Map(MapOpts{Length: 1 << 20, Prot: rw, Flags: anon})
		if err != nil {
			b.Fatal(err)
		}
		for p := a; p < a+1<<20; p += page {
			if err := as.Fault(p, Write); err != nil {
				b.Fatal(err)
			}
		}
		if err := as.Unmap(a, 1<<20); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFault is one page of anonymous memory, and giving it back.
func BenchmarkFault(b *testing.B) {
	as := newSpace(b)
	mapAnon(b, as, base, 8)
	for b.Loop() {
		if err := as.Fault(base, Write); err != nil {
			b.Fatal(err)
		}
		if err := as.Advise(base, page, unix.MADV_DONTNEED); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFork is fork and exit of a process the size of a small static program: 5 mappings,
// 100 pages present.
func BenchmarkFork(b *testing.B) {
	as := newSpace(b)
	for i := range Addr(5) {
		mapAnon(b, as, base+i<<28, 20)
		mustWrite(b, as, base+i<<28, fill('x', 20*page))
	}
	for b.Loop() {
		child, err := as.Fork()
		if err != nil {
			b.Fatal(err)
		}
		child.Put()
	}
}

// BenchmarkCopyIn is the copy of a small struct.
func BenchmarkCopyIn(b *testing.B) {
	as := newSpace(b)
	mapAnon(b, as, base, 1)
	mustWrite(b, as, base, "x")
	var p [16]byte
	for b.Loop() {
		if _, err := as.CopyIn(p[:], base); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFileFaults is reading every page of a mapped file of 1 MiB that is in memory.
func BenchmarkFileFaults(b *testing.B) {
	as := newSpace(b)
	file := newFile(b, fill('f', 1<<20))
	for b.Loop() {
		a, err := as.Map(MapOpts{Length: 1 << 20, Prot: ProtRead, Flags: unix.MAP_PRIVATE, Object: file})
		if err != nil {
			b.Fatal(err)
		}
		for p := a; p < a+1<<20; p += page {
			if e := as.entry(uint64(p)); e == nil || load(e) == 0 {
				if err := as.Fault(p, Read); err != nil {
					b.Fatal(err)
				}
			}
		}
		if err := as.Unmap(a, 1<<20); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMapUnmap is mmap and munmap of a page that is not touched, among 30 mappings.
func BenchmarkMapUnmap(b *testing.B) {
	as := newSpace(b)
	for i := range 30 {
		mustMap(b, as, MapOpts{Length: page, Prot: Prot(i % 2), Flags: anon})
	}
	for b.Loop() {
		a, err := as.Map(MapOpts{Length: page, Prot: rw, Flags: anon})
		if err != nil {
			b.Fatal(err)
		}
		if err := as.Unmap(a, page); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkProtect is mprotect of a page in a mapping, and back.
func BenchmarkProtect(b *testing.B) {
	as := newSpace(b)
	mapAnon(b, as, base, 8)
	mustWrite(b, as, base+page, "x")
	for b.Loop() {
		for _, prot := range []Prot{ProtRead, rw} {
			if err := as.Protect(base+page, page, prot); err != nil {
				b.Fatal(err)
			}
		}
	}
}
