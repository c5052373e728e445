using System.Runtime.CompilerServices;

// Every struct goes to the kernel as it is laid out here; the runtime may not convert anything on the way.
[assembly: DisableRuntimeMarshalling]
