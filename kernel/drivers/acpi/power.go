package acpi

import (
	"encoding/binary"
	"errors"

	"cairn/kernel/drivers"
	"cairn/kernel/kfmt"
	"cairn/kernel/klog"
)

// The fields of the FADT that matter (section 5.2.9).
const (
	fadtDSDT         = 40
	fadtSMICmd       = 48
	fadtACPIEnable   = 52
	fadtPM1aCntBlk   = 64
	fadtPM1bCntBlk   = 68
	fadtFlags        = 112
	fadtXDSDT        = 140
	fadtXPM1aCntBlk  = 172
	fadtXPM1bCntBlk  = 184
	fadtSleepControl = 244

	flagHWReduced = 1 << 20
)

// The bits of PM1_CNT (section 4.8.3.2.1) and of the sleep control register (section 4.8.3.7).
const (
	pm1SCIEn      = 1 << 0
	pm1SleepType  = 10
	pm1SleepEn    = 1 << 13
	sleepType     = 2
	sleepEn       = 1 << 5
	gasSystemMem  = 0
	gasSystemPort = 1
)

// A gas is a generic address structure (section 5.2.3.2).
type gas struct {
	space uint8
	addr  uint64
}

// power is how the machine is switched off: values to be written to registers.
type power struct {
	// PM1 control registers; the second is nil on most machines.
	pm1    [2]drivers.Registers
	value1 [2]uint16
	// The sleep control register of machines without them, and its value.
	sleep      drivers.Registers
	valueSleep uint8
}

// errNoPort says that a register is where the driver cannot reach it.
var errNoPort = errors.New("register is neither a port nor memory")

func init() { drivers.Register(drivers.Tables, "acpi", probe) }

func probe() error {
	t, err := Machine()
	if errors.Is(err, ErrNone) {
		klog.Infof("acpi: the machine has no tables")
		return nil
	}
	if err != nil {
		return err
	}
	p, err := t.power()
	if err != nil {
		return kfmt.Errorf("the machine cannot be switched off: %w", err)
	}
	drivers.RegisterPowerOff(drivers.PowerOffFirst, "acpi", p.off)
	return nil
}

// off switches the machine off.
func (p *power) off() {
	for i, r := range p.pm1 {
		if r != nil {
			keep := r.Read16(0) & pm1SCIEn
			r.Write16(0, keep|p.value1[i])
			r.Write16(0, keep|p.value1[i]|pm1SleepEn)
		}
	}
	if p.sleep != nil {
		p.sleep.Write8(0, p.valueSleep|sleepEn)
	}
}

// power finds out how to switch the machine off.
func (t *Tables) power() (*power, error) {
	fadt, err := t.Find("FACP")
	if err != nil {
		return nil, err
	}
	// The table grew with the revisions of the standard; what is not there is 0.
	fadt = append(fadt, make([]byte, max(0, fadtSleepControl+12-len(fadt)))...)
	le := binary.LittleEndian
	dsdtAddr := le.Uint64(fadt[fadtXDSDT:])
	if dsdtAddr == 0 {
		dsdtAddr = uint64(le.Uint32(fadt[fadtDSDT:]))
	}
	dsdt, err := t.read(dsdtAddr, "DSDT")
	if err != nil {
		return nil, err
	}
	typ, ok := findS5(dsdt[headerSize:])
	if !ok {
		return nil, errors.New("the DSDT has no \\_S5_")
	}
	if le.Uint32(fadt[fadtFlags:])&flagHWReduced != 0 {
		r, err := readGAS(fadt[fadtSleepControl:]).registers()
		if r == nil && err == nil {
			err = errNoPort
		}
		return &power{sleep: r, valueSleep: typ[0] << sleepType}, err
	}
	enable(fadt)
	p := &power{value1: [2]uint16{uint16(typ[0]) << pm1SleepType, uint16(typ[1]) << pm1SleepType}}
	for i, off := range [2][2]int{{fadtXPM1aCntBlk, fadtPM1aCntBlk}, {fadtXPM1bCntBlk, fadtPM1bCntBlk}} {
		g := readGAS(fadt[off[0]:])
		if g.addr == 0 {
			g = gas{gasSystemPort, uint64(le.Uint32(fadt[off[1]:]))}
		}
		if p.pm1[i], err = g.registers(); err != nil {
			return nil, err
		}
	}
	if p.pm1[0] == nil {
		return nil, errNoPort
	}
	return p, nil
}

func readGAS(b []byte) gas { return gas{b[0], binary.LittleEndian.Uint64(b[4:])} }

// registers returns the register, nil if there is none.
func (g gas) registers() (drivers.Registers, error) {
	switch {
	case g.addr == 0:
		return nil, nil
	case g.space == gasSystemPort && g.addr < 1<<16:
		return drivers.Ports(g.addr), nil
	case g.space == gasSystemMem:
		return drivers.MapRegisters(g.addr, 4)
	}
	return nil, errNoPort
}

// enable switches the machine from legacy mode to ACPI, as far as the firmware has not done
// so (section 4.8.2.5).
func enable(fadt []byte) {
	const waits = 1 << 16
	le := binary.LittleEndian
	smi, cnt := le.Uint32(fadt[fadtSMICmd:]), le.Uint32(fadt[fadtPM1aCntBlk:])
	if smi == 0 || smi >= 1<<16 || cnt == 0 || cnt >= 1<<16 || fadt[fadtACPIEnable] == 0 {
		return
	}
	control := drivers.Ports(cnt)
	if control.Read16(0)&pm1SCIEn != 0 {
		return
	}
	drivers.Ports(smi).Write8(0, fadt[fadtACPIEnable])
	for i := 0; i < waits && control.Read16(0)&pm1SCIEn == 0; i++ {
	}
}

// The AML byte codes around \_S5_ (section 20.2).
const (
	amlZero       = 0x00
	amlOne        = 0x01
	amlName       = 0x08
	amlBytePrefix = 0x0a
	amlWordPrefix = 0x0b
	amlPackage    = 0x12
	amlRoot       = '\\'
)

// findS5 looks in AML code for the object \_S5_, a package whose first two numbers are what to
// write to the sleep type fields of PM1a_CNT and PM1b_CNT to switch off.
func findS5(aml []byte) (typ [2]uint8, ok bool) {
	const name = "_S5_"
	for i := 1; i+len(name) < len(aml); i++ {
		if string(aml[i:][:len(name)]) != name {
			continue
		}
		named := aml[i-1] == amlName || i > 1 && aml[i-1] == amlRoot && aml[i-2] == amlName
		if !named {
			continue
		}
		if typ, ok = parseS5(aml[i+len(name):]); ok {
			return typ, true
		}
	}
	return typ, false
}

// parseS5 reads the package.
func parseS5(b []byte) (typ [2]uint8, ok bool) {
	if len(b) < 3 || b[0] != amlPackage {
		return typ, false
	}
	// The length has 1 to 4 bytes: the first says how many follow it. The number of elements is next.
	skip := 1 + 1 + int(b[1]>>6) + 1
	if len(b) < skip || b[skip-1] == 0 {
		return typ, false
	}
	elements := min(int(b[skip-1]), len(typ))
	b = b[skip:]
	for i := range elements {
		n := 0
		switch {
		case len(b) >= 1 && (b[0] == amlZero || b[0] == amlOne):
			typ[i], n = b[0], 1
		case len(b) >= 2 && b[0] == amlBytePrefix:
			typ[i], n = b[1], 2
		case len(b) >= 3 && b[0] == amlWordPrefix:
			typ[i], n = b[1], 3
		default:
			return typ, false
		}
		typ[i] &= 7
		b = b[n:]
	}
	return typ, true
}
