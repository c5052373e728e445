using Xunit.Sdk;
using Xunit.v3;

// Each lab has the CPUs for itself: what it measures is a load.
[assembly: Parallelization(Mode = ParallelMode.None)]
