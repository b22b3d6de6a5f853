// Package posixtest runs the same system calls on Linux and on Cairn, and compares what
// they return. A test is a function of a Caller; Compare runs it twice: once with a Caller
// that makes the calls on the kernel of the developer's machine, once with one that
// dispatches them to the libraries that the test imports, and says where the two logs differ.
package posixtest
