// Package trial lets tests on a developer's machine make single steps of the kernel fail, and count what is
// alive afterwards. In the machine's kernel, which the build tag cairn makes, its functions are empty and
// cost nothing.
//
// A step that can fail for want of something asks [Fail] before it does anything, and fails as it
// would without that something:
//
//	if trial.Fail() {
//		return unix.ENOMEM
//	}
//
// A test arms the first step, the second, and so on until its operation gets through, and looks each time
// that nothing is left behind.
package trial
