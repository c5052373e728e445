using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Running.Origins;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Running;

/// <summary>A run, ready to begin: everything is checked, nothing is measured.</summary>
internal sealed record RunOptions
{
    public required string RunId { get; init; }

    public required string Folder { get; init; }

    public required IRunOrigin Origin { get; init; }

    public required Matrix Matrix { get; init; }

    public required RunPlan Plan { get; init; }

    public required ulong Seed { get; init; }

    public required CpuPlan Cpus { get; init; }

    public required bool Isolate { get; init; }

    public required HostFacts Host { get; init; }

    public required string[] Arguments { get; init; }

    /// <summary>What was left out, one sentence each.</summary>
    public required string[] Skipped { get; init; }

    /// <summary>Where every line goes that server and swarm say on standard error.</summary>
    public required TextWriter Echo { get; init; }

    /// <summary>Null where no cell asks for NBomber.</summary>
    public string? NBomberAssembly { get; init; }
}
