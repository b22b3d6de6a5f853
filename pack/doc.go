// Package pack makes the root file system of a machine.
//
// [New] starts either from a program of this host or from a root file system
// that the user has (a directory, a cpio archive or a tar archive). A host
// program brings along what it needs to start: its ELF interpreter and shared
// libraries, found as ld.so(8) finds them; the interpreter of a #! script; the
// standard library of a language runtime (see runtimes). Everything keeps its
// path, with the symbolic links on the way kept as links, so that a program
// finds its own files where it looks for them.
//
// To both, the files and trees that the user asks for ([With]) are added, and
// the directories and files of /etc that programs expect, where absent. What
// is not named or needed is not there: names of files among the program's
// arguments are not looked at.
//
// Ownership: files of the host belong to root in the machine. From an archive,
// owners are as in the archive. From a directory they are as there, but files
// of the calling user become root's, so that a tree that was unpacked without
// privileges works. Modes, times, device nodes, FIFOs and hard links are kept;
// sockets are left out with a warning.
//
// [Tree.WriteTo] writes the result as a cpio archive for the kernel, which finds
// the program, its arguments and environment in the directory .cairn of the
// archive: files program, argv and env, the latter two as NUL-terminated strings.
package pack
