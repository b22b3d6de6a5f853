// Package syscall is the table of system calls: libraries put their calls into
// it, a task's trap is dispatched through it, and routines that libraries add
// run at the entry and the exit of every call.
//
// A library does not fill the table by hand. It declares each call as a typed
// Go function with a //cairn:syscall directive, and the generator tools/sysgen
// writes the adapter, the registration and the description of the arguments
// beside it. The file doc/adding.md says how.
//
// A call is made in one of three ways:
//
//   - by a program: the trap returns to the task's loop, which calls [Dispatch];
//   - by code in the image, as a program makes it: the generated methods of the
//     library's Syscalls type, such as pipe.Syscalls{t}.Pipe2(fds, flags), which
//     pass through the entry and exit routines but not through a trap;
//   - by code in the image, as a function: pipe.Pipe2(t, fds, flags).
package syscall

//go:generate go run cairn/tools/sysgen -names
