namespace ReuseBench.Bench.Micro;

/// <summary>How thoroughly the micro-benchmarks are run.</summary>
internal enum MicroJob
{
    /// <summary>One round of three iterations of each case, about two minutes: orders of magnitude.</summary>
    Short,

    /// <summary>Five rounds, about ten minutes: figures to quote, with an interval that holds the machine's own swings.</summary>
    Full,
}
