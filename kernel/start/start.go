//go:build cairn

// Package start brings the machine up: interrupts, drivers, the root file system;
// then it runs the first program, and when that ends, the machine ends with its status.
package start

import (
	"strings"

	"cairn/kernel/arch"
	"cairn/kernel/bare"
	"cairn/kernel/boot"
	"cairn/kernel/clock"
	"cairn/kernel/drivers"
	"cairn/kernel/drivers/console"
	"cairn/kernel/drivers/ioapic"
	"cairn/kernel/irq"
	"cairn/kernel/kfmt"
	"cairn/kernel/klog"
	"cairn/kernel/mem"
	"cairn/kernel/param"
	"cairn/kernel/plat"
	"cairn/kernel/syscall"
	"cairn/kernel/syscall/report"
	"cairn/kernel/task"
	"cairn/kernel/vdso"
)

var (
	logLevel = param.Int("log.level", 4, // klog.Warning
		"the least bad level of log lines that are shown (0 to 7, as syslog)")
	reserve = param.Size("mem.reserve", 0, "bytes of memory that programs cannot take from the kernel (0: a sixteenth, 1M to 32M)")
)

// Status is the exit status for failures of the kernel's own, as container
// runtimes use it.
const statusKernel = 125

// Main runs the machine. It does not return.
func Main() {
	runtimeReady := clock.Now()
	arch.InitFPU()
	klog.SetSink(emergency)
	program, given, problems := param.Parse(boot.Machine.Cmdline)
	klog.SetLevel(klog.Level(logLevel.Value()))
	for _, p := range problems {
		klog.Warnf("%s", p)
	}
	mem.SetReserve(reserveFrames())
	task.Kernel.Syscall = syscall.Dispatch
	task.Kernel.Interrupt = irq.Interrupt
	clock.OnWallChange(func() { vdso.SetWallOffset(clock.Offset()) })
	startDrivers()
	report.SetSink(console.Report)

	console.Boot("entry", bare.Nanoseconds(bare.EntryTSC()))
	console.Boot("runtime", runtimeReady)
	describe()
	status := statusKernel
	if err := mountRoot(); err != nil {
		klog.Errf("root file system: %v", err)
	} else {
		status = run(program, given)
	}
	console.Exit(status)
	drivers.PowerOff()
	plat.Stop()
}

// emergency shows errors before there is a console.
func emergency(l klog.Line) {
	if l.Level <= klog.Err {
		plat.Write("cairn: " + l.Text + "\r\n")
	}
}

// reserveFrames is the number of frames that programs cannot take.
func reserveFrames() uint64 {
	bytes := reserve.Value()
	if bytes == 0 {
		bytes = min(max(boot.Machine.MemorySize()/16, 1<<20), 32<<20)
	}
	return bytes / mem.PageSize
}

// startDrivers gives the drivers the ground they stand on, and starts them.
func startDrivers() {
	drivers.Machine = drivers.Ground{
		MapDevice: func(pa, size uint64) drivers.Registers { return drivers.Memory(bare.MapDevice(pa, size)) },
		HandleIRQ: irq.Handle,
		AllocMSI:  irq.AllocMSI,
	}
	regs, err := drivers.MapRegisters(ioapic.Base, ioapic.Size)
	if err == nil {
		irq.SetController(ioapic.New(regs, arch.LAPICID()))
	}
	irq.Start()
	drivers.Start()
	plat.SetPowerOff(drivers.PowerOff)
}

// describe tells the host, and the log, what the machine has.
func describe() {
	b := &boot.Machine
	console.Info("protocol", b.Protocol)
	console.Info("memory", kfmt.Sprintf("%d KiB, %d KiB free", b.MemorySize()>>10, mem.Free()>>10))
	console.Info("initrd", kfmt.Sprintf("%d KiB", (b.Initrd.End-b.Initrd.Start)>>10))
	console.Info("processor", strings.Join(arch.Protections(), ", "))
	hz, source := bare.TSCFrequency()
	console.Info("clock", kfmt.Sprintf("%d MHz, from %s", hz/1_000_000, source))
	klog.Infof("%s, %d KiB of memory, clock %d MHz (%s), %s", b.Protocol, b.MemorySize()>>10, hz/1_000_000, source,
		clock.DateOf(clock.Wall()/clock.Second))
}
