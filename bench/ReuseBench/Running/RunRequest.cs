using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Micro;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Running;

/// <summary>What <c>run</c> was asked for, before it is held against matrix and host.</summary>
internal sealed record RunRequest
{
    public string? Matrix { get; init; }

    /// <summary>A matrix that the command line itself describes, in place of a named one.</summary>
    public Matrix? Built { get; init; }

    /// <summary>The cells that the command takes from a matrix at all, before <see cref="Filter"/>.</summary>
    public Func<Cell, bool> Only { get; init; } = _ => true;

    public string? Out { get; init; }

    public string? Filter { get; init; }

    public int? Repeats { get; init; }

    public Duration? Duration { get; init; }

    public ulong? Seed { get; init; }

    public string? ServerCpus { get; init; }

    public string? ClientCpus { get; init; }

    public Driver? Driver { get; init; }

    public Isolation Isolation { get; init; }

    public string? Resume { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Null leaves the micro-benchmarks out.</summary>
    public MicroJob? Micro { get; init; }

    public bool Verbose { get; init; }

    public string[] Arguments { get; init; } = [];
}
