package vm

// Shared says whether the address space has more than one user now.
func (as *AddressSpace) Shared() bool { return as.refs.Load() > 1 }
