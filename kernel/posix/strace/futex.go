package strace

// The operations and flags of futex(2) that decide how its arguments are
// printed.
const (
	futexWait          = 0
	futexWake          = 1
	futexRequeue       = 3
	futexCmpRequeue    = 4
	futexWakeOp        = 5
	futexLockPI        = 6
	futexUnlockPI      = 7
	futexTrylockPI     = 8
	futexWaitBitset    = 9
	futexWakeBitset    = 10
	futexWaitRequeuePI = 11
	futexCmpRequeuePI  = 12
	futexLockPI2       = 13

	futexPrivate       = 128
	futexClockRealtime = 256
)

// futexOpArg prints the operation of futex(2) and its flags, which strace(1)
// writes as one name and a flag.
func futexOpArg(p *printer, i int) {
	op := uint64(uint32(p.args[i]))
	p.enum(&futexOps, op&^(futexPrivate|futexClockRealtime))
	if op&futexPrivate != 0 {
		p.str("_PRIVATE")
	}
	if op&futexClockRealtime != 0 {
		p.str("|FUTEX_CLOCK_REALTIME")
	}
}

// futexEnter prints those arguments of futex(2) that the operation uses.
func futexEnter(p *printer) {
	p.addr(p.arg(0))
	p.str(", ")
	futexOpArg(p, 1)
	val := func(i int) { p.str(", "); uint32Arg(p, i) }
	timeout := func() { p.str(", "); timespec(p, 3) }
	address := func() { p.str(", "); p.addr(p.arg(4)) }
	bitset := func() { p.str(", "); p.bitset(uint32(p.args[5])) }
	switch p.intArg(1) &^ (futexPrivate | futexClockRealtime) {
	case futexWait:
		val(2)
		timeout()
	case futexLockPI, futexLockPI2:
		timeout()
	case futexWaitBitset:
		val(2)
		timeout()
		bitset()
	case futexWakeBitset:
		val(2)
		bitset()
	case futexWake:
		val(2)
	case futexUnlockPI, futexTrylockPI:
	case futexRequeue:
		val(2)
		val(3)
		address()
	case futexCmpRequeue, futexCmpRequeuePI:
		val(2)
		val(3)
		address()
		val(5)
	case futexWakeOp:
		val(2)
		val(3)
		address()
		p.str(", ")
		p.wakeOp(uint32(p.args[5]))
	case futexWaitRequeuePI:
		val(2)
		timeout()
		address()
	default:
		val(2)
		p.str(", ")
		hexArg(p, 3)
		p.str(", ")
		hexArg(p, 4)
		p.str(", ")
		hexArg(p, 5)
	}
}

// bitset prints the bits of FUTEX_WAIT_BITSET.
func (p *printer) bitset(v uint32) {
	if v == ^uint32(0) {
		p.str("FUTEX_BITSET_MATCH_ANY")
		return
	}
	p.hexOrZero(uint64(v))
}

// wakeOp prints the operation and comparison of FUTEX_WAKE_OP.
func (p *printer) wakeOp(v uint32) {
	ops := []string{"FUTEX_OP_SET", "FUTEX_OP_ADD", "FUTEX_OP_OR", "FUTEX_OP_ANDN", "FUTEX_OP_XOR"}
	cmps := []string{"FUTEX_OP_CMP_EQ", "FUTEX_OP_CMP_NE", "FUTEX_OP_CMP_LT", "FUTEX_OP_CMP_LE", "FUTEX_OP_CMP_GT", "FUTEX_OP_CMP_GE"}
	name := func(list []string, i uint32) {
		if int(i) < len(list) {
			p.str(list[i])
		} else {
			p.hexOrZero(uint64(i))
		}
		p.str("<<")
	}
	if v>>31 != 0 {
		p.str("FUTEX_OP_OPARG_SHIFT<<28|")
	}
	name(ops, v>>28&7)
	p.str("28|")
	p.hexOrZero(uint64(v >> 12 & 0xfff))
	p.str("<<12|")
	name(cmps, v>>24&15)
	p.str("24|")
	p.hexOrZero(uint64(v & 0xfff))
}
