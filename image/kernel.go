package image

import (
	"bytes"
	"debug/elf"
	"fmt"

	"cairn/image/bootpage"
)

// pageSize is the size in bytes of the pages that map the kernel.
const pageSize = 4096

// LazyLimit is the size in bytes from which a variable in the bss is left
// unmapped at boot, together with what follows it.
const LazyLimit = 1 << 20

// LinkFlags returns the flags for the Go linker with which a kernel is linked.
// The entry is the symbol of an assembly function, such as
// "cairn/kernel/bare.entry". Functions begin where the last one ends, not at multiples of 32
// bytes: that makes a kernel 4 % smaller.
func LinkFlags(entry string) string {
	base := uint64(bootpage.KernelVirt)
	return fmt.Sprintf("-T %d -E %s -funcalign 1", int64(base), entry)
}

// segment is a part of the kernel that is mapped with one set of permissions.
type segment struct {
	flags elf.ProgFlag
	virt  uint64 // page aligned
	phys  uint64 // page aligned
	data  []byte
	size  uint64 // in memory, at least len(data)
}

// end returns the virtual address behind the segment's last page.
func (s *segment) end() uint64 { return pageUp(s.virt + s.size) }

// pageUp rounds an address or size up to whole pages.
func pageUp(n uint64) uint64 { return (n + pageSize - 1) &^ (pageSize - 1) }

// kernel is what Pack needs to know of its input.
type kernel struct {
	raw                []byte
	entry              uint64
	segments           []segment // in ascending order
	lazyStart, lazyEnd uint64    // virtual, page aligned
	physEnd            uint64    // behind the last segment, page aligned
}

// readKernel takes apart an executable of the Go linker, as the options say.
func readKernel(raw []byte, o *Options) (*kernel, error) {
	f, err := elf.NewFile(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("image: the kernel is not an ELF file: %w", err)
	}
	if f.Class != elf.ELFCLASS64 || f.Machine != elf.EM_X86_64 || f.Type != elf.ET_EXEC {
		return nil, fmt.Errorf("image: the kernel is %v %v %v; build it with GOOS=linux GOARCH=amd64 CGO_ENABLED=0", f.Class, f.Machine, f.Type)
	}
	k := &kernel{raw: raw, entry: f.Entry}
	if err := k.load(f); err != nil {
		return nil, err
	}
	text := &k.segments[0]
	if k.entry < text.virt || k.entry >= text.virt+text.size {
		return nil, fmt.Errorf("image: the kernel's entry point %#x is outside its text", k.entry)
	}
	if err := k.splitBSS(f); err != nil {
		return nil, err
	}
	if !o.KeepSymbols {
		if err := k.compact(f); err != nil && o.Warn != nil {
			o.Warn(fmt.Sprintf("the image is larger than it could be: %v", err))
		}
	}
	k.place()
	return k, nil
}

// place gives the segments their physical addresses, one behind the other.
func (k *kernel) place() {
	k.physEnd = bootpage.KernelPhys
	for i := range k.segments {
		s := &k.segments[i]
		s.phys = k.physEnd
		k.physEnd += s.end() - s.virt
	}
}

// load collects the loadable segments.
func (k *kernel) load(f *elf.File) error {
	for _, p := range f.Progs {
		if p.Type != elf.PT_LOAD {
			continue
		}
		size := uint64(len(k.raw))
		if p.Off > size || p.Filesz > size-p.Off || p.Memsz < p.Filesz || p.Vaddr+p.Memsz < p.Vaddr || pageUp(p.Vaddr+p.Memsz) == 0 {
			return fmt.Errorf("image: the kernel's segment for %#x is malformed; is the file truncated?", p.Vaddr)
		}
		s := segment{flags: p.Flags, virt: p.Vaddr, size: p.Memsz, data: k.raw[p.Off : p.Off+p.Filesz]}
		if len(k.segments) == 0 && s.virt < bootpage.KernelVirt {
			// The linker puts a page with the ELF header before the text.
			cut := bootpage.KernelVirt - s.virt
			if cut > uint64(len(s.data)) {
				break
			}
			s.virt, s.size, s.data = s.virt+cut, s.size-cut, s.data[cut:]
		}
		if n := len(k.segments); s.virt%pageSize != 0 || n > 0 && s.virt < k.segments[n-1].end() {
			return fmt.Errorf("image: two segments of the kernel share the page at %#x", s.virt&^(pageSize-1))
		}
		k.segments = append(k.segments, s)
	}
	const limit = bootpage.KernelVirt + 512<<20 // as far as the runtime's 32-bit offsets and our tables reach
	if n := len(k.segments); n > 0 && k.segments[n-1].end() > limit {
		return fmt.Errorf("image: the kernel is too large: it ends at %#x", k.segments[n-1].end())
	}
	if len(k.segments) == 0 || k.segments[0].virt != bootpage.KernelVirt || k.segments[0].flags&elf.PF_X == 0 {
		return fmt.Errorf("image: the kernel's text is not at %#x; link it with -ldflags=%q", uint64(bootpage.KernelVirt), LinkFlags("ENTRY"))
	}
	return nil
}

// splitBSS takes the large variables at the end of the bss out of the last
// segment. Variables with pointers (.bss) come before those without
// (.noptrbss), so only the latter can be at the end.
func (k *kernel) splitBSS(f *elf.File) error {
	last := &k.segments[len(k.segments)-1]
	last.size = last.end() - last.virt
	k.lazyStart, k.lazyEnd = last.end(), last.end()
	sec := f.Section(".noptrbss")
	if sec == nil || sec.Size < LazyLimit {
		return nil
	}
	symbols, err := f.Symbols()
	if err != nil {
		return fmt.Errorf("image: the kernel has no symbol table, which is needed to find its large variables; do not link it with -s: %w", err)
	}
	eager := sec.Addr
	for _, s := range symbols {
		if s.Value >= sec.Addr && s.Value < sec.Addr+sec.Size && s.Size < LazyLimit {
			eager = max(eager, s.Value+s.Size)
		}
	}
	if start := pageUp(eager); start < k.lazyEnd {
		last.size = start - last.virt
		k.lazyStart = start
	}
	return nil
}
