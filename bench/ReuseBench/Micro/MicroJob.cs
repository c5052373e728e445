namespace ReuseBench.Bench.Micro;

/// <summary>How thoroughly the micro-benchmarks are run.</summary>
internal enum MicroJob
{
    /// <summary>Three iterations of each case, under two minutes: orders of magnitude.</summary>
    Short,

    /// <summary>BenchmarkDotNet's own choice of iterations, a quarter of an hour: figures to quote.</summary>
    Full,
}
