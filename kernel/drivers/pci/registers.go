package pci

// The registers of configuration space (PCI 3.0, section 6.1), as far as they are used.
const (
	regID           = 0x00
	regCommand      = 0x04 // and status, in the upper half
	regClass        = 0x08
	regHeader       = 0x0c
	regBAR0         = 0x10
	regBusNumbers   = 0x18 // of bridges
	regSubsystem    = 0x2c
	regCapabilities = 0x34
	regInterrupt    = 0x3c

	commandIO          = 1 << 0
	commandMemory      = 1 << 1
	commandMaster      = 1 << 2
	commandNoINTx      = 1 << 10
	commandBits        = 0xffff
	statusCapabilities = 1 << 20

	headerMultiFunction = 1 << 23
	headerType          = 0x7f // after a shift by 16
	typeDevice          = 0
	typeBridge          = 1

	vendorNone = 0xffff

	barIO       = 1 << 0
	barType64   = 2 << 1
	barTypeMask = 3 << 1
	barIOMask   = 3
	barMemMask  = 0xf
)

// The capabilities that are used (PCI 3.0, appendix H).
const (
	// CapVendor is for the vendor's own use.
	CapVendor = 0x09
	// CapMSIX is for message-signalled interrupts from a table.
	CapMSIX = 0x11
)

// The MSI-X capability (PCI 3.0, section 6.8.2).
const (
	msixControl  = 0x00 // message control, in the upper half
	msixTable    = 0x04
	msixEntry    = 16
	msixVectorOf = 12 // offset of vector control in an entry

	msixSizeMask = 0x7ff
	msixMaskAll  = 1 << 30
	msixEnable   = 1 << 31
	msixBIRMask  = 7
	msixMasked   = 1 << 0
)
