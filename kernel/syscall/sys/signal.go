package sys

// Signal is a signal number.
type Signal int32

// SigHow is how sigprocmask(2) changes the mask: SIG_BLOCK, SIG_UNBLOCK or
// SIG_SETMASK.
type SigHow int32

// SigSet is the address of a set of signals, 8 bytes, that the call reads.
type SigSet Addr

// OutSigSet is the address of a set of signals, 8 bytes, that the call writes.
type OutSigSet Addr

// SigSetArg is the address of the pair of a signal set's address and size
// that pselect6(2) has as its last argument.
type SigSetArg Addr

// SigAction is the address of a kernel struct sigaction that the call reads.
type SigAction Addr

// OutSigAction is the address of a kernel struct sigaction that the call
// writes.
type OutSigAction Addr

// SigInfo is the address of a siginfo_t that the call reads.
type SigInfo Addr

// OutSigInfo is the address of a siginfo_t that the call writes.
type OutSigInfo Addr

// SigStack is the address of a stack_t that the call reads.
type SigStack Addr

// OutSigStack is the address of a stack_t that the call writes.
type OutSigStack Addr

// SigEvent is the address of a struct sigevent. See timer_create(2).
type SigEvent Addr

// SignalfdFlags are the SFD_ flags of signalfd4(2).
type SignalfdFlags int32
