// The compiler accepts functions without bodies, as those taken from the runtime are, in
// packages with assembly.
