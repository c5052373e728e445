using Xunit.Sdk;
using Xunit.v3;

// Tests that start processes fork this one: until the exec the child holds a copy of every descriptor, so that a listener of a group that another
// test closes in that moment stays in its group.
[assembly: Parallelization(Mode = ParallelMode.None)]
