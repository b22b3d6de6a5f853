package procfs

import (
	"encoding/binary"
	"strings"

	"cairn/kernel/fs/procfs/facts"
	"cairn/kernel/kfmt"
	"cairn/kernel/task"
)

// A cpuFlag is a feature as CPUID leaves say it: which register (0 to 3 for EAX to EDX) of which leaf, and
// which bit.
type cpuFlag struct {
	leaf, subleaf uint32
	register, bit uint8
	name          string
}

// cpuFlags are the features that programs look for in /proc/cpuinfo, with Linux's names
// (arch/x86/include/asm/cpufeatures.h).
var cpuFlags = []cpuFlag{
	{1, 0, 3, 0, "fpu"}, {1, 0, 3, 4, "tsc"}, {1, 0, 3, 8, "cx8"}, {1, 0, 3, 15, "cmov"}, {1, 0, 3, 23, "mmx"}, {1, 0, 3, 24, "fxsr"},
	{1, 0, 3, 25, "sse"}, {1, 0, 3, 26, "sse2"}, {0x80000001, 0, 3, 11, "syscall"}, {0x80000001, 0, 3, 20, "nx"},
	{0x80000001, 0, 3, 26, "pdpe1gb"}, {0x80000001, 0, 3, 27, "rdtscp"}, {0x80000001, 0, 3, 29, "lm"}, {1, 0, 2, 0, "pni"},
	{1, 0, 2, 1, "pclmulqdq"}, {1, 0, 2, 9, "ssse3"}, {1, 0, 2, 12, "fma"}, {1, 0, 2, 13, "cx16"}, {1, 0, 2, 19, "sse4_1"},
	{1, 0, 2, 20, "sse4_2"}, {1, 0, 2, 22, "movbe"}, {1, 0, 2, 23, "popcnt"}, {1, 0, 2, 25, "aes"}, {1, 0, 2, 26, "xsave"},
	{1, 0, 2, 28, "avx"}, {1, 0, 2, 29, "f16c"}, {1, 0, 2, 30, "rdrand"}, {1, 0, 2, 31, "hypervisor"}, {0x80000001, 0, 2, 0, "lahf_lm"},
	{0x80000001, 0, 2, 5, "abm"}, {0x80000001, 0, 2, 6, "sse4a"}, {7, 0, 1, 0, "fsgsbase"}, {7, 0, 1, 3, "bmi1"}, {7, 0, 1, 5, "avx2"},
	{7, 0, 1, 7, "smep"}, {7, 0, 1, 8, "bmi2"}, {7, 0, 1, 9, "erms"}, {7, 0, 1, 16, "avx512f"}, {7, 0, 1, 18, "rdseed"},
	{7, 0, 1, 19, "adx"}, {7, 0, 1, 20, "smap"}, {7, 0, 1, 23, "clflushopt"}, {7, 0, 1, 29, "sha_ni"}, {7, 0, 2, 2, "umip"},
}

// cpuinfo writes /proc/cpuinfo (proc_cpuinfo(5)).
func cpuinfo(_ *task.Task, w *strings.Builder) error {
	w.WriteString("processor\t: 0\n")
	if ask := facts.Machine.CPUID; ask != nil {
		describeCPU(w, ask)
	}
	w.WriteString("\n")
	return nil
}

func describeCPU(w *strings.Builder, ask func(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)) {
	_, b, c, d := ask(0, 0)
	a, _, _, _ := ask(1, 0)
	family, model := a>>8&15, a>>4&15
	if family == 15 {
		family += a >> 20 & 0xff
	}
	if family >= 6 {
		model |= a >> 12 & 0xf0
	}
	mhz := facts.Machine.CPUHertz() / 1000
	kfmt.Fprintf(w, "vendor_id\t: %s\ncpu family\t: %d\nmodel\t\t: %d\nmodel name\t: %s\nstepping\t: %d\ncpu MHz\t\t: %d.%03d\n",
		letters(b, d, c), family, model, brand(ask), a&15, mhz/1000, mhz%1000)
	w.WriteString("physical id\t: 0\nsiblings\t: 1\ncore id\t\t: 0\ncpu cores\t: 1\nfpu\t\t: yes\nwp\t\t: yes\nflags\t\t:")
	for _, f := range cpuFlags {
		var r [4]uint32
		r[0], r[1], r[2], r[3] = ask(f.leaf, f.subleaf)
		if r[f.register]>>f.bit&1 != 0 {
			w.WriteString(" " + f.name)
		}
	}
	kfmt.Fprintf(w, "\nbogomips\t: %d.%02d\nclflush size\t: 64\ncache_alignment\t: 64\naddress sizes\t: 48 bits physical, 48 bits virtual\n",
		2*mhz/1000, 2*mhz/10%100)
}

// brand returns the processor's name, "unknown" if it has none.
func brand(ask func(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)) string {
	const first, last = 0x80000002, 0x80000004
	if most, _, _, _ := ask(0x80000000, 0); most < last {
		return "unknown"
	}
	var s string
	for leaf := uint32(first); leaf <= last; leaf++ {
		a, b, c, d := ask(leaf, 0)
		s += letters(a, b, c, d)
	}
	return strings.TrimSpace(s)
}

// letters returns the characters that registers hold.
func letters(registers ...uint32) string {
	var b []byte
	for _, r := range registers {
		b = binary.LittleEndian.AppendUint32(b, r)
	}
	return strings.TrimRight(string(b), "\x00")
}
