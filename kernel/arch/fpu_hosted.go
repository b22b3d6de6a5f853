//go:build !cairn

package arch

// Sync brings the state in memory up to date with the processor's. Hosted: it is.
func (f *FPU) Sync() {}

// Forget says that the state is no longer needed.
func (f *FPU) Forget() {}

// release gives up what a processor has of the state. Hosted: none has.
func (f *FPU) release() {}

// GSBase returns the user's GS base.
func (f *FPU) GSBase() uint64 { return f.gsBase }

// SetGSBase sets the user's GS base.
func (f *FPU) SetGSBase(base uint64) { f.gsBase = base }
