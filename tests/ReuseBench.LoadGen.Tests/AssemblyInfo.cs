using Xunit.Sdk;
using Xunit.v3;

// The tests of whole runs measure time: beside one another they would measure each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
