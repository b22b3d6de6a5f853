// Package vfs is the core of the file systems: open file descriptions, inodes,
// the tree of names, mounts, path walking, permissions and locks. It provides no
// system call itself; package posix/fs and package posix/fdio do, on top of it.
//
// The parts, named as Linux names them:
//
//   - [File] is an open file description (open(2)): what descriptors refer to. Its
//     behaviour is its [FileOps].
//   - [Inode] is a file: attributes, and its [InodeOps].
//   - [Dentry] is a name in the tree. In-memory file systems have their directories
//     here and nowhere else; others have names cached here.
//   - [SuperBlock] is a file system, [Mount] is a place where one is seen, [Path]
//     is a name in a mount.
//   - [FS] is what a task brings to a path: root, working directory, umask.
//
// Nothing in a [FileOps] blocks to wait for readiness: an operation that would
// block returns EAGAIN, and who called it waits on the file's queue.
//
// Locks, in the order they are taken: renameLock (one rename between
// directories at a time), the directories' own locks (parents before children),
// treeLock (parents and names of entries, mounts), an inode's locks.
package vfs
