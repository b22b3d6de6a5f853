// Package harness runs programs in machines, and the same programs on the host's
// Linux, for the tests of the packages beside it.
//
// A [Program] says what to run. [Machine] runs it with the cairn command, built
// from this source; [Native] runs it on the host, alone in a copy of the very file
// system that the machine gets; [Both] does both and compares what they wrote and
// how they ended. [Cairn] runs the command with any arguments.
//
// Programs come from the host, from gcc ([CC]), or from Debian's packages
// ([Debian]), which "scripts/setup tests" unpacks. What is missing fails a test: it
// is never skipped, and no test passes without its machine having run.
//
// Every run ends: a machine that takes too long is stopped, and its test fails.
package harness
