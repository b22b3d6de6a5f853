// Package config holds the options of the image as constants, so that the
// compiler drops what is not selected. Each constant has the name of its
// Kconfig symbol, without the prefix CONFIG_.
//
// The values here are those of unit tests on the host, where everything is
// selected. cairn build replaces this file with the values of the image.
package config

const (
	// LIBSYSCALL_SHIM_ROUTINES: libraries may add routines that run at the entry
	// and the exit of system calls.
	LIBSYSCALL_SHIM_ROUTINES = true
	// LIBSYSCALL_SHIM_DESCRIPTIONS: the image holds the names and the argument
	// kinds of the calls it provides.
	LIBSYSCALL_SHIM_DESCRIPTIONS = true
	// LIBSYSCALL_SHIM_NAMES: the image holds the names of all Linux calls.
	LIBSYSCALL_SHIM_NAMES = true
	// LIBPOSIX_PROCESS_MULTITHREADING: a process may have more than one thread.
	LIBPOSIX_PROCESS_MULTITHREADING = true
	// LIBPOSIX_PROCESS_MULTIPROCESS: processes may make processes.
	LIBPOSIX_PROCESS_MULTIPROCESS = true
)
