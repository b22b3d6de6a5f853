package arch

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// stack is a piece of user memory that a frame fits on, and no more than that around it.
type stack struct {
	base uint64
	data []byte
}

func (s *stack) at(a uint64, n int) []byte {
	if a < s.base || a-s.base > uint64(len(s.data)) || uint64(len(s.data))-(a-s.base) < uint64(n) {
		return nil
	}
	return s.data[a-s.base:][:n]
}

func (s *stack) Load(a uint64, p []byte) bool {
	m := s.at(a, len(p))
	copy(p, m)
	return m != nil
}

func (s *stack) Store(a uint64, p []byte) bool {
	m := s.at(a, len(p))
	copy(m, p)
	return m != nil
}

func newStack(size int) *stack { return &stack{0x7fff_0000_1000, make([]byte, size)} }

func (s *stack) top() uint64 { return s.base + uint64(len(s.data)) }

// someRegs returns registers that are all different, and vector state.
func someRegs(sp uint64) (Regs, FPU) {
	r := Regs{RAX: 1, RBX: 2, RCX: 3, RDX: 4, RSI: 5, RDI: 6, RBP: 7, RSP: sp, R8: 8, R9: 9, R10: 10, R11: 11, R12: 12,
		R13: 13, R14: 14, R15: 15, RIP: 0x401000, RFLAGS: FlagFixed | FlagInterrupt | FlagCarry | FlagDirection,
		CS: SelectorUserCode, SS: SelectorUserData, FSBase: 77, OrigRAX: ^uint64(0), MXCSR: 0x9fc0,
		Trap: Trap{excPageFault, 6, 0xdead000}}
	for i := range r.XMM {
		for j := range r.XMM[i] {
			r.XMM[i][j] = byte(16*i + j)
		}
	}
	f := NewFPU()
	h := f.head()
	for i := range h.x87 {
		h.x87[i][0] = byte(i ^ 0x55)
	}
	h.held = xfeatureX87
	f.gsBase = 0x1234
	return r, f
}

func TestFrameRoundTrip(t *testing.T) {
	m := newStack(8 << 10)
	r, f := someRegs(m.top() - 8)
	before, x87 := r, string(f.Area()[32:160])
	s := SignalFrame{Handler: 0x402000, Restorer: 0x403000, Signal: 10, Mask: 0xabcd, AltBase: 1, AltSize: 2, AltFlags: 3}
	s.Info()[0] = 10
	if !s.Push(&r, &f, m) {
		t.Fatal("Push failed")
	}
	le := binary.LittleEndian
	switch {
	case r.RIP != 0x402000 || r.RDI != 10 || r.RAX != 0:
		t.Errorf("the handler starts at %#x with %d, %d", r.RIP, r.RDI, r.RAX)
	case r.RSP%16 != 8:
		t.Errorf("stack pointer %#x is not aligned as after a call", r.RSP)
	case r.RFLAGS&FlagDirection != 0 || r.MXCSR != DefaultMXCSR || r.XMM[3] != [16]byte{}:
		t.Error("the handler does not start with fresh state")
	case le.Uint64(m.at(r.RSP, 8)) != 0x403000 || m.at(r.RSI, 1)[0] != 10:
		t.Error("restorer or siginfo_t are wrong")
	case before.RSP-r.RSP < redZone+uint64(xsaveSize):
		t.Error("the frame reaches into the red zone")
	case f.gsBase != 0x1234:
		t.Error("the handler has lost the GS base")
	}
	// What programs look at (ucontext_t and struct sigcontext).
	for _, c := range []struct {
		name string
		off  uint64
		want uint64
	}{
		{"uc_flags", 0, 7}, {"ss_sp", 16, 1}, {"ss_flags", 24, 3}, {"ss_size", 32, 2},
		{"REG_R8", 40, 8}, {"REG_RIP", 40 + 16*8, 0x401000}, {"REG_CSGSFS", 40 + 18*8, SelectorUserCode | SelectorUserData<<48},
		{"REG_ERR", 40 + 19*8, 6}, {"REG_TRAPNO", 40 + 20*8, 14}, {"REG_OLDMASK", 40 + 21*8, 0xabcd},
		{"REG_CR2", 40 + 22*8, 0xdead000}, {"uc_sigmask", 296, 0xabcd},
	} {
		if got := le.Uint64(m.at(r.RDX+c.off, 8)); got != c.want {
			t.Errorf("%s is %#x, want %#x", c.name, got, c.want)
		}
	}
	fp := le.Uint64(m.at(r.RDX+40+23*8, 8))
	if fp%64 != 0 || le.Uint32(m.at(fp+464, 4)) != fpMagic1 || le.Uint32(m.at(fp+uint64(xsaveSize), 4)) != fpMagic2 {
		t.Error("the vector state has no magic numbers")
	}
	r.RSP += 8 // the handler returns to the restorer
	clear(f.Area())
	var back SignalFrame
	if !back.Pop(&r, &f, m) {
		t.Fatal("Pop failed")
	}
	r.Trap, before.Trap = Trap{}, Trap{}
	if r != before {
		t.Errorf("came back with\n%+v, want\n%+v", r, before)
	}
	if back.Mask != 0xabcd || back.AltBase != 1 || back.AltSize != 2 || back.AltFlags != 3 || string(f.Area()[32:160]) != x87 {
		t.Error("mask, alternate stack or x87 state are lost")
	}
}

func TestFramePlace(t *testing.T) {
	m := newStack(16 << 10)
	frame := uint64(xsaveSize) + 1024
	tests := []struct {
		name string
		sp   uint64
		s    SignalFrame
		ok   bool
	}{
		{"ordinary", m.top() - 8, SignalFrame{}, true},
		{"below the stack", m.base + 200, SignalFrame{}, false},
		{"no stack at all", 0, SignalFrame{}, false},
		{"non-canonical", 1 << 62, SignalFrame{}, false},
		{"alternate", 0x5000, SignalFrame{AltBase: m.base, AltSize: 8 << 10, Switch: true, Bound: true}, true},
		{"alternate, too small", 0x5000, SignalFrame{AltBase: m.base + 8192, AltSize: 600, Switch: true, Bound: true}, false},
		{"alternate, nested", m.base + frame + 200, SignalFrame{AltBase: m.base, AltSize: 8 << 10, Bound: true}, true},
		{"alternate, overflow", m.base + 8192 + 300, SignalFrame{AltBase: m.base + 8192, AltSize: 8 << 10, Bound: true}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, f := someRegs(test.sp)
			before := r
			if ok := test.s.Push(&r, &f, m); ok != test.ok {
				t.Fatalf("Push says %v", ok)
			} else if !ok && r != before {
				t.Error("Push failed and changed the registers")
			}
			if test.ok && test.s.Switch && (r.RSP < m.base || r.RSP > m.base+8<<10) {
				t.Errorf("the handler runs at %#x", r.RSP)
			}
		})
	}
}

// TestBadFrames damages a frame in one place at a time.
func TestBadFrames(t *testing.T) {
	put := func(n int, v uint64) func(b []byte) {
		return func(b []byte) {
			var w [8]byte
			binary.LittleEndian.PutUint64(w[:], v)
			copy(b[:n], w[:])
		}
	}
	const (
		regs      = 8 + 40
		mxcsr     = 24
		software  = 464
		held      = 512
		compacted = 520
	)
	tests := []struct {
		name   string
		vector bool   // off is in the vector state
		off    uint64 // else in the frame
		damage func(b []byte)
		ok     bool
	}{
		{"kernel address", false, regs + 16*8, put(8, 0xffffffff81000000), false},
		{"non-canonical address", false, regs + 16*8, put(8, 1<<50), false},
		{"end of user memory", false, regs + 16*8, put(8, UserEnd), false},
		{"kernel code segment", false, regs + 18*8, put(2, 0x10), false},
		{"32-bit code segment", false, regs + 18*8, put(2, 0x23), false},
		{"no code segment", false, regs + 18*8, put(2, 0), false},
		{"no stack segment", false, regs + 18*8 + 6, put(2, 0), false},
		{"all flags", false, regs + 17*8, put(8, ^uint64(0)), true},
		{"no vector state", false, regs + 23*8, put(8, 0), true},
		{"vector state not mapped", false, regs + 23*8, put(8, 0x1000), false},
		{"vector state in the kernel", false, regs + 23*8, put(8, 0xffffffff81000000), false},
		{"vector state misaligned", false, regs + 23*8, put(1, 8), false},
		{"reserved bits of MXCSR", true, mxcsr, put(4, 1<<16), false},
		{"unknown features", true, held, put(8, 1<<63), false},
		{"compacted form", true, compacted, put(8, 1<<63), false},
		{"header's reserved bytes", true, compacted + 8, put(8, 1), false},
		{"no description", true, software, put(4, 0), true},
		{"another size", true, software + 16, put(4, 1<<20), true},
		{"cut off", true, uint64(xsaveSize), put(4, 0), true},
		{"no SSE state", true, held, put(8, xfeatureX87), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newStack(8 << 10)
			r, f := someRegs(m.top() - 8)
			s := SignalFrame{Handler: 0x402000}
			if !s.Push(&r, &f, m) {
				t.Fatal("Push failed")
			}
			base := r.RSP
			if test.vector {
				base = binary.LittleEndian.Uint64(m.at(r.RSP+regs+23*8, 8))
			}
			test.damage(m.at(base+test.off, 8))
			r.RSP += 8
			if ok := s.Pop(&r, &f, m); ok != test.ok {
				t.Errorf("Pop says %v, want %v", ok, test.ok)
			}
			checkSafe(t, &r, &f)
		})
	}
}

// checkSafe checks that the registers can be loaded without a fault in the kernel.
func checkSafe(t *testing.T, r *Regs, f *FPU) {
	t.Helper()
	h := f.head()
	switch {
	case r.RIP >= UserEnd || r.CS != SelectorUserCode || r.SS != SelectorUserData:
		t.Errorf("goes on at %#x:%#x", r.CS, r.RIP)
	case r.RFLAGS&^(FlagsUser|FlagFixed|FlagInterrupt) != 0 || r.RFLAGS&FlagInterrupt == 0:
		t.Errorf("flags %#x", r.RFLAGS)
	case r.MXCSR&^mxcsrMask != 0 || h.mxcsr&^mxcsrMask != 0:
		t.Errorf("MXCSR %#x", r.MXCSR)
	case h.held&^xfeatures() != 0 || h.compacted != [2]uint64{}:
		t.Errorf("header of the XSAVE area: %#x, %#x", h.held, h.compacted)
	}
}

// FuzzPop takes any memory for a frame.
func FuzzPop(f *testing.F) {
	m := newStack(2 << 10)
	r, fpu := someRegs(m.top() - 8)
	s := SignalFrame{Handler: 0x402000}
	if !s.Push(&r, &fpu, m) {
		f.Fatal("Push failed")
	}
	f.Add(m.data, uint16(r.RSP+8-m.base))
	noise := make([]byte, len(m.data))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	f.Add(noise, uint16(512))
	f.Fuzz(func(t *testing.T, data []byte, sp uint16) {
		m := &stack{m.base, data}
		r, fpu := someRegs(m.base + uint64(sp))
		r.RFLAGS &= FlagsUser | FlagFixed | FlagInterrupt
		var s SignalFrame
		s.Pop(&r, &fpu, m)
		checkSafe(t, &r, &fpu)
	})
}
