package sys

// CloneFlags are the CLONE_ flags and, in the low byte, the signal sent to
// the parent at the child's exit. See clone(2).
type CloneFlags uint64

// UnshareFlags are the CLONE_ flags of unshare(2) and setns(2).
type UnshareFlags uint64

// CloneArgs is the address of a struct clone_args. The next argument is its
// size. See clone3(2).
type CloneArgs Addr

// ExitCode is the status given to exit(2) or exit_group(2). Such a call does
// not return.
type ExitCode int32

// WaitOptions are the W flags of wait4(2) and waitid(2).
type WaitOptions int32

// OutWaitStatus is the address of a wait status that the call writes.
type OutWaitStatus Addr

// WaitIDType is the P_ kind of identifier that waitid(2) waits for.
type WaitIDType int32

// OutRusage is the address of a struct rusage that the call writes.
type OutRusage Addr

// RusageWho is whom getrusage(2) asks about.
type RusageWho int32

// Resource is the RLIMIT_ resource of getrlimit(2) and setrlimit(2).
type Resource uint32

// Rlimit is the address of a struct rlimit that the call reads.
type Rlimit Addr

// OutRlimit is the address of a struct rlimit that the call writes.
type OutRlimit Addr

// PriorityWhich is the PRIO_ kind of identifier of getpriority(2).
type PriorityWhich int32

// SchedPolicy is the SCHED_ policy of sched_setscheduler(2).
type SchedPolicy int32

// SchedParam is the address of a struct sched_param that the call reads.
type SchedParam Addr

// OutSchedParam is the address of a struct sched_param that the call writes.
type OutSchedParam Addr

// CPUSet is the address of a set of CPUs that the call reads. The argument
// before is its size in bytes.
type CPUSet Addr

// OutCPUSet is the address of a set of CPUs that the call writes. The result
// of the call is its size in bytes.
type OutCPUSet Addr

// PrctlOp is the PR_ operation of prctl(2).
type PrctlOp int32

// PrctlArg is an argument of prctl(2). Its meaning depends on the [PrctlOp].
type PrctlArg uint64

// ArchPrctlOp is the ARCH_ operation of arch_prctl(2).
type ArchPrctlOp int32

// PidfdFlags are the PIDFD_ flags of pidfd_open(2).
type PidfdFlags uint32

// CapHeader is the address of a struct __user_cap_header_struct. See capget(2).
type CapHeader Addr

// CapData is the address of capability sets that the call reads.
type CapData Addr

// OutCapData is the address of capability sets that the call writes.
type OutCapData Addr

// Persona is an execution domain and its flags. See personality(2).
type Persona uint32

// FutexOp is the FUTEX_ operation and its flags. See futex(2). The other
// arguments are printed as the operation uses them.
type FutexOp int32

// RseqFlags are the RSEQ_FLAG_ flags of rseq(2).
type RseqFlags int32
