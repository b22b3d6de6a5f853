package arch

// What programs are told about the machine (getauxval(3)).
const (
	// ELFMachine is the e_machine of programs for this machine: EM_X86_64.
	ELFMachine = 62
	// Platform is AT_PLATFORM.
	Platform = "x86_64"
)

// SignalStackMin is AT_MINSIGSTKSZ: how large the frame of a signal can be, with the
// vector state in it.
func SignalStackMin() int { return 1024 + 128 + xsaveSize + fpuAlign }
