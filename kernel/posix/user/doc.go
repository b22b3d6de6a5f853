// Package user is who a task is: user and group identifiers, supplementary groups and
// capabilities (credentials(7), capabilities(7)), and the calls that read and change them.
//
// Credentials are a value that does not change once a task has it: a change makes a
// new one. So tasks share them freely, and checks read them without a lock. As in Linux each
// thread has its own; a C library changes those of all threads together.
package user

//go:generate go run cairn/tools/sysgen
