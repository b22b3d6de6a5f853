// Package mem hands out physical memory in frames of 4 KiB, each with a count
// of its users.
//
// The allocator is used by the page-fault handler of the kernel's own memory,
// so it allocates nothing, holds no Go pointers, and takes its lock only in
// functions that cannot be preempted.
//
// Frames never handed out before come from the ends of the free ranges, so
// that starting the allocator costs the same on any size of machine; frames
// that came back are linked into a list through their own first word.
package mem
