namespace ReuseBench.LoadGen.Tests;

/// <summary>
/// Of test classes that start processes, which fork this one: until the exec the child holds a copy of every descriptor, so that a socket that another
/// test closes in that moment lives on, and holds its port. Nothing runs beside them.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Forking
{
    public const string Name = "forking";
}
