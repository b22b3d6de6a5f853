// Package vm is address spaces: what a process has mapped, the page tables
// that say so to the processor, page faults, copy-on-write, and the copies
// between user memory and the kernel.
//
// An [AddressSpace] keeps its mappings in a sorted list and fills its page
// tables by faults alone. Frames are counted (see package mem): a frame that
// several mappings show is shared until one of them writes. What a mapping
// shows besides anonymous memory is an [Object]; [Pages] is the one store of pages
// behind shared memory and the files of the memory file systems.
//
// User memory is reached through CopyIn, CopyOut, Load, Store and [Buffer]
// only. These take no lock and allocate nothing until a page is missing.
//
// Locks are taken in this order: the address space's, then the object's, then
// the frame allocator's. A lock that Object.Frame takes must not be held while
// user memory is copied, because the copy may fault on that very object.
package vm
