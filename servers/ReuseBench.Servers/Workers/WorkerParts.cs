using ReuseBench.Core.Cells;
using ReuseBench.Servers.Counters;
using ReuseBench.Servers.Http;

namespace ReuseBench.Servers.Workers;

/// <summary>What a worker is made of.</summary>
internal sealed record WorkerParts
{
    /// <summary>Its number among the workers of all processes.</summary>
    public required int Index { get; init; }

    /// <summary>The one CPU that it is pinned to, or none.</summary>
    public required IReadOnlyList<int> Cpus { get; init; }

    /// <summary>Whether the worker, which is pinned, compares its CPU with the one that received each connection.</summary>
    public required bool CountsRxCpu { get; init; }

    /// <summary>New connections that it takes on in a row, accepted by itself or dealt by an acceptor; at least 1.</summary>
    public required int AcceptBatch { get; init; }

    public required WorkerTally Tally { get; init; }

    public required Milestones Milestones { get; init; }

    public required AcceptFailures Failures { get; init; }

    public required ResponseTemplate Answers { get; init; }

    public required ServiceBurn Service { get; init; }

    public required ServerClose Close { get; init; }
}
