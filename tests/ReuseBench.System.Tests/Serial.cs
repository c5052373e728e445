using Xunit.Sdk;
using Xunit.v3;

// Whole runs own the machine's CPUs while they measure: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
