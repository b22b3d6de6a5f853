// Package ramfs is the file system in memory: tmpfs, and the root of the tree.
//
// Names are the dentries of package vfs and nothing else; contents are
// vm.Pages, so that what a program writes and what it maps are the same frames. Both are
// freed with the last name and the last user. Every file system has a limit of bytes and of files.
//
// It also makes the nameless files of memfd_create(2).
package ramfs
