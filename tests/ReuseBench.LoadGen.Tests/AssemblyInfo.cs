using Xunit.Sdk;
using Xunit.v3;

// Most of these tests wait for windows of some hundred milliseconds: a few at a time.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 3)]
