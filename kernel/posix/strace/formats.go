package strace

import "cairn/kernel/syscall/sys"

// format says how the arguments of a kind are printed: by a function, or by
// the names of a constant or of flags.
type format struct {
	print func(p *printer, i int)
	enum  *names
	flags *names
	// out says that the call writes what is printed: it is printed at exit.
	out bool
}

// formats holds the format of every kind.
var formats = [sys.NumKinds]format{
	// Numbers.
	sys.KindPlainInt8:   {print: func(p *printer, i int) { p.int(int64(int8(p.args[i]))) }},
	sys.KindPlainInt16:  {print: func(p *printer, i int) { p.int(int64(int16(p.args[i]))) }},
	sys.KindPlainInt32:  {print: int32Arg},
	sys.KindPlainInt64:  {print: func(p *printer, i int) { p.int(int64(p.args[i])) }},
	sys.KindPlainUint8:  {print: func(p *printer, i int) { p.uint(uint64(uint8(p.args[i]))) }},
	sys.KindPlainUint16: {print: func(p *printer, i int) { p.uint(uint64(uint16(p.args[i]))) }},
	sys.KindPlainUint32: {print: uint32Arg},
	sys.KindPlainUint64: {print: func(p *printer, i int) { p.uint(p.arg(i)) }},
	sys.KindAddr:        {print: addrArg},
	sys.KindBool:        {print: int32Arg},
	sys.KindHex:         {print: hexArg},
	sys.KindHex32:       {print: hex32Arg},
	sys.KindSize:        {print: func(p *printer, i int) { p.uint(p.arg(i)) }},
	sys.KindOff:         {print: func(p *printer, i int) { p.int(int64(p.args[i])) }},
	sys.KindMapOff:      {print: hexArg},
	sys.KindPid:         {print: int32Arg},
	sys.KindUid:         {print: idArg},
	sys.KindGid:         {print: idArg},
	sys.KindMsec:        {print: int32Arg},
	sys.KindShmKey:      {print: hex32Arg},
	sys.KindTimerID:     {print: int32Arg},
	sys.KindExitCode:    {print: int32Arg},

	// Buffers and strings.
	sys.KindPath:      {print: func(p *printer, i int) { p.cstring(p.arg(i), maxPath) }},
	sys.KindString:    {print: func(p *printer, i int) { p.cstring(p.arg(i), maxString) }},
	sys.KindInBuf:     {print: func(p *printer, i int) { p.bytes(p.arg(i), p.arg(i+1), p.quote) }},
	sys.KindOutBuf:    {print: outBuf, out: true},
	sys.KindOutHexBuf: {print: outHexBuf, out: true},
	sys.KindOutString: {print: outString, out: true},
	sys.KindArgv:      {print: argv},
	sys.KindEnvp:      {print: envp},
	sys.KindInt32:     {print: int32Ptr},
	sys.KindOutInt32:  {print: int32Ptr, out: true},
	sys.KindOutAddr:   {print: outWord, out: true},
	sys.KindOutSize:   {print: outWord, out: true},
	sys.KindOutUid:    {print: idPtr, out: true},
	sys.KindOutGid:    {print: idPtr, out: true},
	sys.KindGids:      {print: func(p *printer, i int) { p.ids(p.arg(i), p.arg(i-1)) }},
	sys.KindOutGids:   {print: outGids, out: true},

	// Files.
	sys.KindFD:              {print: int32Arg},
	sys.KindDirFD:           {print: dirFD},
	sys.KindOpenFlags:       {print: openFlagsArg},
	sys.KindOpenMode:        {print: modeArg},
	sys.KindMode:            {print: modeArg},
	sys.KindFileMode:        {print: func(p *printer, i int) { p.fileMode(uint32(p.args[i])) }},
	sys.KindDev:             {print: func(p *printer, i int) { p.dev(p.arg(i)) }},
	sys.KindWhence:          {enum: &whences},
	sys.KindAccessMode:      {flags: &accessBits},
	sys.KindAtFlags:         {print: atFlagsArg},
	sys.KindUnlinkFlags:     {flags: &unlinkFlags},
	sys.KindAccessFlags:     {flags: &accessFlags},
	sys.KindRenameFlags:     {flags: &renameFlags},
	sys.KindPipeFlags:       {flags: &openFlags},
	sys.KindDupFlags:        {flags: &openFlags},
	sys.KindOutFDPair:       {print: fdPair, out: true},
	sys.KindCloseRangeFlags: {flags: &closeRangeFlags},
	sys.KindIoctlCmd:        {print: ioctlCmd},
	sys.KindIoctlArg:        {print: ioctlArg, out: true},
	sys.KindFcntlCmd:        {enum: &fcntlCmds},
	sys.KindFcntlArg:        {print: fcntlArg, out: true},
	sys.KindFlockOp:         {flags: &flockOps},
	sys.KindFallocateMode:   {flags: &fallocateModes},
	sys.KindFadvice:         {enum: &fadvices},
	sys.KindSyncRangeFlags:  {flags: &syncRangeFlags},
	sys.KindSpliceFlags:     {flags: &spliceFlags},
	sys.KindRWFlags:         {flags: &rwFlags},
	sys.KindLength:          {print: func(p *printer, i int) { p.uint(p.arg(i)) }},
	sys.KindOffHigh:         {print: func(*printer, int) {}},
	sys.KindUtimbuf:         {print: utimbuf},
	sys.KindMountData:       {print: func(p *printer, i int) { p.cstring(p.arg(i), maxString) }},
	sys.KindInOutOff:        {print: inOutOff, out: true},
	sys.KindIoVec:           {print: ioVec},
	sys.KindOutIoVec:        {print: outIoVec, out: true},
	sys.KindOutStat:         {print: outStat, out: true},
	sys.KindOutStatfs:       {print: outStatfs, out: true},
	sys.KindOutStatx:        {print: outStatx, out: true},
	sys.KindStatxMask:       {flags: &statxMasks},
	sys.KindOutDents:        {print: outDents, out: true},
	sys.KindOpenHow:         {print: openHow},
	sys.KindXattrFlags:      {flags: &xattrFlags},
	sys.KindMountFlags:      {flags: &mountFlags},
	sys.KindUmountFlags:     {flags: &umountFlags},
	sys.KindInotifyFlags:    {flags: &inotifyFlags},
	sys.KindInotifyMask:     {flags: &inotifyMasks},
	sys.KindMemfdFlags:      {flags: &memfdFlags},

	// Memory.
	sys.KindProt:          {flags: &prots},
	sys.KindMapFlags:      {print: mapFlagsArg},
	sys.KindMremapFlags:   {flags: &mremapFlags},
	sys.KindMsyncFlags:    {flags: &msyncFlags},
	sys.KindMadvice:       {enum: &madvices},
	sys.KindMlockFlags:    {flags: &mlockFlags},
	sys.KindMlockallFlags: {flags: &mlockallFlags},
	sys.KindPkeyRights:    {flags: &pkeyRights},
	sys.KindMembarrierCmd: {enum: &membarrierCmds},
	sys.KindMempolicyMode: {enum: &mempolicies},
	sys.KindShmFlags:      {print: shmFlagsArg},
	sys.KindShmatFlags:    {flags: &shmatFlags},
	sys.KindIpcCmd:        {enum: &ipcCmds},

	// Processes.
	sys.KindCloneFlags:    {print: cloneFlagsArg},
	sys.KindUnshareFlags:  {flags: &cloneFlags},
	sys.KindCloneArgs:     {print: addrArg},
	sys.KindWaitOptions:   {flags: &waitOptions},
	sys.KindOutWaitStatus: {print: outWaitStatus, out: true},
	sys.KindWaitIDType:    {enum: &waitIDTypes},
	sys.KindOutRusage:     {print: outRusage, out: true},
	sys.KindRusageWho:     {enum: &rusageWhos},
	sys.KindResource:      {enum: &resources},
	sys.KindRlimit:        {print: rlimit},
	sys.KindOutRlimit:     {print: rlimit, out: true},
	sys.KindPriorityWhich: {enum: &priorityWhiches},
	sys.KindSchedPolicy:   {enum: &schedPolicies},
	sys.KindSchedParam:    {print: int32Ptr},
	sys.KindOutSchedParam: {print: int32Ptr, out: true},
	sys.KindCPUSet:        {print: func(p *printer, i int) { p.cpuSet(p.arg(i), p.arg(i-1)) }},
	sys.KindOutCPUSet:     {print: func(p *printer, i int) { p.cpuSet(p.arg(i), uint64(p.v)) }, out: true},
	sys.KindPrctlOp:       {enum: &prctlOps},
	sys.KindPrctlArg:      {print: hexArg},
	sys.KindArchPrctlOp:   {enum: &archPrctlOps},
	sys.KindPidfdFlags:    {flags: &pidfdFlags},
	sys.KindCapHeader:     {print: capHeader},
	sys.KindCapData:       {print: capData},
	sys.KindOutCapData:    {print: capData, out: true},
	sys.KindPersona:       {print: persona},
	sys.KindFutexOp:       {print: futexOpArg},
	sys.KindRseqFlags:     {flags: &rseqFlags},

	// Signals.
	sys.KindSignal:        {print: func(p *printer, i int) { p.signal(p.intArg(i)) }},
	sys.KindSigHow:        {enum: &sigHows},
	sys.KindSigSet:        {print: sigSet},
	sys.KindOutSigSet:     {print: sigSet, out: true},
	sys.KindSigSetArg:     {print: sigSetArg},
	sys.KindSigAction:     {print: sigAction},
	sys.KindOutSigAction:  {print: sigAction, out: true},
	sys.KindSigInfo:       {print: sigInfo},
	sys.KindOutSigInfo:    {print: sigInfo, out: true},
	sys.KindSigStack:      {print: sigStack},
	sys.KindOutSigStack:   {print: sigStack, out: true},
	sys.KindSigEvent:      {print: sigEvent},
	sys.KindSignalfdFlags: {flags: &signalfdFlags},

	// Time.
	sys.KindClockID:         {enum: &clocks},
	sys.KindTimespec:        {print: timespec},
	sys.KindOutTimespec:     {print: timespec, out: true},
	sys.KindRemTimespec:     {print: remTimespec, out: true},
	sys.KindUTimespec:       {print: utimespec},
	sys.KindTimeval:         {print: timeval},
	sys.KindOutTimeval:      {print: timeval, out: true},
	sys.KindUTimeval:        {print: utimeval},
	sys.KindTimezone:        {print: timezone},
	sys.KindOutTimezone:     {print: timezone, out: true},
	sys.KindOutTime:         {print: outTime, out: true},
	sys.KindItimerWhich:     {enum: &itimers},
	sys.KindItimerval:       {print: itimerval},
	sys.KindOutItimerval:    {print: itimerval, out: true},
	sys.KindItimerspec:      {print: itimerspec},
	sys.KindOutItimerspec:   {print: itimerspec, out: true},
	sys.KindTimerFlags:      {flags: &timerFlags},
	sys.KindOutTimerID:      {print: int32Ptr, out: true},
	sys.KindTimerfdFlags:    {flags: &timerfdFlags},
	sys.KindTimerfdSetFlags: {flags: &timerfdSetFlags},
	sys.KindOutTimex:        {print: addrArg, out: true},
	sys.KindOutTms:          {print: outTms, out: true},

	// Polling.
	sys.KindPollFDs:        {print: pollFDs},
	sys.KindFDSet:          {print: fdSet},
	sys.KindInOutTimeval:   {print: timeval},
	sys.KindInOutTimespec:  {print: timespec},
	sys.KindEpollOp:        {enum: &epollOps},
	sys.KindEpollFlags:     {flags: &epollFlags},
	sys.KindEpollEvent:     {print: epollEvent},
	sys.KindOutEpollEvents: {print: outEpollEvents, out: true},
	sys.KindEventfdFlags:   {flags: &eventfdFlags},

	// Sockets.
	sys.KindSockDomain:   {enum: &sockDomains},
	sys.KindSockType:     {print: sockTypeArg},
	sys.KindSockProto:    {print: sockProto},
	sys.KindSockFlags:    {flags: &sockFlags},
	sys.KindSockaddr:     {print: func(p *printer, i int) { p.sockaddr(p.arg(i), uint64(uint32(p.args[i+1]))) }},
	sys.KindOutSockaddr:  {print: outSockaddr, out: true},
	sys.KindSockLen:      {print: int32Arg},
	sys.KindInOutSockLen: {print: inOutSockLen, out: true},
	sys.KindSockLevel:    {enum: &sockLevels},
	sys.KindSockOpt:      {print: sockOpt},
	sys.KindOptVal:       {print: optVal},
	sys.KindOutOptVal:    {print: outOptVal, out: true},
	sys.KindMsgFlags:     {flags: &msgFlags},
	sys.KindShutdownHow:  {enum: &shutdownHows},
	sys.KindMsgHdr:       {print: msgHdrArg},
	sys.KindOutMsgHdr:    {print: outMsgHdr, out: true},
	sys.KindMMsgHdr:      {print: mmsgHdr, out: true},
	sys.KindOutMMsgHdr:   {print: outMMsgHdr, out: true},

	// The system.
	sys.KindOutUtsname:     {print: outUtsname, out: true},
	sys.KindOutSysinfo:     {print: outSysinfo, out: true},
	sys.KindGetrandomFlags: {flags: &getrandomFlags},
	sys.KindSyslogAction:   {enum: &syslogActions},
	sys.KindRebootMagic:    {enum: &rebootMagics},
	sys.KindRebootCmd:      {enum: &rebootCmds},
}

// argument prints argument i as its kind says.
func (p *printer) argument(i int, k sys.Kind) {
	p.writing = formats[k].out
	switch f := &formats[k]; {
	case f.enum != nil:
		p.enum(f.enum, p.narrow(i, k))
	case f.flags != nil:
		p.flags(f.flags, p.narrow(i, k))
	case f.print != nil:
		f.print(p, i)
	default:
		hexArg(p, i)
	}
}

// narrow returns argument i in the width of its kind: all flags and constants
// are 32 bits wide but these.
func (p *printer) narrow(i int, k sys.Kind) uint64 {
	switch k {
	case sys.KindProt, sys.KindMountFlags, sys.KindMremapFlags, sys.KindPkeyRights, sys.KindUnshareFlags:
		return p.arg(i)
	}
	return uint64(uint32(p.args[i]))
}

func int32Arg(p *printer, i int)  { p.int(int64(p.intArg(i))) }
func uint32Arg(p *printer, i int) { p.uint(uint64(uint32(p.args[i]))) }
func addrArg(p *printer, i int)   { p.addr(p.arg(i)) }
func hexArg(p *printer, i int)    { p.hexOrZero(p.arg(i)) }
func hex32Arg(p *printer, i int)  { p.hexOrZero(uint64(uint32(p.args[i]))) }

// idArg prints a user or group identifier, -1 as such.
func idArg(p *printer, i int) { p.id(uint32(p.args[i])) }

func (p *printer) id(v uint32) {
	if v == ^uint32(0) {
		p.str("-1")
		return
	}
	p.uint(uint64(v))
}

// int32Ptr prints the int at an address, in brackets.
func int32Ptr(p *printer, i int) {
	p.structure(p.arg(i), 4, func(d data) { p.byte('['); p.int(int64(d.i32(0))); p.byte(']') })
}

// outWord prints the size or the address at an address, in brackets.
func outWord(p *printer, i int) {
	p.structure(p.arg(i), 8, func(d data) {
		p.byte('[')
		if p.desc.Args[i] == sys.KindOutAddr {
			p.addr(d.u64(0))
		} else {
			p.uint(d.u64(0))
		}
		p.byte(']')
	})
}

// idPtr prints the identifier at an address, in brackets.
func idPtr(p *printer, i int) {
	p.structure(p.arg(i), 4, func(d data) { p.byte('['); p.id(d.u32(0)); p.byte(']') })
}

// ids prints n identifiers at a.
func (p *printer) ids(a, n uint64) {
	p.array(a, n, 4, func(d data) { p.id(d.u32(0)) })
}

// outGids prints the groups that getgroups(2) returned; asked for none, it
// returned how many there are.
func outGids(p *printer, i int) {
	if p.intArg(i-1) == 0 {
		p.addr(p.arg(i))
		return
	}
	p.ids(p.arg(i), uint64(p.v))
}

func outBuf(p *printer, i int)    { p.outBytes(i, p.quote) }
func outHexBuf(p *printer, i int) { p.outBytes(i, p.quoteHex) }

// outBytes prints the bytes that a call wrote: its result says how many.
func (p *printer) outBytes(i int, q func([]byte)) {
	if p.failed() {
		p.addr(p.arg(i))
		return
	}
	p.bytes(p.arg(i), uint64(p.v), q)
}

// outString prints the string that a call wrote.
func outString(p *printer, i int) {
	if p.failed() {
		p.addr(p.arg(i))
		return
	}
	p.cstring(p.arg(i), maxPath)
}
