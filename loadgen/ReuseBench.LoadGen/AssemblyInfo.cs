using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("ReuseBench.LoadGen.Tests")]
[assembly: InternalsVisibleTo("ReuseBench.Micro")]
