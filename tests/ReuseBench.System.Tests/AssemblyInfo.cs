using ReuseBench.SystemTests;
using Xunit.Sdk;
using Xunit.v3;

// What is true on a busy host only waits for the other test beside it; what measures time is of the quiet suite, and runs alone.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
[assembly: AssemblyFixture(typeof(SingleRun))]
