using ReuseBench.SystemTests;
using Xunit.Sdk;
using Xunit.v3;

// What is true on a busy host only waits for the other tests beside it, and most of them wait for windows; what measures time is of the quiet suite, and
// runs alone.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 4)]
[assembly: AssemblyFixture(typeof(SingleRun))]
