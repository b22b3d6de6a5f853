package sys

// Addr is a user address: a number that is only meaningful in the address
// space of a task. strace prints it in hexadecimal, and zero as NULL.
type Addr uint64

// Kind says how an argument is printed. There is one for every type in this
// package, with the same name; the constants are in zkinds.go.
type Kind uint8

// Bool is an integer that is read as a truth value.
type Bool int32

// Hex is a number without a sign that is printed in hexadecimal.
type Hex uint64

// Size is a number of bytes, a size_t.
type Size uint64

// Off is an offset in a file or a length of one, an off_t.
type Off int64

// MapOff is an offset in a file that must be a multiple of the page size, as
// for mmap(2). It is printed in hexadecimal.
type MapOff uint64

// Pid is a process, thread, process group or session identifier, a pid_t.
type Pid int32

// Uid is a user identifier. -1 stands for "leave it".
type Uid uint32

// Gid is a group identifier. -1 stands for "leave it".
type Gid uint32

// FD is a file descriptor.
type FD int32

// DirFD is a file descriptor of a directory, or AT_FDCWD.
type DirFD int32

// Path is the address of a NUL-terminated path.
type Path Addr

// String is the address of a NUL-terminated string that is not a path.
type String Addr

// InBuf is the address of bytes that the call reads. The next argument is a
// [Size] that says how many they are.
type InBuf Addr

// OutBuf is the address of bytes that the call writes. The next argument is
// a [Size] that says how much room there is; the result of the call is how
// many bytes were written.
type OutBuf Addr

// OutString is the address where the call writes a NUL-terminated string. The
// next argument is a [Size] that says how much room there is.
type OutString Addr

// Argv is the address of a vector of string addresses that ends with NULL.
type Argv Addr

// Envp is an [Argv] that holds an environment. Only the number of strings is
// printed.
type Envp Addr

// Int32 is the address of an int that the call reads.
type Int32 Addr

// OutInt32 is the address of an int that the call writes.
type OutInt32 Addr

// OutUid is the address of a user identifier that the call writes.
type OutUid Addr

// OutGid is the address of a group identifier that the call writes.
type OutGid Addr

// Gids is the address of group identifiers. The argument before says how many
// they are.
type Gids Addr

// OutGids is the address of group identifiers that the call writes. The
// result of the call is how many they are.
type OutGids Addr

// OutHexBuf is an [OutBuf] of bytes that are never text, as for getrandom(2).
type OutHexBuf Addr

// Hex32 is [Hex] of 32 bits.
type Hex32 uint32

// OutAddr is the address of an [Addr] that the call writes.
type OutAddr Addr

// OutSize is the address of a [Size] that the call writes.
type OutSize Addr
