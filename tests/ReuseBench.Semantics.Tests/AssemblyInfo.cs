using Xunit.Sdk;
using Xunit.v3;

// Tests that start processes fork this one: until the exec the child holds a copy of every descriptor, so that a socket that another test closes in
// that moment lives on, and holds its port.
[assembly: Parallelization(Mode = ParallelMode.None)]
