// Package sys names the types of system call arguments and results.
//
// A system call is declared as a Go function whose parameters have these
// types (see package cairn/kernel/syscall). Each type has the width and the
// signedness that Linux gives the argument, so that the conversion from a
// 64-bit register is the plain Go conversion, and each says how strace(1)
// prints the argument: the generator tools/sysgen hands the type on as a [Kind].
//
// Three families:
//
//   - numbers: [FD], [OpenFlags], [Signal], ...;
//   - addresses of something that the call reads: [Path], [InBuf], [Timespec], ...;
//   - addresses of something that the call writes, whose names begin with Out:
//     [OutBuf], [OutStat], ... They are printed after the call.
//
// A user address that is none of these is an [Addr]. Every address type
// converts to Addr with a plain conversion. The addresses are in the address
// space of the calling task, and nothing about them has been checked.
//
// The package imports neither the task nor the memory code; both import it.
package sys

//go:generate go run cairn/tools/sysgen -kinds
